//! What Sluice asks of AWS, and nothing more: one narrow port per service, and the adapters of the SDK
//! behind them. No decision about a rollout is taken here.
//!
//! Where to look:
//!
//! | question | folder |
//! |---|---|
//! | what may the operator ask of a service? | `ports/`: [`Ecs`], [`LoadBalancing`], [`CloudWatch`], [`Functions`], [`Identity`] |
//! | which calls can be made, what does IAM ask for, which rate limits do they count against? | `operations/`: [`OPERATIONS`] |
//! | what does a failed call mean? | `error/`: [`AwsError`], [`ErrorClass`] |
//! | who may call now, who waits? | `rate_limit/`: [`RateLimiter`], [`Permit`] |
//! | how is a call sent, batched, fenced, retried? | `client/`: [`Fence`], [`Settings`] |
//! | what does a request hold, how is an answer read? | `ecs/`, `load_balancing/`, `cloud_watch/`, `lambda/`, `sts/` |
//! | how do I get at all of that? | `regions.rs`: [`Regions`], [`RegionClients`] |
//!
//! This file is for other crates; nothing inside imports it. What imports what is kept by `tests/layers.rs`.

mod client;
mod cloud_watch;
mod ecr;
mod ecs;
mod error;
mod lambda;
mod load_balancing;
mod metrics;
mod operations;
mod ports;
mod rate_limit;
mod regions;
mod sts;
#[cfg(test)]
mod testing;

pub use client::{Fence, Settings};
pub use error::{AwsError, ErrorClass};
pub use metrics::Metrics;
pub use operations::{Bucket, Entry, Grant, OPERATIONS, Operation, Scope, ServiceKind, iam_policy};
pub use ports::{
    AlarmPoll, AlarmReport, AlarmValue, CloudWatch, Ecs, FunctionAnswer, Functions, Identity, ImageDigest,
    LoadBalancing, Registry, ServiceName,
};
pub use rate_limit::{Cost, Permit, RateLimiter};
pub use regions::{RegionClients, Regions};
