//! A request, decoded as far as its protocol goes.

use serde_json::Value;

use super::message::Protocol;
use super::query::{ELBV2_VERSION, Form, SNS_VERSION, STS_VERSION};
use crate::service::Service;

/// A request, decoded as far as its protocol goes.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// The service.
    pub service: Service,
    /// How it is spoken to.
    pub protocol: Protocol,
    /// Operation and parameters; the version tells the XML namespace.
    pub form: Form,
}

impl Decoded {
    /// A request to a service; the version is empty.
    #[must_use]
    pub fn new(service: Service, protocol: Protocol, action: &str, parameters: Value) -> Self {
        Self { service, protocol, form: Form { action: action.to_owned(), version: String::new(), parameters } }
    }

    /// A call that a scenario's script makes: its parameters are a tree as the service's own protocol would give.
    #[must_use]
    pub fn scripted(service: Service, operation: &str, parameters: Value) -> Self {
        let (protocol, version) = match service {
            Service::Ecs | Service::Events | Service::Ecr => (Protocol::Json, ""),
            Service::Cloudwatch => (Protocol::Json10, ""),
            Service::Lambda => (Protocol::Rest, ""),
            Service::Elbv2 => (Protocol::Query, ELBV2_VERSION),
            Service::Sts => (Protocol::Query, STS_VERSION),
            Service::Sns => (Protocol::Query, SNS_VERSION),
        };
        let parameters = if protocol.is_query() { as_text(parameters) } else { parameters };
        let mut decoded = Self::new(service, protocol, operation, parameters);
        version.clone_into(&mut decoded.form.version);
        decoded
    }

    /// Whether it can change anything.
    #[must_use]
    pub fn is_write(&self) -> bool {
        let is_dry = self.form.parameters["InvocationType"] == "DryRun";
        !is_dry && !["Describe", "List", "Get", "AssumeRole"].iter().any(|prefix| self.form.action.starts_with(prefix))
    }
}

/// Every leaf as text, which is how a form carries it.
fn as_text(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::String(number.to_string()),
        Value::Bool(boolean) => Value::String(boolean.to_string()),
        Value::Array(items) => items.into_iter().map(as_text).collect(),
        Value::Object(fields) => Value::Object(fields.into_iter().map(|(key, value)| (key, as_text(value))).collect()),
        other => other,
    }
}
