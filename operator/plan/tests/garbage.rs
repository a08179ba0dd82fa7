//! Which Deployments of a group are deleted, and what its history tells of each.

use jiff::Timestamp;
use serde_json::{Value, json};
use sluice_api::{Deployment, DeploymentGroupStatus, Duration, LastRequest, ReleaseTrigger, RollbackTrigger};
use sluice_plan::group::facts::Facts;
use sluice_plan::group::garbage::expired;
use sluice_plan::group::status;

use crate::support::fixture::{midnight, seconds, settings};

/// A Deployment that the operator made, or someone by hand where it has no number, with these fields of its spec.
fn deployment(name: &str, spec: &Value, status: &Value) -> Deployment {
    let mut full = json!({"groupRef": "prod", "revision": {"taskDefinition": "shop:42"}});
    full.as_object_mut().unwrap().extend(spec.as_object().unwrap().clone());
    let number = name.strip_prefix("prod-").unwrap_or_default();
    let labels =
        if number.is_empty() { json!({}) } else { json!({"sluice.dev/group": "prod", "sluice.dev/sequence": number}) };
    serde_json::from_value(json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment",
        "metadata": {"name": name, "namespace": "shop", "uid": name, "labels": labels, "ownerReferences": [{"apiVersion": "sluice.dev/v1alpha1", "kind": "DeploymentGroup", "name": "prod", "uid": "group", "controller": true}],
            "managedFields": [{"manager": "kubectl-create"}]},
        "spec": full, "status": status,
    }))
    .unwrap()
}

fn at(minute: i64) -> Timestamp {
    midnight() + seconds(60 * minute)
}

fn ended(minute: i64, state: &str) -> Value {
    json!({"startedAt": at(minute), "completedAt": at(minute + 5), "state": state})
}

fn of(revision: &str) -> Value {
    json!({"revision": {"taskDefinition": revision}})
}

/// `prod-1` to `prod-N`, which ended so one after the other.
fn line(ends: &[&str]) -> Vec<Deployment> {
    let one = |(number, end): (i64, &&str)| {
        let status = if end.is_empty() { json!({"startedAt": at(10 * number)}) } else { ended(10 * number, end) };
        deployment(&format!("prod-{number}"), &of(&format!("shop:{}", 40 + number)), &status)
    };
    (1..).zip(ends).map(one).collect()
}

/// What is so of them, the Deployments, the revision that is held, the limit, and which go.
type Case = (&'static str, Vec<Deployment>, Option<&'static str>, i32, &'static [&'static str]);

#[test]
fn the_oldest_of_those_that_are_too_many_go_and_never_what_is_still_needed() {
    let by_hand = |spec: Value, status: Value| deployment("by-hand", &spec, &status);
    let with = |mut all: Vec<Deployment>, more: Deployment| {
        all.push(more);
        all
    };
    let archived = |mut all: Vec<Deployment>, index: usize| {
        all[index].spec.archived = true;
        all
    };
    let going = |mut all: Vec<Deployment>, index: usize| {
        all[index].metadata.deletion_timestamp = Some(serde_json::from_value(json!(midnight())).unwrap());
        all
    };
    let (good, bad) = ("Succeeded", "Failed");
    let table: Vec<Case> = vec![
        ("within the limit", line(&[good, good, good]), None, 3, &[]),
        ("the oldest first", line(&[good, good, good, good]), None, 2, &["prod-1", "prod-2"]),
        ("one in progress neither counts nor goes", line(&[good, "", good, good]), None, 1, &["prod-1", "prod-3"]),
        ("what serves stays", line(&[good, good, bad, bad, bad]), None, 1, &["prod-1", "prod-3", "prod-4"]),
        ("what is held stays", line(&[bad, bad, good, good]), Some("shop:42"), 1, &["prod-1", "prod-3"]),
        ("what is archived neither counts nor goes", archived(line(&[good, good, good]), 2), None, 1, &["prod-1"]),
        ("what goes already", going(line(&[good, good, good]), 0), None, 1, &["prod-2"]),
        ("by hand", with(line(&[good]), by_hand(of("shop:41"), ended(0, good))), None, 1, &[]),
        (
            "one from which another goes back",
            with(line(&[good, good, good]), by_hand(json!({"revision": null, "rollbackOf": "prod-1"}), Value::Null)),
            None,
            1,
            &["prod-2"],
        ),
        (
            "one that another tries again",
            with(line(&[bad, good, good]), by_hand(json!({"retryOf": "prod-1"}), Value::Null)),
            None,
            1,
            &["prod-2"],
        ),
    ];
    assert!(
        expired(&line(&[good, good]), "another", None, 1).is_empty(),
        "what another group made is not its to delete"
    );
    for (what, all, held, limit, expected) in table {
        let names: Vec<&str> =
            expired(&all, "group", held, limit).iter().filter_map(|one| one.metadata.name.as_deref()).collect();
        assert_eq!(names, expected, "{what}");
    }
}

#[test]
fn a_group_remembers_how_long_a_release_took_what_brought_it_about_and_what_made_it() {
    let turned = |minute, trigger: &str| {
        let mut status = ended(minute, "Failed");
        status["rollback"] = json!({"trigger": trigger, "reason": "x", "startedAt": at(minute)});
        status
    };
    let never_begun = json!({"completedAt": at(90), "state": "Stopped", "reason": "Superseded"});
    let all = vec![
        deployment("prod-1", &of("shop:42"), &turned(10, "DEPLOYMENT_FAILURE")),
        deployment("prod-2", &json!({"retryOf": "prod-1"}), &ended(20, "Succeeded")),
        deployment("by-hand", &of("shop:43"), &ended(30, "Succeeded")),
        deployment("back", &json!({"revision": null, "rollbackOf": "by-hand"}), &ended(40, "Succeeded")),
        deployment("prod-3", &of("shop:44"), &never_begun),
    ];
    let facts = Facts {
        suspended_by: None,
        settings: &settings(1),
        generation: Some(1),
        deployments: &all,
        desired: None,
        made: None,
        requested: Some(LastRequest {
            task_definition: "shop:44".to_owned(),
            pinned: None,
            sequence: 3,
            adopted: false,
        }),
        named_config: None,
        observed: None,
        refusal: None,
        call_error: None,
        now: at(100),
    };
    let history = status(&DeploymentGroupStatus::default(), &facts).history;
    let told: Vec<_> = history
        .iter()
        .map(|one| (one.deployment.as_str(), one.trigger, one.created_by.as_deref(), one.turned_round_by, one.duration))
        .collect();
    let (made, took) = (Some("kubectl-create"), Some(Duration::from_mins(5)));
    assert_eq!(
        told,
        [
            ("prod-3", Some(ReleaseTrigger::Revision), None, None, None),
            ("back", Some(ReleaseTrigger::Rollback), made, None, took),
            ("by-hand", Some(ReleaseTrigger::Manual), made, None, took),
            ("prod-2", Some(ReleaseTrigger::Retry), None, None, took),
            ("prod-1", Some(ReleaseTrigger::Revision), None, Some(RollbackTrigger::DeploymentFailure), took),
        ]
    );
}
