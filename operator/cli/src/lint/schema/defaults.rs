//! What the API server makes of an object before it looks at it: nothing where nothing may stand is taken away, and defaults
//! are filled in.
//!
//! Source: k8s.io/apiextensions-apiserver, `pkg/apiserver/schema/defaulting`.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::JSONSchemaProps;
use serde_json::Value;

use crate::lint::kinds::{of_items, of_keys, property};

/// Takes away what is null and may not be, and fills in defaults.
pub fn fill_in(value: &mut Value, schema: &JSONSchemaProps) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, value| {
                let schema = property(schema, name).or_else(|| of_keys(schema));
                !schema.is_some_and(|schema| is_taken_away(value, schema))
            });
            for (name, schema) in schema.properties.iter().flatten() {
                let Some(default) = &schema.default else { continue };
                if fields.get(name).is_none_or(|value| value.is_null() && !is_nullable(schema)) {
                    fields.insert(name.clone(), default.0.clone());
                }
            }
            for (name, value) in fields {
                if let Some(schema) = property(schema, name).or_else(|| of_keys(schema)) {
                    fill_in(value, schema);
                }
            }
        }
        Value::Array(items) => {
            let Some(schema) = of_items(schema) else { return };
            for item in items {
                fill_in(item, schema);
            }
        }
        _ => {}
    }
}

fn is_taken_away(value: &Value, schema: &JSONSchemaProps) -> bool {
    value.is_null() && !is_nullable(schema) && schema.default.is_none()
}

fn is_nullable(schema: &JSONSchemaProps) -> bool {
    schema.nullable == Some(true)
}
