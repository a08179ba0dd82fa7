//! Services without a load balancer: a task that runs is its part of the work.

use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use serde_json::{Value, json};
use sluice_api::{DeploymentGroupSpec, Health, Reason, State};
use sluice_plan::begin::preflight::check_release;
use sluice_plan::begin::preflight::input::PreflightInput;
use sluice_plan::observation::{Observation, Read, TaskSetState};
use sluice_plan::{ReadScope, health};

use crate::support::fixture::{definition, released, settings, target_group};
use crate::support::reads::look;
use crate::support::{AlarmIs, Behaviour, Event, Run, World, assert_golden};

const UID: &str = "0b9ab3c4-6f0b-4e8e-9a3f-2a7c1f5d1e42";

fn golden(name: &str, run: Run) -> Run {
    let setting = run.setting();
    let run = run.run();
    assert_golden("by-size", name, &format!("{setting}\n\n{}", run.log.text()));
    run
}

fn canary() -> Value {
    json!({"canary": {"percentage": 20, "interval": "5m"}})
}

fn linear(percentage: &str, interval: &str) -> Value {
    json!({"linear": {"percentage": percentage, "interval": interval}})
}

#[test]
fn a_canary_is_a_part_of_the_tasks_and_the_original_has_the_rest() {
    let run = golden("canary", Run::new(World::by_size(10), &canary()));
    assert_eq!(run.progress.state, State::Succeeded);
    assert!(!run.writes.contains(&"weights"), "{:?}", run.writes);
    assert_eq!(run.world.fewest_healthy, Some(10), "never fewer than the service wants");
    let set = &run.world.sets[0];
    assert_eq!((set.status, set.definition.as_str()), (TaskSetState::Primary, definition(42).as_str()));
}

#[test]
fn ten_increments_never_have_fewer_tasks_than_the_service_wants_nor_a_step_too_many() {
    for (desired, percentage) in [(10, "10%"), (20, "10%"), (7, "10%"), (1, "10%"), (8, "12.5%")] {
        let run = Run::new(World::by_size(desired), &linear(percentage, "1m")).run();
        assert_eq!(run.progress.state, State::Succeeded, "{}", run.log.text());
        let (least, most) = (run.world.fewest_healthy.unwrap(), run.world.most_tasks);
        let wanted = usize::try_from(desired).unwrap();
        assert!(least >= wanted && most <= wanted + wanted.div_ceil(8) + 1, "{desired}: {least} to {most}");
    }
}

#[test]
fn all_at_once_keeps_the_original_without_a_task_in_the_bake() {
    let run = golden("all-at-once", Run::new(World::by_size(4), &json!({"allAtOnce": {}})));
    assert_eq!((run.progress.state, run.world.fewest_healthy), (State::Succeeded, Some(4)));
}

#[test]
fn a_first_release_has_all_the_tasks_at_once() {
    let mut world = World::by_size(4);
    world.sets.clear();
    let run = golden("first", Run::new(world, &canary()));
    assert_eq!((run.progress.state, run.progress.steps.len()), (State::Succeeded, 1));
}

#[test]
fn a_first_release_that_fails_leaves_nothing() {
    let mut world = World { behaviour: Behaviour::Crashes, ..World::by_size(4) };
    world.sets.clear();
    let run = Run::new(world, &canary()).run();
    assert_eq!(run.progress.state, State::Failed);
    assert!(run.world.sets.iter().all(|set| !set.is_live()), "{}", run.log.text());
}

#[test]
fn a_replacement_that_crashes_goes_and_the_original_loses_no_task() {
    let world = World { behaviour: Behaviour::Crashes, ..World::by_size(4) };
    let run = golden("crashing", Run::new(world, &canary()));
    assert_eq!((run.progress.state, run.world.set("ecs-svc/41").unwrap().scale.percent()), (State::Failed, 100.0));
    assert_eq!(run.world.fewest_healthy, Some(4));
}

