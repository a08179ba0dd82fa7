//! Golden simulations: one log per strategy and per mishap, which read as the specification.

use serde_json::json;
use sluice_api::State;

use crate::support::{Behaviour, Event, Run, World, assert_golden};

fn canary() -> serde_json::Value {
    json!({"name": "CodeDeployDefault.ECSCanary10Percent5Minutes"})
}

fn golden(name: &str, run: Run) -> Run {
    let run = run.run();
    assert_golden(name, &run.log.text());
    run
}

/// A canary in the usual world: one route, four tasks.
fn release() -> Run {
    Run::new(World::new(1, 4), &canary())
}

fn release_of(behaviour: Behaviour) -> Run {
    let world = World { behaviour, ..World::new(1, 4) };
    Run::new(world, &canary())
}

#[test]
fn all_at_once() {
    golden("all-at-once", Run::new(World::new(1, 4), &json!({"name": "CodeDeployDefault.ECSAllAtOnce"})));
}

#[test]
fn canary_of_10_percent_for_5_minutes() {
    golden("canary", release());
}

#[test]
fn linear_of_25_percent_every_2_minutes() {
    golden("linear", Run::new(World::new(1, 4), &json!({"linear": {"percentage": 25, "interval": "2m"}})));
}

#[test]
fn steps_with_names_holds_and_scales() {
    let steps = json!({"steps": [
        {"name": "smoke", "weight": 5, "scale": 25, "hold": "2m"},
        {"name": "half", "weight": 50, "scale": 50, "hold": "5m"},
        {"weight": 100},
    ]});
    golden("steps", Run::new(World::new(1, 8), &steps));
}

#[test]
fn three_routes_move_one_after_the_other() {
    golden("three-routes", Run::new(World::new(3, 4), &canary()));
}

#[test]
fn first_deployment_moves_all_traffic_at_once() {
    golden("first-deployment", Run::new(World::empty(1, 4), &canary()));
}

/// What was on the route is not known any more, so nothing that may serve is taken away, whatever is asked.
#[test]
fn a_route_that_is_gone_in_the_bake_keeps_both_task_sets_when_it_is_stopped() {
    golden("route-gone", release().at(500, Event::RouteGone(0)).at(560, Event::Stop));
}

#[test]
fn a_route_that_is_gone_and_comes_back_holds_the_release_for_as_long() {
    let run = Run::new(World::new(3, 4), &canary()).at(150, Event::RouteGone(1)).at(700, Event::RoutesBack);
    golden("route-back", run);
}

#[test]
fn a_target_group_that_leaves_the_route_and_is_deleted_does_not_hold_a_stop() {
    golden("target-group-gone", release().at(120, Event::ReplacementGroupGone).at(140, Event::Stop));
}

/// Clients that stick to the original for ten minutes keep it that long, though the bake is shorter.
#[test]
fn nothing_is_deleted_while_clients_stick_to_it() {
    let sticky = || World { stickiness: Some(jiff::SignedDuration::from_mins(10)), ..World::new(1, 4) };
    golden("sticky-clients", Run::new(sticky(), &canary()));
    golden("sticky-clients-stopped", Run::new(sticky(), &canary()).at(120, Event::Stop));
}

#[test]
fn the_pair_swaps_its_roles_at_each_release() {
    let first = Run::new(World::new(1, 4), &canary()).run();
    assert_eq!(first.memory.state, State::Succeeded);
    let world = World { revision: 43, ..first.world };
    golden("second-release", Run::new(world, &canary()));
}

#[test]
fn tasks_that_never_start_trip_the_breaker() {
    golden("never-starting", release_of(Behaviour::NeverStarts));
}

#[test]
fn tasks_that_crash_trip_the_breaker() {
    golden("crashing", release_of(Behaviour::Crashes));
}

#[test]
fn failing_health_checks_turn_it_round_within_one_reconcile() {
    golden("failing-health-checks", release().at(120, Event::ReplacementBecomes(Behaviour::Unhealthy)));
}

#[test]
fn the_progress_deadline_is_not_pushed_back() {
    golden("progress-deadline", release_of(Behaviour::Hangs));
}

#[test]
fn stop_mid_shift_returns_the_traffic() {
    golden("stop-mid-shift", Run::new(World::new(3, 4), &canary()).at(100, Event::Stop));
}

#[test]
fn stop_while_baking_returns_the_traffic() {
    golden("stop-in-bake", release().at(500, Event::Stop));
}

#[test]
fn stop_after_the_promotion_makes_the_original_primary_again() {
    let mut run = Run::new(World::new(1, 4), &json!({"allAtOnce": {}})).at(60, Event::Stop);
    run.settings.bake = "0s".parse().unwrap();
    golden("stop-after-promotion", run);
}

#[test]
fn a_deletion_mid_shift_cleans_up() {
    golden("delete-mid-shift", release().at(100, Event::Delete));
}

#[test]
fn pause_holds_traffic_and_the_clock() {
    golden("pause-and-resume", release().at(20, Event::Pause).at(1200, Event::Resume));
}

#[test]
fn stop_goes_before_pause() {
    golden("stop-while-paused", release().at(100, Event::Pause).at(160, Event::Stop));
}

#[test]
fn when_someone_deletes_the_original_all_traffic_moves_to_the_replacement() {
    golden("original-deleted", release().at(120, Event::LoseOriginal));
}

#[test]
fn when_someone_deletes_the_replacement_the_traffic_returns() {
    golden("replacement-deleted", release().at(120, Event::LoseReplacement));
}

#[test]
fn a_weight_that_someone_changed_is_put_back() {
    golden("weight-edited", release().at(125, Event::Weigh(0, 60)));
}

#[test]
fn a_doubled_desired_count_is_waited_for() {
    golden("desired-doubled", release().at(125, Event::Desired(8)));
}

#[test]
fn a_service_that_is_gone_is_waited_for_until_the_deadline() {
    golden("service-gone", release().at(20, Event::ServiceGone));
}

#[test]
fn a_create_that_aws_refuses_fails_the_deployment() {
    let mut run = release();
    run.refuses_create = true;
    golden("create-refused", run);
}

#[test]
fn an_original_without_a_healthy_target_gets_no_traffic_back() {
    let mut run = release().at(500, Event::OriginalBecomes(Behaviour::Unhealthy)).at(520, Event::Stop);
    run = run.at(900, Event::OriginalBecomes(Behaviour::Healthy));
    golden("original-unhealthy", run);
}
