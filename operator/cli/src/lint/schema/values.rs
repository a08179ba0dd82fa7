//! Types, bounds, words and fields that have to be there.
//!
//! Source: k8s.io/kube-openapi, `pkg/validation/validate` and `pkg/validation/errors`, and k8s.io/apiextensions-apiserver,
//! `pkg/apiserver/validation`: what of them our definitions use, which a test holds them to.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{JSONSchemaProps, JSONSchemaPropsOrBool};
use serde_json::{Map, Value};

use crate::lint::fault::{Cause, Fault};
use crate::lint::go;
use crate::lint::kinds::{of_items, of_keys, property};
use crate::lint::path::Path;

/// Holds a value to its schema.
pub fn check_values(value: &Value, schema: &JSONSchemaProps, path: &Path, faults: &mut Vec<Fault>) {
    if let Some(fault) = of_another_type(value, schema, path) {
        faults.push(fault);
    }
    match value {
        Value::String(text) => faults.extend(length(text, schema, path)),
        Value::Number(_) => faults.extend(bounds(value, schema, path)),
        Value::Array(items) => list(items, schema, path, faults),
        _ => {}
    }
    faults.extend(word(value, schema, path));
    if let Value::Object(fields) = value {
        object(fields, schema, path, faults);
    }
}

/// The types that a schema allows.
fn types(schema: &JSONSchemaProps) -> Vec<&str> {
    if schema.x_kubernetes_int_or_string == Some(true) {
        return vec!["integer", "string"];
    }
    schema.type_.as_deref().into_iter().collect()
}

/// The type of a value, and its format, where it has one.
fn type_of(value: &Value) -> (&'static str, &'static str) {
    match value {
        Value::Null => ("null", ""),
        Value::Bool(_) => ("boolean", ""),
        Value::Number(number) if number.is_i64() => ("integer", "int64"),
        Value::Number(_) => ("number", "float64"),
        Value::String(_) => ("string", ""),
        Value::Array(_) => ("array", ""),
        Value::Object(_) => ("object", ""),
    }
}

fn of_another_type(value: &Value, schema: &JSONSchemaProps, path: &Path) -> Option<Fault> {
    let (types, (found, format)) = (types(schema), type_of(value));
    if types.is_empty() || types.contains(&found) || (found == "integer" && types.contains(&"number")) {
        return None;
    }
    if value.is_null() && schema.nullable == Some(true) {
        return None;
    }
    let wanted = schema.format.as_deref().filter(|_| !matches!(found, "string" | "array" | "null"));
    let (wanted, found) = wanted.map_or_else(|| (types.join(","), found), |wanted| (wanted.to_owned(), format));
    let message = format!("Invalid value: {found:?}: {} in body must be of type {wanted}: {found:?}", path.dotted());
    Some(Fault::new(path, Cause::TypeInvalid, message))
}

fn length(text: &str, schema: &JSONSchemaProps, path: &Path) -> Option<Fault> {
    let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    if let Some(most) = schema.max_length.filter(|most| length > *most) {
        let bytes = if most == 1 { "byte" } else { "bytes" };
        return Some(Fault::new(path, Cause::TooLong, format!("Too long: may not be more than {most} {bytes}")));
    }
    let least = schema.min_length.filter(|least| length < *least)?;
    let detail = format!("{} in body should be at least {least} chars long", path.dotted());
    Some(Fault::invalid(path, &go::quoted(text), &detail))
}

fn bounds(value: &Value, schema: &JSONSchemaProps, path: &Path) -> Vec<Fault> {
    let mut faults = Vec::new();
    let number = value.as_f64().unwrap_or(f64::NAN);
    let fits = |number: i64| schema.format.as_deref() != Some("int32") || i32::try_from(number).is_ok();
    let is_integer = types(schema) == ["integer"];
    if is_integer && !value.as_i64().is_some_and(fits) {
        let format = schema
            .format
            .as_deref()
            .map_or_else(|| "(default format)".to_owned(), |name| format!("with format {name}"));
        // It is told of no field.
        let detail = format!("Checked value must be of type integer {format} in {}", path.dotted());
        faults.push(Fault::invalid(&Path::default(), "\"\"", &detail));
    }
    if let Some(most) = schema.maximum.filter(|most| number > *most) {
        let detail = format!("{} in body should be less than or equal to {most}", path.dotted());
        faults.push(Fault::invalid(path, &go::value(value), &detail));
    }
    if let Some(least) = schema.minimum.filter(|least| number < *least) {
        let detail = format!("{} in body should be greater than or equal to {least}", path.dotted());
        faults.push(Fault::invalid(path, &go::value(value), &detail));
    }
    faults
}

fn list(items: &[Value], schema: &JSONSchemaProps, path: &Path, faults: &mut Vec<Fault>) {
    if let Some(schema) = of_items(schema) {
        for (index, item) in items.iter().enumerate() {
            check_values(item, schema, &path.index(index), faults);
        }
    }
    let count = i64::try_from(items.len()).unwrap_or(i64::MAX);
    if let Some(least) = schema.min_items.filter(|least| count < *least) {
        let detail = format!("{} in body should have at least {least} items", path.dotted());
        faults.push(Fault::invalid(path, &count.to_string(), &detail));
    }
    faults.extend(too_many(count, schema.max_items, path));
}

fn too_many(count: i64, most: Option<i64>, path: &Path) -> Option<Fault> {
    let most = most.filter(|most| count > *most)?;
    let items = if most == 1 { "item" } else { "items" };
    Some(Fault::new(path, Cause::TooMany, format!("Too many: {count}: must have at most {most} {items}")))
}

/// Whether it is one of the words that there are.
fn word(value: &Value, schema: &JSONSchemaProps, path: &Path) -> Option<Fault> {
    let words = schema.enum_.as_ref().filter(|words| !words.is_empty())?;
    if !value.is_null() && words.iter().any(|word| word.0 == *value) {
        return None;
    }
    let words: Vec<String> = words.iter().map(|word| go::quoted(&bare(&word.0))).collect();
    let message = format!("Unsupported value: {}: supported values: {}", go::value(value), words.join(", "));
    Some(Fault::new(path, Cause::NotSupported, message))
}

fn bare(word: &Value) -> String {
    word.as_str().map_or_else(|| go::json(word), str::to_owned)
}

fn object(fields: &Map<String, Value>, schema: &JSONSchemaProps, path: &Path, faults: &mut Vec<Fault>) {
    let count = i64::try_from(fields.len()).unwrap_or(i64::MAX);
    if let Some(least) = schema.min_properties.filter(|least| count < *least) {
        let detail = format!("{} in body should have at least {least} properties", path.dotted());
        faults.push(Fault::invalid(path, &count.to_string(), &detail));
    }
    faults.extend(too_many(count, schema.max_properties, path));
    for (name, value) in fields {
        // Here a key is told as a field is.
        if let Some(schema) = property(schema, name).or_else(|| of_keys(schema)) {
            check_values(value, schema, &path.field(name), faults);
        } else if schema.additional_properties == Some(JSONSchemaPropsOrBool::Bool(false)) {
            let detail = format!("{} in body is a forbidden property", path.field(name).dotted());
            faults.push(Fault::invalid(path, &go::quoted(name), &detail));
        }
    }
    for name in schema.required.iter().flatten().filter(|name| !fields.contains_key(*name)) {
        faults.push(Fault::new(&path.field(name), Cause::Required, "Required value"));
    }
}
