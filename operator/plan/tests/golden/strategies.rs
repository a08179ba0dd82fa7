//! How traffic moves: every form of a deployment configuration, routes, stickiness, the first release and the next.

use serde_json::json;
use sluice_api::State;

use super::{canary, golden, release};
use crate::support::{Event, Run, World};

#[test]
fn all_at_once() {
    golden("strategies", "all-at-once", Run::new(World::new(1, 4), &json!({"name": "CodeDeployDefault.ECSAllAtOnce"})));
}

#[test]
fn canary_of_10_percent_for_5_minutes() {
    golden("strategies", "canary", release());
}

#[test]
fn linear_of_25_percent_every_2_minutes() {
    golden(
        "strategies",
        "linear",
        Run::new(World::new(1, 4), &json!({"linear": {"percentage": 25, "interval": "2m"}})),
    );
}

#[test]
fn steps_with_names_holds_and_scales() {
    let steps = json!({"steps": [
        {"name": "smoke", "weight": 5, "scale": 25, "hold": "2m"},
        {"name": "half", "weight": 50, "scale": 50, "hold": "5m"},
        {"weight": 100},
    ]});
    golden("strategies", "steps", Run::new(World::new(1, 8), &steps));
}

/// Over two routes: a tenth of a percent is 999 to 1, and 12.5 percent 7 to 1.
#[test]
fn a_canary_of_a_tenth_of_a_percent_and_linear_eighths_move_by_exactly_that() {
    let canary = json!({"canary": {"percentage": "0.1%", "interval": "5m"}});
    golden("strategies", "canary-fine", Run::new(World::new(2, 4), &canary));
    let linear = json!({"linear": {"percentage": "12.5%", "interval": "1m"}});
    golden("strategies", "linear-fine", Run::new(World::new(1, 4), &linear));
}

#[test]
fn three_routes_move_one_after_the_other() {
    golden("strategies", "three-routes", Run::new(World::new(3, 4), &canary()));
}

#[test]
fn first_deployment_moves_all_traffic_at_once() {
    golden("strategies", "first-deployment", Run::new(World::empty(1, 4), &canary()));
}

/// Clients that stick to the original for ten minutes keep it that long, though the bake is shorter.
#[test]
fn nothing_is_deleted_while_clients_stick_to_it() {
    let sticky = || World { stickiness: Some(jiff::SignedDuration::from_mins(10)), ..World::new(1, 4) };
    golden("strategies", "sticky-clients", Run::new(sticky(), &canary()));
    golden("strategies", "sticky-clients-stopped", Run::new(sticky(), &canary()).at(120, Event::Stop));
}

#[test]
fn the_pair_swaps_its_roles_at_each_release() {
    let first = Run::new(World::new(1, 4), &canary()).run();
    assert_eq!(first.progress.state, State::Succeeded);
    let world = World { revision: 43, ..first.world };
    golden("strategies", "second-release", Run::new(world, &canary()));
}

#[test]
fn a_service_without_a_primary_gets_one_with_its_release() {
    golden("strategies", "without-primary", Run::new(World::without_primary(1, 4), &canary()));
}

/// Somebody turns stickiness off in the middle: who sticks already was told so for ten minutes.
#[test]
fn clients_that_stuck_once_are_waited_out_though_stickiness_is_turned_off() {
    let sticky = || World { stickiness: Some(jiff::SignedDuration::from_mins(10)), ..World::new(1, 4) };
    let off = || Run::new(sticky(), &canary()).at(120, Event::Stick(0));
    golden("strategies", "stickiness-turned-off", off());
    golden("strategies", "stickiness-turned-off-stopped", off().at(140, Event::Stop));
}
