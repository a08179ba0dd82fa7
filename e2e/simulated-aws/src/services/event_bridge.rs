//! EventBridge, which keeps what is put.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::account::deliveries::Delivery;
use crate::services::call::{Call, Operation};
use crate::text::last_segment;
use crate::wire::error::ApiError;
use crate::wire::json as wire_json;

/// The operations that are modelled.
pub const OPERATIONS: &[Operation] = &[("PutEvents", put_events)];

/// The answer to any other operation.
#[must_use]
pub fn unknown(operation: &str) -> ApiError {
    ApiError::new("UnknownOperationException", format!("The operation {operation} is not known."))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct PutEvents {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Entry {
    source: Option<String>,
    detail_type: Option<String>,
    detail: Option<String>,
    event_bus_name: Option<String>,
    time: Option<f64>,
    #[serde(default)]
    resources: Vec<String>,
    trace_header: Option<String>,
}

fn put_events(call: &mut Call<'_>, parameters: &Value) -> Result<Value, ApiError> {
    let input: PutEvents =
        wire_json::decode(parameters).map_err(|error| ApiError { code: "ValidationException".to_owned(), ..error })?;
    if !(1..=10).contains(&input.entries.len()) {
        return Err(ApiError::new(
            "ValidationException",
            "1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and 10",
        ));
    }
    let results: Vec<Value> = input.entries.iter().map(|entry| put(call, entry)).collect();
    let failed = results.iter().filter(|result| result.get("ErrorCode").is_some()).count();
    Ok(json!({"FailedEntryCount": failed, "Entries": results}))
}

fn put(call: &mut Call<'_>, entry: &Entry) -> Value {
    let Call { region, deliveries, now, .. } = call;
    let refused = |code: &str, message: String| json!({"ErrorCode": code, "ErrorMessage": message});
    let missing = [("Source", &entry.source), ("DetailType", &entry.detail_type), ("Detail", &entry.detail)]
        .into_iter()
        .find_map(|(name, value)| value.as_ref().is_none_or(String::is_empty).then_some(name));
    if let Some(name) = missing {
        return refused(
            "InvalidArgument",
            format!("Parameter {name} is not valid. Reason: {name} is a required argument."),
        );
    }
    let Ok(detail @ Value::Object(_)) = serde_json::from_str::<Value>(entry.detail.as_deref().unwrap_or_default())
    else {
        return refused("MalformedDetail", "Detail is malformed.".to_owned());
    };
    let bus = last_segment(entry.event_bus_name.as_deref().unwrap_or("default"));
    if bus != "default" && !region.event_buses.contains(bus) {
        return refused("ResourceNotFoundException", format!("Event bus {bus} does not exist."));
    }
    let id = deliveries.identifier();
    deliveries.deliver(Delivery {
        at: *now,
        kind: "events",
        account: region.account.clone(),
        region: region.name.clone(),
        target: bus.to_owned(),
        content: json!({
            "eventId": id,
            "source": entry.source,
            "detailType": entry.detail_type,
            "detail": detail,
            "resources": entry.resources,
            "time": entry.time,
            "traceHeader": entry.trace_header,
        }),
    });
    json!({"EventId": id})
}