#[test]
fn one_that_is_never_steady_fails_at_its_deadline_without_a_word_of_targets() {
    let world = World { behaviour: Behaviour::Unhealthy, ..World::by_size(4) };
    let failure = Run::new(world, &canary()).run().progress.failure.unwrap();
    assert!(failure.message.contains("progress deadline of 10m passed"), "{failure:?}");
    assert!(failure.hint.contains("containers") && !failure.hint.contains("target group"), "{failure:?}");
}

#[test]
fn a_stop_in_the_hold_and_one_in_the_bake_grow_the_original_before_anything_goes() {
    let run = golden("stopped", Run::new(World::by_size(10), &linear("50%", "10m")).at(300, Event::Stop));
    assert_eq!((run.progress.state, run.world.fewest_healthy), (State::Stopped, Some(10)));
    let run = Run::new(World::by_size(4), &linear("50%", "1m"));
    let run = run.until(|run| run.world.set("ecs-svc/41").is_some_and(|set| set.scale.percent() == 0.0));
    let now = run.elapsed();
    let run = run.at(now, Event::Stop).go_on();
    assert_eq!((run.progress.state, run.world.fewest_healthy), (State::Stopped, Some(4)), "{}", run.log.text());
    assert_eq!(run.world.set("ecs-svc/41").map(|set| set.scale.percent()), Some(100.0));
}

#[test]
fn one_that_dies_in_the_bake_is_turned_round() {
    let run = Run::new(World::by_size(4), &linear("50%", "1m"));
    let run = run.until(|run| run.world.set("ecs-svc/41").is_some_and(|set| set.scale.percent() == 0.0));
    let now = run.elapsed();
    let run = run.at(now, Event::ReplacementBecomes(Behaviour::Hangs)).go_on();
    let failure = run.progress.failure.clone().unwrap();
    assert!(failure.message.contains("no task of the replacement runs"), "{failure:?}\n{}", run.log.text());
    assert_eq!(run.world.set("ecs-svc/41").map(|set| set.scale.percent()), Some(100.0));
}

#[test]
fn an_alarm_turns_it_round_and_a_pause_holds_it() {
    let mut run = Run::new(World::by_size(4), &linear("50%", "5m"));
    run.world.answer_alarm("shop-5xx", AlarmIs::Ok);
    run.settings.alarms = Some(serde_json::from_value(json!({"names": ["shop-5xx"]})).unwrap());
    let run = run.at(100, Event::Pause).at(400, Event::Resume).at(500, Event::Alarm("shop-5xx", AlarmIs::Alarm)).run();
    assert_eq!((run.progress.state, run.world.fewest_healthy), (State::Failed, Some(4)), "{}", run.log.text());
}

#[test]
fn a_count_that_is_raised_in_a_hold_is_followed_by_both() {
    let run = Run::new(World::by_size(4), &linear("50%", "4m")).at(200, Event::Desired(8));
    let run = golden("count-raised", run);
    assert_eq!(run.progress.state, State::Succeeded);
}

#[test]
fn nothing_is_read_of_a_load_balancer() {
    let run = Run::new(World::by_size(4), &canary()).until(|run| run.elapsed() > 200);
    let all = run.world.observe(UID);
    for scope in [ReadScope::Group, ReadScope::Begin { uid: UID, released: &released(43) }] {
        let reads = look(scope, &settings(0), &all).observed.reads;
        let is_of_one =
            |read: &Read| matches!(read, Read::Routes | Read::TargetGroups | Read::Targets(_) | Read::ListedRoutes(_));
        assert!(!reads.iter().any(is_of_one), "{reads:?}");
    }
}

type Change = fn(&mut DeploymentGroupSpec, &mut Observation);

