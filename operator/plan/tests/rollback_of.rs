//! To go back to what a Deployment replaced: what is released, what is refused, who turns round, and what the group holds.

use serde_json::{Value, json};
use sluice_api::{
    Deployment, DeploymentGroupStatus, DeploymentRecord, DeploymentStatus, LastRequest, Reason, Revision, StatusWord,
};
use sluice_plan::ReadScope;
use sluice_plan::group::facts::Facts;
use sluice_plan::group::request::{RevisionDecision, decide};
use sluice_plan::group::rollback_of::{is_asked_back, released, serves_already, told_of};
use sluice_plan::group::status;
use sluice_plan::status::{found, with_revision};
use sluice_plan::{Controls, Newer, Refusal};

use crate::support::World;
use crate::support::fixture::{definition, midnight, released as being, revision, seconds, settings};
use crate::support::reads::look;

/// A Deployment of a group, with this spec beside, and how it stands.
fn deployment(name: &str, spec: Value, status: Value) -> Deployment {
    let labels =
        name.strip_prefix("prod-").map(|number| json!({"sluice.dev/group": "prod", "sluice.dev/sequence": number}));
    let mut full = json!({"groupRef": "prod"});
    extend(&mut full, spec);
    let mut object = json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment",
        "metadata": {"name": name, "uid": name, "labels": labels, "creationTimestamp": midnight()},
        "spec": full,
    });
    object["status"] = status;
    serde_json::from_value(object).unwrap()
}

fn extend(object: &mut Value, more: Value) {
    if let (Value::Object(fields), Value::Object(more)) = (object, more) {
        fields.extend(more);
    }
}

fn releases(number: i32) -> Value {
    json!({"revision": {"taskDefinition": format!("shop:{number}")}})
}

/// In the place of `shop:41`, since a minute after midnight.
fn begun(more: Value) -> Value {
    let original = json!({"taskSet": "ecs-svc/41", "taskDefinition": definition(41), "targetGroup": "a"});
    let mut status = json!({"state": "InProgress", "startedAt": midnight() + seconds(60), "original": original});
    extend(&mut status, more);
    status
}

fn ended(state: &str, second: i64) -> Value {
    begun(json!({"state": state, "completedAt": midnight() + seconds(second)}))
}

fn back(of: &str) -> Deployment {
    deployment("back", json!({"rollbackOf": of}), json!(null))
}

fn record(name: &str, replaced: Option<&str>) -> DeploymentRecord {
    serde_json::from_value(json!({
        "deployment": name, "revision": "shop:42", "state": "Succeeded", "replaced": replaced, "completedAt": midnight(),
    }))
    .unwrap()
}

/// Who is named, the Deployment of that name, and what is released, or words of the refusal.
type Case = (&'static str, &'static str, Option<Deployment>, Result<&'static str, &'static str>);

#[test]
fn what_a_deployment_replaced_is_released_or_it_is_refused_with_its_field_and_a_remedy() {
    let history = [record("prod-3", Some("shop:41")), record("prod-2", Some("shop:40")), record("prod-1", None)];
    let without_original = json!({"state": "Succeeded", "startedAt": midnight(), "completedAt": midnight()});
    let of_another = json!({"groupRef": "other", "revision": {"taskDefinition": "shop:42"}});
    let table: Vec<Case> = vec![
        ("ended well", "prod-3", Some(deployment("prod-3", releases(42), ended("Succeeded", 120))), Ok("shop:41")),
        ("failed", "prod-3", Some(deployment("prod-3", releases(42), ended("Failed", 120))), Ok("shop:41")),
        ("in progress", "prod-3", Some(deployment("prod-3", releases(42), begun(json!({})))), Ok("shop:41")),
        ("gone, and remembered", "prod-2", None, Ok("shop:40")),
        ("the first, and gone", "prod-1", None, Err("prod-1 replaced nothing, so that there is nothing to go back to")),
        (
            "the first",
            "prod-3",
            Some(deployment("prod-3", releases(42), without_original)),
            Err("prod-3 replaced nothing"),
        ),
        (
            "never begun",
            "prod-3",
            Some(deployment("prod-3", releases(42), json!({"state": "Stopped", "completedAt": midnight()}))),
            Err("prod-3 replaced nothing"),
        ),
        (
            "in line",
            "prod-3",
            Some(deployment("prod-3", releases(42), json!({"state": "Queued"}))),
            Err("prod-3 has not begun"),
        ),
        (
            "unknown",
            "prod-9",
            None,
            Err("there is no Deployment prod-9, and group prod remembers none: name one of prod-3, prod-2"),
        ),
        (
            "of another group",
            "prod-3",
            Some(deployment("prod-3", of_another, ended("Succeeded", 120))),
            Err("prod-3 is of group other: name a Deployment of group prod"),
        ),
    ];
    for (what, of, named, expected) in table {
        match (released(&back(of), named.as_ref(), &history), expected) {
            (Ok(found), Ok(revision)) => assert_eq!(found.task_definition, revision, "{what}"),
            (Err(refusal), Err(words)) => {
                assert_eq!(refusal.reason, Reason::InvalidValue, "{what}");
                assert!(refusal.message.starts_with("spec.rollbackOf: "), "{what}: {}", refusal.message);
                assert!(refusal.message.contains(words), "{what}: {}", refusal.message);
            }
            (found, _) => panic!("{what}: {found:?}"),
        }
    }
    let plain = deployment("prod-4", releases(43), json!(null));
    assert_eq!(released(&plain, None, &[]).map(|found| found.task_definition), Ok("shop:43".to_owned()));
    let inactive =
        Refusal::new(Reason::TaskDefinitionNotFound, "spec.revision.taskDefinition: shop:41 is INACTIVE: register it");
    assert_eq!(told_of(&back("prod-3"), inactive.clone()).message, "spec.rollbackOf: shop:41 is INACTIVE: register it");
    assert_eq!(told_of(&plain, inactive.clone()), inactive);
}

