//! Tests of the planner from outside: golden simulations that read as the specification, properties over random
//! schedules and faults, and tables over every refusal, status and situation.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on must stop")]

mod admission;
mod adoption;
mod alarms;
mod begin_gates;
mod by_size;
mod capacity;
mod claims;
mod copies;
mod drift;
mod garbage;
mod golden;
mod group;
mod hooks;
mod hostile;
mod layers;
mod multi;
mod multi_model;
mod network;
mod peers;
mod pins;
mod preflight;
mod promotion;
mod promotion_pins;
mod properties;
mod queue_model;
mod reads;
mod remedies;
mod retry;
mod robustness;
mod rollback_of;
mod rules;
mod runtime;
mod scan;
mod serving;
mod state_table;
mod statuses;
mod strange_values;
mod support;
mod sweep;
mod tables;
mod unnamed_routes;
mod waits;
mod wish;
mod without_traffic;
