//! Hooks, as a manifest has them.

use serde_json::{Value, to_value};
use sluice_api::{Arn, Hook};

use super::allowed::Allowed;
use super::counterpart;
use super::finding::Findings;
use super::locale::Locale;
use super::node::{Map, Node};

/// What AppSpec hooks are called where they are in an AppSpec.
const OF_APP_SPEC: &str = "appspec-";

/// A hook as a manifest has it.
#[must_use]
pub fn manifest(hook: &Hook) -> Map {
    let mut made = Map::new()
        .with("name", hook.name.strip_prefix(OF_APP_SPEC).unwrap_or(&hook.name))
        .with("event", hook.on.to_string());
    if let Some(lambda) = &hook.lambda {
        let mut function = Map::new().with("function", lambda.function.as_str());
        if let Some(qualifier) = &lambda.qualifier {
            function.put("qualifier", qualifier.as_str());
        }
        if let Some(payload) = &lambda.payload {
            function.put("payload", Node::from(to_value(payload).unwrap_or(Value::Null)));
        }
        made.put("lambda", function);
    }
    made.put("timeout", hook.timeout.to_string());
    made
}

/// Admits the functions of hooks, and tells of one that is of another account or region.
pub fn allow(hooks: &[Hook], locale: &Locale, findings: &mut Findings, allowed: &mut Allowed) {
    for lambda in hooks.iter().filter_map(|hook| hook.lambda.as_ref()) {
        let arn = Arn::parse(&lambda.function).ok();
        if arn.is_some_and(|arn| arn.account != locale.account || arn.region != locale.region) {
            findings.tell(&counterpart::FOREIGN_FUNCTION, lambda.function.as_str());
        }
        allowed.functions.insert(lambda.name().to_owned());
    }
}
