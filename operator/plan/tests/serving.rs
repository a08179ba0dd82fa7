//! Who serves, by weights: what a group shows and adopts, and what a release replaces.

use serde_json::json;
use sluice_api::{DeploymentGroupSpec, Reason};
use sluice_plan::begin::preflight::check_group;
use sluice_plan::begin::preflight::input::PreflightInput;
use sluice_plan::observation::{Observation, RouteState, TaskSetState, Weight};
use sluice_plan::serving::{Serving, serving, without_primary};
use sluice_plan::{Candidate, ReadScope, begin};

use crate::support::World;
use crate::support::fixture::{definition, released, schedule, settings, target_group};
use crate::support::reads::look;

/// A task set: its revision, the index of its target group, and whether it is the primary one.
type Set = (i32, usize, bool);

/// What stands in the service, the weights of each route, who serves, and the original with the index of its target group.
type Case = (&'static str, &'static [Set], &'static [[i32; 2]], &'static str, Option<(i32, usize)>);

const CASES: &[Case] = &[
    ("the primary one has it all", &[(41, 0, true)], &[[100, 0], [100, 0]], "41", Some((41, 0))),
    ("whatever the weights are called", &[(41, 1, true)], &[[0, 1], [0, 999]], "41", Some((41, 1))),
    ("there is no primary", &[(41, 0, false)], &[[100, 0], [100, 0]], "41", Some((41, 0))),
    (
        "there is no primary, and the second target group serves",
        &[(41, 1, false)],
        &[[0, 100], [0, 1]],
        "41",
        Some((41, 1)),
    ),
    ("the primary one has none of it", &[(40, 0, true), (41, 1, false)], &[[0, 100], [0, 100]], "41", None),
    ("another one is idle", &[(40, 1, false), (41, 0, true)], &[[100, 0], [100, 0]], "41", None),
    ("two on one target group", &[(40, 0, false), (41, 0, true)], &[[100, 0], [100, 0]], "41", Some((41, 0))),
    (
        "two on one target group, and no primary",
        &[(40, 0, false), (41, 0, false)],
        &[[100, 0], [100, 0]],
        "divided",
        None,
    ),
    ("two share a route", &[(41, 0, true), (42, 1, false)], &[[80, 20], [100, 0]], "divided", None),
    ("each has a route", &[(41, 0, true), (42, 1, false)], &[[100, 0], [0, 100]], "divided", None),
    ("a share goes where nothing runs", &[(41, 0, true)], &[[50, 50], [50, 50]], "divided", None),
    // All requests are lost, and the release begins with giving them back.
    ("all of it goes where nothing runs", &[(41, 1, true)], &[[100, 0], [100, 0]], "nobody", Some((41, 1))),
    (
        "all of it goes where nothing runs, and no primary",
        &[(41, 1, false)],
        &[[100, 0], [100, 0]],
        "nobody",
        Some((41, 1)),
    ),
    ("no weight anywhere", &[(41, 0, true)], &[[0, 0], [0, 0]], "without weight", None),
    ("a route without weight beside one that has it", &[(41, 0, true)], &[[0, 0], [100, 0]], "41", Some((41, 0))),
    ("an empty service", &[], &[[50, 50], [100, 0]], "nobody", None),
];

fn world(sets: &[Set], routes: &[[i32; 2]]) -> Observation {
    let mut world = World::new(routes.len(), 4);
    let template = world.sets.remove(0);
    for (revision, group, primary) in sets {
        let mut set = template.clone();
        (set.id, set.definition, set.group) =
            (format!("ecs-svc/{revision}"), definition(*revision), target_group(*group));
        set.status = if *primary { TaskSetState::Primary } else { TaskSetState::Active };
        world.sets.push(set);
    }
    for (route, weights) in world.routes.iter_mut().zip(routes) {
        route.1 = weights.iter().enumerate().map(|(group, weight)| (target_group(group), *weight)).collect();
    }
    world.observe("none")
}

