//! A release that failed for a cause that may pass: what is tried again, how often and when, and what ends it.

use jiff::SignedDuration;
use serde_json::{Value, json};
use sluice_api::{
    Deployment, DeploymentGroupSpec, DeploymentGroupStatus, FailureCode, LastRequest, Reason, StatusWord,
};
use sluice_plan::group::facts::Facts;
use sluice_plan::group::request::{RevisionDecision, retry};
use sluice_plan::group::retry::{RETRYABLE, check, next};
use sluice_plan::group::status;

use crate::support::fixture::{definition, midnight, settings};

fn group(limit: i32, backoff: &str) -> DeploymentGroupSpec {
    let mut spec = serde_json::to_value(settings(1)).unwrap();
    spec["retry"] = json!({"limit": limit, "backoff": backoff});
    serde_json::from_value(spec).unwrap()
}

const PASSES: &str = "INFRASTRUCTURE_NETWORK_FAILURE";

/// How a Deployment ended, or stands: the code of its failure, what asked for its return, and when it ended in minutes after
/// its beginning.
#[derive(Clone, Copy)]
enum Stands {
    Waits,
    InProgress,
    Failed(&'static str, &'static str),
    Succeeded,
}

use Stands::{Failed, InProgress, Succeeded, Waits};

const BY_ITSELF: &str = "DEPLOYMENT_FAILURE";

/// A Deployment of the group: its name, whether the group made it, of which one it is a retry, when it began in minutes, and
/// how it stands. One that ended did so a minute later.
fn deployment(name: &str, retry_of: Option<&str>, minute: i64, stands: Stands) -> Deployment {
    let at = |minutes: i64| json!(midnight() + SignedDuration::from_mins(minutes));
    let labels =
        name.strip_prefix("prod-").map(|number| json!({"sluice.dev/group": "prod", "sluice.dev/sequence": number}));
    let original = json!({"taskSet": "ecs-svc/41", "taskDefinition": definition(41), "targetGroup": "a"});
    let status = match stands {
        Waits => json!({"state": "Queued"}),
        InProgress => json!({"state": "InProgress", "startedAt": at(minute), "original": original}),
        Succeeded => json!({"state": "Succeeded", "startedAt": at(minute), "completedAt": at(minute + 1)}),
        Failed(code, trigger) => json!({
            "state": if trigger == BY_ITSELF { "Failed" } else { "Stopped" }, "startedAt": at(minute), "completedAt": at(minute + 1),
            "original": original,
            "failure": {"stage": "rollout", "category": "unknown_failure", "code": code, "retryable": false, "message": "no capacity", "hint": ""},
            "rollback": {"trigger": trigger, "reason": "", "startedAt": at(minute), "trafficRestoredAt": at(minute + 1)},
        }),
    };
    serde_json::from_value(json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment",
        "metadata": {"name": name, "uid": name, "labels": labels, "creationTimestamp": at(minute)},
        "spec": {"groupRef": "prod", "revision": {"taskDefinition": "shop:42"}, "retryOf": retry_of}, "status": status,
    }))
    .unwrap()
}

fn asked(sequence: i64) -> LastRequest {
    LastRequest { task_definition: "shop:42".to_owned(), pinned: None, sequence, adopted: false }
}

