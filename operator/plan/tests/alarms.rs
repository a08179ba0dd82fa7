//! What alarms do, by policy, state and position: the golden file `tests/snapshots/alarms/table.snap` reads as the
//! documentation of `spec.alarms`. And what is refused at the start, and what a look reads for it.

use std::fmt::Write;

use serde_json::{Value, json};
use sluice_api::{
    AlarmState, DeploymentGroupSpec, LifecycleEventName, LifecycleEventStatus, Reason, RollbackTrigger, State,
    StepState,
};
use sluice_plan::observation::Read;
use sluice_plan::{Action, Plan, Priority, WaitKind};

use crate::support::fixture::{seconds, target_group};
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
