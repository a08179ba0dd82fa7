//! CloudWatch: alarms, and the numbers of the traffic. The same operations for both of its protocols.

pub(crate) mod alarms;
mod data;
mod expression;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::time::Moment;
use crate::wire::ApiError;
use crate::world::Region;
use crate::world::alarms::Metric;

/// The operations that are modelled.
pub const OPERATIONS: [&str; 4] = ["DescribeAlarms", "GetMetricData", "PutMetricAlarm", "SetAlarmState"];

/// What an operation works on.
pub struct Call<'a> {
    /// The region the request was signed for.
    pub region: &'a mut Region,
    /// The moment of the request.
    pub now: Moment,
}

/// Runs an operation.
pub fn dispatch(call: &mut Call<'_>, operation: &str, parameters: &Value) -> Result<Value, ApiError> {
    match operation {
        "DescribeAlarms" => alarms::describe(call, &decode(parameters)?),
        "PutMetricAlarm" => alarms::put(call, decode(parameters)?),
        "SetAlarmState" => alarms::set(call, decode(parameters)?),
        "GetMetricData" => data::get(call, &decode(parameters)?),
        _ => Err(ApiError::new(
            "UnknownOperationException",
            format!("The operation {operation} is not known in this simulation."),
        )),
    }
}

/// Parameters as a type; a parameter that the type does not know is refused, never ignored.
fn decode<T: DeserializeOwned>(parameters: &Value) -> Result<T, ApiError> {
    T::deserialize(parameters).map_err(|error| {
        let error = ApiError::undecodable("ValidationError", &error);
        // What the model does not allow fails validation; what only this simulation does not know is a bad value.
        if error.unmodelled.is_some() { ApiError { code: "InvalidParameterValue".to_owned(), ..error } } else { error }
    })
}

fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidParameterValue", message)
}

/// The answer to a value that the model's constraints do not allow.
fn constrained(message: &str) -> ApiError {
    ApiError::validation(format!("1 validation error detected: {message}"))
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Dimension {
    name: String,
    value: String,
}

fn metric(namespace: String, name: String, dimensions: Vec<Dimension>) -> Metric {
    let dimensions: BTreeMap<String, String> =
        dimensions.into_iter().map(|dimension| (dimension.name, dimension.value)).collect();
    Metric { namespace, name, dimensions }
}

fn is_statistic(name: &str) -> bool {
    ["SampleCount", "Average", "Sum", "Minimum", "Maximum"].contains(&name) || is_percentile(name)
}

fn is_percentile(name: &str) -> bool {
    name.strip_prefix('p')
        .and_then(|number| number.parse::<f64>().ok())
        .is_some_and(|number| (0.0..=100.0).contains(&number))
}

/// A period is 10, 20 or 30 seconds, or whole minutes.
fn is_period(seconds: u32) -> bool {
    matches!(seconds, 10 | 20 | 30) || (seconds >= 60 && seconds.is_multiple_of(60))
}

/// The number of items before a page.
fn before(token: Option<&str>) -> Result<usize, ApiError> {
    let Some(token) = token else { return Ok(0) };
    let number = token.strip_prefix("after-").and_then(|number| number.parse().ok());
    number.ok_or_else(|| ApiError::new("InvalidNextToken", "The next token is invalid."))
}
