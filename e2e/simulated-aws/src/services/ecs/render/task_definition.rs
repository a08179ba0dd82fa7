//! A task definition as the wire shows it.

use serde_json::{Value, json};

use crate::world::task_definitions::TaskDefinition;

/// A task definition.
pub fn task_definition(definition: &TaskDefinition) -> Value {
    let mut shown = definition.registered.clone();
    let compatibilities = match definition.registered.get("requiresCompatibilities") {
        Some(list) => list.clone(),
        None => json!(["EXTERNAL", "EC2"]),
    };
    let account = definition.arn.split(':').nth(4).unwrap_or_default();
    let facts = [
        ("taskDefinitionArn", json!(definition.arn)),
        ("family", json!(definition.family)),
        ("revision", json!(definition.revision)),
        ("status", json!(if definition.deregistered_at.is_none() { "ACTIVE" } else { "INACTIVE" })),
        ("compatibilities", compatibilities),
        ("registeredAt", json!(definition.registered_at.epoch_seconds())),
        ("registeredBy", json!(format!("arn:aws:iam::{account}:root"))),
        ("requiresAttributes", json!([])),
    ];
    shown.extend(facts.map(|(key, value)| (key.to_owned(), value)));
    if let Some(at) = definition.deregistered_at {
        shown.insert("deregisteredAt".to_owned(), json!(at.epoch_seconds()));
    }
    for empty in ["volumes", "placementConstraints"] {
        shown.entry(empty.to_owned()).or_insert_with(|| json!([]));
    }
    Value::Object(shown)
}
