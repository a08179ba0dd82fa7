//! Moments in the trees that go out.

use serde_json::{Map, Value, json};

use crate::time::Moment;

/// A moment in a tree, for the protocols that mark one.
#[must_use]
pub fn timestamp(at: Moment) -> Value {
    json!({"$timestamp": at.epoch_seconds()})
}

/// The seconds of an object that [`timestamp`] made.
pub fn as_timestamp(fields: &Map<String, Value>) -> Option<f64> {
    fields.get("$timestamp").and_then(Value::as_f64)
}
