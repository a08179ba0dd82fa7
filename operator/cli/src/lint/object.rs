//! An object of ours, held to its definition as the API server holds one that is created.
//!
//! Source: k8s.io/apiextensions-apiserver, `pkg/registry/customresource/strategy.go`.

use serde_json::{Map, Value, json};

use crate::lint::fault::{Cause, Fault};
use crate::lint::kinds::DefinedKind;
use crate::lint::path::Path;
use crate::lint::rules::Rules;
use crate::lint::schema::{check_metadata, check_values, fill_in, take_unknown, twice_in_lists};

/// Letters that the API server appends to `generateName`.
const GENERATED: &str = "xxxxx";

/// What the API server says of an object, and the object as it would be kept. Unlike there, an unknown field keeps nothing
/// else from being told.
#[must_use]
pub fn check(kind: &DefinedKind, object: Value, rules: &Rules) -> (Value, Vec<Fault>) {
    let (mut object, schema, root) = (object, &kind.schema, Path::default());
    let mut faults = Vec::new();
    take_unknown(&mut object, schema, &mut faults);
    if kind.status_apart
        && let Value::Object(fields) = &mut object
    {
        fields.remove("status");
    }
    fill_in(&mut object, schema);
    if let Value::Object(fields) = &mut object {
        check_metadata(fields, &mut faults);
        name_it(fields);
    }
    check_values(&object, schema, &root, &mut faults);
    twice_in_lists(&object, schema, &root, &mut faults);
    if faults.iter().any(|fault| fault.cause.stops_rules()) {
        let message = "Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation";
        faults.push(Fault::new(&root, Cause::RulesNotAsked, message));
    } else {
        rules.ask(&seen_by_rules(&object), &kind.for_rules, &root, &mut faults);
    }
    (object, faults)
}

fn name_it(object: &mut Map<String, Value>) {
    let Some(Value::Object(metadata)) = object.get_mut("metadata") else { return };
    let text = |field: &str| metadata.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (name, prefix) = (text("name"), text("generateName"));
    if name.is_empty() && !prefix.is_empty() {
        metadata.insert("name".to_owned(), format!("{prefix}{GENERATED}").into());
    }
}

/// Of `metadata` rules see the name alone.
fn seen_by_rules(object: &Value) -> Value {
    let mut seen = object.clone();
    if let Value::Object(fields) = &mut seen {
        let name = object.pointer("/metadata/name").cloned().unwrap_or_default();
        fields.insert("metadata".to_owned(), json!({"name": name}));
    }
    seen
}
