//! The scenario reference in docs/simulated-aws.md is made from the types. `UPDATE_DOCS=1` writes it anew.

#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test")]

use std::fmt::Write as _;
use std::path::Path;

use simulated_aws::Service;

const BEGIN: &str = "<!-- The tables down to the end mark are made by tests/documentation.rs. -->";
const END: &str = "<!-- End of the tables. -->";

/// The sources, and the types in them that a scenario or a control request is made of; all if none are named.
const SOURCES: &[(&str, &[&str])] = &[
    (include_str!("../src/scenario/mod.rs"), &["Scenario"]),
    (include_str!("../src/scenario/extras.rs"), &["Credentials", "AssumableRole", "Invariants"]),
    (include_str!("../src/scenario/timing.rs"), &[]),
    (include_str!("../src/scenario/services.rs"), &[]),
    (
        include_str!("../src/world/behaviour.rs"),
        &["Script", "NeverPulls", "NoCapacity", "Exits", "FailsHealthChecks", "Interrupted"],
    ),
    (include_str!("../src/scenario/routes.rs"), &[]),
    (
        include_str!("../src/scenario/extras.rs"),
        &[
            "Alarm",
            "AlarmChange",
            "Function",
            "FunctionAnswer",
            "Step",
            "ScriptedCall",
            "BehaviourChange",
            "TrafficChange",
            "AlarmStep",
        ],
    ),
    (include_str!("../src/faults.rs"), &["Fault"]),
    (include_str!("../src/faults.rs"), &["Kind"]),
];

fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut name, word| {
        let (head, tail) = word.split_at(1);
        name.push_str(&head.to_uppercase());
        name.push_str(tail);
        name
    })
}

fn kebab(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !out.is_empty() {
            out.push('-');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

/// A table for each type: its fields or variants, their types, and what their comments say.
fn tables(source: &str, wanted: &[&str], out: &mut String) {
    let (mut comment, mut open) = (String::new(), false);
    for line in source.lines().map(str::trim_end) {
        let text = line.trim_start();
        if let Some(words) = text.strip_prefix("/// ") {
            comment.push_str(words);
            comment.push(' ');
            continue;
        }
        let named = text.strip_prefix("pub struct ").or_else(|| text.strip_prefix("pub enum "));
        if let Some(name) = named.and_then(|rest| rest.split([' ', '(']).next()) {
            let has_body = text.ends_with('{') || text.ends_with("{}");
            if has_body && (wanted.is_empty() || wanted.contains(&name)) {
                write!(out, "\n#### {name}\n\n{}\n", comment.trim()).unwrap();
                open = text.ends_with('{');
                if open {
                    out.push_str("\n| field | type | what |\n|---|---|---|\n");
                }
            }
        } else if line == "}" {
            open = false;
        } else if open && text.starts_with("pub ") {
            let (name, kind) = text.trim_start_matches("pub ").trim_end_matches(',').split_once(": ").unwrap();
            let kind = kind.replace('|', "\\|");
            writeln!(out, "| `{}` | `{kind}` | {} |", camel(name.trim_start_matches("r#")), comment.trim()).unwrap();
        } else if open && text.ends_with(',') && text.chars().next().is_some_and(char::is_uppercase) {
            writeln!(out, "| `{}` | | {} |", kebab(text.trim_end_matches(',')), comment.trim()).unwrap();
        }
        if !text.starts_with("#[") && text != ")]" && !text.ends_with("derive(") {
            comment.clear();
        }
    }
}

fn page() -> (std::path::PathBuf, String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/simulated-aws.md");
    let text = std::fs::read_to_string(&path).unwrap();
    (path, text)
}

#[test]
fn the_scenario_reference_is_what_the_types_say() {
    let mut made = String::new();
    for (source, wanted) in SOURCES {
        tables(source, wanted, &mut made);
    }
    let (path, text) = page();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (now, after) = rest.split_once(END).unwrap();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, format!("{before}{BEGIN}\n{made}\n{END}{after}")).unwrap();
        return;
    }
    assert_eq!(now.trim(), made.trim(), "run the tests with UPDATE_DOCS=1");
}

#[test]
fn every_operation_and_every_control_request_is_on_the_page() {
    let (_, text) = page();
    for service in Service::ALL {
        for operation in service.operations() {
            assert!(text.contains(operation), "{}:{operation}", service.name());
        }
    }
    let control = include_str!("../src/control/mod.rs");
    for line in control.lines().filter_map(|line| line.strip_prefix("//! | `")) {
        let request = line.split(" | ").next().unwrap_or_default().replace('`', "");
        let path = request.rsplit(' ').next().unwrap_or_default().split('[').next().unwrap_or_default();
        assert!(text.contains(&format!("/_sim/{path}")), "/_sim/{path}");
    }
}
