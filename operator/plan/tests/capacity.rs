//! Sizes that follow the traffic: `capacity: Proportional`.

use std::collections::BTreeSet;
use std::fmt::Write;

use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use serde_json::{Value, json};
use sluice_api::{Capacity, Reason, Share, State, StepState};

use crate::support::{AlarmIs, Behaviour, Event, Run, World, assert_golden};

fn proportional(world: World, config: &Value) -> Run {
    let mut run = Run::new(world, config);
    run.settings.capacity = Capacity::Proportional;
    run
}

fn golden(name: &str, run: Run) -> Run {
    let setting = run.setting();
    let run = run.run();
    assert_golden("capacity", name, &format!("{setting}\n\n{}", run.log.text()));
    run
}

fn linear(percentage: &str, interval: &str) -> Value {
    json!({"linear": {"percentage": percentage, "interval": interval}})
}

/// Tasks that a share of the desired count makes, rounded up.
fn tasks(desired: i32, share: Share) -> i32 {
    (desired * i32::from(share.tenths()) + 999) / 1000
}

/// The most tasks that a release may have: what the traffic needs before an increment, and what the increment needs beside it.
fn most(desired: i32, weights: &[Share]) -> i32 {
    let before = std::iter::once(Share::NONE).chain(weights.iter().copied());
    let both = before.zip(weights).map(|(before, after)| tasks(desired, before.rest()).max(1) + tasks(desired, *after));
    both.max().unwrap_or_default().max(desired + 1)
}

#[test]
fn the_original_shrinks_as_the_replacement_grows() {
    let run = golden("linear", proportional(World::new(1, 8), &linear("25%", "2m")));
    assert_eq!(run.progress.state, State::Succeeded);
    assert_eq!(run.world.most_tasks, 10, "a quarter more than 8");
}

#[test]
fn a_hold_that_is_shorter_than_a_write_can_live_is_waited_out_before_the_next_increment() {
    let run = golden("without-holds", proportional(World::new(2, 4), &linear("50%", "0s")));
    assert_eq!(run.world.most_tasks, 6);
}

#[test]
fn ten_steps_never_have_more_than_one_step_too_many() {
    let mut table = String::new();
    for (desired, percentage) in
        [(10, "10%"), (20, "10%"), (100, "10%"), (8, "12.5%"), (7, "10%"), (4, "10%"), (1, "10%")]
    {
        let run = proportional(World::new(1, desired), &linear(percentage, "1m")).run();
        assert_eq!(run.progress.state, State::Succeeded);
        let weights: Vec<Share> = run.progress.steps.iter().map(|step| step.weight).collect();
        let most = most(desired, &weights);
        writeln!(table, "{desired} tasks by {percentage}: at most {} of {most}", run.world.most_tasks).unwrap();
        assert!(run.world.most_tasks <= usize::try_from(most).unwrap(), "{table}");
        // Both sides are rounded up, so that two parts of a task may be one task more.
        let step = tasks(desired, weights[0]);
        assert!(most <= desired + step + 1, "{table}");
        assert!(desired % 8 > 0 || most == desired + step, "{table}");
    }
    println!("{table}");
}

#[test]
fn a_stop_in_a_hold_returns_the_traffic_as_the_original_grows() {
    let run = golden("stopped", proportional(World::new(1, 8), &linear("25%", "5m")).at(700, Event::Stop));
    assert_eq!(run.progress.state, State::Stopped);
    assert_eq!(run.world.most_tasks, 10, "on the way back too");
    assert_eq!(run.world.set("ecs-svc/41").map(|set| set.scale), Some(Share::ALL));
}

#[test]
fn a_stop_in_the_bake_grows_the_original_first() {
    let run = proportional(World::new(1, 4), &linear("50%", "1m"));
    let run = run.until(|run| run.world.set("ecs-svc/41").is_some_and(|set| set.scale == Share::LEAST));
    let now = run.elapsed();
    golden_going_on("stopped-in-the-bake", run.at(now, Event::Stop));
}

fn golden_going_on(name: &str, run: Run) -> Run {
    let setting = run.setting();
    let run = run.go_on();
    assert_golden("capacity", name, &format!("{setting}\n\n{}", run.log.text()));
    run
}

