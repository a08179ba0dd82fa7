//! A simulated AWS: ECS with EXTERNAL task sets, weighted load balancers, CloudWatch, Lambda, STS, SNS and EventBridge.
//!
//! The core is [`Simulator`]: [`Simulator::handle`] answers a request, [`Simulator::tick`] lets time pass; neither
//! touches a socket or a clock, so that a test can run hours in milliseconds and see the same thing twice. Around it are
//! the loopback [`server`], and the control interface under `/_sim/` ([`control`]).
//!
//! It is written from the services' documented behaviour and shares no code with the AWS SDK, so that the operator and
//! its backend cannot be wrong in the same way. What it does not model it refuses with the service's own error.

pub mod cloudwatch;
pub mod control;
pub mod ecs;
pub mod elbv2;
pub mod faults;
pub mod identities;
pub mod invariants;
pub mod journal;
pub mod lambda;
mod pending;
pub mod random;
pub mod scenario;
mod script;
pub mod server;
mod service;
mod simulator;
pub mod sinks;
mod snapshots;
pub mod sts;
pub mod throttles;
pub mod tick;
pub mod time;
pub mod wire;
pub mod world;

pub use service::Service;
pub use simulator::Simulator;
pub use time::Moment;
