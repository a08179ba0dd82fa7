//! What is told of two definitions.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Map, Value};

use super::definition::Definition;

/// Fields whose values are shown, of the task and of a container.
const SHOWN_OF_TASKS: [&str; 5] = ["cpu", "memory", "networkMode", "taskRoleArn", "executionRoleArn"];
const SHOWN_OF_CONTAINERS: [&str; 5] = ["image", "cpu", "memory", "memoryReservation", "essential"];

/// Fields that are told even where they are the same.
const ALWAYS: [&str; 3] = ["image", "cpu", "memory"];

/// Fields that differ between any two revisions, and say nothing of what runs.
const OF_REGISTERING: [&str; 8] = [
    "taskDefinitionArn",
    "family",
    "revision",
    "registeredAt",
    "registeredBy",
    "deregisteredAt",
    "compatibilities",
    "requiresAttributes",
];

/// A field, and what each of the two has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The container; nothing for a field of the task.
    pub container: Option<String>,
    /// The field, or what kind of name it is, such as `env PORT`.
    pub field: String,
    /// What the old one has; nothing where it has none.
    pub old: Option<String>,
    /// The same of the new one.
    pub new: Option<String>,
    /// Whether both are the same.
    pub same: bool,
}

/// What is told of the two: images and sizes always, all else where it differs.
#[must_use]
pub fn rows(old: &Definition, new: &Definition) -> Vec<Row> {
    let mut rows = of_fields(None, (&old.fields, &new.fields), &SHOWN_OF_TASKS);
    let mut names: Vec<&String> = new.containers.iter().map(|(name, _)| name).collect();
    names.extend(old.containers.iter().map(|(name, _)| name).filter(|name| new.container(name).is_none()));
    for name in names {
        match (old.container(name), new.container(name)) {
            (Some(old), Some(new)) => {
                rows.extend(of_fields(Some(name), (old, new), &SHOWN_OF_CONTAINERS));
                rows.extend(of_names(name, "env", (old, new), ("environment", "value")));
                rows.extend(of_names(name, "secret", (old, new), ("secrets", "valueFrom")));
            }
            (old, new) => {
                let image = |fields: Option<&Map<String, Value>>| fields.and_then(|fields| shown(fields.get("image")));
                rows.push(row(Some(name), "image", image(old), image(new), false));
            }
        }
    }
    rows
}

fn row(container: Option<&str>, field: &str, old: Option<String>, new: Option<String>, same: bool) -> Row {
    Row { container: container.map(str::to_owned), field: field.to_owned(), old, new, same }
}

fn of_fields(
    container: Option<&str>,
    (old, new): (&Map<String, Value>, &Map<String, Value>),
    values: &[&str],
) -> Vec<Row> {
    let mut rows = Vec::new();
    for field in values {
        let (old, new) = (old.get(*field), new.get(*field));
        let same = old == new;
        if !same || (ALWAYS.contains(field) && old.is_some()) {
            rows.push(row(container, field, shown(old), shown(new), same));
        }
    }
    let told_by_name = ["environment", "secrets", "name"];
    let others: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let others = others.into_iter().filter(|field| {
        !values.contains(&field.as_str())
            && !OF_REGISTERING.contains(&field.as_str())
            && !told_by_name.contains(&field.as_str())
    });
    for field in others.filter(|field| is_other(old.get(*field), new.get(*field))) {
        let is_there = |value: Option<&Value>| value.filter(|value| !is_empty(value)).map(|_| "set".to_owned());
        let (before, after) = (is_there(old.get(field)), is_there(new.get(field)));
        let after = if before.is_some() && after.is_some() { Some("set otherwise".to_owned()) } else { after };
        rows.push(row(container, field, before, after, false));
    }
    rows
}

/// Nothing and an empty list are the same: ECS prints the one for the other.
fn is_other(old: Option<&Value>, new: Option<&Value>) -> bool {
    old.filter(|value| !is_empty(value)) != new.filter(|value| !is_empty(value))
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

/// Names of variables or secrets that are not in both with the same value. What they have is not shown.
fn of_names(
    container: &str,
    what: &str,
    (old, new): (&Map<String, Value>, &Map<String, Value>),
    (field, value): (&str, &str),
) -> Vec<Row> {
    let by_name = |fields: &Map<String, Value>| -> BTreeMap<String, Value> {
        let items = fields.get(field).and_then(Value::as_array).into_iter().flatten();
        let pair = |item: &Value| Some((item.get("name")?.as_str()?.to_owned(), item.get(value)?.clone()));
        items.filter_map(pair).collect()
    };
    let (old, new) = (by_name(old), by_name(new));
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let differ = names.into_iter().filter(|name| old.get(*name) != new.get(*name));
    let set = |is_set: bool| is_set.then(|| "set".to_owned());
    differ
        .map(|name| {
            let (before, after) = (old.contains_key(name), new.contains_key(name));
            let after = if before && after { Some("set otherwise".to_owned()) } else { set(after) };
            row(Some(container), &format!("{what} {name}"), set(before), after, false)
        })
        .collect()
}

fn shown(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}