/// It serves nobody, so that nothing is lost by sending everything to an original that is small.
#[test]
fn a_replacement_that_serves_nobody_loses_its_traffic_at_once() {
    let event = Event::ReplacementBecomes(Behaviour::Unhealthy);
    let run = golden("dead-replacement", proportional(World::new(1, 4), &linear("50%", "5m")).at(300, event));
    assert_eq!(run.progress.state, State::Failed);
}

#[test]
fn an_alarm_returns_what_the_original_can_carry_and_the_rest_as_it_grows() {
    let mut run = proportional(World::new(2, 4), &linear("50%", "5m"));
    run.world.answer_alarm("shop-5xx", AlarmIs::Ok);
    run.settings.alarms = Some(serde_json::from_value(json!({"names": ["shop-5xx"]})).unwrap());
    let run = golden("alarm", run.at(300, Event::Alarm("shop-5xx", AlarmIs::Alarm)));
    assert_eq!(run.progress.state, State::Failed);
}

#[test]
fn both_sides_follow_a_count_that_changes() {
    let run = proportional(World::new(1, 8), &linear("25%", "4m")).at(330, Event::Desired(16));
    let run = golden("count-raised", run);
    assert_eq!(run.progress.state, State::Succeeded);
}

/// The write that made the original smaller had no answer, and lands after the way back has begun.
#[test]
fn a_write_that_lands_late_takes_nothing_from_an_original_that_traffic_returned_to() {
    let run = proportional(World::new(1, 8), &linear("25%", "5m"));
    let mut run = run.until(|run| run.progress.steps[0].state == StepState::Holding);
    // The next write makes the original smaller.
    run.late_writes = BTreeSet::from([run.writes.len() + 1]);
    let shrinks = |run: &Run| run.writes.last() == Some(&"scale") && !run.world.late.is_empty();
    let mut run = run.until_later(shrinks);
    run.checker.always_enough = true;
    let now = run.elapsed();
    let run = golden_going_on("late-shrink", run.at(now, Event::Stop));
    assert_eq!(run.world.set("ecs-svc/41").map(|set| set.scale), Some(Share::ALL));
}

/// One of its tasks never passes a check again: after a progress deadline it gets more tasks than the measure allows.
#[test]
fn an_original_that_does_not_get_complete_grows_to_its_whole_size_in_time() {
    let run = proportional(World::new(1, 8), &linear("50%", "10m")).at(400, Event::Stop);
    let mut run = run.until(|run| run.progress.rollback.is_some());
    run.world.sets[0].sick = 1;
    run = run.until_later(|run| run.world.sets[0].scale == Share::ALL);
    run.world.sets[0].sick = 0;
    let run = run.go_on();
    assert_eq!(run.progress.state, State::Stopped, "{}", run.log.text());
}

#[test]
fn clients_that_begin_to_stick_keep_the_original_and_say_so() {
    let run = proportional(World::new(1, 4), &linear("50%", "5m")).at(60, Event::Stick(120)).at(1200, Event::Stick(0));
    let run = golden("stickiness", run);
    assert!(run.said.iter().any(|said| said.contains("turn its stickiness off")));
    assert_eq!(run.progress.state, State::Succeeded);
}

#[test]
fn a_rule_that_is_made_in_the_middle_keeps_the_original_as_it_is() {
    let run = proportional(World::new(1, 4), &linear("50%", "1m")).at(60, Event::UnnamedRule(0));
    let run = run.at(1200, Event::UnnamedRuleGone).run();
    assert!(
        run.said.iter().any(|said| said.contains("the original keeps its tasks before that")),
        "{}",
        run.log.text()
    );
    assert_eq!(run.progress.state, State::Succeeded);
}

#[test]
fn a_replacement_that_is_not_complete_takes_no_task_from_the_original_and_fails_at_its_deadline() {
    let mut run = proportional(World::new(1, 8), &linear("50%", "1m"));
    run.settings.bake = sluice_api::Duration::from_secs(0);
    let mut run = run.until(|run| run.progress.steps[0].state == StepState::Holding);
    for set in run.world.sets.iter_mut().filter(|set| set.external_id.is_some()) {
        set.sick = 1;
    }
    let run = run.go_on();
    assert_eq!(run.progress.state, State::Failed, "{}", run.log.text());
    assert!(run.said.iter().any(|said| said.contains("to be complete again")), "{}", run.log.text());
}

