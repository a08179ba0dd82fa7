//! Decisions about a group: what a change of revision asks for, what is held, what users see.

use serde_json::{Value, json};
use sluice_api::{
    Concurrency, ConditionType, Deployment, DeploymentGroupStatus, Health, LastRequest, Phase, Reason, State, status_of,
};
use sluice_plan::admission::queue::{self, QueueDecision};
use sluice_plan::group::deployments::{entry, superseded_last};
use sluice_plan::group::facts::Facts;
use sluice_plan::group::request::{RevisionDecision, decide, occupied};
use sluice_plan::group::status;
use sluice_plan::{CallError, ReadScope, Refusal};

use crate::support::World;
use crate::support::fixture::{definition, midnight, revision, settings};
use crate::support::reads::look;

/// A Deployment that the operator made; `end` is its state and the hour at which it ended.
fn made(sequence: i64, revision: i32, end: Option<(State, i64)>) -> Deployment {
    deployment(&format!("prod-{sequence}"), Some(sequence), revision, end)
}

fn deployment(name: &str, sequence: Option<i64>, revision: i32, end: Option<(State, i64)>) -> Deployment {
    let labels = sequence.map_or_else(
        || json!({}),
        |number| json!({"sluice.dev/group": "prod", "sluice.dev/sequence": number.to_string()}),
    );
    let status = match end {
        Some((state, hour)) => json!({
            "startedAt": midnight(), "state": state, "completedAt": format!("2026-01-01T{hour:02}:00:00Z"),
        }),
        None => json!({"startedAt": midnight(), "state": State::InProgress}),
    };
    from(&json!({"name": name, "uid": name, "labels": labels, "creationTimestamp": midnight()}), revision, &status)
}

fn from(metadata: &Value, revision: i32, status: &Value) -> Deployment {
    serde_json::from_value(json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment", "metadata": metadata,
        "spec": {"groupRef": "prod", "revision": {"taskDefinition": format!("shop:{revision}")}}, "status": status,
    }))
    .unwrap()
}

fn requested(revision: i32, sequence: i64) -> LastRequest {
    LastRequest { task_definition: format!("shop:{revision}"), pinned: None, sequence, adopted: false }
}

/// Name, the revision in force, what was requested last, the Deployments, the revision that serves, what follows.
type Case = (&'static str, Option<i32>, Option<LastRequest>, Vec<Deployment>, Option<i32>, &'static str);

#[test]
fn each_change_of_revision_asks_for_one_deployment() {
    let failed = Some((State::Failed, 1));
    let table: [Case; 13] = [
        ("no revision", None, None, vec![], Some(41), "nothing"),
        ("the first, of an empty service", Some(41), None, vec![], None, "prod-1"),
        ("the first, which the service runs already", Some(41), None, vec![], Some(41), "adopt 0"),
        ("the first, and the service runs another", Some(42), None, vec![], Some(41), "prod-1"),
        ("after the adoption", Some(41), Some(requested(41, 0)), vec![], Some(41), "nothing"),
        ("a change after the adoption", Some(42), Some(requested(41, 0)), vec![], Some(41), "prod-1"),
        ("no change", Some(42), Some(requested(42, 3)), vec![made(3, 42, None)], Some(41), "nothing"),
        (
            "a failure changes nothing: it is held",
            Some(42),
            Some(requested(42, 3)),
            vec![made(3, 42, failed)],
            Some(41),
            "nothing",
        ),
        ("back to what serves", Some(41), Some(requested(42, 3)), vec![made(3, 42, failed)], Some(41), "adopt 3"),
        (
            "back, and nobody knows what serves",
            Some(41),
            Some(requested(42, 3)),
            vec![made(3, 42, failed)],
            None,
            "prod-4",
        ),
        (
            "a crash between create and record",
            Some(42),
            Some(requested(41, 2)),
            vec![made(3, 42, None)],
            Some(41),
            "nothing",
        ),
        ("all Deployments were deleted", Some(42), Some(requested(42, 3)), vec![], Some(42), "nothing"),
        (
            "one made by hand does not count",
            Some(42),
            Some(requested(41, 2)),
            vec![deployment("mine", None, 42, None)],
            Some(41),
            "prod-3",
        ),
    ];
    for (what, wanted, last, deployments, serves, expected) in table {
        let wanted = wanted.map(revision);
        let serves = serves.map(definition);
        let text = match decide("prod", wanted.as_ref(), last.as_ref(), &deployments, serves.as_deref()) {
            RevisionDecision::Unchanged => "nothing".to_owned(),
            RevisionDecision::Adopt { requested, .. } => format!("adopt {}", requested.sequence),
            RevisionDecision::Deploy(made) => made.name,
            RevisionDecision::Refuse(refusal) => refusal.message,
        };
        assert_eq!(text, expected, "{what}");
    }
}