#[test]
fn only_one_in_progress_that_has_an_original_turns_round_for_a_deployment_that_is_let_to_ask() {
    let current = || deployment("prod-3", releases(42), begun(json!({})));
    let asks = |spec: Value, status: Value| {
        let mut full = json!({"rollbackOf": "prod-3"});
        extend(&mut full, spec);
        deployment("back", full, status)
    };
    let first = deployment("prod-3", releases(42), json!({"state": "InProgress", "startedAt": midnight()}));
    let none = json!(null);
    let table: Vec<(&str, Deployment, Deployment, bool)> = vec![
        ("it asks", current(), asks(json!({}), none.clone()), true),
        ("it waits in line", current(), asks(json!({}), json!({"state": "Queued"})), true),
        ("another is named", current(), back("prod-2"), false),
        ("of another group", current(), asks(json!({"groupRef": "other"}), none.clone()), false),
        ("paused", current(), asks(json!({"paused": true}), none.clone()), false),
        ("stopped", current(), asks(json!({"stop": {}}), none.clone()), false),
        ("over", current(), asks(json!({}), json!({"state": "Succeeded", "completedAt": midnight()})), false),
        ("a first release", first, asks(json!({}), none.clone()), false),
        ("it ended", deployment("prod-3", releases(42), ended("Succeeded", 120)), asks(json!({}), none.clone()), false),
        (
            "it has not begun",
            deployment("prod-3", releases(42), json!({"state": "Queued"})),
            asks(json!({}), none),
            false,
        ),
    ];
    for (what, current, other, expected) in table {
        assert_eq!(is_asked_back(&current, [&current.clone(), &other]), expected, "{what}");
    }
    assert!(Controls { newer: Some(Newer::GoesBack), ..Controls::default() }.ask_for_return());
}

#[test]
fn what_serves_already_is_not_released_again() {
    let world = World::new(1, 4);
    let observed = look(ReadScope::Group, &settings(1), &world.observe("none")).observed;
    let serves = |one: &Deployment, number| serves_already(one, &being(number), &settings(1), &observed);
    assert!(serves(&back("prod-3"), 41) && !serves(&back("prod-3"), 40));
    assert!(!serves(&deployment("again", releases(41), json!(null)), 41), "a revision that is named is released again");

    // A service that was adopted, and has its traffic again.
    let adopting = World::of_another_service(1, 4).observe("none");
    assert!(serves_already(&back("prod-3"), &being(41), &settings(1), &adopting));
    assert!(!serves_already(&back("prod-3"), &being(40), &settings(1), &adopting));

    let line = with_revision(DeploymentStatus::default(), &being(41));
    let found = found(&line, &being(41), Some(1), midnight());
    assert_eq!(found.message, "shop:41 serves: nothing was released");
    let shown = found.summary.as_ref().map(|shown| (shown.revision.as_str(), shown.status));
    assert_eq!(shown, Some(("shop:41", Some(StatusWord::Succeeded))));
    assert_eq!(with_revision(found.clone(), &being(40)), found, "what ended stands");
}

