//! The order of the modules: imports go down only, and each rule is a row of its table.

use std::fs;
use std::path::Path;

/// From the top down: a file may use what stands in the lines below its own, and leaves of its own folder.
const LAYERS: &[&[&str]] = &[
    &["lib"],
    // What is asked: the plan, what an observation has to read for it, and what was pinned before it.
    &["reads", "rules"],
    &["planner", "no_access"],
    &["missing_service", "status", "remember", "heard"],
    // The way forward and the way back: only these turn answers of rules into plans.
    &["lifecycle", "rollback"],
    &["application"],
    // Rules: each answers, and builds nothing.
    &["gates", "failures", "group"],
    &["hook_runs", "drift"],
    &["unnamed_route"],
    &["safety"],
    &["test_route"],
    &["weights", "unread_route"],
    // Seeing: one observation from one Deployment.
    &["view"],
    &["platform"],
    &["plan", "priority", "failure"],
    &["begin", "admission"],
    &["promotion"],
    &["shares", "commands", "app_spec"],
    &["entrance", "health", "probe"],
    &["alarms", "reads_of_load_balancers"],
    &["waiting", "input", "action", "outcome", "serving"],
    &["multi"],
    // Ground: data, no rule.
    &["asked", "observation", "progress", "invariant", "refusal", "identity", "names", "adoption"],
    &["fraction", "hooks"],
];

#[test]
fn imports_go_down_only_and_no_file_is_long() {
    let violations = sluice_layers::check(concat!(env!("CARGO_MANIFEST_DIR"), "/src"), LAYERS, 300);
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

/// A folder of rules, the files in it that are none, and how a row of its table names a rule's file.
const TABLES: &[(&str, &[&str], &str)] = &[
    ("failures", &["detector"], "::DETECTOR,"),
    // What gates that wait for a person have in common.
    ("gates", &["gate", "question"], "::GATE"),
    // Its helpers: the size of the replacement, what a user holds, what holds it, a service that wants no tasks, and those that
    // are released as one.
    ("lifecycle", &["event", "capacity", "pause", "idle", "alarms", "hold", "multi"], "::next"),
    // The other half of a check, and what checks ask where sizes stand in the place of weights.
    ("safety", &["gates", "sizes"], "::"),
    ("admission/begin_gates", &["gate", "calendar"], "::GATE"),
    ("begin/preflight", &["input"], "::"),
    // What a row is and is judged by, the second lock, and what is told and counted.
    ("drift", &["baseline", "kind", "lock", "notes", "often"], "::KIND,"),
];

#[test]
fn every_rule_is_in_its_table() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for (folder, others, row) in TABLES {
        let table = fs::read_to_string(src.join(folder).join("mod.rs")).unwrap();
        for file in fs::read_dir(src.join(folder)).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap();
            let is_rule = name != "mod" && !others.contains(&name);
            assert!(!is_rule || table.contains(&format!("{name}{row}")), "{folder}/{name}.rs is in no table");
        }
    }
}
