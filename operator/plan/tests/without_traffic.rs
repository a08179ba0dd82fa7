//! A service that wants no tasks: what is released in it has no traffic to lose, and nothing to wait for.

use serde_json::json;
use sluice_api::State;
use sluice_plan::observation::TaskSetState;

use crate::support::{Event, Run, World, assert_golden};

fn canary() -> serde_json::Value {
    json!({"canary": {"percentage": 10, "interval": "5m"}})
}

#[test]
fn a_service_with_desired_count_0_gets_its_revision_without_traffic() {
    let run = Run::new(World::new(2, 0), &canary());
    let setting = run.setting();
    let run = run.run();
    assert_golden("strategies", "without-traffic", &format!("{setting}\n\n{}", run.log.text()));
    assert_eq!(run.progress.state, State::Succeeded);
    let live: Vec<_> = run.world.sets.iter().filter(|set| set.is_live()).collect();
    assert_eq!((live.len(), live[0].id.as_str(), live[0].status), (1, "ecs-svc/42", TaskSetState::Primary));
}

#[test]
fn a_first_release_and_one_with_a_test_route_need_no_tasks_either() {
    let first = Run::new(World::empty(1, 0), &canary()).run();
    assert_eq!(first.progress.state, State::Succeeded, "{}", first.log.text());
    let mut world = World::new(1, 0);
    world.test = vec![(crate::support::fixture::target_group(0), 1), (crate::support::fixture::target_group(1), 0)];
    let tried = Run::new(world, &canary()).run();
    assert_eq!(tried.progress.state, State::Succeeded, "{}", tried.log.text());
}

/// Whoever scales it up in the midst gets what any release does.
#[test]
fn a_count_that_is_raised_in_the_midst_is_waited_for_before_anything_goes() {
    for second in 1..60 {
        let run = Run::new(World::new(1, 0), &canary()).at(second, Event::Desired(4)).run();
        assert_eq!(run.progress.state, State::Succeeded, "{}", run.log.text());
        assert_eq!(run.world.sets.iter().filter(|set| set.is_live()).count(), 1, "{}", run.log.text());
    }
}

#[test]
fn a_stop_at_0_returns_to_the_original() {
    let run = Run::new(World::new(1, 0), &canary()).at(3, Event::Stop).run();
    assert_eq!(run.progress.state, State::Stopped, "{}", run.log.text());
    assert_eq!(
        run.world.sets.iter().filter(|set| set.is_live()).map(|set| set.id.as_str()).collect::<Vec<_>>(),
        ["ecs-svc/41"]
    );
}
