//! Hooks that run: who runs them, and what is known of those that were started.

mod runner;

pub use runner::{HookError, HookRunner};
