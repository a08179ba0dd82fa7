//! The end-to-end suite: the built operator, a real API server, the simulated AWS.
//!
//! One process, so that the tests run side by side against one control plane: they mostly wait, so run them with
//! `--test-threads=20`. `make test` does; by hand it is `control-plane run -- cargo test -p sluice-e2e -- --test-threads=20`.
//! What a test may assume of time is told in the documentation of [`sluice_e2e`].

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

mod account;
mod adoption;
mod alarms;
mod begin_gates;
mod by_size;
mod capacity;
mod causes;
mod concurrency;
mod controls;
mod cost;
mod crash_sweep;
mod crashes;
mod deletion;
mod documentation;
mod drift;
mod failures;
mod fault_windows;
mod faults;
mod gates;
mod gitops;
mod health;
mod held_revisions;
mod hooks;
mod hooks_outside;
mod imports;
mod interference;
mod kills;
mod kubeconfig;
mod logs;
mod losses;
mod manual_changes;
mod moving_world;
mod multi;
mod neighbours;
mod network;
mod picture;
mod plugin;
// What kubectl prints, as the planner's golden tables have it: held to a real kubectl here.
#[allow(dead_code, reason = "the tests here need the cells of one object only")]
#[path = "../../../operator/plan/tests/support/printer.rs"]
mod printer;
mod promotion;
mod queue;
mod requests;
mod restart;
mod retries;
mod reverts;
mod revisions;
mod rollbacks_of;
mod routes;
mod schema;
mod stalled;
mod strategies;
mod strategy_in_git;
mod support;
mod tenants;
mod test_traffic;
mod two_operators;
mod unnamed_routes;
mod unseen;
mod watched;
mod who_serves;
mod words;
