//! What the AWS CLI prints, as far as it is read. What is not here is passed over.

pub mod balancing;
pub mod configuration;
pub mod deploy;
pub mod ecs;
