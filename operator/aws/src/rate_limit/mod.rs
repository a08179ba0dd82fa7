//! Within AWS's rate limits (S14 Budget): one token bucket for each that AWS keeps per account and region, of which this
//! process takes a share.
//!
//! Nobody waits inside an observation, or between a read and the write that follows from it: whoever wants to call
//! waits before, for a [`Permit`], and every try that is sent is counted by an interceptor. So what is seen is never
//! older for the wait, a write never rests on an old observation, and no retry goes uncounted.
//!
//! - `token_bucket.rs` is one bucket: the limits are in `operations/buckets.rs`, of which the share is taken;
//! - `cost.rs` says what a request for a permit needs of each bucket: [`Cost`];
//! - `queue.rs` says who goes next: the highest priority first, tenants in turn in it, of each whoever asked first;
//! - `limiter.rs` is where one waits: [`RateLimiter`];
//! - `interceptor.rs` counts what is sent.
//!
//! Calls that are shared by many in one batch are not waited for one by one: they are counted as they are sent, and
//! whoever comes next waits the longer. Observations that had to wait go out together, once a second, so that they
//! share their batches.

mod cost;
mod interceptor;
mod limiter;
#[cfg(test)]
mod limiter_tests;
mod queue;
mod token_bucket;

pub use cost::Cost;
pub(crate) use interceptor::RateLimitInterceptor;
pub use limiter::{Permit, RateLimiter};
