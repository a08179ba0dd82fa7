//! Amazon ECS: the operations, as functions from parameters to a JSON answer.

mod clusters;
mod find;
mod page;
mod render;
mod service_changes;
mod service_list;
mod services;
mod tagging;
mod tags;
mod task_definitions;
mod task_set_requests;
mod task_sets;
mod tasks;

use crate::services::call::Operation;
use crate::wire::error::ApiError;
use crate::wire::json::decode;

/// The operations that are modelled.
pub const OPERATIONS: &[Operation] = &[
    ("CreateCluster", |call, given| clusters::create(call, decode(given)?)),
    ("CreateService", |call, given| services::create(call, &decode(given)?, given)),
    ("CreateTaskSet", |call, given| task_sets::create(call, &decode(given)?, given)),
    ("DeleteCluster", |call, given| clusters::delete(call, &decode(given)?)),
    ("DeleteService", |call, given| service_changes::delete(call, &decode(given)?)),
    ("DeleteTaskSet", |call, given| task_sets::delete(call, &decode(given)?)),
    ("DeregisterTaskDefinition", |call, given| task_definitions::deregister(call, &decode(given)?)),
    ("DescribeClusters", |call, given| clusters::describe(call, &decode(given)?)),
    ("DescribeServices", |call, given| services::describe(call, &decode(given)?)),
    ("DescribeTaskDefinition", |call, given| task_definitions::describe(call, &decode(given)?)),
    ("DescribeTaskSets", |call, given| task_sets::describe(call, &decode(given)?)),
    ("DescribeTasks", |call, given| tasks::describe(call, &decode(given)?)),
    ("ListServices", |call, given| service_list::list(call, &decode(given)?)),
    ("ListTagsForResource", |call, given| tagging::list(call, &decode(given)?)),
    ("ListTasks", |call, given| tasks::list(call, &decode(given)?)),
    ("RegisterTaskDefinition", |call, given| task_definitions::register(call, given)),
    ("StopTask", |call, given| tasks::stop(call, &decode(given)?)),
    ("TagResource", |call, given| tagging::add(call, &decode(given)?)),
    ("UntagResource", |call, given| tagging::remove(call, &decode(given)?)),
    ("UpdateService", |call, given| service_changes::update(call, &decode(given)?)),
    ("UpdateServicePrimaryTaskSet", |call, given| task_sets::promote(call, &decode(given)?)),
    ("UpdateTaskSet", |call, given| task_sets::update(call, &decode(given)?)),
];

/// The answer to any other operation.
#[must_use]
pub fn unknown(operation: &str) -> ApiError {
    ApiError::new("UnknownOperationException", format!("The operation {operation} is not known."))
}
