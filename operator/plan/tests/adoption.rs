//! A service that something else deploys is the original of the first release: its traffic moves to the first task set of the
//! group's own service, is given back from wherever it is, and nothing is done to the service itself.

use std::fmt::Write;

use serde_json::json;
use sluice_api::{DeploymentGroupSpec, DeploymentStatus, Reason, Share, State, StepState};
use sluice_plan::begin::preflight::check_release;
use sluice_plan::begin::preflight::input::PreflightInput;
use sluice_plan::observation::{Observation, Read, Service};
use sluice_plan::{ReadScope, Refusal};

use crate::support::fixture::{outsider, released, target_group};
use crate::support::reads::look;
use crate::support::{Behaviour, Event, Run, World, assert_golden};

const UID: &str = "0b9ab3c4-6f0b-4e8e-9a3f-2a7c1f5d1e42";

/// The command that retires the service.
const RETIRES: &str = "aws ecs delete-service --region eu-west-1 --cluster prod --service shop-rolling --force";

/// 10, 50 and 100 percent, a minute each.
fn adoption() -> Run {
    let steps =
        json!({"steps": [{"weight": 10, "hold": "1m"}, {"weight": 50, "hold": "1m"}, {"weight": 100, "hold": "1m"}]});
    Run::new(World::of_another_service(2, 4), &steps)
}

/// The other service has all the traffic, and nothing was made beside it.
#[track_caller]
fn assert_given_back(run: &Run, what: &str) {
    let log = run.log.text();
    assert!(run.progress.rollback.is_some(), "{what}\n{log}");
    assert_eq!(run.world.share(&target_group(1)), Share::NONE, "{what}\n{log}");
    let live: Vec<bool> = run.world.sets.iter().filter(|set| set.is_live()).map(|set| set.is_other_service).collect();
    assert_eq!(live, [true], "{what}\n{log}");
}

#[track_caller]
fn assert_adopted(run: &Run, what: &str) {
    let log = run.log.text();
    assert_eq!(run.progress.state, State::Succeeded, "{what}\n{log}");
    assert_eq!(run.world.share(&target_group(0)), Share::NONE, "{what}\n{log}");
    let other = run.world.sets.iter().find(|set| set.is_other_service).unwrap();
    assert!(other.is_live() && other.scale == Share::ALL, "{what}\n{log}");
}

#[test]
fn the_traffic_of_another_service_moves_to_the_first_task_set_and_the_command_that_retires_it_is_told() {
    let run = adoption().run();
    assert_adopted(&run, "undisturbed");
    let status = &run.progress;
    for words in ["service prod/shop-rolling still runs 4 tasks", RETIRES] {
        assert!(status.message.contains(words), "{}", status.message);
        assert!(run.notes.iter().any(|note| note.message.contains(words)), "{words}: {:?}", run.notes);
    }
    assert_eq!(run.writes, ["create", "weights", "weights", "weights", "weights", "weights", "weights", "promote"]);
    assert_golden("adoption", "succeeds", &run.log.text());
}

#[test]
fn the_command_that_retires_it_is_whole_however_long_the_names_are() {
    for length in [12, 40, 60, 70, 255] {
        let mut run = adoption();
        let (cluster, service) = ("c".repeat(length), "s".repeat(length));
        run.settings.ecs.cluster.clone_from(&cluster);
        run.settings.adopt.as_mut().unwrap().service.clone_from(&service);
        let run = run.run();
        let told = run.notes.iter().map(|note| note.message.as_str()).filter(|message| message.contains("adopted"));
        let message = run.progress.message.clone();
        let command =
            format!("aws ecs delete-service --region eu-west-1 --cluster {cluster} --service {service} --force");
        let (is_whole, words) = (command.len() < 230, "retire it by aws ecs delete-service --force, with its region");
        for message in told.chain([message.as_str()]) {
            assert!(message.contains(if is_whole { &command } else { words }), "{length}: {message}");
        }
    }
}

#[test]
fn a_stop_in_the_middle_gives_the_traffic_back() {
    let run = adoption().at(130, Event::Stop).run();
    assert_given_back(&run, "stopped");
    assert_golden("adoption", "stopped", &run.log.text());
}

