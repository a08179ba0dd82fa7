//! The operator's own pipeline (observe, plan, act, next status) against the simulated AWS, through the real AWS SDK,
//! in one process and in virtual time: an hour of canaries passes in seconds.
//!
//! What is left out is Kubernetes: statuses live in memory. What is not left out is the planner, the adapters and the
//! wire formats, so that what holds here holds for the binary.

mod clock;
mod connector;
mod error;
mod idle;
mod release;
mod world;

pub use clock::Clock;
pub use error::Error;
pub use idle::{Death, IdleGroup};
pub use release::{Crash, Release, Report};
pub use world::{ACCESS_KEY, World, rule, shared_rule, target_group};
