//! The test data: objects with the statuses that the planner writes in its simulations, and what Argo CD is to make of them.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use crate::support::{Event, Run, World};
use crate::tables::{self, Scene};

/// An object, and what Argo CD is to show of it.
#[derive(Clone)]
pub struct Case {
    pub kind: &'static str,
    /// Name of its file, without the extension.
    pub file: &'static str,
    pub object: Value,
    pub health: &'static str,
    /// The actions that are offered.
    pub actions: &'static [&'static str],
}

/// A release in three increments, whose second waits for an approval, as far as it has got. A person lets it begin.
fn with_approvals(second: i64) -> Run {
    let steps = json!({"steps": [
        {"name": "canary", "weight": 10, "hold": "5m"},
        {"name": "half", "weight": 50, "approval": {"timeout": "1h", "onTimeout": "Rollback"}},
        {"weight": 100},
    ]});
    let mut run = Run::new(World::new(1, 4), &steps).at(100, Event::Approve("Ready"));
    run.settings.ready = Some(serde_json::from_value(json!({"wait": "1h"})).unwrap());
    tables::after(run, second)
}

/// The objects of a scene as the API server hands them over: the Application, the group, the newest Deployment.
fn objects(scene: &Scene) -> [Value; 3] {
    let group = scene.group("prod");
    let mut application = tables::application_of(scene.wish, std::slice::from_ref(&group));
    (application["apiVersion"], application["kind"]) = (json!("sluice.dev/v1alpha1"), json!("Application"));
    let mut group = serde_json::to_value(group).unwrap();
    group["spec"]["suspend"] = Value::Null;
    let newest = scene
        .deployments
        .last()
        .map_or_else(|| json!({"metadata": {}, "spec": {}}), |one| serde_json::to_value(one).unwrap());
    let [mut application, mut group, mut deployment] = [application, group, newest];
    for object in [&mut application, &mut group, &mut deployment] {
        object["metadata"]["namespace"] = json!("shop");
        object["metadata"]["generation"] = json!(1);
    }
    group["metadata"]["uid"] = json!("6f1c6f0e-1f0b-4a3e-9a52-0d7d7f7f2a10");
    deployment["metadata"]["ownerReferences"] = json!([{
        "apiVersion": "sluice.dev/v1alpha1", "kind": "DeploymentGroup", "name": "prod",
        "uid": group["metadata"]["uid"], "controller": true, "blockOwnerDeletion": true,
    }]);
    [application, group, deployment].map(|object| without_nulls(read(object)))
}

/// What others read of a status. The rest of what the planner writes would be in every file, and change in all of them.
fn read(mut object: Value) -> Value {
    const READ: [&str; 17] = [
        "completedAt",
        "conditions",
        "current",
        "gates",
        "health",
        "heldRevision",
        "history",
        "message",
        "observedGeneration",
        "phase",
        "queue",
        "reason",
        "rollback",
        "startedAt",
        "state",
        "steps",
        "summary",
    ];
    if let Some(status) = object["status"].as_object_mut() {
        status.retain(|field, _| READ.contains(&field.as_str()));
    }
    object
}

/// What a person had asked of a Deployment by then.
fn asked(file: &str) -> Map<String, Value> {
    let asked = match file {
        "paused" => json!({"paused": true}),
        "holding" | "waiting_approval" => json!({"approvals": ["Ready"]}),
        "rolling_back" | "stopped" => json!({"stop": {"rollback": true}}),
        _ => json!({}),
    };
    asked.as_object().unwrap().clone()
}

/// As the API server has it: what is null is not there.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let there = fields.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(there.map(|(name, value)| (name, without_nulls(value))).collect())
        }
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        value => value,
    }
}

/// Every case, from one release after the other.
pub fn cases() -> &'static [Case] {
    static CASES: LazyLock<Vec<Case>> = LazyLock::new(made);
    &CASES
}

