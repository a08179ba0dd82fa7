//! Hooks that run: who runs them, and what is known of those that were started.
//!
//! A hook runs as a task of this process, and no reconcile waits for it: it is started, looked at, and wakes its Deployment
//! when it has an answer. What is known of it is lost with the process; that it runs is recorded before it is started, so
//! that the next process asks it again, by the same execution id.

mod earlier;
#[cfg(test)]
mod earlier_tests;
mod http;
mod job;
mod lambda;
mod needs;
#[cfg(test)]
mod needs_tests;
mod registry;
#[cfg(test)]
mod registry_tests;
mod runner;
mod runners;

pub use earlier::take_away_of_earlier;
pub use http::Hosts;
pub use registry::Hooks;
pub use runner::{HookError, HookRunner};
pub use runners::{Runners, runner};
