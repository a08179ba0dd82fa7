//! Amazon ECS.

mod adapter;
mod batch;
mod create;
mod read;

pub(crate) use adapter::EcsAdapter;
