//! What is asked for again: what serves, what the original of a release in progress runs, what is in progress already.

use serde_json::{Value, json};
use sluice_api::{ConditionType, Deployment, DeploymentGroupStatus, LastRequest, State, status_of};
use sluice_plan::ReadScope;
use sluice_plan::group::facts::Facts;
use sluice_plan::group::request::{RevisionDecision, decide, is_decidable};
use sluice_plan::group::status;
use sluice_plan::group::wish::{is_reverted, withdrawn_for};

use crate::support::World;
use crate::support::fixture::{definition, midnight, revision, seconds, settings};
use crate::support::reads::look;

/// How a Deployment stands.
#[derive(Clone, Copy, Debug)]
enum Stands {
    /// In line.
    Queued,
    /// In progress, in place of `shop:41`.
    Forward,
    /// In progress, and its original is on its way out.
    PastReturn,
    /// On its way back, for this reason.
    Back(&'static str),
    /// Ended without a beginning, because the group asked for something else.
    Withdrawn,
    /// Ended well.
    Succeeded,
    /// Ended, and the original serves again; what for.
    Returned(&'static str),
    /// Ended without a beginning, because a newer one has begun.
    Overtaken,
    /// Ended without a beginning, because another one was in progress.
    Rejected,
    /// Ended in failure, and nothing is known to serve again.
    Lost,
}

const FAILURE: &str = "DEPLOYMENT_FAILURE";
const STOP: &str = "DEPLOYMENT_STOP_ON_REQUEST";
const REVERTED: &str = "REVERTED";
const SUPERSEDED: &str = "SUPERSEDED";

/// A Deployment of the group: its number, none where a user made it; its revision; how it stands.
type Made = (Option<i64>, i32, Stands);

fn deployment((number, revision, stands): Made) -> Deployment {
    let name = number.map_or_else(|| "by-hand".to_owned(), |number| format!("prod-{number}"));
    let labels = number.map(|number| json!({"sluice.dev/group": "prod", "sluice.dev/sequence": number.to_string()}));
    // One that a user made is the newest.
    let made_at = midnight() + seconds(i64::from(number.is_none()));
    let original = json!({"taskSet": "ecs-svc/41", "taskDefinition": definition(41), "targetGroup": "a"});
    let rollback = |trigger: &str, restored: Value| json!({"trigger": trigger, "reason": "", "startedAt": midnight(), "trafficRestoredAt": restored});
    let begun = |state: &str, more: Value| {
        let mut status = json!({"startedAt": midnight(), "state": state, "original": original});
        let fields = more.as_object().cloned().unwrap_or_default();
        status.as_object_mut().unwrap().extend(fields);
        status
    };
    let ended = json!(midnight());
    let status = match stands {
        Stands::Queued => json!({"state": "Queued"}),
        Stands::Forward => begun("InProgress", json!({})),
        Stands::PastReturn => {
            begun("InProgress", json!({"intent": {"operation": "DeleteTaskSet", "token": "", "issuedAt": midnight()}}))
        }
        Stands::Back(trigger) => begun("InProgress", json!({"rollback": rollback(trigger, json!(null))})),
        Stands::Withdrawn | Stands::Overtaken => {
            json!({"state": "Stopped", "reason": "Superseded", "completedAt": ended})
        }
        Stands::Rejected => json!({"state": "Failed", "reason": "Rejected", "completedAt": ended}),
        Stands::Succeeded => begun("Succeeded", json!({"completedAt": ended})),
        Stands::Returned(trigger) => {
            let state = if trigger == FAILURE { "Failed" } else { "Stopped" };
            let reason = if trigger == SUPERSEDED { "Superseded" } else { state };
            begun(
                state,
                json!({"completedAt": ended, "reason": reason, "rollback": rollback(trigger, json!(midnight()))}),
            )
        }
        Stands::Lost => begun("Failed", json!({"completedAt": ended, "rollback": rollback(FAILURE, json!(null))})),
    };
    serde_json::from_value(json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment",
        "metadata": {"name": name, "uid": name, "labels": labels, "creationTimestamp": made_at},
        "spec": {"groupRef": "prod", "revision": {"taskDefinition": format!("shop:{revision}")}}, "status": status,
    }))
    .unwrap()
}

fn asked(revision: i32, sequence: i64) -> LastRequest {
    LastRequest { task_definition: format!("shop:{revision}"), pinned: None, sequence, adopted: false }
}

fn adopted(revision: i32, sequence: i64) -> LastRequest {
    LastRequest { adopted: true, ..asked(revision, sequence) }
}

/// What was asked for last, the Deployments, the revision that serves where it is known, the revision in force, and what
/// follows: the Deployment that is made, or what is told of none.
type Case = (&'static str, LastRequest, Vec<Made>, Option<i32>, i32, &'static str);

