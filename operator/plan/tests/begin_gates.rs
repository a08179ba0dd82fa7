//! What holds a Deployment before it begins: suspension and windows, what each says, and who passes whom in the line.

use jiff::Timestamp;
use serde_json::{Value, json};
use sluice_api::{
    Concurrency, Deployment, DeploymentGroupSpec, DeploymentGroupStatus, DeploymentStatus, GateKind, GateState, Reason,
    StatusWord,
};
use sluice_plan::admission::begin_gates::{BeginWait, Moment, ask, check, suspended_by};
use sluice_plan::admission::queue::{Entry, QueueDecision, decide};
use sluice_plan::admission::succession::Terms;
use sluice_plan::begin::overrides::{settings_for, told_of};
use sluice_plan::group::deployments::entry_before;
use sluice_plan::group::facts::Facts;
use sluice_plan::group::status;
use sluice_plan::status::{gated, passed, paused_before_begin, queued, ready_behind, refused, superseded};
use sluice_plan::{Controls, Newer, Refusal};

use crate::support::fixture::{midnight, seconds, settings};

/// Settings of the group with these fields.
fn with(fields: &Value) -> DeploymentGroupSpec {
    let mut spec = serde_json::to_value(settings(1)).unwrap();
    for (name, value) in fields.as_object().unwrap() {
        spec[name] = value.clone();
    }
    serde_json::from_value(spec).unwrap()
}

fn office(zone: &str) -> Value {
    let schedule = json!({"days": ["Mon", "Tue", "Wed", "Thu"], "from": "09:00", "to": "16:00", "timeZone": zone});
    json!({"name": "office", "schedule": schedule})
}

fn night() -> Value {
    json!({"name": "night", "schedule": {"days": ["Thu"], "from": "22:00", "to": "04:00", "timeZone": "UTC"}})
}

fn deployment(name: &str, spec: &Value, status: Option<&DeploymentStatus>) -> Deployment {
    let mut full = json!({"groupRef": "prod", "revision": {"taskDefinition": "shop:42"}});
    full.as_object_mut().unwrap().extend(spec.as_object().unwrap().clone());
    serde_json::from_value(json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment",
        "metadata": {"name": name, "namespace": "shop", "uid": name, "creationTimestamp": midnight()},
        "spec": full, "status": status,
    }))
    .unwrap()
}

fn asked(
    settings: &DeploymentGroupSpec,
    spec: &Value,
    application_is_suspended: bool,
    now: &str,
) -> Result<Option<BeginWait>, Refusal> {
    let deployment = deployment("prod-7", spec, None);
    ask(&Moment {
        deployment: &deployment,
        settings,
        application_is_suspended,
        promoted: None,
        now: now.parse().unwrap(),
    })
}

/// Fields of the group, of the Deployment, whether the Application is suspended, the moment, and the reason and words of the
/// wait.
type Case<'a> = (&'static str, Value, &'a Value, bool, &'static str, Option<(Reason, Vec<&'static str>)>);

#[test]
fn what_holds_a_deployment_before_it_begins_says_what_until_when_and_how_it_ends() {
    let before = "2026-11-26T07:00:00Z";
    let inside = "2026-11-26T08:00:00Z";
    let berlin = || json!({"windows": [office("Europe/Berlin")]});
    let ignore = json!({"overrides": {"windows": "Ignore"}});
    let none = json!({});
    let end_suspension = "-n shop --type merge -p '{\"spec\":{\"suspend\":false}}'";
    let table: Vec<Case<'_>> = vec![
        ("nothing", json!({}), &none, false, before, None),
        ("inside", berlin(), &none, false, inside, None),
        (
            "before",
            berlin(),
            &none,
            false,
            before,
            Some((
                Reason::WindowClosed,
                vec![
                    "window office, which opens at 2026-11-26 08:00:00Z (Thu 09:00 Europe/Berlin)",
                    "kubectl patch sdep prod-7 -n shop --type merge -p '{\"spec\":{\"overrides\":{\"windows\":\"Ignore\"}}}'",
                ],
            )),
        ),
        ("ignored", berlin(), &ignore, false, before, None),
        (
            "the earlier of two",
            json!({"windows": [office("Europe/Berlin"), night()]}),
            &none,
            false,
            "2026-11-26T16:00:00Z",
            Some((Reason::WindowClosed, vec!["window night, which opens at 2026-11-26 22:00:00Z"])),
        ),
        (
            "inside one of two",
            json!({"windows": [office("Europe/Berlin"), night()]}),
            &none,
            false,
            "2026-11-27T03:59:59Z",
            None,
        ),
        (
            "suspended, in a window or not",
            json!({"suspend": true, "windows": [office("Europe/Berlin")]}),
            &ignore,
            true,
            inside,
            Some((
                Reason::Suspended,
                vec!["suspended by spec.suspend of its group", "patch sdg prod ", end_suspension],
            )),
        ),
        (
            "its Application",
            json!({}),
            &none,
            true,
            inside,
            Some((Reason::Suspended, vec!["spec.suspend of Application shop", "patch sapp shop ", end_suspension])),
        ),
    ];
    for (what, fields, spec, application, now, expected) in table {
        let wait = asked(&with(&fields), spec, application, now).unwrap();
        let said = wait.as_ref().map(|wait| format!("{}; {}", wait.what, wait.how)).unwrap_or_default();
        assert_eq!(
            wait.as_ref().map(|wait| wait.reason),
            expected.as_ref().map(|(reason, _)| *reason),
            "{what}: {said}"
        );
        for words in expected.into_iter().flat_map(|(_, words)| words) {
            assert!(said.contains(words), "{what}: {said}");
        }
    }
}

