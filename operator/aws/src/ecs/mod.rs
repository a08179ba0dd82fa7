//! Amazon ECS.

mod adapter;
mod copies;
#[cfg(test)]
mod copies_tests;
mod create;
mod read;
#[cfg(test)]
mod read_tests;
#[cfg(test)]
mod tests;

pub(crate) use adapter::EcsAdapter;
