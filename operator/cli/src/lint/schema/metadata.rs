//! Names, labels and annotations.
//!
//! Source: k8s.io/apimachinery, `pkg/api/validation` and `pkg/api/validate/content`.

use serde_json::{Map, Value};

use crate::lint::fault::{Cause, Fault};
use crate::lint::go;
use crate::lint::path::{Path, Segment};

const LABEL: &str = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const SUBDOMAIN: &str = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
const KEY: &str = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const MARKS: &str = "alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

/// Most bytes of all annotations.
const ANNOTATIONS: usize = 256 * 1024;

/// Holds `metadata` to what is asked of every object.
pub fn check_metadata(object: &Map<String, Value>, faults: &mut Vec<Fault>) {
    let path = Path::of(&["metadata"]);
    let nothing = Map::new();
    let metadata = match object.get("metadata") {
        None | Some(Value::Null) => &nothing,
        Some(Value::Object(metadata)) => metadata,
        Some(_) => {
            faults.push(Fault::new(&path, Cause::TypeInvalid, "must be an object, such as {name: prod}"));
            return;
        }
    };
    let text = |field: &str, faults: &mut Vec<Fault>| match metadata.get(field) {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text.as_str()).filter(|text| !text.is_empty()),
        Some(other) => {
            faults.push(not_a_text(&path.field(field), other));
            None
        }
    };
    let before = faults.len();
    let (name, prefix, namespace) = (text("name", faults), text("generateName", faults), text("namespace", faults));
    let told = faults.len() > before;
    if let Some(prefix) = prefix {
        let masked = prefix.strip_suffix('-').filter(|rest| !rest.is_empty()).map_or_else(|| prefix.to_owned(), masked);
        invalid(&path.field("generateName"), prefix, &subdomain(&masked, "characters"), faults);
    }
    match name {
        Some(name) => invalid(&path.field("name"), name, &subdomain(name, "characters"), faults),
        None if prefix.is_none() && !told => {
            let message = "Required value: name or generateName is required";
            faults.push(Fault::new(&path.field("name"), Cause::Required, message));
        }
        None => {}
    }
    if let Some(namespace) = namespace {
        invalid(&path.field("namespace"), namespace, &dns_label(namespace), faults);
    }
    labels(metadata, &path, faults);
    annotations(metadata, &path, faults);
}

/// What stands before the dash takes part in no check: letters follow it.
fn masked(rest: &str) -> String {
    let kept: String = rest.chars().take(rest.chars().count() - 1).collect();
    format!("{kept}a")
}

fn invalid(path: &Path, value: &str, details: &[String], faults: &mut Vec<Fault>) {
    faults.extend(details.iter().map(|detail| Fault::invalid(path, &go::quoted(value), detail)));
}

fn not_a_text(path: &Path, value: &Value) -> Fault {
    let written = go::value(value);
    let remedy = match value {
        Value::Array(_) | Value::Object(_) | Value::Null => String::new(),
        _ => format!(": put it in quotes, \"{written}\""),
    };
    Fault::new(path, Cause::TypeInvalid, format!("Invalid value: {written}: must be a text{remedy}"))
}

/// Keys and texts below a field of `metadata`.
fn texts<'a>(metadata: &'a Map<String, Value>, path: &Path, faults: &mut Vec<Fault>) -> Vec<(&'a str, &'a str)> {
    match metadata.get(path.segments().last().map(segment_name).unwrap_or_default()) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Object(fields)) => {
            let mut found = Vec::new();
            for (name, value) in fields {
                match value {
                    Value::String(text) => found.push((name.as_str(), text.as_str())),
                    Value::Null => found.push((name.as_str(), "")),
                    other => faults.push(not_a_text(&path.key(name), other)),
                }
            }
            found
        }
        Some(_) => {
            faults.push(Fault::new(path, Cause::TypeInvalid, "must have keys and texts, such as {team: shop}"));
            Vec::new()
        }
    }
}

