//! A task definition, as `aws ecs describe-task-definition` prints it.

use serde_json::{Map, Value};
use thiserror::Error;

/// Why a text is no task definition.
#[derive(Debug, Error)]
pub enum Unreadable {
    /// It is no JSON.
    #[error("it is no JSON: give what aws ecs describe-task-definition --output json prints")]
    Json {
        /// Why.
        source: serde_json::Error,
    },
    /// It is something else.
    #[error(
        "it is no task definition: give what aws ecs describe-task-definition prints, with containerDefinitions in it"
    )]
    SomethingElse,
}

/// A task definition.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// Its name, such as `shop:42`.
    pub name: String,
    /// Its fields, but for its containers.
    pub fields: Map<String, Value>,
    /// Its containers by their names, in their order.
    pub containers: Vec<(String, Map<String, Value>)>,
}

impl Definition {
    /// Reads what the AWS CLI prints, or the definition alone.
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut value: Value = serde_json::from_str(text).map_err(|source| Unreadable::Json { source })?;
        if let Some(inner) = value.get_mut("taskDefinition").filter(|inner| inner.is_object()) {
            value = inner.take();
        }
        let Value::Object(mut fields) = value else { return Err(Unreadable::SomethingElse) };
        let Some(Value::Array(containers)) = fields.remove("containerDefinitions") else {
            return Err(Unreadable::SomethingElse);
        };
        let containers = containers.into_iter().map(|container| match container {
            Value::Object(fields) => Ok((text_of(&fields, "name"), fields)),
            _ => Err(Unreadable::SomethingElse),
        });
        let containers = containers.collect::<Result<Vec<_>, _>>()?;
        let family = text_of(&fields, "family");
        let revision = fields.get("revision").map(|revision| format!(":{revision}")).unwrap_or_default();
        Ok(Self { name: format!("{family}{revision}"), fields, containers })
    }

    /// The container of this name.
    #[must_use]
    pub fn container(&self, name: &str) -> Option<&Map<String, Value>> {
        self.containers.iter().find(|(known, _)| known == name).map(|(_, fields)| fields)
    }
}

fn text_of(fields: &Map<String, Value>, name: &str) -> String {
    fields.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}
