//! What users, mishaps and hostile hands do at once, or in words that nobody expects: who goes before whom, and what a word means.

use serde_json::{Value, json};
use sluice_api::{GateKind, GateState, LifecycleEventName, LifecycleEventStatus, Reason, RollbackTrigger, State};
use sluice_plan::Asked;
use sluice_plan::admission::begin_gates::{Moment, ask};
use sluice_plan::begin::check_asked;

use crate::support::fixture::{midnight, schedule, settings, target_group};
use crate::support::{AlarmIs, Behaviour, Event, Run, World};

/// Increments with names, the first of which is held and the second approved.
fn steps() -> Value {
    json!({"steps": [
        {"name": "canary", "weight": 10, "hold": "10m"},
        {"name": "half", "weight": 50, "approval": {"timeout": "10m"}},
        {"weight": 100},
    ]})
}

#[test]
fn a_word_that_is_almost_a_name_approves_nothing_and_skips_nothing() {
    let words = [
        "ready",
        "READY",
        " Ready",
        "Ready ",
        "Readу",
        "R\u{200b}eady",
        "Half",
        "half\n",
        "half ",
        "ha1f",
        "-1",
        "+1",
        "01",
        "1.0",
        "1e0",
        "0x1",
        "١",
        "1",
        "3",
        "99999999999999999999",
        "*",
        ".*",
        "halfcanary",
        "canary,half",
        "Bake",
        "End",
        "null",
        "$(id)",
        "'; kubectl delete sdep --all; '",
        "",
    ];
    let increments = schedule(&steps());
    let settings = settings(1);
    for word in words {
        let approvals = [word.to_owned()];
        let asked = Asked { approvals: &approvals, skip_to: None };
        let refused = check_asked(asked, &increments, &settings).err();
        // The index of a step is a name of it.
        let is_a_name = word == "1";
        assert_eq!(refused.is_none(), is_a_name, "approvals: {word:?}: {refused:?}");
        let told = refused.map(|refusal| refusal.message).unwrap_or_default();
        assert!(is_a_name || told.contains("write one of canary, half, 0 to 2, or Ready"), "{word:?}: {told}");
        let skips = Asked { approvals: &[], skip_to: Some(word) };
        let leads = ["1", "Bake", "End"].contains(&word);
        assert_eq!(check_asked(skips, &increments, &settings).is_ok(), leads, "skipTo: {word:?}");
    }
}

#[test]
fn what_is_asked_of_a_first_release_moves_nothing_before_its_time() {
    // It moves all at once: the steps of the group are not there, and are not missed.
    let first = |ready: Value| {
        let mut run = Run::new(World::empty(1, 4), &steps());
        run.settings.ready = serde_json::from_value(ready).unwrap();
        run
    };
    let run = first(json!({"wait": "30m"})).at(2, Event::Approve("half")).until(|run| run.elapsed() > 600);
    let waits = |run: &Run| run.progress.gates.iter().any(|gate| gate.kind == GateKind::Ready && gate.is_waiting());
    assert!(waits(&run) && run.writes == ["create"], "{}", run.log.text());
    let run = run.at(700, Event::Approve("Ready")).go_on();
    assert_eq!(run.progress.state, State::Succeeded, "{}", run.log.text());
    let run = first(json!(null)).at(2, Event::SkipTo("half")).run();
    assert_eq!(run.progress.state, State::Succeeded, "{}", run.log.text());
}

/// A release over one route that an alarm holds: in the hold that is over, and in the bake.
fn held_by_an_alarm(moment: &str) -> Run {
    let mut run = Run::new(World::new(1, 4), &json!({"steps": [{"weight": 10, "hold": "1m"}, {"weight": 100}]}));
    run.settings.alarms = Some(serde_json::from_value(json!({"names": ["shop-5xx"], "onAlarm": "Pause"})).unwrap());
    run.happen(Event::Alarm("shop-5xx", AlarmIs::Ok));
    let bakes = |run: &Run| {
        let in_progress = LifecycleEventStatus::InProgress;
        run.progress
            .lifecycle_events
            .iter()
            .any(|one| one.name == LifecycleEventName::Bake && one.status == in_progress)
    };
    let mut run = match moment {
        "the bake" => run.until(bakes),
        _ => run.until(|run| run.progress.steps[0].verified_at.is_some()),
    };
    run.happen(Event::Alarm("shop-5xx", AlarmIs::Alarm));
    run.until_later(|run| run.progress.reason == Reason::AlarmActive.to_string())
}

