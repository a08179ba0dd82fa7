//! In which order the groups of an Application release: whose turn it is by how the others stand, what is told of a wait,
//! and for how long a group has run a revision in good health.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sluice_api::{
    Application, ApplicationStatus, ConditionType, Deployment, DeploymentGroup, DeploymentGroupStatus,
    DeploymentStatus, Duration, GateKind, Promotion, Reason, SoakStatus, cause_of,
};
use sluice_plan::Refusal;
use sluice_plan::admission::begin_gates::{BeginWait, Moment, ask};
use sluice_plan::application;
use sluice_plan::group::{soak_due, with_soak};
use sluice_plan::promotion::{Member, Promoted, Together, check, outdated, soak_of, together};
use sluice_plan::status::gated;

use crate::support::fixture::{midnight, seconds, settings};

fn now() -> Timestamp {
    "2026-11-26T12:00:00Z".parse().unwrap()
}

fn one_by_one() -> Value {
    json!({"groups": ["dev", "staging", "prod"]})
}

/// The Application `shop`, which asks for `shop:42`.
fn application(promotion: &Value) -> Application {
    serde_json::from_value(json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": "Application",
        "metadata": {"name": "shop", "namespace": "shop", "generation": 1},
        "spec": {"computePlatform": "ECS", "revision": {"taskDefinition": "shop:42"}, "promotion": promotion},
    }))
    .unwrap()
}

fn deployment(group: &str, number: i64, revision: &str, status: &Value) -> Deployment {
    serde_json::from_value(json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment",
        "metadata": {
            "name": format!("{group}-{number}"), "namespace": "shop", "uid": format!("{group}-{number}"),
            "creationTimestamp": midnight(),
            "labels": {"sluice.dev/group": group, "sluice.dev/sequence": number.to_string()},
        },
        "spec": {"groupRef": group, "revision": {"taskDefinition": revision}},
        "status": status,
    }))
    .unwrap()
}

/// A group with a status, fields of its spec, and its Deployments.
fn member(name: &str, spec: &Value, status: &Value, deployments: Vec<Deployment>) -> Member {
    let mut full = serde_json::to_value(settings(1)).unwrap();
    full.as_object_mut().unwrap().extend(spec.as_object().unwrap().clone());
    let group: DeploymentGroup = serde_json::from_value(json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": "DeploymentGroup",
        "metadata": {"name": name, "namespace": "shop"}, "spec": full, "status": status,
    }))
    .unwrap();
    Member { group: Arc::new(group), deployments: deployments.into_iter().map(Arc::new).collect() }
}

/// What the status of a group says when it runs `shop:42`, in this health, and has soaked or has not.
fn runs(health: &str, passed: bool) -> Value {
    let mut soak = json!({"revision": "shop:42", "since": "2026-11-26T11:55:00Z", "until": "2026-11-26T12:05:00Z"});
    if passed {
        soak["passedAt"] = json!("2026-11-26T11:59:00Z");
    }
    json!({
        "revision": "shop:42", "health": health, "soak": soak,
        "requested": {"taskDefinition": "shop:42", "sequence": 1},
    })
}

fn asked_for(revision: &str) -> Value {
    json!({"revision": "shop:41", "health": "healthy", "requested": {"taskDefinition": revision, "sequence": 1}})
}

fn passed(name: &str) -> Member {
    member(name, &json!({}), &runs("healthy", true), Vec::new())
}

fn plain(name: &str, status: &Value) -> Member {
    member(name, &json!({}), status, Vec::new())
}

fn in_progress(name: &str, revision: &str) -> Member {
    let begun = json!({"startedAt": midnight(), "state": "InProgress"});
    member(name, &json!({}), &asked_for(revision), vec![deployment(name, 1, revision, &begun)])
}

fn to_begin(name: &str) -> Member {
    member(name, &json!({}), &asked_for("shop:42"), vec![deployment(name, 1, "shop:42", &Value::Null)])
}

fn failed(name: &str) -> Member {
    let mut status = asked_for("shop:42");
    status["heldRevision"] = json!("shop:42");
    plain(name, &status)
}

