//! What other people and other programs do to AWS in the middle of a release.

use serde_json::json;
use sluice_api::Share;

use super::{canary, golden, release};
use crate::support::fixture::target_group;
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
fn routes_that_may_not_be_listed_hold_the_promotion_until_they_may() {
    let denied = release().at(500, Event::ListingDenied);
    golden("interference", "listing-denied-and-allowed", denied.at(900, Event::ListingAllowed));
}

#[test]
fn routes_that_may_not_be_listed_end_a_stop_with_every_task_set() {
    golden("interference", "listing-denied-stopped", release().at(120, Event::ListingDenied).at(140, Event::Stop));
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

fn linear() -> Run {
    Run::new(World::new(1, 4), &json!({"linear": {"percentage": 20, "interval": "5m"}}))
}

#[test]
fn an_original_that_is_down_gives_all_traffic_to_a_complete_replacement() {
    golden("interference", "original-down", linear().at(120, Event::OriginalBecomes(Behaviour::Unhealthy)));
}

/// Down from before the release: nobody waits for the first increment's share to be lost.
#[test]
fn an_original_that_was_down_before_gives_all_traffic_at_the_first_increment() {
    golden(
        "interference",
        "original-down-from-the-start",
        linear().at(2, Event::OriginalBecomes(Behaviour::Unhealthy)),
    );
}

#[test]
fn a_replacement_that_is_smaller_is_scaled_up_before_it_takes_the_traffic_of_an_original_that_is_down() {
    let steps = json!({"steps": [{"weight": 10, "scale": 25, "hold": "10m"}, {"weight": 50, "scale": 50, "hold": "10m"}, {"weight": 100}]});
    let run = Run::new(World::new(1, 4), &steps).at(120, Event::OriginalBecomes(Behaviour::Unhealthy));
    golden("interference", "original-down-small-replacement", run);
}

#[test]
fn on_original_down_hold_keeps_the_schedule() {
    let mut run = linear().at(120, Event::OriginalBecomes(Behaviour::Unhealthy));
    run.settings.on_original_down = sluice_api::OnOriginalDown::Hold;
    golden("interference", "original-down-hold", run);
}

/// A blip, a pause, a replacement that is not ready, one that is down too, and the bake.
#[test]
fn an_original_that_is_down_moves_nothing_where_nothing_is_won_or_a_person_holds() {
    let down = |second| linear().at(second, Event::OriginalBecomes(Behaviour::Unhealthy));
    let told = |run: &Run, words: &str| run.notes.iter().any(|note| note.message.contains(words));
    let blip = down(120).at(125, Event::OriginalBecomes(Behaviour::Healthy)).until(|run| run.elapsed() > 300);
    assert_eq!(blip.world.share(&target_group(1)), Share::from_percent(20), "a blip\n{}", blip.log.text());
    let paused = linear().at(100, Event::Pause).at(120, Event::OriginalBecomes(Behaviour::Unhealthy));
    let paused = paused.at(600, Event::Resume).until(|run| run.elapsed() > 590);
    assert_eq!(paused.world.share(&target_group(1)), Share::from_percent(20), "paused\n{}", paused.log.text());
    let resumed = paused.clone().until_later(|run| run.elapsed() > 640);
    assert_eq!(resumed.world.share(&target_group(1)), Share::from_percent(100), "resumed\n{}", resumed.log.text());
    let both = down(120).at(120, Event::ReplacementBecomes(Behaviour::Unhealthy)).until(|run| run.elapsed() > 300);
    assert_eq!(both.world.share(&target_group(1)), Share::from_percent(20), "both are down\n{}", both.log.text());
    let hangs = World { behaviour: Behaviour::Hangs, ..World::new(1, 4) };
    let hangs = Run::new(hangs, &json!({"allAtOnce": {}})).at(120, Event::OriginalBecomes(Behaviour::Unhealthy)).run();
    assert_eq!(hangs.world.share(&target_group(1)), Share::from_percent(0), "not ready\n{}", hangs.log.text());
    let bake = release().at(400, Event::OriginalBecomes(Behaviour::Unhealthy)).run();
    assert!(!told(&bake, "no healthy target"), "in the bake\n{}", bake.log.text());
}

#[test]
fn a_service_that_is_scaled_to_0_stops_every_clock_and_goes_on_with_its_count() {
    let night = |run: Run, from| run.at(from, Event::Desired(0)).at(from + 30_000, Event::Desired(4));
    for (name, from) in [("install", 20), ("hold", 120), ("bake", 500)] {
        let mut run = night(release(), from);
        run.time_limit = 12 * 3600;
        golden("interference", &format!("scaled-to-0-{name}"), run);
    }
}

/// A rollback needs no task: what is asked is done, whatever the count is.
#[test]
fn a_service_that_is_scaled_to_0_holds_no_rollback() {
    for second in [20, 120, 500] {
        let run = release().at(second, Event::Desired(0)).at(second + 60, Event::Stop).run();
        assert_eq!(run.progress.state, sluice_api::State::Stopped, "at {second}\n{}", run.log.text());
        let run = release().at(second, Event::Stop).at(second + 1, Event::Desired(0)).run();
        assert_eq!(run.progress.state, sluice_api::State::Stopped, "at {second}\n{}", run.log.text());
    }
}

#[test]
fn a_pause_within_a_night_without_tasks_counts_no_time_twice() {
    let run =
        release().at(20, Event::Desired(0)).at(100, Event::Pause).at(4000, Event::Resume).at(5000, Event::Desired(4));
    let run = run.until(|run| run.elapsed() > 5015);
    let (begun, due) = (run.progress.started_at.unwrap(), run.progress.deadline_at.unwrap());
    let moved = due.duration_since(begun).as_secs() - 600;
    assert!((4970..=5010).contains(&moved), "the clock stood for {moved} s\n{}", run.log.text());
}

/// The newest task is never healthy, and all that the position began with are.
#[test]
fn a_release_goes_on_while_autoscaling_raises_the_count() {
    let grown = (0..40).fold(release(), |run, step| run.at(10 + 20 * i64::from(step), Event::Desired(5 + step)));
    golden("interference", "count-raised-all-the-time", grown);
}

#[test]
fn a_count_that_falls_asks_for_fewer() {
    let run = Run::new(World::new(1, 8), &canary()).at(20, Event::Desired(2)).run();
    assert_eq!(run.progress.state, sluice_api::State::Succeeded, "{}", run.log.text());
}

#[test]
fn a_raised_count_moves_the_deadline_by_what_it_added_and_only_once_more() {
    for (raised, moved) in [(4, 0), (5, 150), (6, 300), (8, 600), (400, 600)] {
        let hangs = World { behaviour: Behaviour::Hangs, ..World::new(1, 4) };
        let run = Run::new(hangs, &canary())
            .at(60, Event::Desired(raised))
            .at(120, Event::Desired(2))
            .at(180, Event::Desired(raised))
            .run();
        let failed = run.progress.rollback.as_ref().unwrap().started_at;
        assert_eq!(
            failed.duration_since(run.progress.started_at.unwrap()).as_secs(),
            600 + moved,
            "{raised}\n{}",
            run.log.text()
        );
    }
}
