//! Hooks that run: who runs them, and what is known of those that were started.
//!
//! A hook runs as a task of this process, and no reconcile waits for it: it is started, looked at, and wakes its Deployment
//! when it has an answer. What is known of it is lost with the process; that it runs is recorded before it is started, so
//! that the next process asks it again, by the same execution id.

mod lambda;
mod registry;
mod runner;

pub use lambda::LambdaRunner;
pub use registry::Hooks;
pub use runner::{HookError, HookRunner};
