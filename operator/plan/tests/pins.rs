//! A family alone: what it was pinned to as its release began stands for it from then on.

use jiff::SignedDuration;
use serde_json::{Value, json};
use sluice_api::{Deployment, DeploymentGroupStatus, LastRequest, Revision};
use sluice_plan::begin::released::Released;
use sluice_plan::group::facts::Facts;
use sluice_plan::group::request::{RevisionDecision, decide, last_request, shown};
use sluice_plan::group::wish::is_reverted;
use sluice_plan::group::{retry, rollback_of, status};

use crate::support::fixture::{definition, midnight, settings};

/// A Deployment that the group made: its number, what it was asked for, what it was pinned to once it began, and how it
/// stands.
fn made(number: i64, asked: &str, pinned: Option<i32>, stands: &str) -> Deployment {
    let began = midnight() + SignedDuration::from_mins(number);
    let ended = (stands != "InProgress").then_some(began + SignedDuration::from_secs(1));
    let status = pinned.map(|pinned| {
        let back = json!({"trigger": "DEPLOYMENT_FAILURE", "reason": "", "startedAt": began, "trafficRestoredAt": began, "endedAt": began});
        json!({
            "state": stands, "reason": stands, "startedAt": began, "completedAt": ended,
            "summary": {"revision": format!("shop:{pinned}")},
            "original": {"taskSet": "ecs-svc/41", "taskDefinition": definition(41), "targetGroup": "a"},
            "replacement": {"taskSet": "ecs-svc/2", "taskDefinition": definition(pinned), "targetGroup": "b"},
            "rollback": if stands == "Failed" { back } else { Value::Null },
        })
    });
    serde_json::from_value(json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment", "status": status,
        "metadata": {"name": format!("prod-{number}"), "uid": number.to_string(), "creationTimestamp": began,
                     "labels": {"sluice.dev/group": "prod", "sluice.dev/sequence": number.to_string()}},
        "spec": {"groupRef": "prod", "revision": {"taskDefinition": asked}},
    }))
    .unwrap()
}

fn asked(task_definition: &str, sequence: i64) -> LastRequest {
    LastRequest { task_definition: task_definition.to_owned(), pinned: None, sequence, adopted: false }
}

/// What a wish comes to, while this serves.
fn decision(wanted: &str, last: Option<&LastRequest>, deployments: &[Deployment], serves: i32) -> String {
    match decide("prod", Some(&Revision::of(wanted)), last, deployments, Some(&definition(serves))) {
        RevisionDecision::Unchanged => "unchanged".to_owned(),
        RevisionDecision::Adopt { requested, note } => {
            let pinned = requested.pinned.unwrap_or_else(|| "nothing".to_owned());
            format!("{pinned}: {}", note.map_or_else(String::new, |note| note.message))
        }
        RevisionDecision::Deploy(made) => made.name,
        RevisionDecision::Refuse(refusal) => refusal.message,
    }
}

#[test]
fn a_family_is_released_once_for_each_change_of_what_is_asked_for() {
    let pinned = Some::<i32>;
    let table = [
        ("what is newest is not known before it begins", "shop", None, vec![], 41, "prod-1"),
        ("it waits", "shop", Some(asked("shop", 1)), vec![made(1, "shop", None, "")], 41, "unchanged"),
        ("it serves", "shop", Some(asked("shop", 1)), vec![made(1, "shop", pinned(42), "Succeeded")], 42, "unchanged"),
        (
            "its number",
            "shop:42",
            Some(asked("shop", 1)),
            vec![made(1, "shop", pinned(42), "Succeeded")],
            42,
            "nothing: shop:42 was asked for again: it serves",
        ),
        (
            "another number",
            "shop:43",
            Some(asked("shop", 1)),
            vec![made(1, "shop", pinned(42), "Succeeded")],
            42,
            "prod-2",
        ),
        ("it failed", "shop", Some(asked("shop", 1)), vec![made(1, "shop", pinned(42), "Failed")], 41, "unchanged"),
        (
            "its number, which it releases",
            "shop:42",
            Some(asked("shop", 1)),
            vec![made(1, "shop", pinned(42), "InProgress")],
            41,
            "nothing: shop:42 was asked for again: prod-1 releases it",
        ),
        (
            "a return to what it was pinned to",
            "shop",
            Some(asked("shop:42", 2)),
            vec![made(1, "shop", pinned(41), "Succeeded"), made(2, "shop:42", pinned(42), "InProgress")],
            41,
            "shop:41: shop was asked for again: rolling back prod-2 (shop:42)",
        ),
        (
            "a return after another one has succeeded",
            "shop",
            Some(asked("shop:42", 2)),
            vec![made(1, "shop", pinned(41), "Succeeded"), made(2, "shop:42", pinned(42), "Succeeded")],
            42,
            "prod-3",
        ),
        (
            "a number of which a family is the newest",
            "shop",
            Some(asked("shop:42", 1)),
            vec![made(1, "shop:42", pinned(42), "InProgress")],
            41,
            "prod-2",
        ),
    ];
    for (what, wanted, last, deployments, serves, expected) in table {
        let found = decision(wanted, last.as_ref(), &deployments, serves);
        assert!(found.starts_with(expected), "{what}: {found}");
    }
}

#[test]
fn a_return_to_a_family_turns_the_release_round_to_what_that_was_pinned_to() {
    let deployments = [made(1, "shop", Some(41), "Succeeded"), made(2, "shop:42", Some(42), "InProgress")];
    let decided = decide("prod", Some(&Revision::of("shop")), Some(&asked("shop:42", 2)), &deployments, None);
    let RevisionDecision::Adopt { requested, .. } = decided else { panic!("{decided:?}") };
    assert!(is_reverted(&deployments[1], Some(&requested)));
    // Were it pinned to something else, there would be nothing to return to.
    let other = LastRequest { pinned: Some("shop:40".to_owned()), ..requested };
    assert!(!is_reverted(&deployments[1], Some(&other)));
}

