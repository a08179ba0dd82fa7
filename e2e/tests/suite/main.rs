//! The end-to-end suite: the built operator, a real API server, the simulated AWS.
//!
//! One process, so that the tests run side by side against one control plane: they mostly wait, so run them with
//! `--test-threads=8`. `make test` does; by hand it is `control-plane run -- cargo test -p sluice-e2e -- --test-threads=8`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

mod controls;
mod cost;
mod crash_sweep;
mod crashes;
mod crowd;
mod deletion;
mod failures;
mod fault_windows;
mod faults;
mod hands;
mod held;
mod interference;
mod kubeconfig;
mod queue;
mod restart;
mod routes;
mod schema;
mod stalled;
mod strategies;
mod support;
mod words;
