//! From JSON to the values of CEL.
//!
//! Source: k8s.io/apiserver, `pkg/cel/common`, `UnstructuredToVal`.

use std::collections::HashMap;

use cel::common::types::{CelBool, CelDouble, CelInt, CelList, CelMap, CelMapKey, CelNull, CelString};
use cel::common::value::Val;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::JSONSchemaProps;
use serde_json::Value;

use crate::lint::kinds::{of_items, of_keys, property};

/// The value as rules see it: without what no schema names, and without fields that are nothing.
pub(super) fn of_schema<'v>(value: &'v Value, schema: &JSONSchemaProps) -> Box<dyn Val + 'v> {
    match value {
        Value::Null => Box::new(CelNull),
        Value::Bool(truth) => Box::new(CelBool::from(*truth)),
        Value::Number(number) => match number.as_i64().filter(|_| schema.type_.as_deref() != Some("number")) {
            Some(number) => Box::new(CelInt::from(number)),
            None => Box::new(CelDouble::from(number.as_f64().unwrap_or(f64::NAN))),
        },
        Value::String(text) => Box::new(CelString::from(text.as_str())),
        Value::Array(items) => {
            let nothing = JSONSchemaProps::default();
            let schema = of_items(schema).unwrap_or(&nothing);
            Box::new(CelList::from(items.iter().map(|item| of_schema(item, schema)).collect::<Vec<_>>()))
        }
        Value::Object(fields) => {
            let mut known: HashMap<CelMapKey<'v>, Box<dyn Val + 'v>> = HashMap::new();
            for (name, value) in fields {
                let named = property(schema, name).filter(|_| !value.is_null());
                if let Some(schema) = named.or_else(|| of_keys(schema)) {
                    known.insert(CelMapKey::from(name.as_str()), of_schema(value, schema));
                }
            }
            Box::new(CelMap::from(known))
        }
    }
}
