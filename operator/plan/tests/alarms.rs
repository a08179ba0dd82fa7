//! What alarms do, by policy, state and position: the golden file `tests/snapshots/alarms/table.snap` reads as the
//! documentation of `spec.alarms`. And what is refused at the start, and what a look reads for it.

use std::fmt::Write;

use serde_json::{Value, json};
use sluice_api::{
    AlarmState, DeploymentGroupSpec, GateKind, GateState, LifecycleEventName, LifecycleEventStatus, Reason,
    RollbackTrigger, State, StepState,
};
use sluice_plan::begin::check_asked;
use sluice_plan::observation::Read;
use sluice_plan::{Action, Asked, Plan, Priority, ReadScope, WaitKind};

use crate::support::fixture::{released, schedule, seconds, target_group};
use crate::support::reads::look;
use crate::support::{AlarmIs, Event, Run, World, assert_golden};

const STATES: [AlarmIs; 6] =
    [AlarmIs::Ok, AlarmIs::Alarm, AlarmIs::WithoutData, AlarmIs::Throttled, AlarmIs::Denied, AlarmIs::Gone];

/// A release of two increments over two routes that watches one alarm, and a way to each position.
fn watching(policy: &Value) -> Run {
    let mut run =
        Run::new(World::new(2, 4), &json!({"steps": [{"weight": 10, "scale": 50, "hold": "5m"}, {"weight": 100}]}));
    let mut alarms = json!({"names": ["shop-5xx"]});
    alarms.as_object_mut().unwrap().extend(policy.as_object().unwrap().clone());
    run.settings.alarms = Some(serde_json::from_value(alarms).unwrap());
    run.happen(Event::Alarm("shop-5xx", AlarmIs::Ok));
    run
}

type Moment = (&'static str, fn(&Run) -> bool);

const MOMENTS: &[Moment] = &[
    ("nothing is made yet", |_| true),
    ("the replacement is ready, and the first increment is due", |run| {
        run.world.healthy(&target_group(1)) == 2 && run.progress.steps[0].state == StepState::Pending
    }),
    ("one of two routes is written", |run| run.writes.iter().filter(|write| **write == "weights").count() == 1),
    ("an increment is held", |run| run.progress.steps[0].state == StepState::Holding),
    ("the hold is over", |run| {
        let step = &run.progress.steps[0];
        step.verified_at.is_some_and(|at| run.world.now + seconds(11) >= at + step.hold.as_signed())
    }),
    ("the bake", |run| is_in_progress(run, LifecycleEventName::Bake)),
    ("the original is to go", |run| is_in_progress(run, LifecycleEventName::TerminateOriginal)),
];

fn is_in_progress(run: &Run, name: LifecycleEventName) -> bool {
    let in_progress = LifecycleEventStatus::InProgress;
    run.progress.lifecycle_events.iter().any(|event| event.name == name && event.status == in_progress)
}

/// What is done, in few words.
fn does(plan: &Plan) -> &'static str {
    let is_back = plan.progress.rollback.is_some();
    match (&plan.action, &plan.waiting) {
        (Some(Action::SetWeights(_)), _) if is_back => "turns round, and moves traffic back",
        _ if is_back => "turns round",
        (_, Some(waiting)) if waiting.kind == WaitKind::Paused => "pauses",
        (_, Some(waiting)) if waiting.reason == Reason::AlarmUnreadable => "holds",
        _ => "goes on",
    }
}

/// The next look, 11 seconds after the alarm is so, and one that is 65 seconds after a first that saw it.
fn looks(run: &Run, is: AlarmIs) -> [&'static str; 2] {
    let mut run = run.clone();
    run.happen(Event::Alarm("shop-5xx", is));
    let after = |run: &Run, count: i64| does(&run.look(|observed| observed.at += seconds(count)).0);
    let first = after(&run, 11);
    run.progress = run.look(|_| {}).1;
    [first, after(&run, 65)]
}

