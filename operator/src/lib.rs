//! The operator as a library: what `sluice` runs, and what the simulations of the end-to-end package run without
//! Kubernetes. The binary is a few lines around it.
//!
//! | question | where |
//! |---|---|
//! | what happens in one reconcile, in which order? | `controllers/`: a folder for each kind |
//! | what may be called, what is read, what is written, what does a failed call mean, when is it looked at again? | [`pipeline`] |
//! | who runs hooks, and what is known of those that run? | [`hooks`] |
//! | how are objects read and written, what is kept of them? | `kubernetes/` |
//! | whose turn is it to work, who is woken by what, how often is it told? | `slots.rs`, `dependents.rs`, `urgency.rs`, `told.rs`, `unwritten.rs` |
//! | who acts, and until when? | `leadership.rs`; beside which other operators? `presence/` |
//! | how does it all start and end? | [`run`] |
//! | what may the operator do in the cluster? what would an uninstall leave behind? | `permissions/`, `uninstall_check.rs` |
//!
//! What imports what is kept by `tests/layers.rs`.

pub mod cli;
mod clock;
mod context;
mod controllers;
pub mod crds;
mod dependents;
#[cfg(test)]
mod documentation_tests;
pub mod error;
pub mod explain;
mod health_metrics;
pub mod hooks;
mod kubernetes;
mod leadership;
mod metrics;
pub mod permissions;
pub mod pipeline;
mod presence;
mod probes;
mod release_metrics;
pub mod run;
mod slots;
mod told;
pub mod uninstall_check;
mod unwritten;
mod urgency;