/// Where a release stands, and how to know it.
type Position = (&'static str, fn(&DeploymentStatus, &Run) -> bool);

fn holds(status: &DeploymentStatus, step: usize) -> bool {
    status.steps.get(step).is_some_and(|step| step.state == StepState::Holding)
}

const POSITIONS: &[Position] = &[
    ("installing", |_, run| run.writes.len() == 1),
    ("at 10 %", |status, _| holds(status, 0)),
    ("at 50 %", |status, _| holds(status, 1)),
    ("at 100 %", |status, _| holds(status, 2)),
    ("baking", |status, _| status.state == State::Baking),
    ("promoted", |_, run| run.writes.last() == Some(&"promote")),
];

/// What happens.
const HAPPENS: &[(&str, &[Event])] = &[
    ("someone stops it", &[Event::Stop]),
    ("someone deletes it", &[Event::Delete]),
    ("the replacement gets unhealthy", &[Event::ReplacementBecomes(Behaviour::Unhealthy)]),
    ("the group's own service is scaled to 0", &[Event::Desired(0)]),
    ("the other service gets unhealthy", &[Event::OriginalBecomes(Behaviour::Unhealthy)]),
    ("the other service is deleted", &[Event::LoseOriginal]),
];

#[test]
fn whatever_happens_at_whatever_position_ends_where_somebody_is_served() {
    let mut table =
        "| at | what happens | end | share of the other service | task set |\n|---|---|---|---|---|\n".to_owned();
    for (position, reached) in POSITIONS {
        for (what, events) in HAPPENS {
            let mut run = adoption().until(|run| reached(&run.progress, run));
            let now = run.elapsed();
            for event in *events {
                run = run.at(now, *event);
            }
            run.time_limit = now + 2 * 3600;
            let run = run.go_on();
            let place = format!("{position}, {what}");
            if matches!(events, [Event::Stop | Event::Delete | Event::ReplacementBecomes(_) | Event::Desired(0)]) {
                assert_given_back(&run, &place);
            }
            if matches!(events, [Event::LoseOriginal | Event::OriginalBecomes(_)]) {
                assert_eq!(run.progress.state, State::Succeeded, "{place}\n{}", run.log.text());
            }
            let own = run.world.sets.iter().find(|set| !set.is_other_service && set.is_live());
            let own = own.map_or_else(|| "gone".to_owned(), |set| format!("{:?}", set.status));
            let share = run.world.share(&target_group(0));
            writeln!(table, "| {position} | {what} | {} | {share} % | {own} |", run.progress.state).unwrap();
        }
    }
    assert_golden("adoption", "positions", &table);
}

#[test]
fn a_process_that_dies_at_any_reconcile_ends_as_one_that_lives() {
    for stop in [None, Some(130)] {
        let start = || stop.map_or_else(adoption, |second| adoption().at(second, Event::Stop));
        let all = start().run().reconciles;
        for number in 1..=all {
            for before in [true, false] {
                let mut run = start();
                if before {
                    run.dies_before.insert(number)
                } else {
                    run.dies_after.insert(number)
                };
                let run = run.run();
                let what = format!("dies {} {number}", if before { "before" } else { "after" });
                if stop.is_some() { assert_given_back(&run, &what) } else { assert_adopted(&run, &what) }
            }
        }
    }
}

#[test]
fn nothing_is_given_up_for_an_answer_that_leaves_out_what_serves() {
    let run = adoption().until(|run| holds(&run.progress, 1));
    // ECS knows no such service, and its targets are healthy.
    let (plan, status) = run.look(|observed| observed.adopted = None);
    assert!(plan.action.is_none() && plan.notes.is_empty(), "{plan:?}");
    assert_eq!(status.original.unwrap().healthy_targets, 4);
    // Nor is there a target: it is looked for once more.
    let (plan, _) = run.look(|observed| {
        observed.adopted = None;
        observed.target_groups[0].targets = Some(Vec::new());
    });
    assert!(plan.action.is_none(), "{plan:?}");
    assert!(!plan.notes.iter().any(|note| note.message.contains("gone")), "{plan:?}");
}

#[test]
fn the_other_service_is_read_only_where_it_is_the_original() {
    let reads_it = |run: &Run| run.reads(|_| ()).rounds.iter().flatten().any(|read| *read == Read::Adopted);
    assert!(reads_it(&adoption().until(|run| holds(&run.progress, 0))));
    let config = json!({"canary": {"percentage": 10, "interval": "5m"}});
    assert!(!reads_it(&Run::new(World::new(2, 4), &config).until(|run| holds(&run.progress, 0))));
}

/// A group that adopts, and the world before its first release.
fn base() -> (DeploymentGroupSpec, Observation) {
    let run = adoption();
    (run.settings, run.world.observe(UID))
}

fn refusal(settings: &DeploymentGroupSpec, all: &Observation) -> Option<Refusal> {
    let observed = look(ReadScope::Begin { uid: UID, released: &released(42) }, settings, all).observed;
    check_release(&PreflightInput { settings, observed: &observed }, "shop:42", UID)
}

fn adopted(observed: &mut Observation) -> &mut Service {
    observed.adopted.as_mut().unwrap()
}

type Case = (&'static str, fn(&mut DeploymentGroupSpec, &mut Observation), Reason, &'static [&'static str]);

const FAULTS: &[Case] = &[
    (
        "no such service",
        |_, world| world.adopted = None,
        Reason::ServiceNotFound,
        &["spec.adopt.service", "prod/shop-rolling", "eu-west-1", "correct the name"],
    ),
    (
        "one that was deleted",
        |_, world| adopted(world).active = false,
        Reason::ServiceInactive,
        &["spec.adopt.service", "prod/shop-rolling", "leave spec.adopt out"],
    ),
    (
        "the group's own",
        |settings, _| "shop".clone_into(&mut settings.adopt.as_mut().unwrap().service),
        Reason::InvalidValue,
        &["spec.adopt.service", "prod/shop is the service of spec.ecs itself"],
    ),
    (
        "without a load balancer",
        |settings, world| {
            settings.load_balancer = sluice_api::LoadBalancer::default();
            settings.container = serde_json::from_value(json!({"name": "", "port": 0})).unwrap();
            world.routes.clear();
            world.target_groups.clear();
        },
        Reason::InvalidValue,
        &["prod/shop-rolling moves by the weights of a load balancer", "leave spec.adopt out too"],
    ),
    (
        "without a target group",
        |_, world| adopted(world).target_groups.clear(),
        Reason::OriginalOutsidePair,
        &["prod/shop-rolling has no target group"],
    ),
    (
        "of another target group",
        |_, world| adopted(world).target_groups = vec![outsider()],
        Reason::OriginalOutsidePair,
        &["stands on legacy", "name it as one of the pair"],
    ),
    (
        "of another target group too",
        |_, world| adopted(world).target_groups.push(outsider()),
        Reason::OriginalOutsidePair,
        &["stands on legacy too"],
    ),
    (
        "of both of the pair",
        |_, world| adopted(world).target_groups.push(target_group(1)),
        Reason::OriginalOutsidePair,
        &["stands on both of the pair", "name a target group that is free"],
    ),
    (
        "without a healthy target",
        |_, world| world.target_groups[0].targets = Some(Vec::new()),
        Reason::OriginalDown,
        &["no healthy target in shop-a"],
    ),
    (
        "where the other of the pair has traffic",
        |_, world| {
            for route in &mut world.routes {
                if let sluice_plan::observation::RouteState::Forward(weights) = &mut route.state {
                    for weight in weights {
                        weight.weight = 50;
                    }
                }
            }
        },
        Reason::TrafficDivided,
        &["stands on shop-a, and shop-b has traffic too"],
    ),
    (
        "into a service that wants fewer tasks",
        |_, world| world.service.as_mut().unwrap().desired_count = 1,
        Reason::InvalidValue,
        &["prod/shop has desired count 1", "wants 4", "--cluster prod --service shop --desired-count 4"],
    ),
    (
        "with sizes that follow the traffic",
        |settings, _| settings.capacity = sluice_api::Capacity::Proportional,
        Reason::InvalidValue,
        &["spec.capacity", "prod/shop-rolling", "write capacity: Full"],
    ),
];

#[test]
fn each_service_that_cannot_be_adopted_is_refused_with_field_value_and_remedy() {
    let (settings, observed) = base();
    assert_eq!(refusal(&settings, &observed), None);
    for (what, spoil, reason, words) in FAULTS {
        let (mut settings, mut observed) = base();
        spoil(&mut settings, &mut observed);
        let refusal = refusal(&settings, &observed).expect(what);
        assert_eq!(refusal.reason, *reason, "{what}: {}", refusal.message);
        for word in *words {
            assert!(refusal.message.contains(word), "{what}: {word:?} is missing in {:?}", refusal.message);
        }
    }
}

#[test]
fn the_next_release_begins_once_the_service_that_was_adopted_has_left_the_target_group() {
    let run = adoption().run();
    let mut all = run.world.observe(UID);
    let told = refusal(&run.settings, &all).unwrap();
    assert_eq!(told.reason, Reason::TargetGroupInUse);
    for words in ["spec.adopt.service", "prod/shop-rolling was adopted", "still runs 4 tasks in shop-a", RETIRES] {
        assert!(told.message.contains(words), "{}", told.message);
    }
    all.target_groups[0].targets = Some(Vec::new());
    assert!(refusal(&run.settings, &all).is_some(), "its next tasks are on their way");
    let gone = Observation { adopted: None, ..all.clone() };
    assert_eq!(refusal(&run.settings, &gone), None);
    (adopted(&mut all).desired_count, adopted(&mut all).running) = (0, 0);
    assert_eq!(refusal(&run.settings, &all), None, "scaled to 0");
}