#[test]
fn what_comes_about_without_a_deployment_asks_for_none() {
    use Stands::{Back, Forward, Lost, PastReturn, Queued, Returned, Succeeded, Withdrawn};
    let one = Some(1);
    let two = Some(2);
    let table: Vec<Case> = vec![
        // A return.
        ("in a canary", asked(42, 1), vec![(one, 42, Forward)], None, 41, "rolling back prod-1 (shop:42)"),
        ("while it fails", asked(42, 1), vec![(one, 42, Back(FAILURE))], None, 41, "rolling back prod-1 (shop:42)"),
        ("past the point of no return", asked(42, 1), vec![(one, 42, PastReturn)], None, 41, "prod-2"),
        ("of a user's own", asked(43, 1), vec![(one, 43, Queued), (None, 42, Forward)], None, 41, "prod-2"),
        ("to another", asked(42, 1), vec![(one, 42, Forward)], None, 40, "prod-2"),
        (
            "with one in line",
            asked(43, 2),
            vec![(one, 42, Forward), (two, 43, Queued)],
            None,
            41,
            "rolling back prod-1",
        ),
        (
            "to what is in progress",
            asked(43, 2),
            vec![(one, 42, Forward), (two, 43, Queued)],
            None,
            42,
            "prod-1 releases it",
        ),
        (
            "after a failure",
            asked(42, 1),
            vec![(one, 42, Returned(FAILURE))],
            Some(41),
            41,
            "it serves, and nothing is",
        ),
        ("before it began", asked(42, 1), vec![(one, 42, Queued)], Some(41), 41, "it serves, and nothing is released"),
        ("after it succeeded", asked(42, 1), vec![(one, 42, Succeeded)], Some(42), 41, "prod-2"),
        // And forward again.
        ("before it turned", adopted(41, 1), vec![(one, 42, Forward)], None, 42, "prod-1 releases it"),
        ("once it turned", adopted(41, 1), vec![(one, 42, Back(REVERTED))], None, 42, "prod-2"),
        ("after it turned", adopted(41, 1), vec![(one, 42, Returned(REVERTED))], Some(41), 42, "prod-2"),
        ("still in line", adopted(41, 1), vec![(one, 42, Queued)], Some(41), 42, "prod-1 is to release it"),
        ("not in line any more", adopted(41, 1), vec![(one, 42, Withdrawn)], Some(41), 42, "prod-2"),
        (
            "one in line",
            adopted(41, 2),
            vec![(one, 42, Forward), (two, 43, Queued)],
            None,
            43,
            "prod-2 is to release it",
        ),
        ("it failed", adopted(41, 1), vec![(one, 42, Returned(FAILURE))], Some(41), 42, "prod-1 failed or was stopped"),
        (
            "it was stopped",
            adopted(41, 1),
            vec![(one, 42, Returned(STOP))],
            Some(41),
            42,
            "prod-1 failed or was stopped",
        ),
        ("to a newer one", adopted(41, 1), vec![(one, 42, Returned(FAILURE))], Some(41), 43, "prod-2"),
        // What is asked for stays, and comes about, or not.
        ("it comes about", adopted(41, 1), vec![(one, 42, Returned(REVERTED))], Some(41), 41, "nothing"),
        ("it is under way", adopted(41, 1), vec![(one, 42, Back(REVERTED))], None, 41, "nothing"),
        ("it came too late", adopted(41, 1), vec![(one, 42, Succeeded)], Some(42), 41, "prod-2"),
        ("nothing to return to", adopted(41, 1), vec![(one, 42, Lost)], Some(42), 41, "prod-2"),
        ("nobody knows what serves", adopted(41, 1), vec![(one, 42, Succeeded)], None, 41, "nothing"),
        ("someone changed AWS since", adopted(41, 1), vec![(one, 42, Returned(FAILURE))], Some(40), 41, "nothing"),
        ("what was in progress failed", adopted(42, 2), vec![(one, 42, Returned(FAILURE))], Some(41), 42, "nothing"),
        ("it was turned meanwhile", asked(42, 1), vec![(one, 42, Back(REVERTED))], None, 42, "prod-2"),
        ("it left the line meanwhile", asked(42, 1), vec![(one, 42, Withdrawn)], Some(41), 42, "prod-2"),
        (
            "what was in progress was turned meanwhile",
            adopted(42, 2),
            vec![(one, 42, Returned(REVERTED)), (two, 43, Withdrawn)],
            Some(41),
            42,
            "prod-3",
        ),
        ("adopted at first, and AWS changed since", adopted(41, 0), vec![], Some(40), 41, "nothing"),
    ];
    assert_answers(table);
}