fn pinned(name: &str) -> Member {
    member(name, &json!({"revision": {"taskDefinition": "shop:40"}}), &asked_for("shop:40"), Vec::new())
}

fn promoted(promotion: &Value, groups: Vec<Member>) -> Promoted {
    Promoted { application: Arc::new(application(promotion)), groups }
}

/// What `GROUP-1`, which releases `shop:42` and waits, waits for.
fn waits(promoted: &Promoted, group: &str, overrides: &Value) -> Result<Option<BeginWait>, Refusal> {
    let mut own = deployment(group, 1, "shop:42", &Value::Null);
    own.spec.overrides = serde_json::from_value(overrides.clone()).unwrap();
    let (settings, promoted) = (&settings(1), Some(promoted));
    ask(&Moment { deployment: &own, settings, application_is_suspended: false, promoted, now: now() })
}

/// By what someone tries again what failed.
const AGAIN: &str = "kubectl create -n shop -f -";

/// What is so of the groups, the two before prod, and the words of prod's wait; none where its turn has come.
type Case = (&'static str, [Member; 2], &'static [&'static str]);

/// The groups before run the revision.
fn runs_it() -> Vec<Case> {
    let degraded = || plain("dev", &json!({"revision": "shop:42", "health": "degraded"}));
    let staging = |health, passed| plain("staging", &runs(health, passed));
    vec![
        ("all passed", [passed("dev"), passed("staging")], &[]),
        (
            "soaks",
            [passed("dev"), staging("healthy", false)],
            &[
                "group staging, which soaks shop:42 until 12:05:00Z",
                "-p '{\"spec\":{\"overrides\":{\"promotion\":\"Ignore\"}}}'",
            ],
        ),
        ("unwell", [degraded(), passed("staging")], &["group dev, whose health is degraded"]),
        (
            "unwell after it passed",
            [passed("dev"), staging("unreachable", true)],
            &["staging, whose health is unreachable"],
        ),
        (
            "not seen after it passed",
            [passed("dev"), staging("unknown", true)],
            &["staging, whose health is not known"],
        ),
        ("a pinned one is passed over", [passed("dev"), pinned("staging")], &[]),
    ]
}

/// One of them does not.
fn does_not_run_it() -> Vec<Case> {
    let asked = |revision| plain("staging", &asked_for(revision));
    let and_another = || Member { group: passed("staging").group, ..in_progress("staging", "shop:46") };
    let mut of_another = runs("healthy", true);
    of_another["soak"]["revision"] = json!("shop:41");
    of_another["revision"] = json!("shop:41");
    vec![
        (
            "in progress",
            [passed("dev"), in_progress("staging", "shop:42")],
            &["group staging, where staging-1 releases shop:42", "kubectl patch sdep prod-1 -n shop --type merge"],
        ),
        ("another one in progress after it passed", [passed("dev"), and_another()], &["staging-1 releases shop:46"]),
        ("to begin", [passed("dev"), to_begin("staging")], &["group staging, whose staging-1 has not begun"]),
        (
            "failed",
            [passed("dev"), failed("staging")],
            &[
                "group staging, where shop:42 failed or was stopped, and is held",
                r#""groupRef":"staging","revision":{"taskDefinition":"shop:42"}"#,
                AGAIN,
            ],
        ),
        ("failed, two before", [failed("dev"), asked("shop:42")], &["group dev, where"]),
        ("has not answered yet", [passed("dev"), asked("shop:41")], &["staging, which has not answered shop:42 yet"]),
        ("is over", [passed("dev"), asked("shop:42")], &["group staging, which does not run shop:42", AGAIN]),
        ("another revision soaked", [passed("dev"), plain("staging", &of_another)], &["group staging"]),
    ]
}

/// The wait of a group's Deployment, which is as the words say, and none where there are none.
#[track_caller]
fn assert_waits(what: &str, promoted: &Promoted, group: &str, words: &[&str]) {
    let wait = waits(promoted, group, &Value::Null).unwrap();
    let said = wait.as_ref().map(|wait| format!("{}; {}", wait.what, wait.how)).unwrap_or_default();
    assert_eq!(wait.is_some(), !words.is_empty(), "{what}: {said}");
    for word in words {
        assert!(said.contains(word), "{what}: {said}");
    }
    let is_told = |wait: BeginWait| wait.kind == GateKind::Promotion && wait.reason == Reason::WaitingForGroup;
    assert!(wait.is_none_or(is_told), "{what}");
    let ignored = waits(promoted, group, &json!({"promotion": "Ignore"})).unwrap();
    assert_eq!(ignored, None, "{what}: who says so begins before its turn");
}

#[test]
fn a_group_waits_until_each_group_before_it_runs_the_revision_and_has_soaked() {
    for (what, [dev, staging], words) in runs_it().into_iter().chain(does_not_run_it()) {
        let groups = vec![dev, staging, plain("prod", &asked_for("shop:42"))];
        assert_waits(what, &promoted(&one_by_one(), groups), "prod", words);
    }
    let all = |last| vec![failed("dev"), plain("staging", &asked_for("shop:42")), last];
    assert_waits("pinned itself", &promoted(&one_by_one(), all(pinned("prod"))), "prod", &[]);
    let first = || vec![plain("dev", &asked_for("shop:42")), plain("staging", &asked_for("shop:42")), passed("prod")];
    assert_waits("the first", &promoted(&one_by_one(), first()), "dev", &[]);
}

#[test]
fn the_groups_of_a_stage_begin_together_and_the_next_stage_waits_for_all_of_them() {
    let stages = json!({"stages": [{"groups": ["dev", "staging"]}, {"groups": ["prod"]}]});
    let asked = |name| plain(name, &asked_for("shop:42"));
    let table: Vec<(&str, [Member; 2], &str, &[&str])> = vec![
        ("both at once", [in_progress("dev", "shop:42"), asked("staging")], "staging", &[]),
        (
            "one passed",
            [passed("dev"), plain("staging", &runs("healthy", false))],
            "prod",
            &["group staging, which soaks"],
        ),
        (
            "what failed is told first",
            [in_progress("dev", "shop:42"), failed("staging")],
            "prod",
            &["group staging, where shop:42 failed"],
        ),
    ];
    for (what, [dev, staging], group, words) in table {
        assert_waits(what, &promoted(&stages, vec![dev, staging, asked("prod")]), group, words);
    }
}

#[test]
fn no_more_groups_than_may_be_are_in_the_midst_of_a_release_or_have_failed() {
    let promotion = |most: i32| json!({"stages": [{"groups": ["a", "b", "c", "d"]}], "maxUnavailable": most});
    let waiting = |name| plain(name, &asked_for("shop:42"));
    let table = [
        ("nobody", 1, [waiting("a"), waiting("b"), passed("c"), waiting("d")], None),
        (
            "one in progress",
            1,
            [in_progress("a", "shop:42"), waiting("b"), passed("c"), waiting("d")],
            Some("a (in progress)"),
        ),
        ("one of two", 2, [in_progress("a", "shop:42"), waiting("b"), passed("c"), waiting("d")], None),
        (
            "one failed, one in progress",
            2,
            [in_progress("a", "shop:42"), failed("b"), passed("c"), waiting("d")],
            Some("a (in progress), b (failed)"),
        ),
        ("those that wait do not count", 1, [to_begin("a"), to_begin("b"), passed("c"), waiting("d")], None),
        ("nor does it itself", 1, [waiting("a"), waiting("b"), passed("c"), failed("d")], None),
    ];
    for (what, most, groups, expected) in table {
        let wait = waits(&promoted(&promotion(most), groups.into()), "d", &Value::Null).unwrap();
        let said = wait.as_ref().map(|wait| format!("{}; {}", wait.what, wait.how)).unwrap_or_default();
        assert_eq!(wait.is_some(), expected.is_some(), "{what}: {said}");
        assert!(said.contains(expected.unwrap_or_default()), "{what}: {said}");
        let has_failed = expected.is_some_and(|words| words.contains("failed"));
        assert_eq!(said.contains(r#""groupRef":"b""#), has_failed, "the command tries again what failed: {said}");
    }
}

/// What is wrong with the order, its promotion, the groups, the reason, and the words.
type Fault = (&'static str, Value, Vec<Member>, Reason, &'static [&'static str]);

#[test]
fn an_order_that_makes_no_sense_is_refused_before_any_group_begins() {
    let all = || vec![plain("dev", &asked_for("shop:42")), plain("prod", &asked_for("shop:42"))];
    let other = || member("prod", &json!({"applicationRef": "blog"}), &Value::Null, Vec::new());
    let table: Vec<Fault> = vec![
        (
            "twice",
            json!({"groups": ["dev", "prod", "dev"]}),
            all(),
            Reason::InvalidValue,
            &["spec.promotion.groups", "dev is named twice", "name each group once"],
        ),
        (
            "in two stages",
            json!({"stages": [{"groups": ["dev"]}, {"groups": ["prod", "dev"]}]}),
            all(),
            Reason::InvalidValue,
            &["spec.promotion.stages", "dev is named twice"],
        ),
        (
            "one that does not exist",
            json!({"groups": ["dev", "qa", "prod"]}),
            all(),
            Reason::NoGroup,
            &["no DeploymentGroup qa in namespace shop", "create it, or take it out"],
        ),
        (
            "of another Application",
            json!({"groups": ["dev", "prod"]}),
            vec![plain("dev", &asked_for("shop:42")), other()],
            Reason::InvalidValue,
            &["group prod is of Application blog", "groups of shop alone"],
        ),
    ];
    for (what, promotion, groups, reason, words) in table {
        let promoted = promoted(&promotion, groups);
        let refusal = check(&promoted).unwrap_err();
        assert_eq!(refusal.reason, reason, "{what}: {}", refusal.message);
        for word in words {
            assert!(refusal.message.contains(word), "{what}: {}", refusal.message);
        }
        assert_eq!(waits(&promoted, "dev", &Value::Null), Err(refusal.clone()), "{what}");
        let groups: Vec<DeploymentGroup> = promoted.groups.iter().map(|one| (*one.group).clone()).collect();
        let revision = promoted.application.spec.revision.clone();
        let status = application::status(
            &ApplicationStatus::default(),
            revision.as_ref(),
            &groups,
            Some(&promoted),
            None,
            Some(1),
            now(),
        );
        assert_eq!(cause_of(&status.conditions, ConditionType::Stalled), Some((reason, refusal.message.as_str())));
    }
    let unnamed = promoted(&json!({"groups": ["dev"]}), all());
    let refusal = waits(&unnamed, "prod", &Value::Null).unwrap_err();
    assert!(refusal.message.contains("group prod is in no stage of it: name it there, or pin"), "{}", refusal.message);
}

fn as_one() -> Value {
    json!({"stages": [{"groups": ["web", "worker", "cron"], "multi": {"wait": "1h"}}]})
}

/// A status of a Deployment that has begun, and pinned these.
fn begun_with(pinned: &[&str]) -> Value {
    let siblings: Vec<Value> = pinned
        .iter()
        .map(|name| json!({"group": name, "deployment": format!("{name}-1"), "uid": format!("{name}-1")}))
        .collect();
    json!({"startedAt": midnight(), "state": "InProgress", "multi": {"siblings": siblings, "wait": "2h"}})
}

/// A group whose Deployment of `shop:42` has this status, and this in its spec.
fn with_its_own(name: &str, spec: &Value, status: &Value) -> Member {
    let mut own = serde_json::to_value(deployment(name, 1, "shop:42", status)).unwrap();
    own["spec"].as_object_mut().unwrap().extend(spec.as_object().unwrap().clone());
    member(name, &json!({}), &asked_for("shop:42"), vec![serde_json::from_value(own).unwrap()])
}

/// How the worker stands; the groups that the web is released as one with, or the words of its wait.
type Other = (&'static str, Member, Result<&'static [&'static str], &'static [&'static str]>);

#[test]
fn groups_that_are_released_as_one_begin_once_each_of_them_can_and_pin_each_other() {
    let own = |name: &str| to_begin(name);
    let gated = |kind: &str| json!({"gates": [{"name": "x", "kind": kind, "state": "Waiting", "since": midnight()}]});
    let stalled = json!({"conditions": [{"type": "Stalled", "status": "True", "reason": "InvalidValue",
        "message": "spec.image is none", "lastTransitionTime": midnight()}]});
    let mut by_hand = with_its_own("worker", &json!({}), &Value::Null);
    let mut made_by_hand = (*by_hand.deployments[0]).clone();
    made_by_hand.metadata.labels = None;
    by_hand.deployments = vec![Arc::new(made_by_hand)];
    let mut returns = begun_with(&["web", "cron"]);
    returns["rollback"] = json!({"trigger": "DEPLOYMENT_FAILURE", "reason": "it failed", "startedAt": midnight()});
    let nothing = json!({});
    let both: &[&str] = &["cron", "worker"];
    let table: Vec<Other> = vec![
        ("to begin", to_begin("worker"), Ok(both)),
        ("waits for this one", with_its_own("worker", &nothing, &gated("Promotion")), Ok(both)),
        ("has begun with it", with_its_own("worker", &nothing, &begun_with(&["web", "cron"])), Ok(both)),
        ("runs it already", passed("worker"), Ok(&["cron"])),
        ("pinned to another", pinned("worker"), Ok(&["cron"])),
        ("has not answered", plain("worker", &asked_for("shop:41")), Err(&["worker, which has not answered shop:42"])),
        ("failed", failed("worker"), Err(&["worker, where shop:42 failed", AGAIN])),
        ("began alone", in_progress("worker", "shop:42"), Err(&["where worker-1 releases shop:42"])),
        ("returns", with_its_own("worker", &nothing, &returns), Err(&["where worker-1 releases shop:42"])),
        ("waits for a window", with_its_own("worker", &nothing, &gated("Window")), Err(&["worker-1 has not begun"])),
        ("cannot begin", with_its_own("worker", &nothing, &stalled), Err(&["has not begun: spec.image is none"])),
        ("is paused", with_its_own("worker", &json!({"paused": true}), &Value::Null), Err(&["has not begun"])),
        ("made by hand", by_hand, Err(&["worker-1 has not begun"])),
        (
            "begins by itself",
            with_its_own("worker", &json!({"overrides": {"promotion": "Ignore"}}), &Value::Null),
            Err(&["has not begun"]),
        ),
    ];
    for (what, worker, expected) in table {
        let promoted = promoted(&as_one(), vec![own("web"), worker, own("cron")]);
        let web = deployment("web", 1, "shop:42", &Value::Null);
        let found = together(&promoted, &web, now());
        match expected {
            Ok(names) => {
                let Together::With(multi) = found else { panic!("{what}: {found:?}") };
                let pinned: Vec<&str> = multi.siblings.iter().map(|one| one.group.as_str()).collect();
                assert_eq!(pinned, names, "{what}");
                assert_waits(what, &promoted, "web", &[]);
            }
            Err(words) => {
                assert!(matches!(found, Together::Wait(_)), "{what}: {found:?}");
                let words: Vec<&str> = words.iter().copied().chain(["(they are released as one)"]).collect();
                assert_waits(what, &promoted, "web", &words);
            }
        }
    }
}

#[test]
fn who_is_released_as_one_is_what_the_first_of_them_pinned_whatever_the_promotion_says_by_then() {
    let begun = with_its_own("worker", &json!({}), &begun_with(&["web", "cron"]));
    let only_web = || json!({"stages": [{"groups": ["web"]}, {"groups": ["worker"]}], "soak": "1h"});
    for (what, promotion) in [("as it was", as_one()), ("edited", only_web())] {
        let promoted = promoted(&promotion, vec![to_begin("web"), begun.clone(), to_begin("cron")]);
        let web = deployment("web", 1, "shop:42", &Value::Null);
        let Together::With(multi) = together(&promoted, &web, now()) else { panic!("{what}") };
        let pinned: Vec<(&str, &str)> =
            multi.siblings.iter().map(|one| (one.deployment.as_str(), one.uid.as_str())).collect();
        assert_eq!(pinned, [("cron-1", "cron-1"), ("worker-1", "worker-1")], "{what}");
        assert_eq!(multi.wait, Duration::from_mins(120), "{what}: the time is that of the first too");
    }
    let all = promoted(&as_one(), vec![to_begin("web"), to_begin("worker"), to_begin("cron")]);
    let mut alone = deployment("web", 1, "shop:42", &Value::Null);
    alone.spec.overrides = serde_json::from_value(json!({"promotion": "Ignore"})).unwrap();
    assert_eq!(together(&all, &alone, now()), Together::Alone, "who says so begins by itself");
    let each = promoted(&json!({"stages": [{"groups": ["web", "worker"]}]}), vec![to_begin("web"), to_begin("worker")]);
    assert_eq!(together(&each, &deployment("web", 1, "shop:42", &Value::Null), now()), Together::Alone);
}

#[test]
fn groups_that_are_released_as_one_begin_once_there_is_room_for_all_of_them() {
    let promotion = |most: i32| {
        let one = json!({"groups": ["web", "worker"], "multi": {}});
        json!({"stages": [{"groups": ["a", "b"], "soak": "0s"}, one], "maxUnavailable": most})
    };
    let is_room = |most, first: Member, worker: Member| {
        let groups = vec![first, passed("b"), to_begin("web"), worker];
        waits(&promoted(&promotion(most), groups), "web", &Value::Null).unwrap().is_none()
    };
    assert!(is_room(2, passed("a"), to_begin("worker")), "both fit");
    let begun = with_its_own("worker", &json!({}), &begun_with(&["web"]));
    assert!(is_room(2, passed("a"), begun.clone()), "there was room as the first began");
    assert!(is_room(1, passed("a"), begun), "and none is asked for again");
}

#[test]
fn one_that_waits_for_its_turn_ends_once_another_revision_is_promoted() {
    let promoted =
        promoted(&one_by_one(), vec![passed("dev"), passed("staging"), plain("prod", &asked_for("shop:42"))]);
    let begun = json!({"startedAt": midnight()});
    let table = [
        ("the one that is promoted", deployment("prod", 2, "shop:42", &Value::Null), None),
        ("an older one", deployment("prod", 1, "shop:40", &Value::Null), Some("shop:42")),
        ("an older one that has begun", deployment("prod", 1, "shop:40", &begun), None),
        ("of a group that is not promoted", deployment("other", 1, "shop:40", &Value::Null), None),
    ];
    for (what, deployment, expected) in table {
        assert_eq!(outdated(&promoted, &deployment), expected, "{what}");
    }
}

#[test]
fn an_application_tells_what_each_of_its_groups_waits_for_and_how_it_ends() {
    let mut promoted = promoted(&one_by_one(), vec![passed("dev"), failed("staging"), to_begin("prod")]);
    let wait = waits(&promoted, "prod", &Value::Null).unwrap().unwrap();
    let waiting = gated(&DeploymentStatus::default(), &wait, Some(1), now());
    let own = deployment("prod", 1, "shop:42", &serde_json::to_value(&waiting).unwrap());
    let mut status = asked_for("shop:42");
    status["queue"] = json!(["prod-1"]);
    promoted.groups[2] = member("prod", &json!({}), &status, vec![own]);
    let groups: Vec<DeploymentGroup> = promoted.groups.iter().map(|one| (*one.group).clone()).collect();
    let told =
        application::status(&ApplicationStatus::default(), None, &groups, Some(&promoted), None, Some(1), now()).groups;
    let told: Vec<Option<(&str, &str, Timestamp)>> = told
        .iter()
        .map(|line| line.waiting.as_ref().map(|wait| (wait.name.as_str(), wait.how.as_str(), wait.since)))
        .collect();
    assert_eq!(told, [None, Some(("staging", wait.how.as_str(), now())), None]);
    let without = application::status(&ApplicationStatus::default(), None, &groups, None, None, Some(1), now());
    assert!(without.groups.iter().all(|line| line.waiting.is_none()), "nothing more without a promotion");
}

#[test]
fn a_group_soaks_for_as_long_as_its_stage_says_and_the_last_one_not_at_all() {
    let promotion = |value: Value| -> Promotion { serde_json::from_value(value).unwrap() };
    let staged = promotion(
        json!({"soak": "1h", "stages": [{"groups": ["dev"], "soak": "30s"}, {"groups": ["a", "b"]}, {"groups": ["prod"]}]}),
    );
    let listed = promotion(one_by_one());
    for (promotion, group, expected) in [
        (&staged, "dev", Some(30)),
        (&staged, "b", Some(3600)),
        (&staged, "prod", None),
        (&listed, "staging", Some(600)),
        (&listed, "prod", None),
        (&listed, "other", None),
    ] {
        assert_eq!(soak_of(promotion, group), expected.map(Duration::from_secs), "{group}");
    }
}

/// Since when it soaks, and when it had.
type Soaked = Option<(i64, Option<i64>)>;

/// A look at a group: at which second, what it serves, how, and whether someone looked.
type Look = (i64, &'static str, &'static str, bool);

#[test]
fn a_soak_is_over_with_the_first_look_in_good_health_after_its_time_and_begins_anew_where_health_goes_bad() {
    let table: [(&str, &[Look], Soaked); 9] = [
        ("it begins", &[(0, "shop:42", "healthy", true)], Some((0, None))),
        ("it lasts", &[(0, "shop:42", "healthy", true), (59, "shop:42", "healthy", true)], Some((0, None))),
        ("it is over", &[(0, "shop:42", "healthy", true), (61, "shop:42", "healthy", true)], Some((0, Some(61)))),
        (
            "and stays so",
            &[(0, "shop:42", "healthy", true), (61, "shop:42", "healthy", true), (90, "shop:42", "healthy", true)],
            Some((0, Some(61))),
        ),
        ("nobody looked at its end", &[(0, "shop:42", "healthy", true), (61, "", "unknown", false)], Some((0, None))),
        ("its health goes bad", &[(0, "shop:42", "healthy", true), (30, "shop:42", "degraded", true)], None),
        (
            "and is good again",
            &[
                (0, "shop:42", "healthy", true),
                (30, "shop:42", "degraded", true),
                (40, "shop:42", "healthy", true),
                (61, "shop:42", "healthy", true),
            ],
            Some((40, None)),
        ),
        ("another one serves", &[(0, "shop:41", "healthy", true), (61, "shop:42", "healthy", true)], Some((61, None))),
        (
            "a part of the traffic is elsewhere",
            &[(0, "shop:42", "healthy", true), (30, "shop:42 75%, shop:41 25%", "healthy", true)],
            None,
        ),
    ];
    for (what, looks, expected) in table {
        let mut status = DeploymentGroupStatus::default();
        for (second, serving, health, is_seen) in looks {
            let revision = serving.split(' ').next().filter(|name| !name.is_empty());
            let seen: DeploymentGroupStatus = serde_json::from_value(json!({
                "revision": revision, "health": health, "summary": {"serving": serving, "status": "Running"}, "soak": status.soak,
            }))
            .unwrap();
            status = with_soak(seen, Some(Duration::from_mins(1)), *is_seen, midnight() + seconds(*second));
        }
        let expected = expected.map(|(since, passed_at)| SoakStatus {
            revision: "shop:42".to_owned(),
            since: midnight() + seconds(since),
            until: midnight() + seconds(since + 60),
            passed_at: passed_at.map(|at| midnight() + seconds(at)),
        });
        assert_eq!(status.soak, expected, "{what}");
        let last = midnight() + seconds(looks.last().map_or(0, |look| look.0));
        let due = expected.filter(|soak| soak.passed_at.is_none()).map(|soak| soak.until.max(last + seconds(1)));
        assert_eq!(soak_due(&status, last, SignedDuration::from_secs(1)), due, "{what}: when it is looked at again");
        let without = with_soak(status, None, true, last);
        assert_eq!(without.soak, None, "{what}: nobody waits for it any more");
    }
    let releasing =
        serde_json::from_value(json!({"current": "dev-2", "revision": "shop:42", "health": "healthy", "soak": {
        "revision": "shop:42", "since": midnight(), "until": midnight(), "passedAt": midnight()}}));
    assert_eq!(with_soak(releasing.unwrap(), Some(Duration::default()), true, now()).soak, None, "a release ends it");
}
