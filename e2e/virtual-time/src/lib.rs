//! The operator's own pipeline (observe, plan, act, next status) against the simulated AWS, through the real AWS SDK,
//! in one process and in virtual time: an hour of canaries passes in seconds.
//!
//! What is left out is Kubernetes, but for the Jobs of hooks: statuses live in memory. What is not left out is the planner, the
//! adapters and the wire formats, so that what holds here holds for the binary.

mod clock;
mod connector;
mod controls;
mod error;
mod hosts;
mod idle;
mod jobs;
mod release;
mod scenario;
mod siblings;
mod world;

pub use clock::Clock;
pub use error::Error;
pub use hosts::{HOST, Hosts};
pub use idle::{Death, IdleGroup};
pub use jobs::Jobs;
pub use release::{Crash, Release, Report};
pub use scenario::{network_listener, rule, shared_rule, target_group};
pub use siblings::Siblings;
pub use world::{ACCESS_KEY, ADOPTED, World};
