use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures::{FutureExt, future::join_all};
use sluice_plan::{Action, Priority, WeightChange, observation::RouteKind};
use tokio::time::{Instant, advance, sleep, timeout};

use super::{
    cost::Cost,
    limiter::{LONGEST_WAIT_TO_ACT, RateLimiter},
};
use crate::{
    error::ErrorClass,
    metrics::Metrics,
    operations::Operation,
    testing::{Aws, ecs_error, xml_error},
};

/// Who asks, where it does not matter.
const TENANT: &str = "shop";

fn limiter() -> Arc<RateLimiter> {
    RateLimiter::new(1.0, Metrics::default())
}

fn shift() -> Action {
    Action::SetWeights(WeightChange {
        route: "rule".to_owned(),
        kind: RouteKind::Rule,
        weights: Vec::new(),
        adds: false,
    })
}

/// Takes a permit to observe, and observes: the targets of one group, and what it shares with others.
async fn observe(limiter: &Arc<RateLimiter>, priority: Priority) {
    let _permit = limiter.acquire(TENANT, priority, Cost::to_observe(1)).await;
    limiter.sent(Operation::DescribeTargetHealth);
}

/// Uses a bucket up, as far as a priority may.
fn exhaust(limiter: &Arc<RateLimiter>, priority: Priority) {
    while let Some(permit) = limiter.acquire(TENANT, priority, Cost::to_observe(1)).now_or_never() {
        limiter.sent(Operation::DescribeTargetHealth);
        drop(permit);
    }
}

