//! Releases behind a Network Load Balancer: its weights count for new connections and work late, so that no increment is held
//! for less than that, and nothing is deleted before. The checker of every run judges each delete.

use serde_json::{Value, json};
use sluice_api::{Reason, State};
use sluice_plan::begin::check_holds;

use crate::support::fixture::{limits, schedule, target_group};
use crate::support::{Behaviour, Event, Run, World, assert_golden};

fn canary(bake: &str) -> Run {
    let mut run = Run::new(
        World::behind_a_network_load_balancer(4),
        &json!({"name": "CodeDeployDefault.ECSCanary10Percent15Minutes"}),
    );
    run.settings.bake = serde_json::from_value(json!(bake)).unwrap();
    run
}

fn golden(name: &str, run: Run) -> Run {
    let setting = run.setting();
    let run = run.run();
    assert_golden("network", name, &format!("{setting}\n\n{}", run.log.text()));
    run
}

#[test]
fn the_original_is_deleted_once_the_last_weights_work() {
    assert_eq!(golden("canary", canary("1m")).progress.state, State::Succeeded);
}

/// What is tried meets the replacement.
#[test]
fn nothing_is_tried_before_the_weights_of_the_test_route_work() {
    let mut world = World::behind_a_network_load_balancer(4);
    world.test = vec![(target_group(0), 100), (target_group(1), 0)];
    let mut run = Run::new(world, &json!({"name": "CodeDeployDefault.ECSAllAtOnce"}));
    run.settings.bake = serde_json::from_value(json!("10m")).unwrap();
    assert_eq!(golden("test-traffic", run).progress.state, State::Succeeded);
}

#[test]
fn a_replacement_that_fails_is_deleted_once_the_weights_of_the_way_back_work() {
    let crashes = Event::ReplacementBecomes(Behaviour::Crashes);
    assert_eq!(golden("fails", canary("1m").at(400, crashes)).progress.state, State::Failed);
}

#[test]
fn one_that_never_had_traffic_is_not_waited_for() {
    let world = World { behaviour: Behaviour::NeverStarts, ..World::behind_a_network_load_balancer(4) };
    let run = Run::new(world, &json!({"name": "CodeDeployDefault.ECSAllAtOnce"}));
    assert_eq!(golden("never-starts", run).progress.state, State::Failed);
}

/// The checker judges that no delete comes before the weights work.
#[test]
fn a_crash_at_any_moment_shortens_no_wait() {
    let table = [
        ("goes on", "0s", None),
        ("is stopped as it shifts", "5m", Some((43, Event::Stop))),
        ("is stopped in its bake", "5m", Some((150, Event::Stop))),
    ];
    for (what, bake, event) in table {
        let run = || {
            let world = World::behind_a_network_load_balancer(4);
            let mut run = Run::new(world, &json!({"name": "CodeDeployDefault.ECSAllAtOnce"}));
            run.settings.bake = serde_json::from_value(json!(bake)).unwrap();
            event.into_iter().fold(run, |run, (second, event)| run.at(second, event))
        };
        let whole = run().run();
        for number in 1..=whole.reconciles {
            for deaths in [[&[number][..], &[]], [&[], &[number]], [&[], &[number, number + 1]]] {
                let mut run = run();
                run.dies_before.extend(deaths[0]);
                run.dies_after.extend(deaths[1]);
                assert_eq!(run.run().progress.state, whole.progress.state, "{what}: killed at {deaths:?}");
            }
        }
    }
}

#[test]
fn no_increment_is_held_for_less_than_its_weights_may_take_to_work() {
    let network = canary("1m").settings;
    let application = Run::new(World::new(1, 4), &json!({"allAtOnce": {}})).settings;
    let table: [(&str, Value, Option<&str>); 7] = [
        ("all at once", json!({"name": "CodeDeployDefault.ECSAllAtOnce"}), None),
        ("long enough", json!({"name": "CodeDeployDefault.ECSCanary10Percent15Minutes"}), None),
        (
            "a little short",
            json!({"canary": {"percentage": 10, "interval": "9m59s"}}),
            Some("weight 10 is held for 9m59s"),
        ),
        ("exactly so long", json!({"canary": {"percentage": 10, "interval": "10m"}}), None),
        ("short", json!({"name": "CodeDeployDefault.ECSCanary10Percent5Minutes"}), Some("weight 10 is held for 5m")),
        ("short ones", json!({"name": "CodeDeployDefault.ECSLinear10PercentEvery3Minutes"}), Some("is held for 3m")),
        (
            "one of several",
            json!({"steps": [{"weight": 5, "hold": "20m"}, {"weight": 50, "hold": "1m"}, {"weight": 100}]}),
            Some("weight 50 is held for 1m"),
        ),
    ];
    for (what, config, expected) in table {
        let increments = schedule(&config);
        let refusal = check_holds(&network, &increments, limits());
        assert_eq!(refusal.as_ref().map(|refusal| refusal.reason), expected.map(|_| Reason::InvalidValue), "{what}");
        if let (Some(refusal), Some(words)) = (refusal, expected) {
            for word in [words, "spec.deploymentConfig", "Network Load Balancer", "10m to work", "10m or more"] {
                assert!(refusal.message.contains(word), "{what}: {word:?} is missing in {:?}", refusal.message);
            }
        }
        assert_eq!(check_holds(&application, &increments, limits()), None, "{what}");
    }
}
