//! Amazon ECS.

mod adapter;
mod create;
mod read;
#[cfg(test)]
mod tests;

pub(crate) use adapter::EcsAdapter;
