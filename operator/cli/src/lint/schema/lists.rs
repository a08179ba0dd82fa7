//! Lists whose items are told apart by a key.
//!
//! Source: k8s.io/apiextensions-apiserver, `pkg/apiserver/schema/listtype`.

use std::collections::BTreeMap;

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::JSONSchemaProps;
use serde_json::{Map, Value};

use crate::lint::fault::{Cause, Fault};
use crate::lint::go;
use crate::lint::kinds::{of_items, of_keys, property};
use crate::lint::path::Path;

/// Tells of items that are in a list a second time.
pub fn twice_in_lists(value: &Value, schema: &JSONSchemaProps, path: &Path, faults: &mut Vec<Fault>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if let Some(schema) = property(schema, name) {
                    twice_in_lists(value, schema, &path.field(name), faults);
                } else if let Some(schema) = of_keys(schema) {
                    twice_in_lists(value, schema, &path.key(name), faults);
                }
            }
        }
        Value::Array(items) => {
            let told: Option<Vec<Value>> = match schema.x_kubernetes_list_type.as_deref() {
                Some("map") => Some(items.iter().map(|item| key_of(item, schema)).collect()),
                Some("set") => Some(items.clone()),
                _ => None,
            };
            twice(&told.unwrap_or_default(), path, faults);
            let Some(schema) = of_items(schema) else { return };
            for (index, item) in items.iter().enumerate() {
                twice_in_lists(item, schema, &path.index(index), faults);
            }
        }
        _ => {}
    }
}

fn key_of(item: &Value, schema: &JSONSchemaProps) -> Value {
    let names = schema.x_kubernetes_list_map_keys.iter().flatten();
    let fields = names.filter_map(|name| Some((name.clone(), item.get(name)?.clone())));
    Value::Object(fields.collect::<Map<_, _>>())
}

/// The second time alone is told, and no third.
fn twice(items: &[Value], path: &Path, faults: &mut Vec<Fault>) {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for (index, item) in items.iter().enumerate() {
        let times = times.entry(item.to_string()).or_default();
        *times += 1;
        if *times == 2 {
            let message = format!("Duplicate value: {}", go::value(item));
            faults.push(Fault::new(&path.index(index), Cause::Duplicate, message));
        }
    }
}