fn assert_answers(table: Vec<Case>) {
    for (what, last, made, serves, wanted, expected) in table {
        let made: Vec<Deployment> = made.into_iter().map(deployment).collect();
        let (wanted, serves) = (revision(wanted), serves.map(definition));
        let said = match decide("prod", Some(&wanted), Some(&last), &made, serves.as_deref()) {
            RevisionDecision::Unchanged => "nothing".to_owned(),
            RevisionDecision::Deploy(made) => made.name,
            RevisionDecision::Adopt { requested, note } => {
                let remembered =
                    LastRequest { task_definition: wanted.as_written().into_owned(), adopted: true, ..last };
                assert_eq!(requested, remembered, "{what}");
                note.map(|note| note.message).unwrap_or_default()
            }
            RevisionDecision::Refuse(refusal) => refusal.message,
        };
        let fits = said == expected || (said.contains("was asked for again: ") && said.contains(expected));
        assert!(fits, "{what}: {said}");
    }
}

#[test]
fn whose_place_a_newer_one_took_can_be_asked_for_again_and_is_not_made_again_by_itself() {
    use Stands::{Back, Forward, Overtaken, Queued, Rejected, Returned, Succeeded};
    let one = Some(1);
    let two = Some(2);
    assert_answers(vec![
        (
            "a newer one took its place",
            asked(43, 2),
            vec![(one, 42, Returned(SUPERSEDED)), (two, 43, Succeeded)],
            Some(43),
            42,
            "prod-3",
        ),
        (
            "a newer one takes its place",
            asked(43, 2),
            vec![(one, 42, Back(SUPERSEDED)), (two, 43, Queued)],
            None,
            42,
            "prod-3",
        ),
        (
            "it turns, and comes to it",
            asked(43, 2),
            vec![(one, 42, Back(SUPERSEDED)), (two, 43, Queued)],
            None,
            41,
            "rolling back prod-1",
        ),
        (
            "a newer one began first",
            asked(43, 2),
            vec![(one, 42, Overtaken), (two, 43, Succeeded)],
            Some(43),
            42,
            "prod-3",
        ),
        (
            "one by hand began first",
            asked(42, 1),
            vec![(one, 42, Overtaken), (None, 43, Succeeded)],
            Some(43),
            42,
            "nothing",
        ),
        (
            "one by hand took its place",
            asked(42, 1),
            vec![(one, 42, Returned(SUPERSEDED)), (None, 43, Succeeded)],
            Some(43),
            42,
            "nothing",
        ),
        (
            "it was rejected, and stays",
            asked(43, 2),
            vec![(one, 42, Forward), (two, 43, Rejected)],
            None,
            43,
            "nothing",
        ),
        (
            "it was rejected, and then",
            asked(43, 2),
            vec![(one, 42, Succeeded), (two, 43, Rejected)],
            Some(42),
            43,
            "nothing",
        ),
        (
            "it was rejected, and is asked for again",
            adopted(42, 2),
            vec![(one, 42, Succeeded), (two, 43, Rejected)],
            Some(42),
            43,
            "prod-3",
        ),
    ]);
}

#[test]
fn only_what_the_group_made_until_then_is_turned_round_or_leaves_the_line() {
    use Stands::{Forward, Queued};
    let table: [(&str, Made, LastRequest, bool, bool); 8] = [
        ("what the original runs", (Some(1), 42, Forward), adopted(41, 1), true, true),
        ("one before the last", (Some(1), 42, Forward), adopted(41, 2), true, true),
        ("an old copy of the group", (Some(2), 42, Forward), adopted(41, 1), false, false),
        ("a release of it, which comes in line", (Some(1), 42, Forward), asked(41, 2), false, false),
        ("a Deployment of a user", (None, 42, Forward), adopted(41, 1), false, false),
        ("what it releases", (Some(1), 42, Forward), adopted(42, 2), false, false),
        ("one in line", (Some(2), 43, Queued), adopted(41, 2), false, true),
        ("one in line that releases it", (Some(2), 43, Queued), adopted(43, 2), false, false),
    ];
    for (what, made, last, turned, withdrawn) in table {
        let made = deployment(made);
        assert_eq!(is_reverted(&made, Some(&last)), turned, "{what}");
        assert_eq!(withdrawn_for(&made, Some(&last)).is_some(), withdrawn, "{what}");
        assert!(!is_reverted(&made, None) && withdrawn_for(&made, None).is_none(), "{what}");
    }
    let by_arn = LastRequest { task_definition: definition(41), ..adopted(41, 1) };
    assert!(is_reverted(&deployment((Some(1), 42, Forward)), Some(&by_arn)));
}