#[test]
fn an_alarm_that_pauses_is_ended_by_its_name_or_by_a_return_and_by_nothing_else() {
    use Event::{Approve, AskForOriginal, Delete, Desired, EndBake, GoBack, Pause, SkipTo, Stop, Supersede};
    let holds: &[&[Event]] = &[
        &[],
        &[SkipTo("End")],
        &[SkipTo("Bake")],
        &[EndBake],
        &[Approve("Ready"), Approve("0"), Approve("1")],
        &[Approve("shop-5XX"), Approve("shop"), Approve("*")],
        &[Pause, SkipTo("End"), EndBake],
        &[Desired(8)],
        &[Event::Alarm("shop-5xx", AlarmIs::Throttled)],
        &[Event::Alarm("shop-5xx", AlarmIs::Gone)],
        &[Event::UnnamedRule(0), SkipTo("End")],
    ];
    let returns: &[(&[Event], RollbackTrigger)] = &[
        (&[Stop], RollbackTrigger::StopOnRequest),
        (&[Delete], RollbackTrigger::Deleted),
        (&[AskForOriginal], RollbackTrigger::Reverted),
        (&[Supersede], RollbackTrigger::Superseded),
        (&[GoBack], RollbackTrigger::StopOnRequest),
        (&[Event::ReplacementBecomes(Behaviour::Unhealthy)], RollbackTrigger::DeploymentFailure),
        // An approval of the alarm does not outlive a stop that comes with it.
        (&[Approve("shop-5xx"), Stop], RollbackTrigger::StopOnRequest),
    ];
    for moment in ["a hold", "the bake"] {
        let held = held_by_an_alarm(moment);
        let at = held.elapsed();
        for events in holds {
            let run = events.iter().fold(held.clone(), |run, event| run.at(at, *event));
            let run = run.until_later(|run| run.elapsed() > at + 50);
            let raised = run.world.share(&target_group(1)) != held.world.share(&target_group(1));
            assert!(!raised && run.writes == held.writes, "{moment}: {events:?}\n{}", run.log.text());
            assert!(run.progress.rollback.is_none(), "{moment}: {events:?}\n{}", run.log.text());
        }
        for (events, trigger) in returns {
            let run = events.iter().fold(held.clone(), |run, event| run.at(at, *event));
            let run = run.until_later(|run| run.progress.rollback.is_some() || run.elapsed() > at + 120);
            let found = run.progress.rollback.as_ref().map(|rollback| rollback.trigger);
            assert_eq!(found, Some(*trigger), "{moment}: {events:?}\n{}", run.log.text());
            let gate = run.progress.gates.iter().find(|gate| gate.kind == GateKind::Alarm).unwrap();
            assert_eq!((gate.state, gate.how.as_str()), (GateState::Interrupted, ""), "{moment}: {events:?}");
        }
        let run = held.at(at, Approve("shop-5xx")).go_on();
        assert_eq!(run.progress.state, State::Succeeded, "{moment}: {}", run.log.text());
    }
}

#[test]
fn windows_that_open_at_no_time_that_is_left_let_nothing_begin() {
    let mut settings = settings(1);
    let week = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let window = |from: &str, to: &str| json!({"name": "w", "schedule": {"days": week, "from": from, "to": to, "timeZone": "UTC"}});
    settings.windows = serde_json::from_value(json!([window("00:00", "24:00")])).unwrap();
    let deployment = serde_json::from_value(json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment",
        "metadata": {"name": "prod-7", "namespace": "shop", "uid": "u", "creationTimestamp": midnight()},
        "spec": {"groupRef": "prod", "revision": {"taskDefinition": "shop:42"}},
    }))
    .unwrap();
    let asked = |settings: &sluice_api::DeploymentGroupSpec, now| {
        ask(&Moment { deployment: &deployment, settings, application_is_suspended: false, promoted: None, now })
    };
    assert_eq!(asked(&settings, midnight()), Ok(None), "a whole week is always open");
    // The end of all days that a clock can show: whoever sets it is not let through by that.
    let refused = asked(&settings, jiff::Timestamp::MAX);
    assert!(!matches!(refused, Ok(Some(_))), "{refused:?}");
    settings.windows = serde_json::from_value(json!([window("09:00", "09:01")])).unwrap();
    let refused = asked(&settings, jiff::Timestamp::MAX).unwrap_err();
    assert!(refused.message.starts_with("spec.windows: none of them opens"), "{}", refused.message);
    let first = asked(&settings, jiff::Timestamp::MIN);
    assert!(!matches!(first, Ok(None)), "the first of all moments is in no window: {first:?}");
}