/// Which retry is to come, of which Deployment, and in how many minutes after midnight; none where there is none.
type Expected = Option<(i64, &'static str, i64)>;

/// The limit, what was asked for last, the wish, the Deployments, and what is to come.
type Case = (&'static str, i32, LastRequest, Option<&'static str>, Vec<Deployment>, Expected);

#[test]
fn what_failed_for_a_cause_that_may_pass_is_tried_again_and_nothing_else() {
    let failed = |name, of, minute| deployment(name, of, minute, Failed(PASSES, BY_ITSELF));
    let first = || failed("prod-1", None, 0);
    let of_first = Some("prod-1");
    let table: Vec<Case> = vec![
        ("once", 2, asked(1), Some("shop:42"), vec![first()], Some((1, "prod-1", 3))),
        (
            "again, later",
            2,
            asked(2),
            Some("shop:42"),
            vec![first(), failed("prod-2", of_first, 5)],
            Some((2, "prod-1", 10)),
        ),
        ("no more", 2, asked(3), Some("shop:42"), vec![failed("prod-3", of_first, 20)], None),
        (
            "the first ones are gone",
            5,
            asked(4),
            Some("shop:42"),
            vec![failed("prod-4", of_first, 20)],
            Some((4, "prod-1", 37)),
        ),
        (
            "at most an hour later",
            9,
            asked(9),
            Some("shop:42"),
            vec![failed("prod-9", of_first, 20)],
            Some((9, "prod-1", 81)),
        ),
        ("nobody wants any", 0, asked(1), Some("shop:42"), vec![first()], None),
        ("another wish", 2, asked(1), Some("shop:43"), vec![first()], None),
        ("no wish", 2, asked(1), None, vec![first()], None),
        (
            "what serves was asked for",
            2,
            LastRequest { adopted: true, ..asked(1) },
            Some("shop:42"),
            vec![first()],
            None,
        ),
        ("it is gone", 2, asked(1), Some("shop:42"), vec![], None),
        ("one by hand", 2, asked(0), Some("shop:42"), vec![failed("by-hand", None, 0)], None),
        ("it succeeded", 2, asked(1), Some("shop:42"), vec![deployment("prod-1", None, 0, Succeeded)], None),
        ("in progress", 2, asked(1), Some("shop:42"), vec![deployment("prod-1", None, 0, InProgress)], None),
        ("another waits", 2, asked(1), Some("shop:42"), vec![first(), deployment("by-hand", None, 3, Waits)], None),
        (
            "another is in progress",
            2,
            asked(1),
            Some("shop:42"),
            vec![first(), deployment("by-hand", None, 3, InProgress)],
            None,
        ),
        (
            "another came after it",
            2,
            asked(1),
            Some("shop:42"),
            vec![first(), deployment("by-hand", None, 3, Succeeded)],
            None,
        ),
        (
            "another came before it",
            2,
            asked(2),
            Some("shop:42"),
            vec![deployment("by-hand", None, 0, Succeeded), failed("prod-2", None, 3)],
            Some((1, "prod-2", 6)),
        ),
        (
            "it says that it is a retry of no earlier one, so that nobody knows how often it was tried",
            2,
            asked(1),
            Some("shop:42"),
            vec![failed("prod-1", Some("other-9"), 0)],
            None,
        ),
    ];
    for (what, limit, last, wanted, made, expected) in table {
        let found = next(&group(limit, "2m"), wanted, Some(&last), &made);
        let said = found
            .as_ref()
            .map(|retry| (retry.number, retry.of.as_str(), retry.due.duration_since(midnight()).as_mins()));
        assert_eq!(said, expected, "{what}");
        let Some(found) = found else { continue };
        match retry("prod", &last, &found) {
            RevisionDecision::Deploy(made) => {
                assert_eq!(made.name, format!("prod-{}", last.sequence + 1), "{what}");
                assert_eq!(
                    (made.retry_of.as_deref(), made.revision.short_name()),
                    (Some(found.of.as_str()), "shop:42"),
                    "{what}"
                );
            }
            other => panic!("{what}: {other:?}"),
        }
    }
}

#[test]
fn only_failures_of_the_closed_list_are_tried_again_and_never_what_someone_asked_to_end() {
    let told = |code: &'static str, trigger: &'static str| {
        let made = [deployment("prod-1", None, 0, Failed(code, trigger))];
        next(&group(1, "0s"), Some("shop:42"), Some(&asked(1)), &made).is_some()
    };
    for code in FailureCode::ALL {
        let is_listed = RETRYABLE.iter().any(|(listed, _)| listed == code);
        assert_eq!(told(code.as_str(), BY_ITSELF), is_listed, "{code}");
        assert_eq!(code.is_retryable(), is_listed, "{code}: what the failure says of itself");
        for trigger in ["DEPLOYMENT_STOP_ON_REQUEST", "DEPLOYMENT_DELETED", "REVERTED"] {
            assert!(!told(code.as_str(), trigger), "{code} {trigger}");
        }
    }
    assert!(RETRYABLE.iter().all(|(_, why)| !why.is_empty()));
}

#[test]
fn a_group_tells_which_retry_is_when_and_holds_once_there_are_no_more() {
    let shown = |limit: i32, made: &[Deployment]| -> DeploymentGroupStatus {
        let settings = group(limit, "10m");
        let previous: DeploymentGroupStatus = serde_json::from_value(
            json!({"revision": "shop:41", "summary": {"serving": "shop:41", "status": "Running"}}),
        )
        .unwrap();
        let facts = Facts {
            suspended_by: None,
            settings: &settings,
            generation: Some(1),
            deployments: made,
            desired: Some("shop:42"),
            made: None,
            requested: Some(asked(i64::try_from(made.len()).unwrap())),
            named_config: None,
            observed: None,
            refusal: None,
            call_error: None,
            now: midnight() + SignedDuration::from_mins(2),
        };
        status(&previous, &facts)
    };
    let first = deployment("prod-1", None, 0, Failed(PASSES, BY_ITSELF));
    let waiting = shown(2, std::slice::from_ref(&first));
    let words = "shop:42 failed: retry 1 of 2 at 00:11:00Z; to end it, set spec.retry.limit to 0; because of INFRASTRUCTURE_NETWORK_FAILURE: no capacity";
    assert!(waiting.message.starts_with(words), "{}", waiting.message);
    assert_eq!((waiting.held_revision, waiting.summary.map(|it| it.status)), (None, Some(StatusWord::Queued)));
    assert!(
        waiting.conditions.iter().any(|one| one.type_ == "Reconciling"
            && one.status == "True"
            && one.reason == Reason::Retrying.to_string())
    );

    let second = deployment("prod-2", Some("prod-1"), 12, Failed(PASSES, BY_ITSELF));
    let over = shown(1, &[first, second]);
    assert_eq!(
        (over.held_revision.as_deref(), over.summary.map(|it| it.status)),
        (Some("shop:42"), Some(StatusWord::Held))
    );
    // What serves is not looked at here.
    assert!(
        over.conditions.iter().any(|one| one.message.starts_with("shop:42 failed, after 1 retry, and is held")),
        "{}",
        over.message
    );
}

/// What is named otherwise, if it is there, and words of the refusal.
type Named = (&'static str, Option<fn(&mut Value)>, Option<&'static str>);

#[test]
fn a_retry_of_something_else_is_refused_with_its_field_and_a_remedy() {
    let own = deployment("again", Some("prod-1"), 5, Waits);
    let spec = |change: fn(&mut Value)| -> Deployment {
        let mut named = serde_json::to_value(deployment("prod-1", None, 0, Succeeded)).unwrap();
        change(&mut named["spec"]);
        serde_json::from_value(named).unwrap()
    };
    let table: [Named; 4] = [
        ("it is gone", None, None),
        ("the same", Some(|_| ()), None),
        (
            "another revision",
            Some(|spec| spec["revision"]["taskDefinition"] = json!("shop:41")),
            Some("prod-1 released shop:41"),
        ),
        ("another group", Some(|spec| spec["groupRef"] = json!("other")), Some("prod-1 is of group other")),
    ];
    for (what, change, expected) in table {
        let named = change.map(spec);
        let told = check(&own, named.as_ref()).err().map(|refusal| refusal.message);
        match (told, expected) {
            (None, None) => {}
            (Some(told), Some(words)) => {
                assert!(told.starts_with("spec.retryOf: ") && told.contains(words), "{what}: {told}");
                assert!(told.contains("name a Deployment of group prod that released shop:42"), "{what}: {told}");
            }
            (told, _) => panic!("{what}: {told:?}"),
        }
    }
    let itself = deployment("again", Some("again"), 5, Waits);
    let told = check(&itself, Some(&itself)).unwrap_err().message;
    assert!(told.contains("spec.retryOf: again is itself"), "{told}");
}
