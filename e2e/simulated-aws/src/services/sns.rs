//! SNS, which keeps what is published.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::account::deliveries::Delivery;
use crate::services::call::{Call, Operation};
use crate::wire::error::ApiError;
use crate::wire::query;

/// The operations that are modelled.
pub const OPERATIONS: &[Operation] = &[("Publish", publish)];

/// The answer to any other operation.
#[must_use]
pub fn unknown(operation: &str) -> ApiError {
    ApiError::new("InvalidAction", format!("Could not find operation {operation} for version 2010-03-31"))
}

/// The largest message.
const LARGEST: usize = 256 * 1024;

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

fn publish(call: &mut Call<'_>, parameters: &Value) -> Result<Value, ApiError> {
    let Call { region, deliveries, now, .. } = call;
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
    let id = deliveries.identifier();
    deliveries.deliver(Delivery {
        at: *now,
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
