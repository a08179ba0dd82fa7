//! Amazon ECS.

mod adapter;
mod batch;
mod create;
mod read;
#[cfg(test)]
mod tests;

pub(crate) use adapter::EcsAdapter;
