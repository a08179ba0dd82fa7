//! Drift through the real SDK and the simulated AWS: it is put back wherever the process dies, and a thousand groups in which
//! nothing happens cost few calls.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use simulated_aws::wire::Request;
use sluice_api::{DriftPolicy, State};
use sluice_operator::pipeline::{next_wave, observe_group};
use sluice_plan::begin::preflight::check_group;
use sluice_plan::begin::preflight::input::PreflightInput;
use sluice_virtual_time::{ACCESS_KEY, Death, IdleGroup, Release, World, rule, shared_rule, target_group};
use tokio::sync::Semaphore;

/// A request by someone else.
fn by_hand(world: &World, service: &str, mut headers: Vec<(String, String)>, body: String) {
    let credential = format!("Credential=AKIDSOMEONEELSE/20260101/eu-west-1/{service}/aws4_request");
    let authorization = format!("AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0");
    headers.push(("authorization".to_owned(), authorization));
    let request = Request {
        method: "POST".to_owned(),
        path: "/".to_owned(),
        headers,
        body: body.into_bytes(),
        ..Request::default()
    };
    assert!(world.send(&request), "{request:?}");
}

fn set_back(world: &World) {
    let group = |index: usize, side, weight: u32| {
        let member = format!("Actions.member.1.ForwardConfig.TargetGroups.member.{index}");
        format!("{member}.TargetGroupArn={}&{member}.Weight={weight}", target_group(0, side))
    };
    let (rule, a, b) = (rule(0), group(1, 'a', 100), group(2, 'b', 0));
    let what = format!("Action=ModifyRule&Version=2015-12-01&RuleArn={rule}");
    by_hand(world, "elasticloadbalancing", Vec::new(), format!("{what}&Actions.member.1.Type=forward&{a}&{b}"));
}

fn make_smaller(world: &World) {
    let target = "AmazonEC2ContainerServiceV20141113.UpdateTaskSet".to_owned();
    let scale = json!({"value": 50.0, "unit": "PERCENT"});
    let body = json!({"cluster": "prod", "service": "shop-0", "taskSet": task_set(world)["id"], "scale": scale});
    by_hand(world, "ecs", vec![("x-amz-target".to_owned(), target)], body.to_string());
}

fn task_set(world: &World) -> Value {
    world.control("/_sim/state")["services"][0]["taskSets"][0].clone()
}

fn writes(world: &World) -> u64 {
    ["ModifyRule", "UpdateTaskSet", "UpdateServicePrimaryTaskSet", "CreateTaskSet", "DeleteTaskSet"]
        .map(|operation| world.calls_of(operation))
        .iter()
        .sum()
}

#[tokio::test(start_paused = true)]
async fn what_is_put_back_is_put_back_wherever_the_process_dies() {
    type Change = fn(&World);
    let changes: [(&str, Change); 2] =
        [("the rule is set back to the empty target group", set_back), ("the task set is made smaller", make_smaller)];
    for (what, change) in changes {
        for death in [Death::Never, Death::BeforeRecord, Death::BeforeCall, Death::AfterCall] {
            let world = World::new(1, 2).unwrap();
            let ticker = world.run(Duration::from_millis(500));
            let mut release = Release::linear(0, 2, "1s").unwrap();
            release.settings.drift = DriftPolicy::Repair;
            let report = release.run(&world).await.unwrap();
            assert_eq!(report.state, State::Succeeded);
            let mut group = IdleGroup::after(&release, &report).unwrap();
            // The tasks of the original drain.
            let settled = world.clock.timestamp() + Duration::from_mins(10);
            group.look_until(&world, settled).await.unwrap();
            assert!(group.status.drift.is_empty(), "{:?}", group.status.drift);
            let before = writes(&world);
            change(&world);
            let by_hand = writes(&world) - before;
            for number in 0..6 {
                // Where nothing was to be done the next look is where it dies.
                let dies = if number < 3 { death } else { Death::Never };
                group.look(&world, dies).await.unwrap();
                world.clock.sleep_until(world.clock.timestamp() + Duration::from_secs(15)).await;
            }
            let told = format!("{what}, {death:?}: {:?}", group.status);
            assert_eq!(writes(&world) - before - by_hand, 1, "{told}");
            assert!(group.status.drift.is_empty(), "{told}");
            assert_eq!(task_set(&world)["scale"], 100.0, "{told}");
            let violations = world.control("/_sim/invariants")["violations"].clone();
            let ours = violations.as_array().unwrap().iter().filter(|one| one["accessKey"] == ACCESS_KEY).count();
            assert_eq!(ours, 0, "{told}: {violations:#}");
            ticker.abort();
        }
    }
}

