//! SNS and EventBridge, which keep what they are given, and the invocations of Lambda functions.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::random::Random;
use crate::time::Moment;
use crate::wire::{ApiError, json as wire_json, query};
use crate::world::{Region, last_segment};

/// The operations of SNS that are modelled.
pub const SNS_OPERATIONS: [&str; 1] = ["Publish"];
/// The operations of EventBridge that are modelled.
pub const EVENTS_OPERATIONS: [&str; 1] = ["PutEvents"];

/// How many deliveries are kept.
const CAPACITY: usize = 10_000;
/// The largest message, and the largest batch of events.
const LARGEST: usize = 256 * 1024;

/// Something that was published, put or invoked.
#[derive(Clone, Debug, Serialize)]
pub struct Delivery {
    /// When.
    pub at: Moment,
    /// `sns`, `events` or `lambda`.
    pub kind: &'static str,
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// The topic, bus or function.
    pub target: String,
    /// What.
    pub content: Value,
}

/// All deliveries, oldest first, the oldest dropped once there are too many.
#[derive(Clone, Debug)]
pub struct Sinks {
    deliveries: VecDeque<Delivery>,
    total: u64,
    identifiers: Random,
}

impl Sinks {
    /// None yet.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { deliveries: VecDeque::new(), total: 0, identifiers: Random::new(seed ^ 0x51_4b5) }
    }

    /// Keeps one.
    pub fn deliver(&mut self, delivery: Delivery) {
        self.total += 1;
        if self.deliveries.len() == CAPACITY {
            self.deliveries.pop_front();
        }
        self.deliveries.push_back(delivery);
    }

    /// Them all, and how many there ever were.
    #[must_use]
    pub fn show(&self) -> Value {
        json!({"total": self.total, "deliveries": self.deliveries})
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Publish {
    topic_arn: Option<String>,
    target_arn: Option<String>,
    message: String,
    subject: Option<String>,
    message_structure: Option<String>,
    #[serde(default)]
    message_attributes: BTreeMap<String, Value>,
    message_group_id: Option<String>,
    message_deduplication_id: Option<String>,
}

/// Runs an operation of SNS.
pub fn sns(
    region: &Region,
    sinks: &mut Sinks,
    operation: &str,
    parameters: &Value,
    now: Moment,
) -> Result<Value, ApiError> {
    if operation != "Publish" {
        return Err(ApiError::new(
            "InvalidAction",
            format!("Could not find operation {operation} for version 2010-03-31"),
        ));
    }
    let input: Publish =
        query::decode(parameters).map_err(|error| ApiError { code: "InvalidParameter".to_owned(), ..error })?;
    let invalid = |message: &str| ApiError::new("InvalidParameter", format!("Invalid parameter: {message}"));
    let arn = input.topic_arn.or(input.target_arn).ok_or_else(|| invalid("TopicArn or TargetArn Reason: no value"))?;
    let here = format!("arn:aws:sns:{}:{}:", region.name, region.account);
    let name = arn.strip_prefix(&here).ok_or_else(|| invalid(&format!("TopicArn Reason: {arn} is not of {here}")))?;
    if !region.topics.is_empty() && !region.topics.contains(name) {
        return Err(ApiError::new("NotFound", "Topic does not exist").with_status(404));
    }
    if input.message.is_empty() {
        return Err(invalid("Empty message"));
    }
    if input.message.len() > LARGEST {
        return Err(invalid("Message too long"));
    }
    if input.subject.as_ref().is_some_and(|subject| subject.len() > 100 || subject.contains('\n')) {
        return Err(invalid("Subject"));
    }
    let id = sinks.identifiers.uuid();
    sinks.deliver(Delivery {
        at: now,
        kind: "sns",
        account: region.account.clone(),
        region: region.name.clone(),
        target: arn,
        content: json!({
            "messageId": id,
            "message": input.message,
            "subject": input.subject,
            "messageStructure": input.message_structure,
            "messageAttributes": input.message_attributes,
            "messageGroupId": input.message_group_id,
            "messageDeduplicationId": input.message_deduplication_id,
        }),
    });
    Ok(json!({"MessageId": id}))
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

/// Runs an operation of EventBridge.
pub fn events(
    region: &Region,
    sinks: &mut Sinks,
    operation: &str,
    parameters: &Value,
    now: Moment,
) -> Result<Value, ApiError> {
    if operation != "PutEvents" {
        return Err(ApiError::new("UnknownOperationException", format!("The operation {operation} is not known.")));
    }
    let input: PutEvents =
        wire_json::decode(parameters).map_err(|error| ApiError { code: "ValidationException".to_owned(), ..error })?;
    if !(1..=10).contains(&input.entries.len()) {
        return Err(ApiError::new(
            "ValidationException",
            "1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and 10",
        ));
    }
    let results: Vec<Value> = input.entries.iter().map(|entry| put(region, sinks, entry, now)).collect();
    let failed = results.iter().filter(|result| result.get("ErrorCode").is_some()).count();
    Ok(json!({"FailedEntryCount": failed, "Entries": results}))
}

fn put(region: &Region, sinks: &mut Sinks, entry: &Entry, now: Moment) -> Value {
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
    let id = sinks.identifiers.uuid();
    sinks.deliver(Delivery {
        at: now,
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
