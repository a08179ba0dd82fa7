//! ECS's resources as the wire shows them.

mod cluster;
mod service;
mod tags;
mod task;
mod task_definition;

pub use cluster::cluster;
pub use service::{service, task_set};
pub use tags::tags;
pub use task::task;
pub use task_definition::task_definition;
