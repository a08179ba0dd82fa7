//! The controllers: thin shells that read, ask the planner, act and record.

pub mod application;
pub mod deployment;
pub mod deployment_group;
mod failures;
mod stopped;
pub mod wake;
