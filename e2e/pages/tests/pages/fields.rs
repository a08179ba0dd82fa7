//! The reference of fields, made from the definitions.

use std::fmt::Write as _;

use serde_json::Value;
use sluice_pages::fresh;

use crate::schema;

const KINDS: &[(&str, &str)] = &[
    ("Application", "applications"),
    ("DeploymentGroup", "deploymentgroups"),
    ("Deployment", "deployments"),
    ("DeploymentConfig", "deploymentconfigs"),
    ("AwsBinding", "awsbindings"),
];

#[test]
fn the_reference_of_fields_is_fresh() {
    for (kind, plural) in KINDS {
        let page = page(kind, plural, schema::of(plural));
        fresh(&format!("docs/reference/{}.md", kind.to_lowercase()), &page).unwrap();
    }
}

fn page(kind: &str, plural: &str, schema: &Value) -> String {
    let about = text(&schema["description"]);
    let mut page = format!(
        "# {kind}\n\n<!-- Made from crds/{plural}.yaml: UPDATE_DOCS=1 cargo test -p sluice-pages -->\n\n{about}\n\n\
         `kubectl explain {plural}.sluice.dev --recursive` tells the same.\n"
    );
    for part in ["spec", "status"] {
        let Some(fields) = schema["properties"].get(part) else { continue };
        let (mut rows, mut rules) = (String::new(), Vec::new());
        walk(fields, part, &mut rows, &mut rules);
        if part == "status" {
            // Nobody applies one.
            rules.clear();
        }
        // Writing to a String does not fail.
        let _ = write!(page, "\n## {part}\n\n| field | type | what it is |\n|---|---|---|\n{rows}");
        if !rules.is_empty() {
            let _ =
                write!(page, "\nWhat is refused in `{part}`, in the words of `kubectl apply`:\n\n{}", rules.concat());
        }
    }
    page
}

fn walk(schema: &Value, path: &str, rows: &mut String, rules: &mut Vec<String>) {
    for rule in schema["x-kubernetes-validations"].as_array().into_iter().flatten() {
        if let Some(message) = rule["message"].as_str() {
            rules.push(format!("- `{path}`: {}\n", cell(message)));
        }
    }
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let below = format!("{path}.{name}");
        let must = if required.contains(&name.as_str()) { " **Required.**" } else { "" };
        let about = text(&field["description"]);
        // Writing to a String does not fail.
        let _ = writeln!(rows, "| `{below}` | {} | {}{must}{} |", kind_of(field), cell(&about), bounds(field, &about));
        walk(field, &below, rows, rules);
    }
    if let Some(items) = schema.get("items") {
        walk(items, &format!("{path}[]"), rows, rules);
    }
    if let Some(values) = schema.get("additionalProperties").filter(|values| values.is_object()) {
        walk(values, &format!("{path}.*"), rows, rules);
    }
}

fn kind_of(field: &Value) -> String {
    if field["x-kubernetes-int-or-string"] == true {
        return "number or string".to_owned();
    }
    match field["type"].as_str() {
        Some("array") => format!("list of {}", kind_of(&field["items"])),
        Some("object") if field["additionalProperties"].is_object() => {
            format!("map of {}", kind_of(&field["additionalProperties"]))
        }
        Some(kind) => {
            field["format"].as_str().filter(|format| *format == "date-time").map_or(kind, |_| "time").to_owned()
        }
        None => "any".to_owned(),
    }
}

/// What a value has to keep to, and what it is without one, unless its description says so.
fn bounds(field: &Value, about: &str) -> String {
    let mut told = String::new();
    // Writing to a String does not fail.
    if let Some(values) = field["enum"].as_array() {
        let values: Vec<String> =
            values.iter().filter(|one| !one.is_null()).map(|one| format!("`{}`", plain(one))).collect();
        if !values.iter().all(|one| about.contains(one.trim_matches('`'))) {
            let _ = write!(told, " One of {}.", values.join(", "));
        }
    }
    for (name, words) in [
        ("minimum", "At least"),
        ("maximum", "At most"),
        ("minItems", "Items: at least"),
        ("maxItems", "Items: at most"),
    ] {
        if let Some(bound) = field.get(name).filter(|bound| !about.contains(&plain(bound))) {
            let _ = write!(told, " {words} {}.", plain(bound));
        }
    }
    if let Some(default) = field.get("default").filter(|default| !default.is_null() && !about.contains("Default: ")) {
        let _ = write!(told, " Default: `{}`.", plain(default));
    }
    told
}

/// A value as it is written in YAML; a float that is whole is written as what it is.
fn plain(value: &Value) -> String {
    match (value.as_str(), value.as_f64()) {
        (Some(text), _) => text.to_owned(),
        (None, Some(number)) => number.to_string(),
        (None, None) => value.to_string(),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What may stand in a table, where a page has no markup of its own.
fn cell(words: &str) -> String {
    words.replace('|', "\\|").replace('<', "&lt;")
}