/// Anyone may write labels. What they say counts only where the operator could have said it.
#[test]
fn a_number_in_a_label_counts_only_as_the_operator_would_have_given_it() {
    let labelled = |name: &str, group: &str, number: &str| {
        let labels = json!({"sluice.dev/group": group, "sluice.dev/sequence": number});
        from(&json!({"name": name, "uid": name, "labels": labels}), 41, &json!({}))
    };
    let last = "9999999999";
    for (name, group, number, expected) in [
        ("bomb", "prod", "9223372036854775807", "prod-1"),
        ("prod-9223372036854775807", "prod", "9223372036854775807", "prod-1"),
        ("prod-9223372036854775806", "prod", "9223372036854775806", "prod-1"),
        ("prod-99999999999999999999", "prod", "99999999999999999999", "prod-1"),
        ("prod--9223372036854775808", "prod", "-9223372036854775808", "prod-1"),
        ("prod-0", "prod", "0", "prod-1"),
        ("prod-7", "prod", "seven", "prod-1"),
        ("prod-7", "prod", "", "prod-1"),
        ("mine", "prod", "7", "prod-1"),
        ("prod-7", "other", "7", "prod-1"),
        ("prod-7", "prod", "7", "prod-8"),
        ("prod-9999999998", "prod", "9999999998", "prod-9999999999"),
        ("prod-9999999999", "prod", last, "is the last number that there is: delete that Deployment"),
    ] {
        let made = [labelled(name, group, number)];
        let text = match decide("prod", Some(&revision(42)), None, &made, None) {
            RevisionDecision::Deploy(made) => made.name,
            RevisionDecision::Refuse(refusal) => refusal.message,
            other => format!("{other:?}"),
        };
        assert!(text.contains(expected), "{name} {group} {number}: {text}");
        assert_eq!(entry(&made[0]).sequence.is_some(), !expected.ends_with("-1"), "{name} {number}");
    }
    for number in [i64::MAX, i64::MIN, -1] {
        let requested =
            LastRequest { task_definition: "shop:41".to_owned(), pinned: None, sequence: number, adopted: false };
        let answer = decide("prod", Some(&revision(42)), Some(&requested), &[], None);
        assert_eq!(matches!(answer, RevisionDecision::Refuse(_)), number > 0, "{number}: {answer:?}");
    }
}

#[test]
fn only_the_deployment_that_was_asked_for_passes_for_it() {
    let RevisionDecision::Deploy(wanted) = decide("prod", Some(&revision(42)), Some(&requested(41, 1)), &[], None)
    else {
        panic!("a change asks for a Deployment")
    };
    for (what, existing, passes) in [
        ("made before a crash", made(2, 42, None), true),
        ("of another revision", made(2, 43, None), false),
        ("made by hand", deployment("prod-2", None, 42, None), false),
    ] {
        let refusal = occupied(&existing, &wanted);
        assert_eq!(refusal.is_none(), passes, "{what}: {refusal:?}");
        assert!(refusal.is_none_or(|refusal| refusal.message.contains("prod-2: someone else made it")));
    }
}

#[test]
fn another_spelling_of_the_same_revision_is_no_change() {
    let pinned = sluice_api::Revision::of(definition(42));
    assert_eq!(decide("prod", Some(&pinned), Some(&requested(42, 3)), &[], None), RevisionDecision::Unchanged);
    assert!(matches!(decide("prod", Some(&pinned), None, &[], Some(&definition(42))), RevisionDecision::Adopt { .. }));
}

/// What a group shows, with what was requested last, and its Deployments.
fn shown(requested: Option<LastRequest>, deployments: &[Deployment]) -> DeploymentGroupStatus {
    let settings = settings(1);
    let observed = look(ReadScope::Group, &settings, &World::new(1, 4).observe("none")).observed;
    let facts = Facts {
        suspended_by: None,
        named_config: None,
        settings: &settings,
        generation: Some(2),
        deployments,
        desired: None,
        made: None,
        requested,
        observed: Some(&observed),
        refusal: None,
        call_error: None,
        now: midnight(),
    };
    let first = status(&DeploymentGroupStatus::default(), &facts);
    let later = Facts { now: midnight() + crate::support::fixture::seconds(3600), ..facts };
    assert_eq!(status(&first, &later), first, "the same facts give the same status");
    first
}