/// What a group shows while this serves: what is asked for, the message, what is held.
fn group(deployments: &[Deployment], serves: &str) -> DeploymentGroupStatus {
    let (settings, revision) = (settings(1), Revision::of("shop"));
    let requested = last_request(Some(&asked("shop", 1)), deployments);
    let desired = shown(&revision, requested.as_ref());
    let previous = DeploymentGroupStatus { revision: Some(serves.to_owned()), ..DeploymentGroupStatus::default() };
    let facts = Facts {
        settings: &settings,
        generation: Some(1),
        deployments,
        desired: Some(&desired),
        made: None,
        requested,
        named_config: None,
        observed: None,
        suspended_by: None,
        refusal: None,
        call_error: None,
        now: midnight(),
    };
    status(&previous, &facts)
}

#[test]
fn a_group_shows_what_was_pinned_and_holds_it_when_it_fails() {
    let shows = |status: &DeploymentGroupStatus| {
        (status.summary.as_ref().unwrap().desired.clone(), status.held_revision.clone())
    };
    assert_eq!(shows(&group(&[made(1, "shop", None, "")], "shop:41")), ("shop".to_owned(), None));
    let serves = group(&[made(1, "shop", Some(42), "Succeeded")], "shop:42");
    assert_eq!(shows(&serves), ("shop:42".to_owned(), None));
    let failed = group(&[made(1, "shop", Some(42), "Failed")], "shop:41");
    assert_eq!(shows(&failed), ("shop:42".to_owned(), Some("shop:42".to_owned())));
    let record = &failed.history[0];
    assert_eq!((record.revision.as_str(), record.asked.as_deref()), ("shop:42", Some("shop")));
    assert!(failed.message.contains("shop:42 failed and is held"), "{}", failed.message);
    // The object is gone: what is remembered holds it all the same.
    let requested = failed.requested.clone();
    assert_eq!(requested.unwrap().pinned.as_deref(), Some("shop:42"));
}

#[test]
fn a_further_try_is_of_what_was_pinned_and_never_of_what_is_newest_meanwhile() {
    let failed = made(1, "shop", Some(42), "Failed");
    let mut again = made(2, "shop", None, "");
    again.spec.retry_of = Some("prod-1".to_owned());
    assert_eq!(retry::check(&again, Some(&failed)), Ok(()));
    assert_eq!(rollback_of::released(&again, Some(&failed), &[]).unwrap().task_definition, "shop:42");
    // One that never began was pinned to nothing.
    assert_eq!(rollback_of::released(&again, Some(&made(1, "shop", None, "")), &[]).unwrap().task_definition, "shop");
    let mut other = again.clone();
    other.spec.revision = Some(Revision::of("web"));
    assert!(retry::check(&other, Some(&failed)).is_err());
    assert_eq!(rollback_of::released(&other, Some(&failed), &[]).unwrap().task_definition, "web");
}

const APP_SPEC: &str = r#"{"version": 0.0, "Resources": [{"TargetService": {"Type": "AWS::ECS::Service", "Properties": {
    "TaskDefinition": "shop:42", "LoadBalancerInfo": {"ContainerName": "api", "ContainerPort": 9090}}}}]}"#;

#[test]
fn to_go_back_to_what_an_app_spec_released_has_what_that_said_of_it() {
    let mut first = made(1, "", Some(42), "Succeeded");
    first.spec.revision = Some(serde_json::from_value(json!({"appSpec": APP_SPEC})).unwrap());
    let back = rollback_of::as_it_was(being("shop:42"), [&first]).unwrap();
    assert_eq!(back.task_definition, "shop:42");
    assert_eq!(back.app_spec.unwrap().container.name, "api");
    let other = rollback_of::as_it_was(being("shop:41"), [&first]).unwrap();
    assert_eq!(other.app_spec, None);
    // One that failed said nothing of what serves.
    let failed = Deployment { status: made(1, "", Some(42), "Failed").status, ..first };
    assert_eq!(rollback_of::as_it_was(being("shop:42"), [&failed]).unwrap().app_spec, None);
}

fn being(task_definition: &str) -> Released {
    Released::read(Revision::of(task_definition), None).unwrap()
}

#[test]
fn an_app_spec_is_asked_for_once_for_each_text_and_a_wrong_one_is_told_with_its_line() {
    let revision = |text: &str| serde_json::from_value::<Revision>(json!({"appSpec": text})).unwrap();
    let mut first = made(1, "", Some(42), "InProgress");
    first.spec.revision = Some(revision(APP_SPEC));
    let wanted = |text: &str, last: &LastRequest| match decide(
        "prod",
        Some(&revision(text)),
        Some(last),
        std::slice::from_ref(&first),
        Some(&definition(41)),
    ) {
        RevisionDecision::Deploy(made) => made.name,
        other => format!("{other:?}"),
    };
    let last = last_request(None, std::slice::from_ref(&first)).unwrap();
    assert_eq!((last.pinned.as_deref(), last.revision()), (Some("shop:42"), "shop:42"));
    assert_eq!(wanted(APP_SPEC, &last), "Unchanged");
    assert_eq!(wanted(&APP_SPEC.replace("9090", "9091"), &last), "prod-2");
    let told = Released::read(revision(&APP_SPEC.replace("9090", "\"http\"")), None).unwrap_err();
    assert_eq!(
        told.message,
        "spec.revision.appSpec, line 2, Resources[0].TargetService.Properties.LoadBalancerInfo.ContainerPort: http is none: write a number from 1 to 65535"
    );
}
