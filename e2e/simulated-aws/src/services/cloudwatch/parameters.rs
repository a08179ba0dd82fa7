//! What CloudWatch's operations have in common: how parameters are read, and what is wrong with them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::time::Moment;
use crate::wire::error::ApiError;
use crate::world::alarms::Metric;

/// Parameters as a type; a parameter that the type does not know is refused, never ignored.
pub fn decode<T: DeserializeOwned>(parameters: &Value) -> Result<T, ApiError> {
    T::deserialize(parameters).map_err(|error| {
        let error = ApiError::undecodable("ValidationError", &error);
        // What the model does not allow fails validation; what only this simulation does not know is a bad value.
        if error.unmodelled.is_some() { ApiError { code: "InvalidParameterValue".to_owned(), ..error } } else { error }
    })
}

pub fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidParameterValue", message)
}

/// The answer to a value that the model's constraints do not allow.
pub fn constrained(message: &str) -> ApiError {
    ApiError::validation(format!("1 validation error detected: {message}"))
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Dimension {
    pub name: String,
    pub value: String,
}

pub fn metric(namespace: String, name: String, dimensions: Vec<Dimension>) -> Metric {
    let dimensions: BTreeMap<String, String> =
        dimensions.into_iter().map(|dimension| (dimension.name, dimension.value)).collect();
    Metric { namespace, name, dimensions }
}

pub fn is_statistic(name: &str) -> bool {
    ["SampleCount", "Average", "Sum", "Minimum", "Maximum"].contains(&name) || is_percentile(name)
}

pub fn is_percentile(name: &str) -> bool {
    name.strip_prefix('p')
        .and_then(|number| number.parse::<f64>().ok())
        .is_some_and(|number| (0.0..=100.0).contains(&number))
}

/// A period is 10, 20 or 30 seconds, or whole minutes.
pub fn is_period(seconds: u32) -> bool {
    matches!(seconds, 10 | 20 | 30) || (seconds >= 60 && seconds.is_multiple_of(60))
}

/// The number of items before a page.
pub fn before(token: Option<&str>) -> Result<usize, ApiError> {
    let Some(token) = token else { return Ok(0) };
    let number = token.strip_prefix("after-").and_then(|number| number.parse().ok());
    number.ok_or_else(|| ApiError::new("InvalidNextToken", "The next token is invalid."))
}

/// A moment out of seconds since the epoch.
#[expect(clippy::cast_possible_truncation, reason = "seconds since the epoch times a thousand fit into an i64")]
pub fn moment(seconds: f64) -> Moment {
    Moment::from_millis((seconds * 1000.0) as i64)
}