#[test]
fn what_an_alarm_does_by_policy_state_and_position() {
    let mut table = String::new();
    for (on_alarm, unreadable, without_data) in [
        ("Rollback", "Stop", "Ok"),
        ("Rollback", "Ignore", "Alarm"),
        ("Pause", "Stop", "Alarm"),
        ("Pause", "Ignore", "Ok"),
    ] {
        let policy = json!({"onAlarm": on_alarm, "unreadable": unreadable, "insufficientData": without_data});
        writeln!(table, "\n## onAlarm {on_alarm}, unreadable {unreadable}, insufficientData {without_data}\n").unwrap();
        writeln!(table, "| when | OK | ALARM | INSUFFICIENT_DATA | not read |\n|---|---|---|---|---|").unwrap();
        for (moment, reached) in MOMENTS {
            let run = watching(&policy).until(*reached);
            let cells = STATES.map(|is| match looks(&run, is) {
                [first, later] if first == later => first.to_owned(),
                [first, later] => format!("{first}; after a minute it {later}"),
            });
            let [ok, alarm, without_data, throttled, denied, gone] = cells;
            assert_eq!((&throttled, &throttled), (&denied, &gone), "no answer is no answer");
            writeln!(table, "| {moment} | {ok} | {alarm} | {without_data} | {throttled} |").unwrap();
        }
    }
    assert_golden("alarms", "table", &table);
}

#[test]
fn a_release_that_an_alarm_turned_round_says_which_and_why() {
    let run = watching(&json!({})).at(100, Event::Alarm("shop-5xx", AlarmIs::Alarm)).run();
    let rollback = run.progress.rollback.unwrap();
    let failure = run.progress.failure.unwrap();
    assert_eq!((run.progress.state, rollback.trigger), (State::Failed, RollbackTrigger::StopOnAlarm));
    assert_eq!((failure.stage.as_str(), failure.category.as_str()), ("verify", "health_check_failure"));
    assert_eq!((failure.code.as_str(), failure.retryable), ("DEPLOYMENT_VERIFICATION_FAILED", false));
    for word in ["alarm shop-5xx is in ALARM", "1 datapoint [31.0] was above 20"] {
        assert!(failure.message.contains(word), "{}", failure.message);
    }
    assert_eq!(run.progress.alarms.iter().map(|alarm| alarm.state).collect::<Vec<_>>(), [AlarmState::Alarm]);
}

#[test]
fn what_could_not_be_read_says_what_kind_of_failure_that_is() {
    for (is, category, retryable) in [
        (AlarmIs::Denied, "auth_failure", false),
        (AlarmIs::Throttled, "infrastructure_failure", true),
        (AlarmIs::Gone, "unknown_failure", false),
    ] {
        let run = watching(&json!({})).at(100, Event::Alarm("shop-5xx", is)).run();
        let failure = run.progress.failure.unwrap();
        assert_eq!((failure.category.as_str(), failure.retryable), (category, retryable), "{is:?}");
        assert_eq!(run.progress.rollback.unwrap().trigger, RollbackTrigger::StopOnAlarm, "{is:?}");
    }
}

/// Wherever the process dies, it ends as it would have.
#[test]
fn a_process_that_dies_at_any_write_ends_the_release_as_the_alarm_says() {
    for number in 1..=6 {
        for answered in [false, true] {
            let mut run = watching(&json!({})).at(100, Event::Alarm("shop-5xx", AlarmIs::Alarm));
            if answered { &mut run.lost_records } else { &mut run.lost_answers }.insert(number);
            let run = run.run();
            let trigger = run.progress.rollback.as_ref().map(|rollback| rollback.trigger);
            assert_eq!(trigger, Some(RollbackTrigger::StopOnAlarm), "write {number}");
            assert_eq!(run.progress.state, State::Failed, "write {number}");
            assert!(!run.world.has_weight(&target_group(1)), "write {number}");
        }
    }
}

