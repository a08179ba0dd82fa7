//! Whose turn it is, and who may touch what: a queue for each service, bindings, claims.
//! It fails closed: what is not admitted is not called.

pub mod begin_gates;
pub mod bindings;
pub mod claims;
pub mod hook_hosts;
pub mod hook_jobs;
mod hooks;
pub mod input;
pub mod probes;
pub mod queue;
pub mod succession;
