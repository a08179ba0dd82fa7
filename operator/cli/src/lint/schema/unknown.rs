//! Fields that no schema names.
//!
//! Source: k8s.io/apiextensions-apiserver, `pkg/apiserver/schema/pruning`.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::JSONSchemaProps;
use serde_json::{Map, Value};

use crate::lint::fault::{Cause, Fault};
use crate::lint::kinds::{of_items, of_keys, property};
use crate::lint::path::Path;
use crate::names::meant;

/// Fields of every object.
const OF_EVERY_OBJECT: [&str; 3] = ["apiVersion", "kind", "metadata"];

/// Fields of `metadata`.
///
/// Source: Kubernetes API reference, ObjectMeta v1.
const OF_METADATA: [&str; 15] = [
    "annotations",
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "finalizers",
    "generateName",
    "generation",
    "labels",
    "managedFields",
    "name",
    "namespace",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// Takes what no schema names out of the object, and tells of it.
pub fn take_unknown(object: &mut Value, schema: &JSONSchemaProps, faults: &mut Vec<Fault>) {
    let Value::Object(fields) = object else { return };
    if let Some(Value::Object(metadata)) = fields.get_mut("metadata") {
        take(metadata, &Path::of(&["metadata"]), faults, |name| OF_METADATA.contains(&name), || OF_METADATA.to_vec());
    }
    take(
        fields,
        &Path::default(),
        faults,
        |name| property(schema, name).is_some() || OF_EVERY_OBJECT.contains(&name),
        || names(schema),
    );
    for (name, value) in fields {
        if let Some(schema) = property(schema, name).filter(|_| !OF_EVERY_OBJECT.contains(&name.as_str())) {
            descend(value, Some(schema), &Path::default().field(name), faults);
        }
    }
}

/// Where nothing says what a value is, every field in it is unknown.
fn descend(value: &mut Value, schema: Option<&JSONSchemaProps>, path: &Path, faults: &mut Vec<Fault>) {
    match (value, schema) {
        (Value::Object(fields), Some(schema)) => {
            let keeps = schema.x_kubernetes_preserve_unknown_fields == Some(true);
            if !keeps && schema.additional_properties.is_none() {
                take(fields, path, faults, |name| property(schema, name).is_some(), || names(schema));
            }
            for (name, value) in fields {
                if let Some(schema) = property(schema, name) {
                    descend(value, Some(schema), &path.field(name), faults);
                } else if schema.additional_properties.is_some() {
                    descend(value, of_keys(schema), &path.key(name), faults);
                }
            }
        }
        (Value::Object(fields), None) => take(fields, path, faults, |_| false, Vec::new),
        (Value::Array(items), schema) => {
            let keeps = schema.is_some_and(|schema| schema.x_kubernetes_preserve_unknown_fields == Some(true));
            let schema = schema.and_then(of_items);
            for (index, item) in items.iter_mut().enumerate().filter(|_| !keeps || schema.is_some()) {
                descend(item, schema, &path.index(index), faults);
            }
        }
        _ => {}
    }
}

fn take<'a>(
    fields: &mut Map<String, Value>,
    path: &Path,
    faults: &mut Vec<Fault>,
    is_known: impl Fn(&str) -> bool,
    known: impl Fn() -> Vec<&'a str>,
) {
    let unknown: Vec<String> = fields.keys().filter(|name| !is_known(name)).cloned().collect();
    for (index, name) in unknown.into_iter().enumerate() {
        fields.remove(&name);
        let path = path.field(&name);
        let message = format!("unknown field \"{}\"", path.dotted());
        let mut fault = Fault::new(&path, Cause::UnknownField, message);
        // Of very many, the first ones are enough to see what is the matter.
        fault.hint =
            (index < 20).then(|| meant(&name, known())).flatten().map(|meant| format!("did you mean {meant}?"));
        faults.push(fault);
    }
}

fn names(schema: &JSONSchemaProps) -> Vec<&str> {
    schema.properties.iter().flatten().map(|(name, _)| name.as_str()).collect()
}
