//! Properties over random schedules, faults, requests and crash points. The checker in `support` checks the safety
//! invariants at every tick; here stands what must be true in the end.

use std::collections::BTreeSet;

use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use serde_json::{Value, json};
use sluice_api::{Reason, RollbackTrigger, Share, State};
use sluice_plan::observation::TaskSetState;

use crate::support::{Behaviour, Event, Run, World};

/// By then every fault that can pass has passed.
const MENDED: i64 = 3000;

/// A schedule, how many increments it has, and how often the replacement grows.
#[derive(Clone, Debug)]
struct Schedule {
    config: Value,
    increments: usize,
    scalings: usize,
}

fn schedule() -> impl Strategy<Value = Schedule> {
    let simple = |config: Value, increments| Schedule { config, increments, scalings: 0 };
    prop_oneof![
        Just(simple(json!({"allAtOnce": {}}), 1)),
        (tenths(1), 0..200_u32).prop_map(move |(share, hold)| {
            simple(json!({"canary": {"percentage": percent(share), "interval": format!("{hold}s")}}), 2)
        }),
        (tenths(200), 0..100_u32).prop_map(move |(share, hold)| {
            let increments = usize::from(1000_u16.div_ceil(share));
            simple(json!({"linear": {"percentage": percent(share), "interval": format!("{hold}s")}}), increments)
        }),
        (btree_set(tenths(1), 0..4), vec((0..100_i32, 0..100_u32), 4)).prop_map(steps),
    ]
}

/// A share below all of at least so many tenths of a percent: a whole percent as often as not.
fn tenths(least: u16) -> impl Strategy<Value = u16> {
    prop_oneof![(least.div_ceil(10)..100).prop_map(|percent| percent * 10), least..1000]
}

/// As users write it.
fn percent(tenths: u16) -> String {
    format!("{}.{}%", tenths / 10, tenths % 10)
}

fn steps((weights, more): (BTreeSet<u16>, Vec<(i32, u32)>)) -> Schedule {
    let mut scale = 1;
    let mut scalings = 0;
    let mut steps = Vec::new();
    for (weight, (extra, hold)) in weights.iter().zip(&more) {
        let approval = (hold % 3 == 0).then(|| json!({"timeout": format!("{}s", hold + 1), "onTimeout": "Continue"}));
        let next = scale.max((i32::from(weight.div_ceil(10)) + extra).min(100));
        scalings += usize::from(!steps.is_empty() && next > scale);
        scale = next;
        let hold = format!("{hold}s");
        steps.push(json!({"weight": percent(*weight), "scale": scale, "hold": hold, "approval": approval}));
    }
    scalings += usize::from(!steps.is_empty() && scale < 100);
    steps.push(json!({"weight": 100}));
    Schedule { increments: steps.len(), config: json!({"steps": steps}), scalings }
}

fn behaviour() -> impl Strategy<Value = Behaviour> {
    prop_oneof![
        3 => Just(Behaviour::Healthy),
        1 => Just(Behaviour::Hangs),
        1 => Just(Behaviour::NeverStarts),
        1 => Just(Behaviour::Crashes),
        1 => Just(Behaviour::Unhealthy),
    ]
}

/// What users ask for, and nothing else.
fn request() -> impl Strategy<Value = Event> {
    prop_oneof![
        Just(Event::Stop),
        Just(Event::Pause),
        Just(Event::Resume),
        Just(Event::Delete),
        Just(Event::AskForOriginal),
        Just(Event::AskForRelease),
        Just(Event::Supersede),
        Just(Event::EndBake),
        Just(Event::NoNewer),
        Just(Event::Approve("Ready")),
        Just(Event::Approve("0")),
        Just(Event::SkipTo("1")),
        Just(Event::SkipTo("Bake")),
        Just(Event::SkipTo("End")),
        Just(Event::SkipTo("nowhere")),
    ]
}

