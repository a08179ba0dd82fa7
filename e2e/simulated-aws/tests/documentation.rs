//! The scenario reference and the control requests in docs/simulated-aws.md are made from the code. `UPDATE_DOCS=1`
//! writes them anew.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Mutex;

use simulated_aws::control::{Entry, PREFIX, REQUESTS};
use simulated_aws::{Service, services};

const BEGIN: &str = "<!-- The tables down to the end mark are made by tests/documentation.rs. -->";
const END: &str = "<!-- End of the tables. -->";

const CONTROL_BEGIN: &str = "<!-- The table of control requests is made by tests/documentation.rs. -->";
const CONTROL_END: &str = "<!-- End of the table of control requests. -->";

/// The sources, and the types in them that a scenario or a control request is made of; all if none are named.
const SOURCES: &[(&str, &[&str])] = &[
    (include_str!("../src/scenario/document.rs"), &["Scenario"]),
    (include_str!("../src/scenario/credentials.rs"), &[]),
    (include_str!("../src/scenario/invariants.rs"), &[]),
    (include_str!("../src/scenario/timing.rs"), &[]),
    (include_str!("../src/scenario/services.rs"), &[]),
    (
        include_str!("../src/world/behaviour.rs"),
        &["Script", "NeverPulls", "NoCapacity", "Exits", "FailsHealthChecks", "Interrupted"],
    ),
    (include_str!("../src/scenario/routes.rs"), &[]),
    (include_str!("../src/scenario/alarms.rs"), &[]),
    (include_str!("../src/scenario/functions.rs"), &[]),
    (include_str!("../src/scenario/steps.rs"), &[]),
    (include_str!("../src/account/faults.rs"), &["Fault"]),
    (include_str!("../src/account/faults.rs"), &["Kind"]),
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
    compare(BEGIN, END, &made);
}

/// Holds what stands on the page between two marks against what was made, or writes it there.
fn compare(begin: &str, end: &str, made: &str) {
    // Two tests may write the page at the same time.
    static WRITING: Mutex<()> = Mutex::new(());
    let _writing = WRITING.lock().unwrap();
    let (path, text) = page();
    let (before, rest) = text.split_once(begin).unwrap();
    let (now, after) = rest.split_once(end).unwrap();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, format!("{before}{begin}\n{made}\n{end}{after}")).unwrap();
        return;
    }
    assert_eq!(now.trim(), made.trim(), "run the tests with UPDATE_DOCS=1");
}

#[test]
fn every_operation_is_on_the_page() {
    let (_, text) = page();
    for service in Service::ALL {
        for operation in services::operations(service) {
            assert!(text.contains(operation), "{}:{operation}", service.name());
        }
    }
}

#[test]
fn the_table_of_control_requests_is_what_the_code_answers() {
    let mut made = "\n| request | answer |\n|---|---|\n".to_owned();
    for Entry { method, path, what, .. } in REQUESTS {
        writeln!(made, "| `{method} {PREFIX}{path}` | {what} |").unwrap();
    }
    compare(CONTROL_BEGIN, CONTROL_END, &made);
}
