//! One observation, seen from one Deployment: the original, the replacement, and the traffic between them.

mod deployment;
mod readiness;
pub(crate) mod settling;
mod sides;
pub(crate) mod symptom;
mod traffic;

pub(crate) use deployment::View;
pub(crate) use traffic::rounded;