/// The Deployments of a group that asks for 42, the last of which went back; and what was asked for last.
fn went_back(state: &str) -> (Vec<Deployment>, LastRequest) {
    let mut back = back("prod-1");
    let mut status = ended(state, 600);
    status["summary"] = json!({"revision": "shop:41"});
    back.status = serde_json::from_value(status).unwrap();
    let made = vec![deployment("prod-1", releases(42), ended("Succeeded", 120)), back];
    (made, LastRequest { task_definition: "shop:42".to_owned(), pinned: None, sequence: 1, adopted: false })
}

fn shown(made: &[Deployment], requested: LastRequest) -> DeploymentGroupStatus {
    let world = World::new(1, 4);
    let observed = look(ReadScope::Group, &settings(1), &world.observe("none")).observed;
    let facts = Facts {
        suspended_by: None,
        settings: &settings(1),
        generation: Some(1),
        deployments: made,
        desired: Some("shop:42"),
        made: None,
        requested: Some(requested),
        named_config: None,
        observed: Some(&observed),
        refusal: None,
        call_error: None,
        now: midnight(),
    };
    status(&DeploymentGroupStatus::default(), &facts)
}

#[test]
fn who_went_back_holds_what_is_asked_for_also_once_the_deployment_is_deleted() {
    let (made, last) = went_back("Succeeded");
    let held = shown(&made, last.clone());
    assert_eq!(held.held_revision.as_deref(), Some("shop:42"));
    assert_eq!(
        held.message,
        "shop:42 is held: back went back from prod-1; shop:41 serves; release another revision, or create a Deployment of shop:42 to release it after all"
    );
    let summary = held.summary.as_ref().map(|shown| (shown.desired.as_str(), shown.serving.as_str(), shown.status));
    assert_eq!(summary, Some(("shop:42", "shop:41", StatusWord::Held)));
    let newest = held.history.first().unwrap();
    assert_eq!((newest.replaced.as_deref(), newest.rollback_of.as_deref()), (Some("shop:41"), Some("prod-1")));
    // The history remembers it.
    let world = World::new(1, 4);
    let observed = look(ReadScope::Group, &settings(1), &world.observe("none")).observed;
    let facts = Facts {
        suspended_by: None,
        settings: &settings(1),
        generation: Some(1),
        deployments: &made[..1],
        desired: Some("shop:42"),
        made: None,
        requested: Some(last),
        named_config: None,
        observed: Some(&observed),
        refusal: None,
        call_error: None,
        now: midnight(),
    };
    assert_eq!(status(&held, &facts).message, held.message);
}

#[test]
fn what_is_held_after_a_return_is_not_released_by_the_same_wish_and_the_next_one_is() {
    let (made, last) = went_back("Succeeded");
    let adopted = LastRequest { adopted: true, ..last.clone() };
    let serves = definition(41);
    let decided = |wanted: i32, last: &LastRequest, made: &[Deployment]| {
        let wanted: Revision = revision(wanted);
        match decide("prod", Some(&wanted), Some(last), made, Some(&serves)) {
            RevisionDecision::Unchanged => "nothing".to_owned(),
            RevisionDecision::Deploy(made) => made.name,
            RevisionDecision::Adopt { note, .. } => note.map(|note| note.message).unwrap_or_default(),
            RevisionDecision::Refuse(refusal) => refusal.message,
        }
    };
    assert_eq!(decided(42, &last, &made), "nothing");
    assert_eq!(decided(42, &adopted, &made), "nothing", "also where it was asked for again before");
    assert_eq!(decided(43, &last, &made), "prod-2");
    assert!(decided(41, &last, &made).contains("it serves, and nothing is released"));
    let of_41 = LastRequest { task_definition: "shop:41".to_owned(), ..adopted };
    assert_eq!(decided(42, &of_41, &made), "prod-2", "asked for anew, it is released anew");
    // While it is under way, to ask for what it releases asks for no Deployment.
    let (mut under_way, last) = went_back("InProgress");
    under_way[1].status.as_mut().unwrap().completed_at = None;
    let decision = decide("prod", Some(&revision(41)), Some(&last), &under_way, None);
    assert!(matches!(decision, RevisionDecision::Adopt { .. }), "{decision:?}");
}

#[test]
fn what_is_archived_is_left_out_of_the_history_and_kept() {
    let (mut made, last) = went_back("Succeeded");
    made[1].spec.archived = true;
    let told = shown(&made, last.clone());
    let names: Vec<&str> = told.history.iter().map(|record| record.deployment.as_str()).collect();
    assert_eq!(names, ["prod-1"]);
    assert_eq!(told.held_revision.as_deref(), Some("shop:42"), "what it did stands");
}
