//! The scripts in `gitops/argocd` by which Argo CD tells how our objects are and what can be done to them. Their test data are
//! statuses that the planner writes; with `UPDATE_GOLDEN=1` this test writes them, and what Argo CD's own tests read beside
//! them, else it fails where a file is stale.

mod cases;
mod lua;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use self::cases::{Case, cases};
use crate::support::kstatus::{Kstatus, of_object};

const KINDS: [&str; 3] = ["Application", "DeploymentGroup", "Deployment"];

fn folder(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../gitops/argocd/resource_customizations/sluice.dev").join(kind)
}

fn script(kind: &str, file: &str) -> String {
    let path = folder(kind).join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Compares with a file, or writes it.
fn golden(path: &Path, text: &str) {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let found = fs::read_to_string(path).unwrap_or_default();
    assert_eq!(found, text, "{} is stale: UPDATE_GOLDEN=1 cargo test -p sluice-plan argocd", path.display());
}

fn yaml(value: &Value) -> String {
    serde_saphyr::to_string(value).unwrap()
}

/// What the script of the health answers.
fn health(case: &Case) -> Value {
    lua::run(&script(case.kind, "health.lua"), &case.object)
}

/// The actions with whether they are disabled, in the order of their names.
fn discovered(case: &Case) -> Map<String, Value> {
    let Value::Object(actions) = lua::run(&script(case.kind, "actions/discovery.lua"), &case.object) else {
        panic!("actions by their names")
    };
    actions
}

#[test]
fn argo_cd_shows_each_situation_as_it_is() {
    for kind in KINDS {
        let mut tests = Vec::new();
        for case in cases().iter().filter(|case| case.kind == kind) {
            let answer = health(case);
            assert_eq!(answer["status"], case.health, "{kind} {}: {answer}", case.file);
            let path = format!("testdata/{}.yaml", case.file);
            golden(&folder(kind).join(&path), &yaml(&case.object));
            tests.push(json!({"healthStatus": answer, "inputPath": path}));
        }
        golden(&folder(kind).join("health_test.yaml"), &yaml(&json!({ "tests": tests })));
    }
}

/// Argo CD and what reads by kstatus do not contradict each other: what a person is waited for is in progress there, and so is
/// what is suspended and waits for nothing, or done.
#[test]
fn argo_cd_and_kstatus_agree() {
    for case in cases() {
        let expected: &[Kstatus] = match case.health {
            "Healthy" => &[Kstatus::Current],
            "Progressing" => &[Kstatus::InProgress],
            "Degraded" => &[Kstatus::Failed],
            _ => &[Kstatus::InProgress, Kstatus::Current],
        };
        let found = of_object(&case.object);
        assert!(expected.contains(&found), "{} {}: {found:?} and {}", case.kind, case.file, case.health);
    }
}

#[test]
fn argo_cd_offers_what_can_be_done() {
    for kind in KINDS {
        let (mut discovery, mut actions, mut tried) = (Vec::new(), Vec::new(), BTreeSet::new());
        for case in cases().iter().filter(|case| case.kind == kind) {
            let found = discovered(case);
            let offered: BTreeSet<&str> =
                found.iter().filter(|(_, one)| one["disabled"] == false).map(|(name, _)| name.as_str()).collect();
            assert_eq!(offered, case.actions.iter().copied().collect(), "{kind} {}", case.file);
            let input = format!("../testdata/{}.yaml", case.file);
            let result: Vec<Value> =
                found.iter().map(|(name, one)| json!({"name": name, "disabled": one["disabled"]})).collect();
            discovery.push(json!({"inputPath": input, "result": result}));
            // Each action once: what it sends in the other situations is in the table below.
            for action in case.actions.iter().filter(|action| tried.insert(**action)) {
                let expected = format!("testdata/{}_{action}.yaml", case.file);
                golden(&folder(kind).join("actions").join(&expected), &yaml(&outcome(case, action)));
                actions.push(json!({"action": action, "inputPath": input, "expectedOutputPath": expected}));
            }
        }
        let tests = json!({"discoveryTests": discovery, "actionTests": actions});
        golden(&folder(kind).join("actions/action_test.yaml"), &yaml(&tests));
    }
}

fn answer_of(case: &Case, action: &str) -> Value {
    lua::run(&script(case.kind, &format!("actions/{action}/action.lua")), &case.object)
}

/// The object as it is after an action that changes it, and the list of what is made by one that makes another, in the words of
/// Argo CD's tests.
fn outcome(case: &Case, action: &str) -> Value {
    let told = |one: Value| json!({"k8sOperation": one["operation"], "unstructuredObj": one["resource"]});
    match answer_of(case, action) {
        Value::Array(made) => made.into_iter().map(told).collect(),
        changed => lua::cleaned(changed, &case.object),
    }
}

#[test]
fn an_action_sends_no_more_than_what_it_is_for() {
    let table = [
        ("Deployment", "waiting_ready", "approve", json!({"spec": {"approvals": ["Ready"]}})),
        // What was approved before stays: nothing may be taken from that list.
        ("Deployment", "waiting_approval", "approve", json!({"spec": {"approvals": ["Ready", "half"]}})),
        ("Deployment", "waiting_ready", "skip", json!({"spec": {"skipTo": "canary"}})),
        ("Deployment", "holding", "skip", json!({"spec": {"skipTo": "half"}})),
        ("Deployment", "waiting_approval", "skip", json!({"spec": {"skipTo": "2"}})),
        ("Deployment", "baking", "skip", json!({"spec": {"skipTo": "End"}})),
        ("Deployment", "holding", "promote", json!({"spec": {"skipTo": "End"}})),
        ("Deployment", "holding", "pause", json!({"spec": {"paused": true}})),
        ("Deployment", "paused", "resume", json!({"spec": {"paused": false}})),
        ("Deployment", "queued", "stop", json!({"spec": {"stop": {"rollback": true}}})),
        ("DeploymentGroup", "running", "suspend", json!({"spec": {"suspend": true}})),
        ("DeploymentGroup", "suspended", "resume", json!({"spec": {"suspend": false}})),
        ("Application", "running", "suspend", json!({"spec": {"suspend": true}})),
        ("Application", "suspended", "resume", json!({"spec": {"suspend": false}})),
    ];
    let cases = cases();
    for (kind, file, action, patch) in table {
        let case = cases.iter().find(|case| case.kind == kind && case.file == file).unwrap();
        assert_eq!(lua::merge_patch(&case.object, &outcome(case, action)), patch, "{kind} {file} {action}");
    }
}

#[test]
fn a_held_revision_is_tried_again_by_one_deployment_of_it() {
    let case = cases().iter().find(|case| case.kind == "DeploymentGroup" && case.file == "held").unwrap();
    let made = answer_of(case, "retry");
    let [only] = made.as_array().unwrap().as_slice() else { panic!("{made}") };
    assert_eq!((&only["operation"], &only["resource"]["metadata"]["name"]), (&json!("create"), &json!("prod-1-retry")));
    let read: sluice_api::Deployment = serde_json::from_value(only["resource"].clone()).unwrap();
    assert_eq!((read.spec.group_ref.as_str(), &*read.asked()), ("prod", "shop:42"));
    assert_eq!(read.metadata.owner_references.unwrap()[0].name, "prod");
}

/// A script that needs more than the sandbox has fails there, and here too; what is said of the three kinds is the same.
#[test]
fn the_three_kinds_have_one_script_for_their_health() {
    let [first, others @ ..] = KINDS.map(|kind| script(kind, "health.lua"));
    assert!(others.iter().all(|other| *other == first), "copy health.lua into the folder of each kind");
}

/// `argocd-cm.yaml`, which is merged into the ConfigMap of that name, has the same scripts.
#[test]
fn the_config_map_has_the_same_scripts() {
    let mut data = Map::new();
    for kind in KINDS {
        data.insert(format!("resource.customizations.health.sluice.dev_{kind}"), script(kind, "health.lua").into());
        let Value::Object(all) = lua::run(&script(kind, "actions/discovery.lua"), &cases_of(kind).object) else {
            panic!("actions by their names")
        };
        let mut actions =
            format!("discovery.lua: |\n{}definitions:\n", indented(&script(kind, "actions/discovery.lua")));
        for name in all.keys() {
            let action = script(kind, &format!("actions/{name}/action.lua"));
            write!(actions, "- name: {name}\n  action.lua: |\n{}", indented(&indented(&action))).unwrap();
        }
        data.insert(format!("resource.customizations.actions.sluice.dev_{kind}"), actions.into());
    }
    let mut text = String::from(
        "# Made from the scripts beside it, for an Argo CD that does not have them built in:\n#\n\
         #   kubectl patch configmap argocd-cm -n argocd --type merge --patch-file argocd-cm.yaml\ndata:\n",
    );
    for (key, value) in &data {
        write!(text, "  {key}: |\n{}", indented(&indented(value.as_str().unwrap()))).unwrap();
    }
    let read: Value = serde_saphyr::from_str(&text).unwrap();
    assert_eq!(read["data"], Value::Object(data), "YAML that says what was meant");
    golden(&folder("..").join("../argocd-cm.yaml"), &text);
}

fn cases_of(kind: &str) -> &'static Case {
    cases().iter().find(|case| case.kind == kind).unwrap()
}

fn indented(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") }).collect()
}
