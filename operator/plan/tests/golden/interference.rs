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

/// What another rule sends to the original would be lost with it, whoever made that rule.
#[test]
fn a_rule_that_is_made_in_the_bake_keeps_the_original_until_it_moves_too() {
    let made = release().at(500, Event::UnnamedRule(0));
    golden("interference", "unnamed-rule-moves", made.at(900, Event::UnnamedRule(100)));
}

#[test]
fn a_rule_that_stays_with_the_original_ends_the_release_with_both_task_sets() {
    golden("interference", "unnamed-rule-stays", release().at(500, Event::UnnamedRule(50)));
}

#[test]
fn a_rule_that_stays_with_the_replacement_keeps_it_when_the_release_is_stopped() {
    let made = release().at(120, Event::UnnamedRule(100)).at(140, Event::Stop);
    golden("interference", "unnamed-rule-stopped", made.at(300, Event::UnnamedRuleGone));
}

#[test]
fn a_rule_that_stays_with_the_replacement_ends_a_stop_that_is_not_called_rolled_back() {
    let made = release().at(120, Event::UnnamedRule(100));
    golden("interference", "unnamed-rule-stays-stopped", made.at(140, Event::Stop));
}

#[test]
fn a_binding_that_is_withdrawn_in_a_hold_and_comes_back_holds_the_release_for_as_long() {
    golden("interference", "binding-back", release().at(120, Event::AccessGone).at(600, Event::AccessBack));
}

#[test]
fn a_binding_that_stays_away_ends_a_stop_with_every_task_set() {
    golden("interference", "binding-gone-stopped", release().at(120, Event::AccessGone).at(140, Event::Stop));
}

#[test]
fn a_target_group_that_leaves_the_route_and_is_deleted_does_not_hold_a_stop() {
    golden("interference", "target-group-gone", release().at(120, Event::ReplacementGroupGone).at(140, Event::Stop));
}
