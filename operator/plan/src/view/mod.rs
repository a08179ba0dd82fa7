//! One observation, seen from one Deployment: the original, the replacement, and the traffic between them.

mod alarms;
mod capacity;
pub(crate) mod cause;
mod deployment;
mod readiness;
pub(crate) mod settling;
mod sides;
pub(crate) mod task_failure;
mod traffic;
mod unanswered;

pub(crate) use deployment::View;