/// Reads of the operator so far.
fn reads(world: &World) -> Vec<(String, u64)> {
    let balancing = ["DescribeRules", "DescribeListeners", "DescribeTargetGroups", "DescribeTargetHealth"];
    ["DescribeServices", "DescribeLoadBalancers"]
        .into_iter()
        .chain(balancing)
        .map(|operation| (operation.to_owned(), world.calls_of(operation)))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_thousand_groups_in_which_nothing_happens_cost_at_most_thirty_reads_a_minute() {
    const GROUPS: usize = 1000;
    type Behind = (&'static str, fn() -> World, fn(usize) -> String);
    let behind: [Behind; 2] = [
        ("behind ten load balancers", || World::sharing(GROUPS, 1).unwrap(), shared_rule),
        ("behind a load balancer each", || World::new(GROUPS, 1).unwrap(), rule),
    ];
    for (what, world, rule) in behind {
        let reads = reads_an_hour(world(), GROUPS, rule).await;
        let total: u64 = reads.iter().map(|(_, count)| count).sum();
        let each: Vec<String> = reads.iter().map(|(name, count)| format!("{name} {}", per_minute(*count))).collect();
        println!("{GROUPS} groups {what}: {} reads a minute ({})", per_minute(total), each.join(", "));
        assert!(total <= 30 * 60, "{total} reads in an hour {what}");
    }
}

/// To a tenth.
fn per_minute(an_hour: u64) -> String {
    format!("{}.{}", an_hour / 60, an_hour % 60 / 6)
}

/// What so many groups read in an hour, once each was looked at.
async fn reads_an_hour(world: World, groups: usize, rule: fn(usize) -> String) -> Vec<(String, u64)> {
    const PERIOD: Duration = Duration::from_mins(10);
    let world = Arc::new(world);
    // As many reconciles as are at work at the same time.
    let slots = Arc::new(Semaphore::new(64));
    let end = world.clock.timestamp() + Duration::from_mins(75);
    let tasks: Vec<_> = (0..groups)
        .map(|service| {
            let (world, slots) = (world.clone(), slots.clone());
            let mut settings = Release::linear(service, 2, "1m").unwrap().settings;
            settings.drift = DriftPolicy::Repair;
            settings.load_balancer.production_routes =
                vec![serde_json::from_value(json!({"listenerRule": rule(service)})).unwrap()];
            tokio::spawn(async move {
                loop {
                    let now = world.clock.timestamp();
                    let next = next_wave(now, PERIOD, &format!("uid-{service}"), groups);
                    if next >= end {
                        return;
                    }
                    world.clock.sleep_until(next).await;
                    let _slot = slots.acquire().await.unwrap();
                    let observed = observe_group(world.aws(), &settings, next, PERIOD / 2).await.unwrap();
                    let refusal = check_group(&PreflightInput { settings: &settings, observed: &observed });
                    assert!(refusal.is_none(), "{refusal:?}");
                }
            })
        })
        .collect();
    world.clock.sleep_until(end - Duration::from_hours(1)).await;
    let before = reads(&world);
    for task in tasks {
        task.await.unwrap();
    }
    let after = reads(&world).into_iter().zip(before);
    after.map(|((name, after), (_, before))| (name, after - before)).collect()
}