#[test]
fn what_says_otherwise_how_large_a_side_is_is_refused_before_anything_is_touched() {
    let canary = json!({"canary": {"percentage": 10, "interval": "1m"}});
    let scaled = json!({"steps": [{"name": "first", "weight": 10, "scale": 50}, {"weight": 100}]});
    let sticky = World { stickiness: Some(jiff::SignedDuration::from_mins(1)), ..World::new(1, 4) };
    let mut small = World::new(1, 4);
    small.sets[0].scale = Share::from_percent(50);
    small.tick();
    for (world, config, expected) in [
        (World::new(1, 4), &scaled, "step first has a scale of its own: leave its scale out, or write capacity: Full"),
        (sticky, &canary, "on rule-0 clients stick to their target group: turn its stickiness off"),
        (small, &canary, "task set 41, which serves, has 50% of it: scale it to 100%"),
    ] {
        let refusal = proportional(world.clone(), config).begin().unwrap_err();
        assert_eq!(refusal.reason, Reason::InvalidValue);
        assert!(refusal.message.starts_with("spec.capacity: Proportional"), "{}", refusal.message);
        assert!(refusal.message.contains(expected), "{}", refusal.message);
        Run::new(world, config).begin().unwrap();
    }
}

fn any_linear() -> impl Strategy<Value = Value> {
    (20..1000_u16, 0..120_u32).prop_map(|(tenths, hold)| {
        json!({"linear": {"percentage": format!("{}.{}%", tenths / 10, tenths % 10), "interval": format!("{hold}s")}})
    })
}

fn request() -> impl Strategy<Value = Event> {
    prop_oneof![
        Just(Event::Stop),
        Just(Event::Pause),
        Just(Event::Resume),
        Just(Event::Delete),
        Just(Event::SkipTo("End"))
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Late writes, lost answers and crashes among them: the checker looks at every tick whether each side is large enough.
    #[test]
    fn whatever_is_asked_and_however_late_a_write_lands_each_side_is_large_enough_for_what_it_carries(
        config in any_linear(), routes in 1..3_usize, desired in 1..12_i32, bake in 0..200_u32,
        events in vec((0..900_i64, request()), 0..3),
        late_writes in btree_set(1..30_usize, 0..5), lost_answers in btree_set(1..30_usize, 0..3),
        lost_records in btree_set(1..30_usize, 0..3), dies_before in btree_set(1..60_usize, 0..3),
    ) {
        let mut run = proportional(World::new(routes, desired), &config);
        run.settings.bake = sluice_api::Duration::from_secs(bake);
        run.time_limit = 6 * 3600;
        run.checker.always_enough = true;
        (run.late_writes, run.lost_answers, run.lost_records, run.dies_before) = (late_writes, lost_answers, lost_records, dies_before);
        for (second, event) in &events {
            run = run.at(*second, *event);
        }
        let run = run.at(3000, Event::Resume).run();
        prop_assert!(run.progress.completed_at.is_some(), "L1\n{}", run.log.text());
        let live: Vec<_> = run.world.sets.iter().filter(|set| set.is_live()).collect();
        prop_assert_eq!(live.len(), 1, "L4\n{}", run.log.text());
        prop_assert_eq!(live[0].scale, Share::ALL, "L2\n{}", run.log.text());
        let increment = run.progress.steps.iter().scan(0, |before, step| {
            let more = step.weight.tenths() - *before;
            *before = step.weight.tenths();
            Some(i32::from(more))
        });
        // Parts of a task on either side; and a size that lands late may be larger than what came after it.
        let late = i32::from(!run.late_writes.is_empty()) * desired;
        let most = desired * (1000 + increment.max().unwrap_or(1000)) / 1000 + 2 + late;
        prop_assert!(run.world.most_tasks <= usize::try_from(most).unwrap(), "{} of {most}\n{}", run.world.most_tasks, run.log.text());
        prop_assert_eq!(run.world.share(&live[0].group), Share::ALL, "L2\n{}", run.log.text());
    }

    #[test]
    fn an_undisturbed_release_never_has_more_than_one_increment_too_many(config in any_linear(), desired in 1..40_i32) {
        let run = proportional(World::new(1, desired), &config).run();
        prop_assert_eq!(run.progress.state, State::Succeeded, "{}", run.log.text());
        let weights: Vec<Share> = run.progress.steps.iter().map(|step| step.weight).collect();
        let most = usize::try_from(most(desired, &weights)).unwrap();
        prop_assert!(run.world.most_tasks <= most, "{} of {most}\n{}", run.world.most_tasks, run.log.text());
    }
}
