//! Waits for a person or for time: who goes before whom, and what a crash at any moment changes.

use serde_json::{Value, json};
use sluice_api::{GateKind, GateState, LifecycleEventName, LifecycleEventStatus, RollbackTrigger, State, StepState};
use sluice_plan::observation::Observation;

use crate::state_table::tasks_failed;
use crate::support::{Event, Run, World};

/// A release that waits before any traffic, in a hold, and in the bake.
fn release(steps: &Value) -> Run {
    let mut run = Run::new(World::new(2, 4), &json!({ "steps": steps }));
    run.settings.ready = Some(serde_json::from_value(json!({"wait": "1h"})).unwrap());
    run
}

fn canary() -> Value {
    json!([{"name": "canary", "weight": 10, "hold": "20m"}, {"name": "half", "weight": 50}, {"weight": 100}])
}

fn state(run: &Run, kind: GateKind) -> Option<GateState> {
    run.progress.gates.iter().find(|gate| gate.kind == kind).map(|gate| gate.state)
}

fn waits_when_ready(run: &Run) -> bool {
    state(run, GateKind::Ready) == Some(GateState::Waiting)
}

fn is_held(run: &Run) -> bool {
    run.progress.steps[0].state == StepState::Holding
}

fn bakes(run: &Run) -> bool {
    let in_progress = LifecycleEventStatus::InProgress;
    run.progress
        .lifecycle_events
        .iter()
        .any(|event| event.name == LifecycleEventName::Bake && event.status == in_progress)
}

/// What a look at a release in a wait comes to.
#[derive(Debug, PartialEq)]
enum Comes {
    Back(RollbackTrigger),
    Holds,
    Paused,
    On(GateState),
}