#[test]
fn what_only_a_load_balancer_has_is_refused_with_field_value_and_remedy() {
    let table: [(&str, Change, Reason, &[&str]); 5] = [
        (
            "a task set on a target group",
            |_, world| world.service.as_mut().unwrap().task_sets[0].target_group = Some(target_group(0)),
            Reason::OriginalOutsidePair,
            &["spec.loadBalancer", "shop-a", "41", "loadBalancer.targetGroups"],
        ),
        (
            "two task sets that work",
            |_, world| {
                let sets = &mut world.service.as_mut().unwrap().task_sets;
                let mut other = sets[0].clone();
                (other.id, other.status) = ("ecs-svc/40".to_owned(), TaskSetState::Active);
                sets.push(other);
            },
            Reason::TrafficDivided,
            &["41 (shop:41) has 4 tasks running", "40 (shop:41)", "nothing is taken from either"],
        ),
        (
            "a container",
            |settings, _| "web".clone_into(&mut settings.container.name),
            Reason::InvalidValue,
            &["spec.container.name", "web", "leave both out"],
        ),
        (
            "a grace of health checks",
            |settings, _| settings.health_grace = sluice_api::Duration::from_mins(1),
            Reason::InvalidValue,
            &["spec.healthGrace", "1m", "startPeriod"],
        ),
        (
            "an original that is smaller than the service wants",
            |_, world| world.service.as_mut().unwrap().task_sets[0].scale = 50.0,
            Reason::InvalidValue,
            &["spec.loadBalancer", "50%", "scale it to 100%"],
        ),
    ];
    let check = |settings: &DeploymentGroupSpec, all: &Observation| {
        let observed = look(ReadScope::Begin { uid: UID, released: &released(42) }, settings, all).observed;
        check_release(&PreflightInput { settings, observed: &observed }, "shop:42", UID)
    };
    let base = || (settings(0), World::by_size(4).observe(UID));
    let (group, world) = base();
    assert_eq!(check(&group, &world), None);
    for (what, change, reason, words) in table {
        let (mut group, mut world) = base();
        change(&mut group, &mut world);
        let refusal = check(&group, &world).expect(what);
        assert_eq!(refusal.reason, reason, "{what}: {}", refusal.message);
        assert!(words.iter().all(|word| refusal.message.contains(word)), "{what}: {}", refusal.message);
    }
}

#[test]
fn the_health_of_a_group_is_told_by_its_running_tasks() {
    for (running, desired, expected) in
        [(4, 4, Health::Healthy), (3, 4, Health::Degraded), (0, 4, Health::Unreachable), (0, 0, Health::Unknown)]
    {
        let mut world = World::by_size(4).observe("none");
        let service = world.service.as_mut().unwrap();
        (service.desired_count, service.task_sets[0].running) = (desired, running);
        assert_eq!(health::runtime_health(&world), expected, "{running} of {desired}");
    }
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        Just(Event::Stop),
        Just(Event::Pause),
        Just(Event::Resume),
        Just(Event::Supersede),
        (1..12).prop_map(Event::Desired),
        Just(Event::EmptyRead),
        Just(Event::ReplacementBecomes(Behaviour::Unhealthy)),
        Just(Event::ReplacementBecomes(Behaviour::Crashes)),
        Just(Event::OriginalBecomes(Behaviour::Crashes)),
        Just(Event::LoseReplacement),
        Just(Event::LoseOriginal),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// The checker judges each write: what is left works as the service wants it.
    #[test]
    fn no_write_takes_a_task_that_is_needed_whatever_happens_and_wherever_the_process_dies(
        desired in 1..10_i32,
        percentage in prop_oneof![Just("20%"), Just("50%"), Just("100%")],
        events in vec((0..2000_i64, any_event()), 0..4),
        lost in btree_set(1..12_usize, 0..3),
        late in btree_set(1..12_usize, 0..3),
        dies in btree_set(1..60_usize, 0..4),
    ) {
        let config = if percentage == "100%" { json!({"allAtOnce": {}}) } else { linear(percentage, "2m") };
        let mut run = Run::new(World::by_size(desired), &config);
        (run.lost_records, run.late_writes, run.dies_before) = (lost, late, dies);
        run.time_limit = 2 * 3600;
        let run = events.into_iter().fold(run, |run, (second, event)| run.at(second, event));
        run.run();
    }
}
