//! What other people and other programs do to AWS in the middle of a release.

use super::{canary, golden, release};
use crate::support::{Behaviour, Event, Run, World};

#[test]
fn when_someone_deletes_the_original_all_traffic_moves_to_the_replacement() {
    golden("interference", "original-deleted", release().at(120, Event::LoseOriginal));
}

#[test]
fn when_someone_deletes_the_replacement_the_traffic_returns() {
    golden("interference", "replacement-deleted", release().at(120, Event::LoseReplacement));
}

#[test]
fn a_weight_that_someone_changed_is_put_back() {
    golden("interference", "weight-edited", release().at(125, Event::Weigh(0, 60)));
}

#[test]
fn a_doubled_desired_count_is_waited_for() {
    golden("interference", "desired-doubled", release().at(125, Event::Desired(8)));
}

#[test]
fn a_service_that_is_gone_is_waited_for_until_the_deadline() {
    golden("interference", "service-gone", release().at(20, Event::ServiceGone));
}

#[test]
fn an_original_without_a_healthy_target_gets_no_traffic_back() {
    let mut run = release().at(500, Event::OriginalBecomes(Behaviour::Unhealthy)).at(520, Event::Stop);
    run = run.at(900, Event::OriginalBecomes(Behaviour::Healthy));
    golden("interference", "original-unhealthy", run);
}

#[test]
fn when_the_target_group_of_the_original_is_deleted_a_stop_keeps_what_serves() {
    let gone = release().at(120, Event::OriginalGroupGone);
    golden("interference", "original-target-group-gone", gone.at(140, Event::Stop));
}

/// The load balancer is torn down, or rebuilt: what no route can reach is taken away, and a stop does not wait for what will
/// never come back.
#[test]
fn a_route_and_a_target_group_that_are_gone_do_not_hold_a_stop() {
    let gone = release().at(120, Event::ReplacementGroupGone).at(120, Event::RouteGone(0));
    golden("interference", "route-and-target-group-gone", gone.at(140, Event::Stop));
}

/// What was on the route is not known any more, so nothing that may serve is taken away, whatever is asked.
#[test]
fn a_route_that_is_gone_in_the_bake_keeps_both_task_sets_when_it_is_stopped() {
    golden("interference", "route-gone", release().at(500, Event::RouteGone(0)).at(560, Event::Stop));
}

#[test]
fn a_route_that_is_gone_and_comes_back_holds_the_release_for_as_long() {
    let run = Run::new(World::new(3, 4), &canary()).at(150, Event::RouteGone(1)).at(700, Event::RoutesBack);
    golden("interference", "route-back", run);
}

#[test]
fn a_target_group_that_leaves_the_route_and_is_deleted_does_not_hold_a_stop() {
    golden("interference", "target-group-gone", release().at(120, Event::ReplacementGroupGone).at(140, Event::Stop));
}