/// What is asked at once, what is seen then, and what it comes to.
type Row = (&'static [Event], fn(&mut Observation), Comes);

/// Whether a release stands where it is to be looked at.
type Reached = fn(&Run) -> bool;

fn well(_: &mut Observation) {}

fn comes_to(run: &Run, events: &[Event], change: fn(&mut Observation), kind: GateKind) -> Comes {
    let mut run = run.clone();
    for event in events {
        run.happen(*event);
    }
    let (plan, status) = run.look(change);
    if let Some(rollback) = &status.rollback {
        return Comes::Back(rollback.trigger);
    }
    if status.paused_at.is_some() {
        return Comes::Paused;
    }
    let state = plan.progress.gates.iter().find(|gate| gate.kind == kind).map(|gate| gate.state);
    state.filter(|state| *state != GateState::Waiting).map_or(Comes::Holds, Comes::On)
}

#[test]
fn deleted_goes_before_stop_before_a_failure_before_paused_before_skip_to_before_approvals() {
    use Event::{Approve, Delete, Pause, SkipTo, Stop};
    let failed: fn(&mut Observation) = tasks_failed;
    let run = release(&canary()).at(2, Approve("hlaf")).until(waits_when_ready);
    let table: &[Row] = &[
        (&[Delete, Stop, Pause, SkipTo("End"), Approve("Ready")], failed, Comes::Back(RollbackTrigger::Deleted)),
        (&[Stop, Pause, SkipTo("End"), Approve("Ready")], failed, Comes::Back(RollbackTrigger::StopOnRequest)),
        (&[Pause, SkipTo("End"), Approve("Ready")], failed, Comes::Back(RollbackTrigger::DeploymentFailure)),
        (&[SkipTo("End"), Approve("Ready")], failed, Comes::Back(RollbackTrigger::DeploymentFailure)),
        (&[Pause, SkipTo("End"), Approve("Ready")], well, Comes::Paused),
        (&[SkipTo("End"), Approve("Ready")], well, Comes::On(GateState::Skipped)),
        (&[SkipTo("0")], well, Comes::On(GateState::Skipped)),
        (&[Approve("Ready")], well, Comes::On(GateState::Approved)),
        (&[Approve("canary")], well, Comes::Holds),
        (&[SkipTo("Ready")], well, Comes::Holds),
        (&[SkipTo("hlaf")], well, Comes::Holds),
        (&[], well, Comes::Holds),
        (&[], failed, Comes::Back(RollbackTrigger::DeploymentFailure)),
    ];
    for (events, change, expected) in table {
        assert_eq!(&comes_to(&run, events, *change, GateKind::Ready), expected, "{events:?}");
    }
}

#[test]
fn a_hold_ends_for_who_skips_past_its_step_and_for_nobody_else() {
    use Event::{Approve, Pause, SkipTo};
    let run = release(&canary()).at(2, Approve("Ready")).until(is_held);
    let table: &[(&[Event], Comes)] = &[
        (&[SkipTo("canary")], Comes::Holds),
        (&[SkipTo("half")], Comes::On(GateState::Skipped)),
        (&[SkipTo("2")], Comes::On(GateState::Skipped)),
        (&[SkipTo("3")], Comes::Holds),
        (&[Approve("canary")], Comes::Holds),
        (&[Pause, SkipTo("End")], Comes::Paused),
    ];
    for (events, expected) in table {
        assert_eq!(&comes_to(&run, events, well, GateKind::Hold), expected, "{events:?}");
    }
}

#[test]
fn every_wait_says_since_when_until_when_and_which_command_ends_it() {
    let command = |patch: &str| format!("kubectl patch sdep prod-1 -n shop --type merge -p '{{\"spec\":{patch}}}'");
    let table: [(Reached, &str, GateKind, &str); 3] = [
        (waits_when_ready, "Ready", GateKind::Ready, r#"{"approvals":["Ready"]}"#),
        (is_held, "canary", GateKind::Hold, r#"{"skipTo":"half"}"#),
        (bakes, "Bake", GateKind::Bake, r#"{"skipTo":"End"}"#),
    ];
    for (reached, name, kind, patch) in table {
        let run = release(&canary());
        let run = if kind == GateKind::Ready { run } else { run.at(60, Event::Approve("Ready")) }.until(reached);
        let waiting: Vec<_> = run.progress.gates.iter().filter(|gate| gate.is_waiting()).collect();
        let [gate] = waiting[..] else { panic!("{waiting:?}") };
        assert_eq!((gate.name.as_str(), gate.kind, gate.how.as_str()), (name, kind, command(patch).as_str()));
        assert!(gate.since <= run.world.now && gate.timeout_at.is_some_and(|at| at > run.world.now), "{gate:?}");
    }
}

/// A release that dies before, and after, each of its looks in turn.
fn dies_at_every_look(run: &Run, state: State, writes: &[&str]) {
    let looks = run.clone().run().reconciles;
    for number in 1..=looks {
        for after in [false, true] {
            let mut run = run.clone();
            let dies = if after { &mut run.dies_after } else { &mut run.dies_before };
            dies.insert(number);
            let run = run.run();
            assert_eq!(run.progress.state, state, "died at look {number}, after it: {after}\n{}", run.log.text());
            let mut made = run.writes.clone();
            // What was done and not recorded may be done again.
            made.dedup();
            let mut once = writes.to_vec();
            once.dedup();
            assert_eq!(made, once, "died at look {number}, after it: {after}\n{}", run.log.text());
        }
    }
}

#[test]
fn what_is_approved_or_skipped_stays_so_wherever_the_process_dies() {
    let steps = json!([{"name": "canary", "weight": 10, "hold": "20m"}, {"weight": 100}]);
    let run = release(&steps).at(60, Event::Approve("Ready")).at(120, Event::SkipTo("End"));
    dies_at_every_look(&run, State::Succeeded, &["create", "weights", "promote", "delete"]);
}

#[test]
fn an_approval_stays_given_wherever_the_process_dies_and_no_weight_is_written_without_it() {
    let steps =
        json!([{"name": "canary", "weight": 10, "hold": "20s", "approval": {"timeout": "1m"}}, {"weight": 100}]);
    let run = release(&steps).at(60, Event::Approve("Ready")).at(120, Event::Approve("canary"));
    dies_at_every_look(&run, State::Succeeded, &["create", "weights", "promote", "delete"]);
    let run = release(&steps).at(60, Event::Approve("Ready"));
    dies_at_every_look(&run, State::Failed, &["create", "weights", "delete"]);
}

#[test]
fn deleted_goes_before_stop_before_a_failure_before_paused_before_skip_to_before_approvals_of_a_step() {
    use Event::{Approve, Delete, Pause, SkipTo, Stop};
    let failed: fn(&mut Observation) = tasks_failed;
    let steps = json!([{"name": "canary", "weight": 10, "approval": {"onTimeout": "Wait"}}, {"weight": 100}]);
    let asks = |run: &Run| state(run, GateKind::Approval) == Some(GateState::Waiting);
    let run = release(&steps).at(2, Approve("Ready")).until(asks);
    let table: &[Row] = &[
        (&[Delete, Stop, Pause, SkipTo("End"), Approve("0")], failed, Comes::Back(RollbackTrigger::Deleted)),
        (&[Stop, Pause, SkipTo("End"), Approve("0")], failed, Comes::Back(RollbackTrigger::StopOnRequest)),
        (&[Pause, SkipTo("End"), Approve("0")], failed, Comes::Back(RollbackTrigger::DeploymentFailure)),
        (&[Pause, SkipTo("End"), Approve("0")], well, Comes::Paused),
        (&[SkipTo("1"), Approve("canary")], well, Comes::On(GateState::Skipped)),
        (&[SkipTo("canary"), Approve("canary")], well, Comes::On(GateState::Approved)),
        (&[SkipTo("canary")], well, Comes::Holds),
        (&[Approve("1")], well, Comes::Holds),
        (&[], failed, Comes::Back(RollbackTrigger::DeploymentFailure)),
    ];
    for (events, change, expected) in table {
        assert_eq!(&comes_to(&run, events, *change, GateKind::Approval), expected, "{events:?}");
    }
}

#[test]
fn the_bake_is_told_of_once_it_is_over_and_how_it_came_to_its_end() {
    use Event::{Approve, Delete, EndBake, OriginalBecomes, SkipTo, Stop};
    let table: &[(&[Event], GateState, &str)] = &[
        (&[], GateState::Passed, ""),
        (&[SkipTo("End")], GateState::Skipped, "spec.skipTo is End"),
        (&[EndBake], GateState::Skipped, "prod-2 (shop:43) waits to begin"),
        (&[Stop], GateState::Interrupted, ""),
        (&[Delete], GateState::Interrupted, ""),
        (&[SkipTo("End"), Stop], GateState::Interrupted, ""),
        // It is kept for as long all the same: it may get well again.
        (&[OriginalBecomes(crate::support::Behaviour::Unhealthy)], GateState::Passed, ""),
    ];
    for (events, state, why) in table {
        for dies in [false, true] {
            let baking = release(&canary()).at(2, Approve("Ready")).at(4, SkipTo("2")).until(bakes);
            let at = baking.elapsed() + 60;
            let mut run = events.iter().fold(baking, |run, event| run.at(at, *event));
            if dies {
                // Whoever comes after it knows what was recorded.
                let number = run.reconciles + 1;
                run.dies_before.extend(number..number + 8);
            }
            let run = run.go_on();
            let gates: Vec<_> = run.progress.gates.iter().filter(|gate| gate.kind == GateKind::Bake).collect();
            // Where nothing of it was recorded yet, nothing is left of a bake that was broken off.
            if dies && gates.is_empty() && *state == GateState::Interrupted {
                continue;
            }
            let [gate] = gates[..] else { panic!("{events:?}, {dies}: {gates:?}\n{}", run.log.text()) };
            assert_eq!((gate.state, gate.why.as_str()), (*state, *why), "{events:?}, {dies}\n{}", run.log.text());
            assert!(gate.how.is_empty() && gate.timeout_at.is_none(), "{gate:?}");
            assert!(gate.since <= run.progress.completed_at.unwrap(), "{gate:?}");
        }
    }
}
