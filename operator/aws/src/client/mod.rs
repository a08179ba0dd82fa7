//! How every call is sent, whatever its service: timed, counted, fenced, retried, batched.

mod batch;
mod call;
mod fence;
#[cfg(test)]
mod fence_tests;
pub(crate) mod limits;
mod moment;
mod settings;
mod shared;

pub(crate) use batch::{Answers, BatchRead, Batcher, is_about_one, says_nothing};
pub(crate) use call::call;
pub use fence::Fence;
pub(crate) use moment::timestamp;
pub use settings::Settings;
pub(crate) use shared::{Clients, counted};
