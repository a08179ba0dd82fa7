//! The simulated AWS, asked without a socket. One program, so that it is linked once and its tests run side by side.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::needless_pass_by_value,
    reason = "a test fails by a panic, and takes its parameters as they are written"
)]

mod harness;

mod accounts;
mod balancing;
mod capacity;
mod cloudwatch;
mod composite_alarms;
mod documentation;
mod failing_tasks;
mod first_steps;
mod gallery;
mod invariants;
mod judge;
mod layers;
mod rules;
mod scale;
mod server;
mod targets;
mod task_sets;
mod time;
mod wire;
