//! `kubectl get`, as far as it goes: the columns of a custom resource definition, over objects. What it prints for an object
//! is held to a real kubectl by the end-to-end test `tables`, which uses this file too.

use jiff::Timestamp;
use serde_json::Value;

/// Spaces between two columns (kubectl, printers.GetNewTabWriter).
const PADDING: usize = 3;

/// Least width of a column, its padding included.
const LEAST: usize = 6;

/// Objects of one kind as `kubectl get` prints them beside other kinds: each name with its kind. `wide` as `-o wide`.
pub fn table(definition: &Value, objects: &[Value], wide: bool, now: Timestamp) -> String {
    let spec = &definition["spec"];
    let (kind, group) = (text(&spec["names"]["singular"]), text(&spec["group"]));
    let columns = columns(definition, wide);
    let header =
        std::iter::once("NAME".to_owned()).chain(columns.iter().map(|column| text(&column["name"]).to_uppercase()));
    let mut rows: Vec<Vec<String>> = vec![header.collect()];
    rows.extend(objects.iter().map(|object| {
        let full = format!("{kind}.{group}/{}", text(&object["metadata"]["name"]));
        std::iter::once(full).chain(columns.iter().map(|column| cell(column, object, now))).collect()
    }));
    align(&rows)
}

/// The cells of one object, in the order of the columns.
pub fn cells(definition: &Value, object: &Value, now: Timestamp) -> Vec<String> {
    columns(definition, false).iter().map(|column| cell(column, object, now)).collect()
}

fn columns(definition: &Value, wide: bool) -> Vec<Value> {
    let versions = definition["spec"]["versions"].as_array().into_iter().flatten();
    let all = versions.flat_map(|version| version["additionalPrinterColumns"].as_array().into_iter().flatten());
    all.filter(|column| wide || column["priority"].as_i64().unwrap_or(0) == 0).cloned().collect()
}

fn cell(column: &Value, object: &Value, now: Timestamp) -> String {
    match find(object, text(&column["jsonPath"])) {
        Value::Null => String::new(),
        Value::String(text) if column["type"] == "date" => age(text.parse().unwrap_or(now), now),
        Value::String(text) => text,
        other => other.to_string(),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The first thing at a path of dots and of filters such as `[?(@.type=='Ready')]`.
fn find(object: &Value, path: &str) -> Value {
    let mut at = object.clone();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(filter) = rest.strip_prefix("[?(@.") {
            let (condition, after) = filter.split_once(")]").unwrap_or_default();
            let (field, wanted) = condition.split_once("==").unwrap_or_default();
            let wanted = wanted.trim_matches('\'');
            let found = at.as_array().into_iter().flatten().find(|one| one[field] == wanted);
            (at, rest) = (found.cloned().unwrap_or_default(), after);
        } else if let Some(index) = rest.strip_prefix('[') {
            let (number, after) = index.split_once(']').unwrap_or_default();
            let number: usize = number.parse().unwrap_or_default();
            (at, rest) = (at.get(number).cloned().unwrap_or_default(), after);
        } else {
            let name = rest.strip_prefix('.').unwrap_or(rest);
            let end = name.find(['.', '[']).unwrap_or(name.len());
            (at, rest) = (at.get(&name[..end]).cloned().unwrap_or_default(), &name[end..]);
        }
    }
    at
}

/// An age as kubectl writes it (apimachinery, duration.HumanDuration), as far as tests get.
fn age(since: Timestamp, now: Timestamp) -> String {
    let seconds = now.duration_since(since).as_secs();
    match (seconds, seconds / 60, seconds / 3600) {
        (0..120, _, _) => format!("{seconds}s"),
        (_, minutes @ 0..10, _) if seconds % 60 != 0 => format!("{minutes}m{}s", seconds % 60),
        (_, minutes @ 0..180, _) => format!("{minutes}m"),
        (_, minutes, hours @ 0..8) if minutes % 60 != 0 => format!("{hours}h{}m", minutes % 60),
        (_, _, hours @ 0..48) => format!("{hours}h"),
        (_, _, hours) => format!("{}d", hours / 24),
    }
}

fn align(rows: &[Vec<String>]) -> String {
    let count = rows.first().map_or(0, Vec::len);
    let widest = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..count).map(|column| (widest(column) + PADDING).max(LEAST)).collect();
    let line = |row: &Vec<String>| {
        let padded: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        padded.concat().trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}