#[test]
fn a_window_that_cannot_be_read_is_refused_with_the_group_and_with_each_release() {
    let unknown = with(&json!({"windows": [night(), office("Europe/Berln")]}));
    let told = check(&unknown).unwrap_err();
    assert_eq!(told.reason, Reason::InvalidValue);
    for word in ["spec.windows, office", "schedule.timeZone", "\"Europe/Berln\"", "such as Europe/Berlin"] {
        assert!(told.message.contains(word), "{}", told.message);
    }
    assert_eq!(asked(&unknown, &json!({}), false, "2026-11-26T23:00:00Z"), Err(told), "also while another is open");
    assert_eq!(check(&with(&json!({"windows": [night()]}))), Ok(()));
}

fn wait(reason: Reason) -> BeginWait {
    let until: Timestamp = "2026-01-01T09:00:00Z".parse().unwrap();
    let (kind, name) = (GateKind::Window, "office".to_owned());
    BeginWait { kind, name, reason, what: "waits".to_owned(), until: Some(until), how: "kubectl patch".to_owned() }
}

#[test]
fn of_those_that_wait_alike_the_newest_is_next_and_one_that_waits_for_nothing_passes_it() {
    let nothing = DeploymentStatus::default();
    let waits = gated(&nothing, &wait(Reason::WindowClosed), Some(1), midnight());
    let behind = queued(&nothing, "shop/b", Some(1), midnight());
    let table = [
        ("both wait", Some(&waits), Some(&waits), QueueDecision::Behind("shop/b".to_owned())),
        ("only the newer", None, Some(&waits), QueueDecision::Start),
        ("only the newer, and the other was in line", Some(&behind), Some(&waits), QueueDecision::Start),
        ("only the older", Some(&waits), None, QueueDecision::Behind("shop/b".to_owned())),
    ];
    for (what, older, newer, expected) in table {
        let own = deployment("a", &json!({}), older);
        let all = [own.clone(), deployment("b", &json!({}), newer)];
        let entries: Vec<Entry> = all.iter().map(|one| entry_before(one, &own)).collect();
        assert_eq!(decide(&entries, "a", Concurrency::Queue), expected, "{what}");
    }
}

#[test]
fn a_wait_is_kept_with_its_beginning_its_end_and_the_command_that_ends_it() {
    let later = midnight() + seconds(60);
    let first = gated(&DeploymentStatus::default(), &wait(Reason::WindowClosed), Some(1), midnight());
    let again = gated(&first, &wait(Reason::WindowClosed), Some(1), later);
    assert_eq!(again, first, "nothing counts down");
    let [gate] = &again.gates[..] else { panic!("{:?}", again.gates) };
    assert_eq!((gate.kind, gate.name.as_str(), gate.is_waiting()), (GateKind::Window, "office", true));
    assert_eq!(
        (gate.since, gate.timeout_at, gate.how.as_str()),
        (midnight(), wait(Reason::WindowClosed).until, "kubectl patch")
    );
    let suspended = BeginWait {
        kind: GateKind::Suspend,
        name: "Application shop".to_owned(),
        until: None,
        ..wait(Reason::Suspended)
    };
    let both = gated(&again, &suspended, Some(1), later);
    let waiting: Vec<(GateKind, bool)> = both.gates.iter().map(|gate| (gate.kind, gate.is_waiting())).collect();
    assert_eq!(waiting, [(GateKind::Window, false), (GateKind::Suspend, true)]);
    let begun = passed(&both).gates;
    assert!(
        begun.iter().all(|gate| !gate.is_waiting() && gate.how.is_empty() && gate.timeout_at.is_none()),
        "{begun:?}"
    );
}

