//! CloudWatch: alarms, and the numbers of the traffic. The same operations for both of its protocols.

mod alarm_history;
mod alarm_list;
mod alarm_settings;
mod alarm_states;
mod alarm_types;
mod composite_alarms;
mod data;
mod expression;
mod metric_alarms;
mod parameters;
mod published;
mod series;

use crate::services::call::Operation;
use crate::wire::error::ApiError;
use parameters::decode;

/// The operations that are modelled.
pub const OPERATIONS: &[Operation] = &[
    ("DescribeAlarmHistory", |call, given| alarm_history::describe(call, &decode(given)?)),
    ("DescribeAlarms", |call, given| alarm_list::describe(call, &decode(given)?)),
    ("GetMetricData", |call, given| data::get(call, &decode(given)?)),
    ("PutCompositeAlarm", |call, given| composite_alarms::put(call, decode(given)?)),
    ("PutMetricAlarm", |call, given| metric_alarms::put(call, decode(given)?)),
    ("PutMetricData", |call, given| published::put(call, decode(given)?)),
    ("SetAlarmState", |call, given| alarm_states::set(call, decode(given)?)),
];

/// The answer to any other operation.
#[must_use]
pub fn unknown(operation: &str) -> ApiError {
    ApiError::new("UnknownOperationException", format!("The operation {operation} is not known in this simulation."))
}