#[test]
fn at_the_start_an_alarm_must_be_there_be_readable_and_be_ok() {
    type Case = (Value, AlarmIs, Option<Reason>, &'static [&'static str]);
    let table: &[Case] = &[
        (json!({}), AlarmIs::Ok, None, &[]),
        (json!({}), AlarmIs::WithoutData, None, &[]),
        (json!({}), AlarmIs::Alarm, Some(Reason::AlarmActive), &["shop-5xx", "is in ALARM since", "atStart to Ignore"]),
        (json!({"atStart": "Ignore"}), AlarmIs::Alarm, None, &[]),
        (json!({"insufficientData": "Alarm"}), AlarmIs::WithoutData, Some(Reason::AlarmActive), &["shop-5xx"]),
        (json!({"onAlarm": "Pause"}), AlarmIs::Alarm, Some(Reason::AlarmActive), &["shop-5xx"]),
        (json!({}), AlarmIs::Gone, Some(Reason::AlarmNotFound), &["shop-5xx", "eu-west-1", "create the alarm"]),
        (json!({"unreadable": "Ignore"}), AlarmIs::Gone, Some(Reason::AlarmNotFound), &["shop-5xx"]),
        (json!({}), AlarmIs::Denied, Some(Reason::AccessDenied), &["shop-5xx", "cloudwatch:DescribeAlarms on *"]),
        (json!({"unreadable": "Ignore"}), AlarmIs::Denied, Some(Reason::AccessDenied), &["shop-5xx"]),
        (json!({}), AlarmIs::Throttled, Some(Reason::AlarmUnreadable), &["shop-5xx", "tried again", "Throttling"]),
        (json!({"unreadable": "Ignore"}), AlarmIs::Throttled, None, &[]),
    ];
    for (policy, is, reason, words) in table {
        let mut run = watching(policy);
        run.happen(Event::Alarm("shop-5xx", *is));
        let refusal = run.begin().err();
        assert_eq!(refusal.as_ref().map(|it| it.reason), *reason, "{policy} {is:?}");
        let message = refusal.map(|it| it.message).unwrap_or_default();
        assert!(words.iter().all(|word| message.contains(word)), "{message}");
        assert!(reason.is_none() || message.starts_with("spec.alarms.names: "), "{message}");
        assert!(run.writes.is_empty());
    }
}

#[test]
fn alarms_are_read_from_the_start_to_the_end_of_the_bake_and_anew_before_a_checkpoint() {
    let read = |run: &Run, later: i64| -> Vec<Read> {
        let rounds = run.reads(|observed| observed.at += seconds(later)).rounds;
        rounds.into_iter().flatten().filter(|read| matches!(read, Read::Alarms | Read::AlarmsNow)).collect()
    };
    for (moment, reached) in MOMENTS {
        let expected: &[Read] = match *moment {
            "the original is to go" => &[],
            "the replacement is ready, and the first increment is due" => &[Read::Alarms, Read::AlarmsNow],
            _ => &[Read::Alarms],
        };
        let run = watching(&json!({})).until(*reached);
        assert_eq!(read(&run, 0), expected, "{moment}");
        // Without alarms none is read.
        let mut without = run.clone();
        without.progress.settings.as_mut().unwrap().alarms = None;
        assert_eq!(read(&without, 0), [], "{moment}");
        // Whoever is asked to return does not wait for CloudWatch.
        let mut stopped = run.clone();
        stopped.happen(Event::Stop);
        assert_eq!(read(&stopped, 0), [], "{moment}");
    }
    let held = watching(&json!({})).until(|run| run.progress.steps[0].state == StepState::Holding);
    assert_eq!(read(&held, 301), [Read::Alarms, Read::AlarmsNow]);
    let baking = watching(&json!({})).until(|run| is_in_progress(run, LifecycleEventName::Bake));
    assert_eq!(read(&baking, 301), [Read::Alarms, Read::AlarmsNow]);
}

/// The wait for each alarm: its state, and whether a command goes on.
fn gates(run: &Run) -> Vec<(&str, GateState, bool)> {
    let gates = run.progress.gates.iter().filter(|gate| gate.kind == GateKind::Alarm);
    gates.map(|gate| (gate.name.as_str(), gate.state, !gate.how.is_empty())).collect()
}

fn is_paused(run: &Run) -> bool {
    run.progress.reason == Reason::AlarmActive.to_string()
}

