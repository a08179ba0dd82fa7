//! The steps of a reconcile between Kubernetes and AWS that need no controller: the way to AWS, the reads, the one
//! mutation, what a failed call means, when to look again.

pub(crate) mod access;
mod act;
mod alarms;
mod call_error;
pub(crate) mod claims;
mod observe;
pub(crate) mod outages;
pub(crate) mod requeue;
mod waves;

pub use act::act;
pub use call_error::call_error;
pub use observe::{observe, observe_group};
pub use waves::next_wave;