/// What may happen to the world.
fn mishap() -> impl Strategy<Value = Event> {
    prop_oneof![
        (0..3_usize, 0..=100_i32).prop_map(|(route, share)| Event::Weigh(route, share)),
        (0..9_i32).prop_map(Event::Desired),
        Just(Event::LoseOriginal),
        Just(Event::LoseReplacement),
        behaviour().prop_map(Event::ReplacementBecomes),
        Just(Event::OriginalBecomes(Behaviour::Unhealthy)),
        Just(Event::OriginalBecomes(Behaviour::Healthy)),
        Just(Event::ServiceGone),
        Just(Event::ServiceBack),
        Just(Event::EmptyRead),
        (0..2000_i64).prop_map(Event::Stick),
    ]
}

/// What may happen to the routes: they are not there, or are not what they were, for good or for a while.
fn route_mishap() -> impl Strategy<Value = Event> {
    prop_oneof![
        2 => (0..3_usize).prop_map(Event::RouteGone),
        1 => (0..3_usize).prop_map(Event::RouteWithoutForward),
        1 => (0..3_usize).prop_map(Event::RouteOfOriginalAlone),
        1 => (0..3_usize).prop_map(Event::RouteOfReplacementAlone),
        1 => Just(Event::ReplacementGroupGone),
        1 => Just(Event::OriginalGroupGone),
        1 => (0..3_usize, 1..=99_i32).prop_map(|(route, share)| Event::Outsider(route, share)),
        2 => Just(Event::RoutesBack),
        2 => (0..=100_i32).prop_map(Event::UnnamedRule),
        1 => Just(Event::UnnamedRuleGone),
        1 => Just(Event::ListingDenied),
        1 => Just(Event::ListingAllowed),
    ]
}

/// A run in which each event happens at its second, and what can pass has passed after a while.
fn run(world: World, schedule: &Schedule, bake: u32, events: &[(i64, Event)]) -> Run {
    let mut run = Run::new(world, &schedule.config);
    run.settings.bake = sluice_api::Duration::from_secs(bake);
    run.time_limit = 3 * 3600;
    for (second, event) in events {
        run = run.at(*second, *event);
    }
    for event in [Event::Resume, Event::ServiceBack, Event::OriginalBecomes(Behaviour::Healthy)] {
        run = run.at(MENDED, event);
    }
    if has(events, Event::Desired(0)) {
        run = run.at(MENDED, Event::Desired(3));
    }
    run
}

fn has(events: &[(i64, Event)], wanted: Event) -> bool {
    events.iter().any(|(_, event)| *event == wanted)
}

