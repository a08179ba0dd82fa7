//! Lint knows all that our definitions say. Whoever writes a definition with more, teaches lint first.

use std::collections::BTreeSet;

use serde_json::Value;
use sluice_cli::lint::kinds;
use sluice_cli::lint::rules::{FUNCTIONS, functions_of};

/// Words of a schema that lint holds a value to, or that say nothing of it.
const WORDS: &[&str] = &[
    "additionalProperties",
    "default",
    "description",
    "enum",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "nullable",
    "properties",
    "required",
    "title",
    "type",
    "x-kubernetes-int-or-string",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-list-type",
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-validations",
];

/// Functions and macros that CEL has by itself.
const OF_CEL: &[&str] = &["all", "exists", "exists_one", "filter", "has", "map"];

#[test]
fn every_word_and_every_function_of_the_definitions_is_known() {
    let mut seen = Seen::default();
    for kind in kinds() {
        seen.take(&serde_json::to_value(&kind.schema).unwrap(), &kind.name);
    }
    let known = |known: &[&str]| known.iter().map(|word| (*word).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(&seen.words - &known(WORDS), BTreeSet::new(), "words of a schema that lint does not know");
    assert_eq!(
        &seen.of_rules - &known(&["message", "rule"]),
        BTreeSet::new(),
        "words of a rule that lint does not know"
    );
    assert_eq!(seen.formats, known(&["date-time", "int32", "int64"]), "formats");
    let functions = &known(FUNCTIONS.as_slice()) | &known(OF_CEL);
    assert_eq!(&seen.functions - &functions, BTreeSet::new(), "functions that lint does not know");
    assert!(seen.rules > 200, "{} rules", seen.rules);
    // One that is written in a spec would have to be read.
    assert!(seen.times.iter().all(|path| path.contains(".status.")), "{:?}", seen.times);
}

#[derive(Default)]
struct Seen {
    words: BTreeSet<String>,
    of_rules: BTreeSet<String>,
    formats: BTreeSet<String>,
    functions: BTreeSet<String>,
    times: BTreeSet<String>,
    rules: usize,
}

impl Seen {
    fn take(&mut self, schema: &Value, path: &str) {
        for (word, value) in schema.as_object().into_iter().flatten() {
            self.words.insert(word.clone());
            if word == "format" {
                self.formats.extend(value.as_str().map(str::to_owned));
                self.times.extend((value == "date-time").then(|| path.to_owned()));
            }
        }
        for rule in schema["x-kubernetes-validations"].as_array().into_iter().flatten() {
            self.rules += 1;
            self.of_rules.extend(rule.as_object().into_iter().flat_map(|rule| rule.keys().cloned()));
            // One that cannot be read would be none that lint knows.
            let read = rule["rule"].as_str().map(functions_of);
            self.functions.extend(read.and_then(Result::ok).unwrap_or_else(|| ["(unreadable)".to_owned()].into()));
        }
        for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
            self.take(schema, &format!("{path}.{name}"));
        }
        for below in ["items", "additionalProperties"] {
            if schema[below].is_object() {
                self.take(&schema[below], path);
            }
        }
    }
}