fn segment_name(segment: &Segment) -> &str {
    match segment {
        Segment::Field(name) | Segment::Key(name) => name,
        Segment::Index(_) => "",
    }
}

fn labels(metadata: &Map<String, Value>, path: &Path, faults: &mut Vec<Fault>) {
    let path = path.field("labels");
    for (name, text) in texts(metadata, &path, faults) {
        invalid(&path, name, &qualified(name), faults);
        let mut details = at_most(text, 63, "bytes");
        if !text.is_empty() && !is_key(text) {
            let message = format!("a valid label must be an empty string or consist of {MARKS}");
            details.push(pattern(&message, &format!("({KEY})?"), &["MyValue", "my_value", "12345"]));
        }
        invalid(&path, text, &details, faults);
    }
}

fn annotations(metadata: &Map<String, Value>, path: &Path, faults: &mut Vec<Fault>) {
    let path = path.field("annotations");
    let texts = texts(metadata, &path, faults);
    for (name, _) in &texts {
        invalid(&path, name, &qualified(&name.to_lowercase()), faults);
    }
    if texts.iter().map(|(name, text)| name.len() + text.len()).sum::<usize>() > ANNOTATIONS {
        let message = format!("Too long: may not be more than {ANNOTATIONS} bytes");
        faults.push(Fault::new(&path, Cause::TooLong, message));
    }
}

/// The name of a label or an annotation, with a domain before it or without one.
fn qualified(name: &str) -> Vec<String> {
    let message = format!("must consist of {MARKS}");
    let told = pattern(&message, KEY, &["MyName", "my.name", "123-abc"]);
    let parts: Vec<&str> = name.split('/').collect();
    let (mut details, name) = match parts.as_slice() {
        [name] => (Vec::new(), *name),
        ["", name] => (vec!["prefix part must be non-empty".to_owned()], *name),
        [prefix, name] => {
            (subdomain(prefix, "bytes").iter().map(|detail| format!("prefix part {detail}")).collect(), *name)
        }
        _ => {
            let prefix = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
            return vec![format!("a valid label key {told} {prefix}")];
        }
    };
    if name.is_empty() {
        details.push("name part must be non-empty".to_owned());
    }
    details.extend(at_most(name, 63, "bytes").iter().map(|detail| format!("name part {detail}")));
    if !is_key(name) {
        details.push(format!("name part {told}"));
    }
    details
}

fn subdomain(name: &str, unit: &str) -> Vec<String> {
    let mut details = at_most(name, 253, unit);
    if !name.split('.').all(is_label) {
        let message = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
        details.push(pattern(message, SUBDOMAIN, &["example.com"]));
    }
    details
}

fn dns_label(name: &str) -> Vec<String> {
    let mut details = at_most(name, 63, "characters");
    if is_label(name) {
        return details;
    }
    if name.split('.').all(is_label) {
        details.push("must not contain dots".to_owned());
    } else {
        let message = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
        details.push(pattern(message, LABEL, &["my-name", "123-abc"]));
    }
    details
}

/// Which of the two it is depends on where it is asked.
fn at_most(text: &str, most: usize, unit: &str) -> Vec<String> {
    if text.len() > most { vec![format!("must be no more than {most} {unit}")] } else { Vec::new() }
}

fn pattern(message: &str, pattern: &str, examples: &[&str]) -> String {
    let examples: Vec<String> = examples.iter().map(|example| format!("'{example}', ")).collect();
    format!("{message} (e.g. {}regex used for validation is '{pattern}')", examples.join(" or "))
}

fn is_label(name: &str) -> bool {
    let is_inner = |one: char| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '-';
    !name.is_empty() && name.chars().all(is_inner) && !name.starts_with('-') && !name.ends_with('-')
}

fn is_key(name: &str) -> bool {
    let is_end = |one: char| one.is_ascii_alphanumeric();
    let is_inner = |one: char| is_end(one) || matches!(one, '-' | '_' | '.');
    name.starts_with(is_end) && name.ends_with(is_end) && name.chars().all(is_inner)
}