/// The world after an end: all traffic on one side, which is primary, and nothing left over.
fn one_side_is_left(run: &Run) -> Result<(), TestCaseError> {
    let world = &run.world;
    let live: Vec<_> = world.sets.iter().filter(|set| set.is_live()).collect();
    prop_assert_eq!(live.len(), 1, "L4: a task set is left over\n{}", run.log.text());
    let expected = if run.progress.state == State::Succeeded { "ecs-svc/42" } else { "ecs-svc/41" };
    prop_assert_eq!(&live[0].id, expected, "L2\n{}", run.log.text());
    prop_assert_eq!(live[0].status, TaskSetState::Primary, "S4\n{}", run.log.text());
    for route in 0..world.routes.len() {
        prop_assert_eq!(world.part(route, &live[0].group).rounded(), Share::ALL, "L2\n{}", run.log.text());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_undisturbed_release_costs_n_times_r_plus_3_writes_and_one_per_scale_change(
        schedule in schedule(), routes in 1..4_usize, desired in 1..9_i32, bake in 0..400_u32,
    ) {
        let run = run(World::new(routes, desired), &schedule, bake, &[]).run();
        prop_assert_eq!(run.progress.state, State::Succeeded, "{}", run.log.text());
        prop_assert_eq!(run.writes.len(), schedule.increments * routes + 3 + schedule.scalings, "{}", run.log.text());
        one_side_is_left(&run)?;
    }

    #[test]
    fn whatever_users_ask_and_wherever_the_process_dies_it_ends_on_one_side(
        schedule in schedule(), routes in 1..4_usize, desired in 1..9_i32, bake in 0..400_u32, lags in any::<bool>(),
        behaviour in behaviour(),
        events in vec((0..900_i64, request()), 0..4),
        lost_records in btree_set(1..12_usize, 0..4), lost_answers in btree_set(1..12_usize, 0..4),
    ) {
        let world = World { behaviour, ..World::new(routes, desired) };
        let mut run = run(world, &schedule, bake, &events);
        (run.lost_records, run.lost_answers, run.lags) = (lost_records, lost_answers, lags);
        let run = run.run();
        prop_assert!(run.progress.completed_at.is_some(), "L1\n{}", run.log.text());
        one_side_is_left(&run)?;
        let returns = [Event::Stop, Event::Delete, Event::AskForOriginal, Event::Supersede];
        let asked = returns.into_iter().any(|event| has(&events, event));
        prop_assert_eq!(run.progress.state == State::Failed, run.progress.failure.is_some(), "{}", run.log.text());
        let by_request = run.progress.rollback.as_ref().is_some_and(|it| it.trigger != RollbackTrigger::DeploymentFailure);
        prop_assert!(asked || !by_request, "{}", run.log.text());
    }

    #[test]
    fn whatever_happens_to_the_world_it_ends_or_waits_for_a_person_and_says_for_what(
        schedule in schedule(), routes in 1..4_usize, desired in 1..9_i32, bake in 0..400_u32, behaviour in behaviour(),
        events in vec((0..900_i64, prop_oneof![1 => request(), 2 => mishap()]), 0..6),
        lost_records in btree_set(1..12_usize, 0..2), lost_answers in btree_set(1..12_usize, 0..2),
    ) {
        let world = World { behaviour, ..World::new(routes, desired) };
        let mut run = run(world, &schedule, bake, &events);
        (run.lost_records, run.lost_answers) = (lost_records, lost_answers);
        let run = run.run();
        if run.progress.completed_at.is_none() {
            let says = ["waiting for the replacement", "waiting for ECS to show the replacement", "the original has no healthy target"];
            prop_assert!(says.iter().any(|what| run.progress.message.contains(what)), "L1\n{}", run.log.text());
            return Ok(());
        }
        // Someone deletes the replacement right after the original was deleted for it.
        let both_are_gone =
            has(&events, Event::LoseReplacement) && run.progress.message.starts_with("the original is gone");
        let is_lost = has(&events, Event::LoseOriginal) || run.progress.message.contains("is gone from ECS");
        if !is_lost && !both_are_gone {
            one_side_is_left(&run)?;
        }
    }

    /// The checker sees to it that nothing is raised, promoted or deleted while a route is not read.
    #[test]
    fn whatever_happens_to_the_routes_it_ends_and_keeps_what_may_serve(
        schedule in schedule(), routes in 1..4_usize, desired in 1..9_i32, bake in 0..400_u32, behaviour in behaviour(),
        events in vec((0..900_i64, prop_oneof![1 => request(), 2 => route_mishap()]), 0..6),
        lost_records in btree_set(1..12_usize, 0..2), lost_answers in btree_set(1..12_usize, 0..2),
    ) {
        let world = World { behaviour, ..World::new(routes, desired) };
        let mut run = run(world, &schedule, bake, &events);
        (run.lost_records, run.lost_answers) = (lost_records, lost_answers);
        let run = run.run();
        if run.progress.completed_at.is_none() {
            let asked = has(&events, Event::Stop) || has(&events, Event::Delete);
            let says = run.progress.message.contains("target group shop-b does not exist");
            prop_assert!(says && !asked, "L1\n{}", run.log.text());
        }
        if run.world.all_routes_are_read() && run.world.gone.is_empty() {
            return Ok(());
        }
        let restored = run.progress.rollback.as_ref().is_some_and(|rollback| rollback.traffic_restored_at.is_some());
        let touched = run.writes.contains(&"delete") || run.writes.contains(&"promote");
        if !run.world.hidden.is_empty() && !restored && !touched {
            let live = run.world.sets.iter().filter(|set| set.is_live()).count();
            prop_assert!(live >= 1, "what may serve is kept\n{}", run.log.text());
            prop_assert_eq!(run.progress.state, State::Failed, "{}", run.log.text());
        }
    }

    #[test]
    fn each_note_is_told_once(
        schedule in schedule(), behaviour in behaviour(),
        events in vec((0..900_i64, prop_oneof![Just(Event::Stop), Just(Event::Delete), mishap()]), 0..4),
    ) {
        let run = run(World { behaviour, ..World::new(2, 4) }, &schedule, 60, &events).run();
        for (index, note) in run.notes.iter().enumerate() {
            // These may happen again, and then they are told again.
            let recurs = [Reason::Drifted, Reason::OriginalDown, Reason::ServiceScaledToZero].contains(&note.reason)
                || note.message.starts_with("The service wants tasks again");
            let again = run.notes[..index].contains(note) && !recurs;
            prop_assert!(!again, "{}: {}\n{}", note.reason, note.message, run.log.text());
        }
    }

    #[test]
    fn a_first_deployment_ends_with_all_traffic_or_with_no_task_set(
        routes in 1..4_usize, behaviour in behaviour(), events in vec((0..200_i64, request()), 0..3),
        lost_records in btree_set(1..6_usize, 0..3), lost_answers in btree_set(1..6_usize, 0..3),
    ) {
        let schedule = Schedule { config: json!({"canary": {"percentage": 10, "interval": "5m"}}), increments: 1, scalings: 0 };
        let mut run = run(World { behaviour, ..World::empty(routes, 4) }, &schedule, 60, &events);
        (run.lost_records, run.lost_answers) = (lost_records, lost_answers);
        let run = run.run();
        prop_assert!(run.progress.completed_at.is_some(), "L1\n{}", run.log.text());
        let live = run.world.sets.iter().filter(|set| set.is_live()).count();
        if run.progress.state == State::Succeeded {
            one_side_is_left(&run)?;
        } else if live > 0 {
            let says = run.progress.failure.as_ref().is_some_and(|failure| failure.message.contains("keeps the traffic"));
            prop_assert!(says, "{}", run.log.text());
        }
    }
}

/// Found by the property above it: somebody moved a route back while the original was about to be deleted.
#[test]
fn whoever_was_given_to_the_original_anew_is_waited_for_before_it_is_deleted() {
    let schedule = Schedule { config: json!({"allAtOnce": {}}), increments: 1, scalings: 0 };
    let events = [(100, Event::Weigh(0, 0)), (32, Event::Stick(33)), (100, Event::Pause)];
    let world = World { behaviour: Behaviour::Healthy, ..World::new(3, 1) };
    let mut run = run(world, &schedule, 53, &events);
    run.lost_records = [5].into();
    let run = run.run();
    assert_eq!(run.progress.state, State::Succeeded, "{}", run.log.text());
}

/// Found by a property as well: the bake was said to end later by what had held the increment before it.
#[test]
fn a_bake_ends_when_it_says_though_no_tasks_were_wanted_for_a_time_before_it() {
    let schedule = Schedule { config: json!({"steps": [{"weight": 100}]}), increments: 1, scalings: 0 };
    let events = [(43, Event::Desired(0)), (6, Event::Desired(2))];
    let run = run(World::new(1, 1), &schedule, 1, &events).run();
    assert_eq!(run.progress.state, State::Succeeded, "{}", run.log.text());
}