#[test]
fn a_revision_is_held_from_its_failure_until_it_is_tried_again() {
    let table: [(&str, Vec<Deployment>, Option<&str>); 7] = [
        ("it succeeded", vec![made(1, 42, Some((State::Succeeded, 1)))], None),
        ("it failed", vec![made(1, 42, Some((State::Failed, 1)))], Some("shop:42")),
        ("it was stopped", vec![made(1, 42, Some((State::Stopped, 1)))], Some("shop:42")),
        ("it is in progress", vec![made(1, 42, None)], None),
        ("another one failed", vec![made(1, 40, Some((State::Failed, 1)))], None),
        (
            "it failed before, and is in progress again",
            vec![made(1, 42, Some((State::Failed, 1))), made(3, 42, None)],
            None,
        ),
        (
            "it failed, and then succeeded by hand",
            vec![made(1, 42, Some((State::Failed, 1))), deployment("mine", None, 42, Some((State::Succeeded, 2)))],
            None,
        ),
    ];
    for (what, deployments, expected) in table {
        assert_eq!(shown(Some(requested(42, 1)), &deployments).held_revision.as_deref(), expected, "{what}");
    }
}

#[test]
fn a_group_shows_what_serves_what_waits_and_what_went_before() {
    let succeeded = made(1, 41, Some((State::Succeeded, 1)));
    let idle = shown(Some(requested(41, 1)), std::slice::from_ref(&succeeded));
    assert_eq!((idle.phase, idle.message.as_str(), idle.health), (Phase::Running, "shop:41 serves", Health::Healthy));
    assert_eq!(status_of(&idle.conditions, ConditionType::Ready), Some(true));
    assert_eq!((idle.primary_task_set.as_deref(), idle.weights[0].weights.clone()), (Some("ecs-svc/41"), vec![100, 0]));

    let waits = from(&json!({"name": "prod-3", "uid": "c", "creationTimestamp": midnight()}), 43, &json!({}));
    let busy = shown(Some(requested(43, 3)), &[succeeded.clone(), made(2, 42, None), waits]);
    assert_eq!(
        (busy.phase, busy.current.as_deref(), busy.queue),
        (Phase::Deploying, Some("prod-2"), vec!["prod-3".to_owned()])
    );
    assert_eq!(status_of(&busy.conditions, ConditionType::Reconciling), Some(true));

    let held = shown(Some(requested(42, 2)), &[succeeded, made(2, 42, Some((State::Failed, 2)))]);
    assert_eq!(held.phase, Phase::Running, "the group serves on the release it returned to");
    assert_eq!(
        held.message,
        "shop:42 failed and is held; shop:41 serves; release another revision, or create a Deployment of shop:42 to try it again"
    );
    assert_eq!(status_of(&held.conditions, ConditionType::Ready), Some(false), "what is asked for does not serve");
    assert_eq!(status_of(&held.conditions, ConditionType::Stalled), Some(true), "and does not come by itself");
    let names: Vec<&str> = held.history.iter().map(|record| record.deployment.as_str()).collect();
    assert_eq!(names, ["prod-2", "prod-1"], "newest first");
}

#[test]
fn a_refusal_stalls_a_group_and_a_call_error_that_passes_does_not() {
    let settings = settings(1);
    let refusal = Refusal::new(Reason::NoBinding, "spec.aws.binding: none");
    let passing = CallError { reason: Reason::Throttled, message: "slow".to_owned(), stalled: false, refused: false };
    let lasting = CallError { reason: Reason::AccessDenied, stalled: true, ..passing.clone() };
    let table = [
        (Some(&refusal), None, "NoBinding", true),
        (None, Some(&passing), "Throttled", false),
        (None, Some(&lasting), "AccessDenied", true),
    ];
    for (refusal, call_error, reason, stalled) in table {
        let facts = Facts {
            suspended_by: None,
            named_config: None,
            settings: &settings,
            generation: None,
            deployments: &[],
            desired: None,
            made: None,
            requested: None,
            observed: None,
            refusal,
            call_error,
            now: midnight(),
        };
        let shown = status(&DeploymentGroupStatus::default(), &facts);
        assert_eq!(status_of(&shown.conditions, ConditionType::Stalled), Some(stalled), "{reason}");
        assert_eq!(status_of(&shown.conditions, ConditionType::Reconciling), Some(!stalled), "{reason}");
        assert_eq!(status_of(&shown.conditions, ConditionType::Ready), Some(false), "{reason}");
        assert!(shown.conditions.iter().all(|condition| condition.reason == reason));
    }
}

