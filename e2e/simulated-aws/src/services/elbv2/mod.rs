//! Elastic Load Balancing v2: the operations, as functions from parameters to the tree of an XML answer.

pub mod actions;
mod deletions;
mod find;
mod listeners;
mod load_balancers;
mod page;
mod render;
mod rules;
mod tagging;
mod tags;
mod target_attributes;
mod target_description;
mod target_groups;
mod target_health;
mod targets;

pub use render::shown_actions;
pub use target_groups::target_group as new_target_group;

use crate::services::call::Operation;
use crate::wire::error::ApiError;
use crate::wire::query::decode;

/// The operations that are modelled.
pub const OPERATIONS: &[Operation] = &[
    ("AddTags", |call, given| tagging::add(call, &decode(given)?)),
    ("CreateListener", |call, given| listeners::create(call, decode(given)?)),
    ("CreateLoadBalancer", |call, given| load_balancers::create(call, decode(given)?)),
    ("CreateRule", |call, given| rules::create(call, decode(given)?)),
    ("CreateTargetGroup", |call, given| target_groups::create(call, decode(given)?)),
    ("DeleteListener", |call, given| deletions::listener(call, &decode(given)?)),
    ("DeleteLoadBalancer", |call, given| deletions::load_balancer(call, &decode(given)?)),
    ("DeleteRule", |call, given| deletions::rule(call, &decode(given)?)),
    ("DeleteTargetGroup", |call, given| deletions::target_group(call, &decode(given)?)),
    ("DeregisterTargets", |call, given| targets::deregister(call, &decode(given)?)),
    ("DescribeListeners", |call, given| listeners::describe(call, &decode(given)?)),
    ("DescribeLoadBalancers", |call, given| load_balancers::describe(call, &decode(given)?)),
    ("DescribeRules", |call, given| rules::describe(call, &decode(given)?)),
    ("DescribeTags", |call, given| tagging::describe(call, &decode(given)?)),
    ("DescribeTargetGroupAttributes", |call, given| target_attributes::describe(call, &decode(given)?)),
    ("DescribeTargetGroups", |call, given| target_groups::describe(call, &decode(given)?)),
    ("DescribeTargetHealth", |call, given| target_health::describe(call, &decode(given)?)),
    ("ModifyListener", |call, given| listeners::modify(call, decode(given)?)),
    ("ModifyRule", |call, given| rules::modify(call, decode(given)?)),
    ("ModifyTargetGroupAttributes", |call, given| target_attributes::modify(call, &decode(given)?)),
    ("RegisterTargets", |call, given| targets::register(call, &decode(given)?)),
    ("RemoveTags", |call, given| tagging::remove(call, &decode(given)?)),
];

/// The answer to any other operation.
#[must_use]
pub fn unknown(operation: &str) -> ApiError {
    ApiError::new("InvalidAction", format!("Could not find operation {operation} for version 2015-12-01."))
}