fn made() -> Vec<Case> {
    let scenes = tables::scenes();
    // One of those in the table of `kubectl get`.
    let scene = |what: &str| {
        scenes.iter().find(|scene| scene.what == what).unwrap_or_else(|| panic!("no scene {what:?}")).clone()
    };
    let mut all = Vec::new();
    let mut add = |index: usize, file: &'static str, scene: &Scene, health, actions| {
        let kind = ["Application", "DeploymentGroup", "Deployment"][index];
        let mut object = objects(scene)[index].clone();
        if kind == "Deployment" {
            object["spec"].as_object_mut().unwrap().extend(asked(file));
        }
        all.push(Case { kind, file, object, health, actions });
    };
    let on_its_way: &[&str] = &["skip", "promote", "pause", "stop"];
    let table: [(&'static str, Scene, &str, &[&str]); 13] = [
        ("queued", scene("an increment is held, and another release waits"), "Progressing", &["pause", "stop"]),
        ("installing", scene("the replacement gets healthy"), "Progressing", &["promote", "pause", "stop"]),
        ("waiting_ready", waiting("ready", 60), "Suspended", &["approve", "skip", "promote", "pause", "stop"]),
        ("holding", waiting("hold", 200), "Progressing", on_its_way),
        ("waiting_approval", waiting("approval", 600), "Suspended", &["approve", "skip", "promote", "pause", "stop"]),
        ("paused", scene("a user holds it"), "Suspended", &["promote", "resume", "stop"]),
        ("baking", scene("all traffic moved, and the original is kept"), "Progressing", on_its_way),
        ("rolling_back", scene("traffic returns to the original"), "Progressing", &[]),
        ("stalled", scene("AWS refuses to be read in the middle of a release"), "Degraded", on_its_way),
        ("succeeded", scene("it ended well"), "Healthy", &[]),
        ("failed", scene(FAILED), "Degraded", &[]),
        ("stopped", scene("a release was stopped: what is asked for is held"), "Degraded", &[]),
        ("cannot_begin", scene(NO_DEFINITION), "Degraded", &["pause", "stop"]),
    ];
    for (file, scene, health, actions) in &table {
        add(2, file, scene, *health, *actions);
    }
    let table: [(&'static str, Scene, &str, &[&str]); 9] = [
        ("empty", scene("nothing was released yet, and nothing is asked for"), "Healthy", &["suspend"]),
        ("running", scene("it ended well"), "Healthy", &["suspend"]),
        ("holding", waiting("hold", 200), "Progressing", &["suspend"]),
        ("waiting_approval", waiting("approval", 600), "Suspended", &["suspend"]),
        ("rolling_back", scene("traffic returns to the original"), "Progressing", &["suspend"]),
        ("held", scene(FAILED), "Degraded", &["suspend", "retry"]),
        ("cannot_begin", scene(NO_DEFINITION), "Degraded", &["suspend"]),
        ("traffic_lost", scene("its tasks do not answer any more"), "Degraded", &["suspend"]),
        ("unread", scene("AWS does not answer for a while"), "Progressing", &["suspend"]),
    ];
    for (file, scene, health, actions) in &table {
        add(1, file, scene, *health, *actions);
        let of_application: &[&str] = &["suspend"];
        add(0, file, scene, *health, of_application);
    }
    let suspended: Vec<Case> = all
        .iter()
        .filter(|case| case.file == "running")
        .map(|case| {
            let mut object = case.object.clone();
            object["spec"]["suspend"] = json!(true);
            Case { kind: case.kind, file: "suspended", object, health: "Suspended", actions: &["resume"] }
        })
        .collect();
    // As the definitions fill in the status of a new object, and with a status of the generation before.
    let unseen: Vec<Case> = all
        .iter()
        .filter(|case| case.file == "running" || case.file == "succeeded")
        .flat_map(|case| {
            let mut new = case.object.clone();
            new["status"] = json!({"observedGeneration": sluice_api::UNSEEN, "phase": "pending", "health": "unknown"});
            let mut changed = case.object.clone();
            changed["metadata"]["generation"] = json!(2);
            let actions =
                |offered: &'static [&'static str]| if case.kind == "Deployment" { offered } else { &["suspend"] };
            let case = |file, object, actions| Case { kind: case.kind, file, object, health: "Progressing", actions };
            [case("new", new, actions(&["pause", "stop"])), case("changed", changed, actions(&[]))]
        })
        .collect();
    all.extend(suspended);
    all.extend(unseen);
    all
}

const FAILED: &str = "a release failed and was rolled back: what is asked for is held";
const NO_DEFINITION: &str = "the task definition does not exist, so that it cannot begin";

fn waiting(what: &'static str, second: i64) -> Scene {
    Scene::released(what, with_approvals(second))
}