#[test]
fn a_deployment_enters_the_queue_as_its_spec_and_its_status_say() {
    let stalled =
        json!([{"type": "Stalled", "status": "True", "reason": "X", "message": "", "lastTransitionTime": midnight()}]);
    let waits = |name: &str, paused: bool, conditions: &Value| {
        let metadata = json!({"name": name, "namespace": "shop", "uid": name, "creationTimestamp": midnight()});
        let mut made = from(&metadata, 42, &json!({"conditions": conditions}));
        made.spec.paused = paused;
        made
    };
    let none = json!([]);
    let entries =
        [waits("a", false, &stalled), waits("b", true, &none), waits("c", false, &none), waits("d", false, &none)]
            .map(|one| entry(&one));
    assert_eq!(entries.each_ref().map(|entry| entry.held), [true, true, false, false]);
    let decide = |uid: &str| queue::decide(&entries, uid, Concurrency::Queue);
    assert_eq!(decide("c"), QueueDecision::Behind("shop/d".to_owned()));
    assert_eq!(decide("d"), QueueDecision::Start, "the newest begins, and one that cannot begin lets others pass");

    let mut begun = deployment("e", None, 42, None);
    begun.spec.paused = true;
    assert!(!entry(&begun).held, "one that has begun is in progress, paused or not");
}

/// A Deployment that has begun at this hour, with this in its status.
fn begun(name: &str, hour: i64, status: &Value) -> Deployment {
    let mut whole = json!({
        "startedAt": format!("2026-01-01T{hour:02}:00:00Z"), "state": State::InProgress,
        "original": {"taskSet": "ecs-svc/41", "taskDefinition": definition(41), "targetGroup": "a"},
    });
    whole.as_object_mut().unwrap().extend(status.as_object().cloned().unwrap_or_default());
    from(&json!({"name": name, "uid": name, "creationTimestamp": midnight()}), 42, &whole)
}

fn rollback(trigger: &str) -> Value {
    json!({"trigger": trigger, "reason": "", "startedAt": midnight()})
}

#[test]
fn what_a_newer_one_may_ask_follows_from_where_the_one_in_progress_stands() {
    let bakes = json!([{"name": "Bake", "status": "InProgress"}]);
    let delete = json!({"operation": "DeleteTaskSet", "token": "", "issuedAt": midnight()});
    let table = [
        ("on its way", json!({}), (false, false)),
        ("in its bake", json!({"lifecycleEvents": bakes}), (false, true)),
        ("on its way back", json!({"rollback": rollback("DEPLOYMENT_FAILURE")}), (true, false)),
        ("past the point of no return", json!({"intent": delete}), (true, false)),
        ("with nothing to return to", json!({"original": null}), (true, false)),
    ];
    for (what, status, expected) in table {
        let mut deployment = begun("a", 1, &status);
        let seen = entry(&deployment);
        assert_eq!((seen.fixed, seen.baking), expected, "{what}");
        deployment.spec.paused = true;
        assert!(entry(&deployment).fixed, "{what}, and a user holds it");
    }
    let ready = json!({"since": midnight(), "groupGeneration": 3, "bindingGeneration": 7});
    let waits = from(&json!({"name": "b", "uid": "b"}), 43, &json!({"readyToBegin": ready}));
    assert_eq!((entry(&waits).ready, entry(&waits).revision.as_str()), (Some([3, 7]), "shop:43"));
}

#[test]
fn releases_that_were_superseded_one_after_the_other_are_counted() {
    let superseded = |name: &str, hour, before: Option<i32>| {
        let supersedes = before.map(|in_a_row| json!({"deployment": "x", "inARow": in_a_row}));
        begun(name, hour, &json!({"rollback": rollback("SUPERSEDED"), "supersedes": supersedes}))
    };
    let other = |name: &str, hour, trigger: &str| begun(name, hour, &json!({"rollback": rollback(trigger)}));
    let waits = from(&json!({"name": "waits", "uid": "waits"}), 43, &json!({}));
    let table = [
        ("nothing has begun", vec![waits.clone()], None),
        ("the first", vec![superseded("a", 1, None), waits], Some(("a", 1))),
        ("the next", vec![superseded("a", 1, None), superseded("b", 2, Some(1))], Some(("b", 2))),
        (
            "in whatever order they are listed",
            vec![superseded("b", 2, Some(1)), superseded("a", 1, None)],
            Some(("b", 2)),
        ),
        ("one that failed since", vec![superseded("a", 1, None), other("b", 2, "DEPLOYMENT_FAILURE")], None),
        ("one that succeeded since", vec![superseded("a", 1, None), begun("b", 2, &json!({}))], None),
        ("after one that failed", vec![other("a", 1, "REVERTED"), superseded("b", 2, None)], Some(("b", 1))),
    ];
    for (what, deployments, expected) in table {
        let found = superseded_last(&deployments).map(|last| (last.deployment, last.in_a_row));
        assert_eq!(found, expected.map(|(name, in_a_row)| (name.to_owned(), in_a_row)), "{what}");
    }
}
