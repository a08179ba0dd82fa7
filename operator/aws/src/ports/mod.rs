//! The ports: what the operator may ask of AWS. Each method is one question or one mutation; retries,
//! batches, fences and metrics hide behind them.

mod cloud_watch;
mod ecs;
mod functions;
mod identity;
mod load_balancing;
mod registry;

pub use cloud_watch::{AlarmPoll, AlarmReport, AlarmValue, CloudWatch};
pub use ecs::{Ecs, ServiceName};
pub use functions::{FunctionAnswer, Functions};
pub use identity::Identity;
pub use load_balancing::LoadBalancing;
pub use registry::{ImageDigest, Registry};
