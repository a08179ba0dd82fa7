//! Fifty canaries at the same time in one account, under the documented rate limits.

use std::time::Duration;

use serde_json::{Value, json};
use sluice_e2e::manifests::{application, with};
use sluice_e2e::scenario;
use sluice_e2e::world::{World, must};
use sluice_e2e::{manifests, poll};

/// Services, each with its own pair of target groups, rule and DeploymentGroup.
const SERVICES: usize = 50;

/// Writes of a release: two weights on one route, and three.
const WRITES: usize = 2 + 3;

/// The operator's own default, unlike that of the other tests.
const POLL: &str = "5s";

/// How often the operator looks at what is idle.
const RESYNC: &str = "20s";

/// How long all of them may take. In 70 percent of the ten calls a second that Elastic Load Balancing answers, the
/// eleven hundred of fifty canaries take two and a half minutes.
const PATIENCE: Duration = Duration::from_mins(5);

/// Share of the limits that the operator is to stay within, by default.
const SHARE: f64 = 0.7;

/// Calls that may come on top, because what many share in one batch is counted as it is sent.
const BATCHES: f64 = 6.0;

const BALANCING: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012";
const LISTENER: &str = "app/crowd/00000000000000aa/00000000000000bb";

fn name(number: usize) -> String {
    format!("crowd-{number:02}")
}

fn target_group(number: usize, side: &str) -> Value {
    json!({"name": format!("{}-{side}", name(number)), "id": format!("{side}{number:015x}")})
}

fn rule(number: usize) -> Value {
    json!({
        "priority": number,
        "id": format!("{number:016x}"),
        "host": format!("{}.example.com", name(number)),
        "forward": {format!("{}-a", name(number)): 100, format!("{}-b", name(number)): 0},
        "requestsPerSecond": 5,
    })
}

fn service(number: usize) -> Value {
    let mut service = scenario::service(&name(number));
    service["desiredCount"] = json!(1);
    service["taskSets"][0]["targetGroup"] = json!(format!("{}-a", name(number)));
    service
}

fn crowd() -> Value {
    let all = 1..=SERVICES;
    let mut scenario = scenario::shop();
    scenario["throttling"] = json!(true);
    scenario["loadBalancers"] = json!([{
        "name": "crowd",
        "id": "00000000000000aa",
        "targetGroups": all.clone().flat_map(|number| [target_group(number, "a"), target_group(number, "b")]).collect::<Vec<_>>(),
        "listeners": [{
            "port": 443,
            "id": "00000000000000bb",
            "defaultAction": {"fixedResponse": 404},
            "rules": all.clone().map(rule).collect::<Vec<_>>(),
        }],
    }]);
    scenario["clusters"] = json!([{"name": scenario::CLUSTER, "services": all.map(service).collect::<Vec<_>>()}]);
    scenario
}

fn group(number: usize, binding: &str) -> Value {
    let arn = |side: &str| format!("{BALANCING}:targetgroup/{}-{side}/{side}{number:015x}", name(number));
    let rule = format!("{BALANCING}:listener-rule/{LISTENER}/{number:016x}");
    let balancing = json!({"targetGroups": [arn("a"), arn("b")], "productionRoutes": [{"listenerRule": rule}]});
    let mut group = manifests::group(binding);
    group["metadata"]["name"] = json!(name(number));
    group = with(group, "/ecs/service", json!(name(number)));
    group = with(group, "/loadBalancer", balancing);
    group = with(group, "/progressDeadline", json!("150s"));
    with(group, "/deploymentConfig", json!({"canary": {"percentage": 10, "interval": "2s"}}))
}

fn all_ended(world: &World) -> bool {
    let deployments = must(world.kubernetes.list("deployments"));
    deployments.len() == SERVICES && deployments.iter().all(|one| one["status"]["completedAt"].is_string())
}

/// A write that took effect, as an operation and what it was done to.
fn effect(write: &Value) -> Option<String> {
    let request = &write["request"];
    let subject = request["service"].as_str().or_else(|| request["RuleArn"].as_str())?;
    (write["status"] == 200).then(|| format!("{} {subject}", write["operation"]))
}

/// Calls to Elastic Load Balancing that the operator made, by the simulated second.
fn load_balancing_calls(world: &World) -> Vec<f64> {
    let calls = must(world.aws.journal());
    let ours = calls.iter().filter(|call| call["service"] == "elbv2" && call["accessKey"] == "AKIDSLUICE");
    ours.filter_map(|call| call["at"].as_f64()).collect()
}

/// By how many calls the operator was over its share of a bucket at the worst moment; negative when it never was.
fn most_over(calls: &[f64], burst: f64, per_second: f64) -> f64 {
    let (mut tokens, mut last, mut worst) = (burst * SHARE, f64::MAX, f64::MIN);
    for at in calls {
        tokens = (tokens + (at - last).max(0.0) * per_second * SHARE).min(burst * SHARE) - 1.0;
        last = *at;
        worst = worst.max(-tokens);
    }
    worst
}

#[test]
fn fifty_canaries_in_one_account_stay_within_the_rate_limits_and_all_succeed() {
    let world = World::with(&crowd(), |settings| {
        POLL.clone_into(&mut settings.poll_interval);
        RESYNC.clone_into(&mut settings.resync_interval);
    });
    world.apply(&[application("shop:42")]);
    let groups: Vec<Value> = (1..=SERVICES).map(|number| group(number, &world.binding)).collect();
    world.apply(&groups);
    must(poll::within(PATIENCE, "fifty canaries to end", || Ok(all_ended(&world).then_some(()))));
    for deployment in must(world.kubernetes.list("deployments")) {
        assert_eq!(deployment["status"]["state"], "Succeeded", "{deployment:#}");
    }
    let writes = must(world.aws.writes());
    let mut effects: Vec<String> = writes.iter().filter_map(effect).collect();
    assert_eq!(effects.len(), SERVICES * WRITES, "{effects:#?}");
    effects.retain(|effect| effect.contains("CreateTaskSet"));
    effects.sort();
    effects.dedup();
    assert_eq!(effects.len(), SERVICES, "one task set for each service");
    let journal = must(world.aws.journal());
    let throttled = journal.iter().filter(|call| call["note"] == "throttled").count();
    assert_eq!(throttled, 0, "of {} calls", journal.len());
    let over = most_over(&load_balancing_calls(&world), 40.0, 10.0);
    assert!(over <= BATCHES, "{over} calls over the share of all calls to Elastic Load Balancing");
    // Deletion has its own tests, and takes long with so many objects.
    world.assert_settled();
}