#[test]
fn an_alarm_that_pauses_is_a_gate_with_since_when_why_and_the_command_that_goes_on() {
    let run = watching(&json!({"onAlarm": "Pause"})).at(100, Event::Alarm("shop-5xx", AlarmIs::Alarm)).until(is_paused);
    let gate = run.progress.gates.iter().find(|gate| gate.kind == GateKind::Alarm).unwrap();
    let command = r#"kubectl patch sdep prod-1 -n shop --type merge -p '{"spec":{"approvals":["shop-5xx"]}}'"#;
    assert_eq!((gate.name.as_str(), gate.state, gate.how.as_str()), ("shop-5xx", GateState::Waiting, command));
    assert!(gate.since <= run.world.now && gate.timeout_at.is_none(), "{gate:?}");
    assert!(gate.why.contains("1 datapoint [31.0] was above 20"), "{}", gate.why);
    let message = &run.progress.message;
    let back = r#"to return: kubectl patch sdep prod-1 -n shop --type merge -p '{"spec":{"stop":{}}}'"#;
    assert!(message.contains(&format!("once that is OK, or by the command in status.gates; {back}")), "{message}");
}

/// What happens, how the release ends, and how the wait did.
type Ending = (&'static str, Run, State, GateState);

#[test]
fn the_wait_for_an_alarm_ends_as_it_ended() {
    use AlarmIs::{Alarm, Ok};
    use Event::{Approve, Pause, Resume, Stop};
    let holding = |policy: Value| watching(&policy).at(100, Event::Alarm("shop-5xx", Alarm));
    let pauses = || holding(json!({"onAlarm": "Pause"}));
    let table: Vec<Ending> = vec![
        ("it is OK again", pauses().at(300, Event::Alarm("shop-5xx", Ok)), State::Succeeded, GateState::Passed),
        ("someone approves", pauses().at(300, Approve("shop-5xx")), State::Succeeded, GateState::Approved),
        ("someone approved before", pauses().at(20, Approve("shop-5xx")), State::Succeeded, GateState::Approved),
        ("it is stopped", pauses().at(300, Stop), State::Stopped, GateState::Interrupted),
        (
            "a user holds it too",
            pauses().at(200, Pause).at(300, Event::Alarm("shop-5xx", Ok)).at(400, Resume),
            State::Succeeded,
            GateState::Passed,
        ),
        (
            "one that cannot be read, and someone approves",
            watching(&json!({"onAlarm": "Pause"}))
                .at(100, Event::Alarm("shop-5xx", AlarmIs::Denied))
                .at(400, Approve("shop-5xx")),
            State::Succeeded,
            GateState::Approved,
        ),
    ];
    for (what, run, state, gate) in table {
        let run = run.run();
        assert_eq!(run.progress.state, state, "{what}: {}", run.log.text());
        assert_eq!(gates(&run), [("shop-5xx", gate, false)], "{what}: {}", run.log.text());
    }
    // It may well tell of the original: traffic goes to what serves, and waits there.
    let down = Event::OriginalBecomes(crate::support::Behaviour::Unhealthy);
    let run = pauses().at(300, down).until(|run| gates(run) == [("shop-5xx", GateState::Skipped, false)]);
    let run = run.until_later(|run| gates(run) == [("shop-5xx", GateState::Waiting, true)]);
    assert!(!run.world.has_weight(&target_group(0)), "{}", run.log.text());
}

#[test]
fn an_approval_counts_for_the_alarm_that_it_names_and_for_one_that_only_pauses() {
    let two = |policy: &str| {
        let mut run = watching(&json!({"names": ["shop-5xx", "0", "it's late"], "onAlarm": policy}));
        for name in ["0", "it's late"] {
            run.happen(Event::Alarm(name, AlarmIs::Ok));
        }
        run
    };
    // The other one still holds it.
    let run = two("Pause")
        .at(100, Event::Alarm("shop-5xx", AlarmIs::Alarm))
        .at(100, Event::Alarm("it's late", AlarmIs::Alarm));
    let run = run.at(200, Event::Approve("shop-5xx")).until(|run| run.elapsed() > 300);
    assert!(is_paused(&run), "{}", run.log.text());
    // A shell would end the word at the quote: no command is told for it.
    assert_eq!(gates(&run), [("shop-5xx", GateState::Approved, false), ("it's late", GateState::Waiting, false)]);
    // It is left out for the rest of the release, and no longer.
    let run = run.at(310, Event::Alarm("it's late", AlarmIs::Ok)).go_on();
    assert_eq!(run.progress.state, State::Succeeded, "{}", run.log.text());
    assert!(run.progress.alarms.iter().any(|alarm| alarm.name == "shop-5xx" && alarm.left_out));
    // A name that is a step's is the step's.
    let run = two("Pause").at(100, Event::Alarm("0", AlarmIs::Alarm)).at(200, Event::Approve("0"));
    let run = run.until(|run| run.elapsed() > 300);
    assert!(is_paused(&run), "{}", run.log.text());
    assert_eq!(gates(&run), [("0", GateState::Waiting, false)]);
    // What turns a release round is no matter of approval, and nobody may approve it before it begins.
    let run =
        two("Rollback").at(20, Event::Approve("shop-5xx")).at(100, Event::Alarm("shop-5xx", AlarmIs::Alarm)).run();
    assert_eq!(run.progress.rollback.map(|rollback| rollback.trigger), Some(RollbackTrigger::StopOnAlarm));
    let word = ["shop-5xx".to_owned()];
    let asked = Asked { approvals: &word, skip_to: None };
    let increments = schedule(&json!({"allAtOnce": {}}));
    let (pauses, turns) = (two("Pause").settings, two("Rollback").settings);
    assert_eq!(check_asked(asked, &increments, &pauses), Ok(()));
    let refused = check_asked(asked, &increments, &turns).unwrap_err();
    assert!(refused.message.contains("spec.approvals: there is no step shop-5xx"), "{}", refused.message);
}

#[test]
fn an_approval_of_an_alarm_counts_wherever_the_process_dies() {
    let run = watching(&json!({"onAlarm": "Pause"}))
        .at(100, Event::Alarm("shop-5xx", AlarmIs::Alarm))
        .at(200, Event::Approve("shop-5xx"));
    let looks = run.clone().run().reconciles;
    for number in 1..=looks {
        for after in [false, true] {
            let mut run = run.clone();
            if after { &mut run.dies_after } else { &mut run.dies_before }.insert(number);
            let run = run.run();
            assert_eq!(run.progress.state, State::Succeeded, "died at look {number}: {}", run.log.text());
        }
    }
}

/// However long it waited, and whatever was found when it came to the head of the line.
#[test]
fn a_deployment_that_leaves_the_queue_looks_at_its_alarms_as_they_are_then() {
    let mut run = watching(&json!({}));
    run.happen(Event::Alarm("shop-5xx", AlarmIs::Alarm));
    let all = run.world.observe("uid");
    let alarms = |scope: ReadScope<'_>| -> Vec<Read> {
        let rounds = look(scope, &run.settings, &all).rounds;
        rounds.into_iter().flatten().filter(|read| matches!(read, Read::Alarms | Read::AlarmsNow)).collect()
    };
    let released = &released(42);
    assert_eq!(alarms(ReadScope::Waits { released }), [], "what waits may wait for what its alarm tells of");
    assert_eq!(alarms(ReadScope::Begin { uid: "uid", released }), [Read::AlarmsNow]);
    let refused = run.begin().unwrap_err();
    assert_eq!((refused.reason, run.writes.len()), (Reason::AlarmActive, 0));
    run.happen(Event::Alarm("shop-5xx", AlarmIs::Ok));
    assert_eq!(run.run().progress.state, State::Succeeded);
}

#[test]
fn a_group_without_alarms_has_nothing_of_them_in_its_settings_or_status() {
    let settings: DeploymentGroupSpec = crate::support::fixture::settings(1);
    assert!(!serde_json::to_string(&settings).unwrap().contains("larm"));
    let run = Run::new(World::new(1, 4), &json!({"allAtOnce": {}})).run();
    let mut status = run.progress;
    status.settings = None;
    assert!(!serde_json::to_string(&status).unwrap().contains("larm"));
}

#[test]
fn the_return_that_an_alarm_asks_for_is_as_urgent_as_any() {
    let run = watching(&json!({})).at(100, Event::Alarm("shop-5xx", AlarmIs::Alarm));
    let run = run.until(|run| run.progress.rollback.is_some());
    let weights = run.look(|_| {}).0;
    let action = weights.action.unwrap();
    assert_eq!(Priority::of_action(&action, &weights.progress), Priority::Rollback);
}