/// What was asked and found open has passed; what is not asked while something else holds it says nothing of its window.
#[test]
fn a_wait_that_is_over_is_told_as_over_wherever_the_deployment_stands_then() {
    let waits = gated(&DeploymentStatus::default(), &wait(Reason::WindowClosed), Some(1), midnight());
    let open = passed(&waits);
    let ready = Terms::default().passed(midnight());
    let refusal = Refusal::new(Reason::TaskDefinitionNotFound, "spec.revision: there is none");
    let (later, one) = (midnight() + seconds(60), Some(1));
    let table = vec![
        (
            "in line, and it could begin",
            ready_behind(&open, ("shop/a", Newer::EndsBake), ready, one, later),
            GateState::Passed,
        ),
        (
            "its turn came, and AWS says no",
            refused(&open, &refusal, Controls::default(), one, later),
            GateState::Passed,
        ),
        ("another one began first", queued(&waits, "shop/a", one, later), GateState::Interrupted),
        ("paused meanwhile", paused_before_begin(&waits, one, later), GateState::Interrupted),
        ("refused meanwhile", refused(&waits, &refusal, Controls::default(), one, later), GateState::Interrupted),
        ("it ends before it began", superseded(&waits, "shop/b", one, later), GateState::Interrupted),
    ];
    for (what, status, expected) in table {
        let [gate] = &status.gates[..] else { panic!("{what}: {:?}", status.gates) };
        assert_eq!((gate.state, gate.how.as_str(), gate.timeout_at), (expected, "", None), "{what}");
    }
    // It waits once more, since now, and the row of before is not told beside it, however often.
    let again = gated(&queued(&waits, "shop/a", one, later), &wait(Reason::WindowClosed), one, later);
    let [gate] = &again.gates[..] else { panic!("{:?}", again.gates) };
    assert_eq!((gate.state, gate.since, gate.why.as_str()), (GateState::Waiting, later, "waits"));
}

/// What the group says, by what suspends it and its only Deployment.
fn of_the_group(suspended_by: Option<&str>, deployment: Option<Deployment>) -> DeploymentGroupStatus {
    let deployments: Vec<Deployment> = deployment.into_iter().collect();
    let previous = serde_json::from_value(json!({
        "revision": "shop:41", "summary": {"serving": "shop:41", "status": "Running"},
    }));
    let facts = Facts {
        suspended_by,
        settings: &settings(1),
        generation: Some(1),
        deployments: &deployments,
        desired: None,
        made: None,
        requested: None,
        named_config: None,
        observed: None,
        refusal: None,
        call_error: None,
        now: midnight(),
    };
    status(&previous.unwrap(), &facts)
}

#[test]
fn a_group_tells_what_its_next_deployment_waits_for_and_that_nothing_begins() {
    let waiting = gated(&DeploymentStatus::default(), &wait(Reason::WindowClosed), Some(1), midnight());
    let told = of_the_group(None, Some(deployment("prod-7", &json!({}), Some(&waiting))));
    assert_eq!(told.message, "Deployment prod-7: waits, since 00:00:00Z; to begin now: kubectl patch");
    assert_eq!(told.summary.map(|summary| summary.status), Some(StatusWord::Queued));
    assert_eq!(told.queue, ["prod-7"]);
    let by = suspended_by(&with(&json!({"suspend": true})), false);
    let begun: DeploymentStatus =
        serde_json::from_value(json!({"startedAt": midnight(), "state": "InProgress"})).unwrap();
    let told = of_the_group(by.as_deref(), Some(deployment("prod-7", &json!({}), Some(&begun))));
    assert!(
        told.message.contains("prod-7 is in progress; nothing begins: suspended by spec.suspend"),
        "{}",
        told.message
    );
}

#[test]
fn a_deployment_moves_its_traffic_as_it_says_itself() {
    let group = with(&json!({"deploymentConfig": {"name": "CodeDeployDefault.ECSAllAtOnce"}}));
    let slow = json!({"canary": {"percentage": 10, "interval": "5m"}});
    let own = deployment("prod-7", &json!({"overrides": {"deploymentConfig": slow}}), None);
    let pinned = settings_for(&own, &group);
    assert_eq!(serde_json::to_value(&pinned.deployment_config).unwrap(), slow);
    let rest = DeploymentGroupSpec { deployment_config: group.deployment_config.clone(), ..pinned.into_owned() };
    assert_eq!(rest, group, "nothing else is another");
    let plain = deployment("prod-8", &json!({}), None);
    assert_eq!(settings_for(&plain, &group).into_owned(), group);

    let with_hooks =
        with(&json!({"hooks": [{"name": "smoke", "event": "AfterInstall", "lambda": {"function": "smoke"}}]}));
    for (choice, expected) in [("None", 0), ("Group", 1)] {
        let own = deployment("prod-7", &json!({"overrides": {"hooks": choice}}), None);
        assert_eq!(settings_for(&own, &with_hooks).hooks.len(), expected, "{choice}");
    }

    let with_alarms = with(&json!({"alarms": {"names": ["shop-5xx"]}}));
    for (choice, expected) in [("None", false), ("Group", true)] {
        let own = deployment("prod-7", &json!({"overrides": {"alarms": choice}}), None);
        assert_eq!(settings_for(&own, &with_alarms).alarms.is_some(), expected, "{choice}");
    }

    let unknown = || Refusal::new(Reason::UnknownDeploymentConfig, "spec.deploymentConfig.name: there is no slow");
    assert_eq!(told_of(&own, unknown()).message, "spec.overrides.deploymentConfig.name: there is no slow");
    assert_eq!(told_of(&plain, unknown()), unknown());
}