/// What it is, the Deployments, the revision that serves where it is known, whether AWS was looked at, the revision in force, and
/// what follows.
type First = (&'static str, Vec<Made>, Option<i32>, bool, i32, &'static str);

/// Before it ever asked for anything the group compares with what serves, and, while it does not look because a Deployment of a
/// user is in progress, with what that one found.
#[test]
fn what_served_when_a_user_released_another_by_hand_is_not_asked_for_against_that() {
    use Stands::{Forward, PastReturn, Queued, Returned, Succeeded};
    let by_hand = |stands| vec![(None, 42, stands)];
    let table: [First; 10] = [
        ("nothing is known", vec![], None, false, 41, "wait"),
        ("an empty service", vec![], None, true, 41, "prod-1"),
        ("one by hand in line, and no look yet", by_hand(Queued), None, false, 41, "wait"),
        ("one by hand in line", by_hand(Queued), Some(41), true, 41, "adopt"),
        ("one by hand in progress", by_hand(Forward), None, false, 41, "adopt"),
        ("one by hand past the point of no return", by_hand(PastReturn), None, false, 41, "adopt"),
        ("what the one by hand releases", by_hand(Forward), None, false, 42, "prod-1"),
        ("another than both", by_hand(Forward), None, false, 43, "prod-1"),
        ("one by hand ended, and no look since", by_hand(Succeeded), None, false, 41, "wait"),
        ("one by hand went back", by_hand(Returned(STOP)), Some(41), true, 41, "adopt"),
    ];
    for (what, made, serves, is_observed, wanted, expected) in table {
        let made: Vec<Deployment> = made.into_iter().map(deployment).collect();
        let (wanted, serves) = (revision(wanted), serves.map(definition));
        let said = if is_decidable(None, &made, is_observed) {
            match decide("prod", Some(&wanted), None, &made, serves.as_deref()) {
                RevisionDecision::Deploy(made) => made.name,
                RevisionDecision::Adopt { requested, note: None } if requested.adopted => "adopt".to_owned(),
                other => format!("{other:?}"),
            }
        } else {
            "wait".to_owned()
        };
        assert_eq!(said, expected, "{what}");
    }
}

/// What the group shows with these Deployments, by what it asked for last and what serves.
fn shown(requested: LastRequest, serves: &str, made: Made) -> DeploymentGroupStatus {
    let previous = DeploymentGroupStatus { revision: Some(serves.to_owned()), ..DeploymentGroupStatus::default() };
    let mut world = World::new(1, 4);
    serves.clone_into(&mut world.sets[0].definition);
    let observed = look(ReadScope::Group, &settings(1), &world.observe("none")).observed;
    let facts = Facts {
        suspended_by: None,
        desired: None,
        made: None,
        settings: &settings(1),
        generation: Some(1),
        deployments: &[deployment(made)],
        requested: Some(requested),
        named_config: None,
        observed: Some(&observed),
        refusal: None,
        call_error: None,
        now: midnight(),
    };
    status(&previous, &facts)
}

#[test]
fn a_group_tells_what_is_turned_round_and_holds_nothing_that_serves() {
    let turning = shown(adopted(41, 1), "shop:41", (Some(1), 42, Stands::Back(REVERTED)));
    assert_eq!(turning.message, "shop:41 was asked for again: rolling back prod-1 (shop:42)");
    let after = shown(adopted(41, 1), "shop:41", (Some(1), 42, Stands::Returned(FAILURE)));
    assert_eq!((after.held_revision.as_deref(), after.message.as_str()), (None, "shop:41 serves"));
    assert_eq!(status_of(&after.conditions, ConditionType::Ready), Some(true));
    let failed_itself = shown(adopted(42, 1), "shop:42", (Some(1), 42, Stands::Lost));
    assert_eq!(failed_itself.held_revision, None, "it serves, whatever became of its own release");
    let again = shown(adopted(42, 1), "shop:41", (Some(1), 42, Stands::Returned(FAILURE)));
    assert_eq!(again.held_revision.as_deref(), Some("shop:42"));
    let superseded = shown(asked(42, 1), "shop:41", (Some(1), 42, Stands::Returned(SUPERSEDED)));
    let record = superseded.history.first().map(|record| (record.state, record.reason.clone()));
    assert_eq!((superseded.held_revision, record), (None, Some((State::Stopped, Some("Superseded".to_owned())))));
    let rejected = shown(asked(42, 1), "shop:41", (Some(1), 42, Stands::Rejected));
    assert!(rejected.message.starts_with("shop:42 was rejected and is held; "), "{}", rejected.message);
    assert!(rejected.message.ends_with("because another release was in progress"), "{}", rejected.message);
}
