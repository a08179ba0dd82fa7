use std::time::Duration;

use futures::{FutureExt, future::join_all};
use sluice_plan::{WeightChange, world::RouteKind};
use tokio::time::{advance, sleep};

use super::*;
use crate::testing::{Aws, xml_error};

fn budget() -> Arc<Budget> {
    Budget::new(1.0, Metrics::default())
}

fn shift() -> Step {
    Step::SetWeights(WeightChange { route: "rule".to_owned(), kind: RouteKind::Rule, weights: Vec::new() })
}

/// Takes a turn to look, and looks: the targets of one group, and what it shares with others.
async fn look(budget: &Arc<Budget>, lane: Lane) {
    let _turn = budget.turn(lane, Cost::look(1)).await;
    budget.sent(Operation::DescribeTargetHealth);
}

/// Uses a bucket up, as far as a lane may.
fn exhaust(budget: &Arc<Budget>, lane: Lane) {
    while let Some(turn) = budget.turn(lane, Cost::look(1)).now_or_never() {
        budget.sent(Operation::DescribeTargetHealth);
        drop(turn);
    }
}

#[tokio::test(start_paused = true)]
async fn a_turn_comes_at_once_while_there_is_enough() {
    let budget = budget();
    let asked = Instant::now();
    for _ in 0..24 {
        look(&budget, Lane::Watch).await;
    }
    assert_eq!(asked.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn many_looks_go_at_the_rate_of_the_bucket_and_together() {
    let budget = budget();
    exhaust(&budget, Lane::Watch);
    let asked = Instant::now();
    let looks = (0..50).map(|_| async {
        look(&budget, Lane::Watch).await;
        asked.elapsed().as_millis()
    });
    let mut went = join_all(looks).await;
    let last = went.last().copied().unwrap_or_default();
    assert!((4900..=5100).contains(&last), "50 looks at 10 a second: {went:?}");
    went.dedup();
    assert_eq!(went.len(), 5, "they go out together, once a second: {went:?}");
}

#[tokio::test(start_paused = true)]
async fn a_rollback_goes_before_everybody_and_finds_what_is_kept_for_it() {
    let budget = budget();
    exhaust(&budget, Lane::Shift);
    let waiting: Vec<_> = (0..50)
        .map(|_| {
            tokio::spawn({
                let budget = Arc::clone(&budget);
                async move { look(&budget, Lane::Watch).await }
            })
        })
        .collect();
    sleep(Duration::from_millis(300)).await;
    let asked = Instant::now();
    for _ in 0..4 {
        let turn = budget.turn_to_act(Lane::Rollback, &shift()).await.unwrap();
        budget.sent(Operation::DescribeRules);
        budget.sent(Operation::ModifyRule);
        drop(turn);
    }
    assert_eq!(asked.elapsed(), Duration::ZERO);
    join_all(waiting).await;
}

#[tokio::test(start_paused = true)]
async fn lanes_go_in_their_order_and_whoever_asked_first_goes_first_in_each() {
    let budget = budget();
    let order = Arc::new(Mutex::new(Vec::new()));
    // In debt, so that nobody goes before all have asked.
    for _ in 0..60 {
        budget.sent(Operation::ModifyRule);
    }
    let lanes = [Lane::Delete, Lane::Shift, Lane::Rollback, Lane::Create, Lane::Shift, Lane::Rollback];
    let all = lanes.into_iter().enumerate().map(|(number, lane)| {
        let (budget, order) = (&budget, &order);
        async move {
            let (cost, _) = Cost::of_step(&shift());
            let _turn = budget.turn(lane, cost).await;
            budget.sent(Operation::ModifyRule);
            order.lock().unwrap().push((lane, number));
        }
    });
    join_all(all).await;
    let expected = [
        (Lane::Rollback, 2),
        (Lane::Rollback, 5),
        (Lane::Shift, 1),
        (Lane::Shift, 4),
        (Lane::Create, 3),
        (Lane::Delete, 0),
    ];
    assert_eq!(*order.lock().unwrap(), expected);
}

#[tokio::test(start_paused = true)]
async fn an_idle_look_is_not_starved_by_releases() {
    let budget = budget();
    let busy: Vec<_> = (0..100)
        .map(|_| {
            tokio::spawn({
                let budget = Arc::clone(&budget);
                async move {
                    loop {
                        look(&budget, Lane::Watch).await;
                        sleep(Duration::from_secs(5)).await;
                    }
                }
            })
        })
        .collect();
    sleep(Duration::from_secs(10)).await;
    let asked = Instant::now();
    look(&budget, Lane::Idle).await;
    assert!((Duration::from_secs(15)..Duration::from_secs(30)).contains(&asked.elapsed()), "{:?}", asked.elapsed());
    busy.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_waits_for_its_own_bucket_does_not_hold_up_looks() {
    let budget = budget();
    for _ in 0..40 {
        budget.sent(Operation::ModifyRule);
    }
    advance(Duration::from_secs(4)).await;
    let shift = shift();
    let mut write = Box::pin(budget.turn_to_act(Lane::Shift, &shift));
    assert!(futures::poll!(&mut write).is_pending());
    let asked = Instant::now();
    look(&budget, Lane::Watch).await;
    assert!(asked.elapsed() <= Duration::from_secs(1), "{:?}", asked.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_step_that_gets_no_turn_in_time_sends_nothing_and_says_so() {
    let budget = budget();
    for _ in 0..100 {
        budget.sent(Operation::ModifyRule);
    }
    let asked = Instant::now();
    let error = budget.turn_to_act(Lane::Shift, &shift()).await.err().unwrap();
    assert_eq!((error.class, error.operation), (ErrorClass::Throttled, Operation::ModifyRule));
    assert!(error.is_transient());
    assert_eq!(asked.elapsed(), limits::TURN_TO_ACT);
}

#[tokio::test(start_paused = true)]
async fn whoever_stops_waiting_and_whoever_has_done_give_back() {
    let budget = budget();
    exhaust(&budget, Lane::Watch);
    for _ in 0..10 {
        let gave_up = timeout(Duration::from_millis(10), budget.turn(Lane::Watch, Cost::look(2))).await;
        assert!(gave_up.is_err());
    }
    // Granted and never used: what was kept is there again.
    for _ in 0..10 {
        sleep(Duration::from_secs(4)).await;
        drop(budget.turn(Lane::Watch, Cost::look(20)).await);
    }
    sleep(Duration::from_secs(10)).await;
    let queue = budget.lock();
    assert!(queue.is_empty() && !queue.is_driven, "{queue:?}");
}

#[tokio::test(start_paused = true)]
async fn tries_are_counted_with_their_retries_and_throttled_ones_teach() {
    let aws = Aws::always(400, xml_error("Throttling", "Rate exceeded"));
    let cloud = aws.cloud();
    assert_eq!(cloud.load_balancing.describe_targets("tg").await.unwrap_err().class, ErrorClass::Throttled);
    let scraped = aws.metrics();
    for line in [
        r#"sluice_aws_tries_total{bucket="LoadBalancingRead"} 3"#,
        r#"sluice_aws_tries_total{bucket="LoadBalancingAll"} 3"#,
        r#"sluice_aws_throttled_tries_total{bucket="LoadBalancingRead"} 3"#,
    ] {
        assert!(scraped.contains(line), "{line} is not in\n{scraped}");
    }
    // The bucket is taken to be empty: a look waits now, and a write to another bucket does not.
    assert!(cloud.budget.turn(Lane::Watch, Cost::look(1)).now_or_never().is_none());
    let promote = Step::PromoteTaskSet { task_set: "set".to_owned() };
    assert!(cloud.budget.turn_to_act(Lane::Delete, &promote).now_or_never().is_some());
}

#[tokio::test(start_paused = true)]
async fn a_throttling_by_ecs_is_seen_too() {
    let aws = Aws::always(400, crate::testing::ecs_error("com.amazonaws.ecs#ThrottlingException", "Rate exceeded"));
    let _ = aws.cloud().ecs.stopped_tasks("live", "set").await;
    let line = r#"sluice_aws_throttled_tries_total{bucket="EcsResourceRead"} 3"#;
    assert!(aws.metrics().contains(line), "{}", aws.metrics());
}