fn named(serving: Serving<'_>) -> String {
    match serving {
        Serving::Unknown => "unknown".to_owned(),
        Serving::Nobody => "nobody".to_owned(),
        Serving::WithoutWeight => "without weight".to_owned(),
        Serving::Divided => "divided".to_owned(),
        Serving::Alone(set) => set.id.replace("ecs-svc/", ""),
    }
}

/// The original that a release of `shop:42` would pin, as revision and target group; none when it is refused, or has none.
fn original(settings: &DeploymentGroupSpec, all: &Observation) -> Option<(String, String)> {
    let (released, increments) = (released(42), schedule(&json!({"allAtOnce": {}})));
    let scope = ReadScope::Begin { uid: "uid", released: &released };
    let observed = look(scope, settings, all).observed;
    let candidate =
        Candidate { uid: "uid", released: &released, settings, increments: &increments, observed: &observed };
    let begun = begin(&candidate).ok()?;
    begun.original.map(|original| (original.task_definition, original.target_group))
}

#[test]
fn who_has_the_weight_serves_and_is_what_a_release_replaces() {
    let settings = settings(2);
    for (what, sets, routes, expected, replaced) in CASES {
        let observed = world(sets, routes);
        assert_eq!(named(serving(&settings, &observed)), *expected, "{what}");
        let replaced = replaced.map(|(revision, group)| (definition(revision), target_group(group)));
        assert_eq!(original(&settings, &observed), replaced, "{what}");
        let refusal = check_group(&PreflightInput { settings: &settings, observed: &observed });
        let refused = refusal.as_ref().map(|refusal| refusal.reason);
        let by_name = match *expected {
            "divided" => Some(Reason::TrafficDivided),
            "without weight" => Some(Reason::NoWeight),
            _ => None,
        };
        assert_eq!(refused, by_name, "{what}: {refusal:?}");
    }
}

#[test]
fn what_is_not_seen_is_not_known() {
    let settings = settings(2);
    let seen = || world(&[(41, 0, true)], &[[100, 0], [100, 0]]);
    let alone = vec![Weight { target_group: target_group(0), weight: 100 }];
    let hide = |state: RouteState| {
        let mut observed = seen();
        observed.routes[1].state = state;
        observed
    };
    for state in [RouteState::Missing, RouteState::NoForward, RouteState::DefaultRule, RouteState::Forward(alone)] {
        assert_eq!(serving(&settings, &hide(state.clone())), Serving::Unknown, "{state:?}");
    }
    let unread = Observation { routes: Vec::new(), ..seen() };
    let gone = Observation { service: None, ..seen() };
    assert_eq!([unread, gone].map(|observed| named(serving(&settings, &observed))), ["unknown", "unknown"]);
}

#[test]
fn no_remedy_takes_anything_from_what_serves() {
    let settings = settings(2);
    for (what, sets, routes, ..) in CASES {
        let observed = world(sets, routes);
        let refusal = check_group(&PreflightInput { settings: &settings, observed: &observed });
        let said = refusal.map(|refusal| refusal.message).unwrap_or_default();
        let harmful = ["weight to 0", "to weight 0", "to zero", "delete", "deregister", "scale", "move"];
        assert!(!harmful.iter().any(|word| said.contains(word)), "{what}: {said}");
    }
}

#[test]
fn what_serves_without_being_the_primary_one_is_told() {
    let said = |sets: &[Set], routes: &[[i32; 2]]| {
        let observed = world(sets, routes);
        let Serving::Alone(set) = serving(&settings(1), &observed) else { panic!("one serves") };
        without_primary(set, &observed)
    };
    assert_eq!(said(&[(41, 0, true)], &[[100, 0]]), None);
    let none = said(&[(41, 0, false)], &[[100, 0]]).unwrap();
    assert!(none.contains("no PRIMARY task set"), "{none}");
    let idle = said(&[(40, 1, true), (41, 0, false)], &[[100, 0]]).unwrap();
    assert!(idle.contains("task set 40 (shop:40) is PRIMARY and has no traffic: make 41 the primary"), "{idle}");
}