#[tokio::test(start_paused = true)]
async fn a_permit_comes_at_once_while_there_is_enough() {
    let limiter = limiter();
    let asked = Instant::now();
    for _ in 0..24 {
        observe(&limiter, Priority::Watch).await;
    }
    assert_eq!(asked.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn many_observations_go_at_the_rate_of_the_bucket_and_together() {
    let limiter = limiter();
    exhaust(&limiter, Priority::Watch);
    let asked = Instant::now();
    let observations = (0..50).map(|_| async {
        observe(&limiter, Priority::Watch).await;
        asked.elapsed().as_millis()
    });
    let mut went = join_all(observations).await;
    let last = went.last().copied().unwrap_or_default();
    assert!((4900..=5100).contains(&last), "50 observations at 10 a second: {went:?}");
    went.dedup();
    assert_eq!(went.len(), 5, "they go out together, once a second: {went:?}");
}

// S14 Budget
#[tokio::test(start_paused = true)]
async fn a_rollback_goes_before_everybody_and_finds_what_is_reserved_for_it() {
    let limiter = limiter();
    exhaust(&limiter, Priority::Shift);
    let waiting: Vec<_> = (0..50)
        .map(|_| {
            tokio::spawn({
                let limiter = Arc::clone(&limiter);
                async move { observe(&limiter, Priority::Watch).await }
            })
        })
        .collect();
    sleep(Duration::from_millis(300)).await;
    let asked = Instant::now();
    for _ in 0..4 {
        let permit = limiter.acquire_to_act(TENANT, Priority::Rollback, &shift()).await.unwrap();
        limiter.sent(Operation::DescribeRules);
        limiter.sent(Operation::ModifyRule);
        drop(permit);
    }
    assert_eq!(asked.elapsed(), Duration::ZERO);
    join_all(waiting).await;
}

#[tokio::test(start_paused = true)]
async fn priorities_go_in_their_order_and_whoever_asked_first_goes_first_in_each() {
    let limiter = limiter();
    let order = Arc::new(Mutex::new(Vec::new()));
    // In debt, so that nobody goes before all have asked.
    for _ in 0..60 {
        limiter.sent(Operation::ModifyRule);
    }
    let priorities =
        [Priority::Delete, Priority::Shift, Priority::Rollback, Priority::Create, Priority::Shift, Priority::Rollback];
    let all = priorities.into_iter().enumerate().map(|(number, priority)| {
        let (limiter, order) = (&limiter, &order);
        async move {
            let (cost, _) = Cost::to_act(&shift());
            let _permit = limiter.acquire(TENANT, priority, cost).await;
            limiter.sent(Operation::ModifyRule);
            order.lock().unwrap().push((priority, number));
        }
    });
    join_all(all).await;
    let expected = [
        (Priority::Rollback, 2),
        (Priority::Rollback, 5),
        (Priority::Shift, 1),
        (Priority::Shift, 4),
        (Priority::Create, 3),
        (Priority::Delete, 0),
    ];
    assert_eq!(*order.lock().unwrap(), expected);
}

// L5: nothing that is due waits for a minute.
#[tokio::test(start_paused = true)]
async fn an_idle_observation_is_not_starved_by_releases() {
    let limiter = limiter();
    let busy: Vec<_> = (0..100)
        .map(|_| {
            tokio::spawn({
                let limiter = Arc::clone(&limiter);
                async move {
                    loop {
                        observe(&limiter, Priority::Watch).await;
                        sleep(Duration::from_secs(5)).await;
                    }
                }
            })
        })
        .collect();
    sleep(Duration::from_secs(10)).await;
    let asked = Instant::now();
    observe(&limiter, Priority::Idle).await;
    assert!((Duration::from_secs(15)..Duration::from_secs(30)).contains(&asked.elapsed()), "{:?}", asked.elapsed());
    busy.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_waits_for_its_own_bucket_does_not_hold_up_observations() {
    let limiter = limiter();
    for _ in 0..40 {
        limiter.sent(Operation::ModifyRule);
    }
    advance(Duration::from_secs(4)).await;
    let shift = shift();
    let mut write = Box::pin(limiter.acquire_to_act(TENANT, Priority::Shift, &shift));
    assert!(futures::poll!(&mut write).is_pending());
    let asked = Instant::now();
    observe(&limiter, Priority::Watch).await;
    assert!(asked.elapsed() <= Duration::from_secs(1), "{:?}", asked.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_write_that_gets_no_permit_in_time_sends_nothing_and_says_so() {
    let limiter = limiter();
    for _ in 0..100 {
        limiter.sent(Operation::ModifyRule);
    }
    let asked = Instant::now();
    let error = limiter.acquire_to_act(TENANT, Priority::Shift, &shift()).await.err().unwrap();
    assert_eq!((error.class, error.operation), (ErrorClass::Throttled, Operation::ModifyRule));
    assert!(error.is_transient());
    assert_eq!(asked.elapsed(), LONGEST_WAIT_TO_ACT);
}

#[tokio::test(start_paused = true)]
async fn whoever_stops_waiting_and_whoever_has_done_give_back() {
    let limiter = limiter();
    exhaust(&limiter, Priority::Watch);
    for _ in 0..10 {
        let gave_up =
            timeout(Duration::from_millis(10), limiter.acquire(TENANT, Priority::Watch, Cost::to_observe(2))).await;
        assert!(gave_up.is_err());
    }
    // Granted and never used: what was reserved is there again.
    for _ in 0..10 {
        sleep(Duration::from_secs(4)).await;
        drop(limiter.acquire(TENANT, Priority::Watch, Cost::to_observe(20)).await);
    }
    sleep(Duration::from_secs(10)).await;
    let queue = limiter.lock();
    assert!(queue.is_empty() && !queue.is_driven, "{queue:?}");
}

// S14 Budget
#[tokio::test(start_paused = true)]
async fn tries_are_counted_with_their_retries_and_throttled_ones_teach() {
    let aws = Aws::always(400, xml_error("Throttling", "Rate exceeded"));
    let region = aws.region();
    assert_eq!(region.load_balancing.describe_targets("tg").await.unwrap_err().class, ErrorClass::Throttled);
    let scraped = aws.metrics();
    for line in [
        r#"sluice_aws_tries_total{bucket="LoadBalancingRead"} 3"#,
        r#"sluice_aws_tries_total{bucket="LoadBalancingAll"} 3"#,
        r#"sluice_aws_throttled_tries_total{bucket="LoadBalancingRead"} 3"#,
    ] {
        assert!(scraped.contains(line), "{line} is not in\n{scraped}");
    }
    // The bucket is taken to be empty: an observation waits now, and a write to another bucket does not.
    assert!(region.rate_limiter.acquire(TENANT, Priority::Watch, Cost::to_observe(1)).now_or_never().is_none());
    let promote = Action::PromoteTaskSet { task_set: "set".to_owned() };
    assert!(region.rate_limiter.acquire_to_act(TENANT, Priority::Delete, &promote).now_or_never().is_some());
}

#[tokio::test(start_paused = true)]
async fn a_throttling_by_ecs_is_seen_too() {
    let aws = Aws::always(400, ecs_error("com.amazonaws.ecs#ThrottlingException", "Rate exceeded"));
    let _ = aws.region().ecs.stopped_tasks("live", "set").await;
    let line = r#"sluice_aws_throttled_tries_total{bucket="EcsResourceRead"} 3"#;
    assert!(aws.metrics().contains(line), "{}", aws.metrics());
}

#[tokio::test(start_paused = true)]
async fn within_a_priority_tenants_take_turns_however_many_each_has() {
    let limiter = limiter();
    exhaust(&limiter, Priority::Watch);
    let served = Arc::new(Mutex::new(Vec::new()));
    let ask = |tenant: &'static str| {
        let (limiter, served) = (Arc::clone(&limiter), Arc::clone(&served));
        async move {
            let permit = limiter.acquire(tenant, Priority::Watch, Cost::to_observe(1)).await;
            limiter.sent(Operation::DescribeTargetHealth);
            drop(permit);
            served.lock().unwrap().push(tenant);
        }
    };
    let many = join_all((0..60).map(|_| ask("many")));
    let few = join_all((0..3).map(|_| ask("few")));
    futures::join!(many, few);
    let served = served.lock().unwrap();
    let last = served.iter().rposition(|tenant| *tenant == "few").unwrap();
    assert!(last < 25, "the last of the few is number {last} of {}", served.len());
}
