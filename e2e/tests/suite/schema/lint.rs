//! What `kubectl sluice lint` says of a manifest is what the API server says of it: the same fields, in the same words.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sluice_cli::lint::rules::Rules;
use sluice_cli::lint::{Cause, DefinedKind, Fault, check_object, kinds};
use sluice_e2e::kubernetes::Kubernetes;
use sluice_e2e::manifests::{application, binding, deployment, deployment_config, group, with};
use sluice_e2e::world::must;

use super::namespace;
use super::rules::{Rule, rules};

/// Field and message of each cause.
type Causes = BTreeSet<(String, String)>;

/// Of the values in every field, one in so many is asked of both: all of them take minutes. No factor of it is the number of
/// the values, so that each of them has its turn.
const STRIDE: usize = 61;

#[test]
fn lint_says_of_every_manifest_what_the_api_server_says() {
    let (kubernetes, checker) = (namespace(), Checker { kinds: kinds(), rules: Rules::default() });
    let of_rules = rules().into_iter().flat_map(|Rule { passes, fails, .. }| [passes, fails]);
    let odd = checker.odd_values().into_iter().step_by(STRIDE);
    let mut told_otherwise = Vec::new();
    for manifest in of_rules.chain(by_hand()).chain(odd) {
        let (server, lint) = (told_by(&kubernetes, &manifest), checker.told(&manifest));
        // Where a field is unknown the API server says nothing else.
        let is_unknown = |causes: &Causes| causes.iter().any(|(_, message)| message.starts_with("unknown field"));
        let lint: Causes = if is_unknown(&server) {
            lint.into_iter().filter(|(_, message)| message.starts_with("unknown field")).collect()
        } else {
            lint
        };
        if server != lint {
            told_otherwise.push(format!("{manifest}\n  API server: {server:#?}\n  lint: {lint:#?}"));
        }
    }
    assert!(told_otherwise.is_empty(), "{} told otherwise:\n{}", told_otherwise.len(), told_otherwise.join("\n"));
    must(kubernetes.delete_namespace());
}

struct Checker {
    kinds: &'static [DefinedKind],
    rules: Rules,
}

impl Checker {
    fn told(&self, manifest: &Value) -> Causes {
        let kind = self.kinds.iter().find(|kind| manifest["kind"] == kind.name.as_str()).unwrap();
        let (_, faults) = check_object(kind, manifest.clone(), &self.rules);
        // It is no cause of a refusal, and names its field in its message.
        let field = |fault: &Fault| if fault.cause == Cause::UnknownField { String::new() } else { fault.field() };
        faults.into_iter().map(|fault| (field(&fault), fault.message)).collect()
    }

    /// Each field of each spec with values that hardly fit.
    fn odd_values(&self) -> Vec<Value> {
        let manifests = [
            application("shop:42"),
            binding("team"),
            deployment_config("slow", &json!({"allAtOnce": {}})),
            group("team"),
            deployment("release", "shop:42"),
        ];
        let values = || {
            [
                json!(null),
                json!(""),
                json!("x"),
                json!("x y/é\u{1b}"),
                json!("9".repeat(300)),
                json!(-1),
                json!(7),
                json!(5_000_000_000_i64),
                json!(1.5),
                json!(true),
                json!([]),
                json!({}),
                json!([null]),
                json!(["x", "x"]),
                json!({"x": {"y": 1}}),
                json!([{"name": "x"}, {"name": "x"}]),
            ]
        };
        let mut odd = Vec::new();
        for manifest in manifests {
            let kind = self.kinds.iter().find(|kind| manifest["kind"] == kind.name.as_str()).unwrap();
            let schema = serde_json::to_value(&kind.schema).unwrap();
            let mut pointers = Vec::new();
            fields(&schema["properties"]["spec"], "/spec", &mut pointers);
            for pointer in pointers {
                odd.extend(values().into_iter().map(|value| set(manifest.clone(), &pointer, value)));
            }
        }
        odd
    }
}

/// Pointers to each field of a schema, through the first item of a list and a key of its own.
fn fields(schema: &Value, pointer: &str, found: &mut Vec<String>) {
    found.push(pointer.to_owned());
    for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
        fields(schema, &format!("{pointer}/{name}"), found);
    }
    if schema["items"].is_object() {
        fields(&schema["items"], &format!("{pointer}/0"), found);
    }
    if schema["additionalProperties"].is_object() {
        fields(&schema["additionalProperties"], &format!("{pointer}/some-key"), found);
    }
}

