//! The simulated world: what exists in one account and region, and nothing about how it is asked for.

pub mod action;
pub mod alarm_rules;
pub mod alarm_status;
pub mod alarms;
pub mod autoscaling;
pub mod balancing;
pub mod behaviour;
pub mod composite_alarms;
pub mod conditions;
pub mod functions;
pub mod losses;
pub mod part;
pub mod published;
pub mod region;
pub mod routes;
pub mod services;
pub mod sign_in;
pub mod tags;
pub mod target_groups;
pub mod task_definitions;
pub mod task_sets;
pub mod tasks;
pub mod timing;
