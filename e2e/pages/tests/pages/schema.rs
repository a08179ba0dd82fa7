//! What the definitions of our kinds say of a field.

use std::collections::BTreeMap;
use std::fs;
use std::sync::OnceLock;

use serde_json::Value;
use sluice_pages::root;

/// The schema of a kind, by the name of its file in `crds`, such as `deployments`.
pub fn of(plural: &str) -> &'static Value {
    // They are long, and asked of for each command.
    static ALL: OnceLock<BTreeMap<String, Value>> = OnceLock::new();
    &ALL.get_or_init(read)[plural]
}

fn read() -> BTreeMap<String, Value> {
    let files = fs::read_dir(root().join("crds")).unwrap().map(|file| file.unwrap().path());
    files
        .map(|path| {
            let definition: Value = serde_saphyr::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"].clone())
        })
        .collect()
}

/// The first field of a part of an object that the schema does not have, with its path.
pub fn unknown(schema: &Value, part: &Value, path: &str) -> Option<String> {
    match part {
        Value::Object(fields) => fields.iter().find_map(|(name, inner)| {
            let below = format!("{path}.{name}");
            if schema["x-kubernetes-preserve-unknown-fields"] == true {
                return None;
            }
            match (schema["properties"].get(name), schema.get("additionalProperties")) {
                (Some(field), _) => unknown(field, inner, &below),
                (None, Some(values)) => unknown(values, inner, &below),
                // The API server's own.
                (None, None) if matches!(below.as_str(), ".apiVersion" | ".kind" | ".metadata") => None,
                (None, None) => Some(below),
            }
        }),
        Value::Array(items) => (0..)
            .zip(items)
            .find_map(|(index, item): (usize, &Value)| unknown(&schema["items"], item, &format!("{path}[{index}]"))),
        _ => None,
    }
}
