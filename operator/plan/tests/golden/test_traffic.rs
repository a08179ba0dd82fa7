//! Test traffic: where it is sent before, during and after a release.

use serde_json::json;
use sluice_api::State;

use super::{canary, golden};
use crate::support::fixture::{outsider, target_group, test_rule};
use crate::support::{Behaviour, Event, Run, World};

/// A world whose test rule forwards to the target group of the original, and to nothing else.
fn world() -> World {
    World { test: vec![(target_group(0), 1)], ..World::new(1, 4) }
}

fn release() -> Run {
    Run::new(world(), &canary())
}

#[test]
fn the_test_route_is_switched_before_the_first_increment_and_stays_where_production_is() {
    let run = golden("test-traffic", "switched", release());
    assert_eq!(run.writes, ["create", "weights", "weights", "weights", "promote", "delete"], "{}", run.log.text());
    assert_eq!((run.world.test_weight(&target_group(0)), run.world.test_weight(&target_group(1))), (0, 1));
}

#[test]
fn the_test_route_returns_after_production_when_the_release_is_stopped() {
    let run = golden("test-traffic", "stopped", release().at(100, Event::Stop));
    assert_eq!((run.world.test_weight(&target_group(0)), run.world.test_weight(&target_group(1))), (1, 0));
    assert_eq!(run.writes, ["create", "weights", "weights", "weights", "weights", "delete"], "{}", run.log.text());
}

#[test]
fn a_test_route_that_someone_moves_is_put_back_once_nothing_else_is_to_be_done() {
    golden("test-traffic", "moved-in-the-hold", release().at(120, Event::WeighTest(0)));
    golden("test-traffic", "moved-in-the-bake", release().at(500, Event::WeighTest(50)));
}

#[test]
fn a_test_route_is_not_put_back_while_a_user_holds_the_release() {
    let paused = release().at(120, Event::Pause).at(121, Event::WeighTest(0)).until(|run| run.elapsed() > 200);
    assert_eq!(paused.world.test_weight(&target_group(0)), 100, "{}", paused.log.text());
}

#[test]
fn a_replacement_that_is_never_ready_gets_no_test_traffic() {
    let run = Run::new(World { behaviour: Behaviour::Unhealthy, ..world() }, &canary()).run();
    assert_eq!(run.world.test_weight(&target_group(0)), 1, "{}", run.log.text());
    assert_eq!(run.progress.state, State::Failed);
}

#[test]
fn a_test_route_that_stands_at_the_idle_group_is_left_there_until_its_event() {
    let run = Run::new(World { test: vec![(target_group(1), 1)], ..world() }, &json!({"allAtOnce": {}})).run();
    assert_eq!(run.writes, ["create", "weights", "promote", "delete"], "{}", run.log.text());
}

#[test]
fn the_first_release_of_a_service_switches_the_test_route_too() {
    let world = World { test: vec![(target_group(0), 1)], ..World::empty(1, 4) };
    let run = Run::new(world, &canary()).run();
    assert_eq!(run.progress.state, State::Succeeded, "{}", run.log.text());
    let replacement = &run.progress.replacement.as_ref().unwrap().target_group;
    assert!(run.world.test_weight(replacement) > 0, "{}", run.log.text());
}

#[test]
fn a_share_that_a_third_party_took_of_the_test_route_stands_in_the_way_of_no_return() {
    let mut run = release().until(|run| run.elapsed() > 100);
    run.world.test.push((outsider(), 1));
    run.happen(Event::Stop);
    let run = run.go_on();
    assert_eq!(run.progress.state, State::Stopped, "{}", run.log.text());
    assert_eq!((run.world.test_weight(&target_group(1)), run.world.test_weight(&outsider())), (0, 1));
}

#[test]
fn the_first_release_of_a_service_ends_when_it_is_stopped_whatever_the_test_route_is_at() {
    for second in [44, 46, 60] {
        let world = World { test: vec![(target_group(0), 1)], ..World::empty(1, 4) };
        let run = Run::new(world, &canary()).at(second, Event::Stop).run();
        assert!(run.progress.completed_at.is_some(), "{second}: {}", run.log.text());
    }
}

#[test]
fn a_test_route_that_cannot_be_switched_is_refused_before_anything_is_made() {
    let refused = |change: fn(&mut World)| {
        let mut run = release();
        change(&mut run.world);
        run.begin().unwrap_err().message
    };
    let elsewhere = refused(|world| world.test = vec![(outsider(), 1)]);
    assert!(elsewhere.contains("testRoute: rule-test forwards to legacy, which is not of the pair"), "{elsewhere}");
    let gone = refused(|world| world.test.clear());
    assert!(gone.contains(&format!("testRoute: {} does not exist", test_rule())), "{gone}");
}
