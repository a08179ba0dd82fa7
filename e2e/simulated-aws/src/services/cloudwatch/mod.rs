//! CloudWatch: alarms, and the numbers of the traffic. The same operations for both of its protocols.

mod alarms;
mod data;
mod expression;
mod parameters;
mod series;

pub use alarms::unchecked;

use crate::services::call::Operation;
use crate::wire::error::ApiError;
use parameters::decode;

/// The operations that are modelled.
pub const OPERATIONS: &[Operation] = &[
    ("DescribeAlarms", |call, given| alarms::describe(call, &decode(given)?)),
    ("GetMetricData", |call, given| data::get(call, &decode(given)?)),
    ("PutMetricAlarm", |call, given| alarms::put(call, decode(given)?)),
    ("SetAlarmState", |call, given| alarms::set(call, decode(given)?)),
];

/// The answer to any other operation.
#[must_use]
pub fn unknown(operation: &str) -> ApiError {
    ApiError::new("UnknownOperationException", format!("The operation {operation} is not known in this simulation."))
}