/// The manifest with a value in a field, and what leads to it where that is not there.
fn set(mut manifest: Value, pointer: &str, value: Value) -> Value {
    let mut place = &mut manifest;
    for name in pointer.split('/').skip(1) {
        if name == "0" {
            if !place.is_array() {
                *place = json!([null]);
            }
            place = &mut place[0];
        } else {
            if !place.is_object() {
                *place = json!({});
            }
            place = &mut place[name];
        }
    }
    *place = value;
    manifest
}

/// What neither rules nor odd values come to.
fn by_hand() -> Vec<Value> {
    let meta = |field: &str, value: Value| {
        let mut manifest = group("team");
        manifest["metadata"][field] = value;
        manifest
    };
    let top = |field: &str, value: Value| {
        let mut manifest = group("team");
        manifest[field] = value;
        manifest
    };
    let steps = |steps: Value| with(group("team"), "/deploymentConfig", json!({"steps": steps}));
    let route = |url: &str| {
        let listener = sluice_e2e::scenario::LISTENER;
        with(group("team"), "/loadBalancer/testRoute", json!({"listener": listener, "url": url}))
    };
    let mut manifests = vec![
        meta("name", json!("Prod_1")),
        meta("name", json!("x".repeat(254))),
        meta("name", json!("")),
        meta(
            "labels",
            json!({"team": "shop", "a/b/c": "x", "/x": "", "UPPER.example.com/x": "y", "-x": "-y", "": "z"}),
        ),
        meta("labels", json!({"team": "x".repeat(64), "x".repeat(64): ""})),
        meta("annotations", json!({"Example.com/Note": "any text\n", "a b": "x"})),
        meta("annotations", json!({"note": "x".repeat(256 * 1024)})),
        meta("label", json!({"team": "shop"})),
        top("spec", json!(null)),
        top("spec", json!("text")),
        top("status", json!({"phase": 7})),
        top("status", json!({"phase": 7, "unknown": 1})),
        top("data", json!({})),
        with(group("team"), "/deploymentConfig", json!({"allAtOnce": {"x": 1}})),
        with(group("team"), "/deploymentConfig", json!({"canary": [{"percentage": 5}]})),
        steps(json!([])),
        steps(json!([{"weight": "abc"}, {"weight": 100}])),
        steps(json!([{"weight": 5, "weigth": 6}, {"weight": 100, "pause": {}}])),
        with(group("team"), "/loadBalancer/productionRoutes", json!([])),
        with(
            application("shop:42"),
            "/revision/source",
            json!({"repository": "unassigned \u{378}", "environment": "\u{e000}"}),
        ),
    ];
    let mut unnamed = group("team");
    unnamed["metadata"] = json!({"generateName": format!("{}-", "x".repeat(47))});
    manifests.push(unnamed.clone());
    unnamed["metadata"] = json!({"generateName": format!("{}-", "x".repeat(46))});
    manifests.push(unnamed);
    let urls = [
        "https://[::1",
        "https://[10.0.0.1]/",
        "https://a:b",
        "https://a:80:90/",
        "https://a%41/",
        "https://é.example/",
        "https://a/%zz",
        "https://a/?q=%zz",
        "https://a|b/",
        "https://[fe80::1%25eth0]/",
    ];
    manifests.extend(urls.map(route));
    manifests
}

/// What the API server says to making it.
fn told_by(kubernetes: &Kubernetes, manifest: &Value) -> Causes {
    let answer = must(kubernetes.dry_run_create(manifest));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    match answer["code"].as_i64() {
        None => Causes::new(),
        Some(422) => {
            let causes = answer["details"]["causes"].as_array().cloned().unwrap_or_default();
            causes.iter().map(|cause| (text(&cause["field"]), text(&cause["message"]))).collect()
        }
        Some(_) => {
            let message = text(&answer["message"]);
            let unknown = message.split("strict decoding error: ").nth(1).unwrap_or(&message).to_owned();
            unknown.split(", ").map(|one| (String::new(), one.to_owned())).collect()
        }
    }
}
