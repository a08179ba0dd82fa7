//! What Sluice asks of AWS, and nothing more: one narrow port per service, and the adapters of the SDK
//! behind them. No decision about a rollout is taken here.
//!
//! The way through it:
//!
//! - [`Ecs`], [`LoadBalancing`] and [`Identity`] are the ports; the operator knows only them and [`Clouds`];
//! - [`Operation`] lists every call that the binary can make; labels and the IAM policy come from it;
//! - [`AwsError`] is the one form in which a failed call comes back, [`ErrorClass`] what follows from it;
//! - [`Fence`] is asked right before each try of each write;
//! - [`Budget`] gives turns, so that the calls stay within a share of AWS's rate limits.

mod batch;
mod budget;
mod call;
mod clouds;
mod ecs;
mod error;
mod fence;
#[cfg(test)]
mod fence_tests;
mod identity;
mod limits;
mod load_balancing;
mod metrics;
mod operations;
mod policy;
mod ports;
mod settings;
#[cfg(test)]
mod testing;

pub use budget::{Bucket, Budget, Cost, Turn};
pub use clouds::Clouds;
pub use error::{AwsError, ErrorClass};
pub use fence::Fence;
pub use metrics::Metrics;
pub use operations::{Entry, Grant, OPERATIONS, Operation, Scope, ServiceKind};
pub use policy::iam_policy;
pub use ports::{Cloud, Ecs, Identity, LoadBalancing, ServiceName};
pub use settings::Settings;
