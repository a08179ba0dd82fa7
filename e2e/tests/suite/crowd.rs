//! Fifty canaries at the same time in one account, under the documented rate limits.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use sluice_e2e::fleet::{self, Limits, Strategy, name};
use sluice_e2e::manifests::application;
use sluice_e2e::poll;
use sluice_e2e::world::{World, must};

/// Services, each with its own pair of target groups, rule and DeploymentGroup.
const SERVICES: usize = 50;

/// Writes of a release: two weights on one route, and three.
const WRITES: usize = 2 + 3;

/// The one of them that somebody stops in the middle of its shift.
const STOPPED: usize = 25;

/// Writes of a release that is stopped there: a weight there and back, and a task set that is made and deleted.
const WRITES_OF_THE_STOPPED: usize = 2 + 2;

/// Calls of others that may come between a stop and the return of the traffic. All of them together make seven a second.
const CALLS_BEFORE_A_ROLLBACK: usize = 30;

/// The operator's own default, unlike that of the other tests.
const POLL: &str = "5s";

/// How often the operator looks at what is idle.
const RESYNC: &str = "20s";

/// How long all of them may take. In 70 percent of the ten calls a second that Elastic Load Balancing answers, the
/// eleven hundred of fifty canaries take two and a half minutes.
const PATIENCE: Duration = Duration::from_mins(5);

/// Share of the limits that the operator is to stay within, by default.
const SHARE: f64 = 0.7;

/// Calls that may come on top: what many share in one batch is counted as it is sent, and a busy machine bunches calls
/// that were sent apart. Without a budget it would be hundreds.
const TOLERATED: f64 = 10.0;

/// The DeploymentGroups. The one that is stopped holds its weight until then.
fn groups(binding: &str) -> Vec<Value> {
    let mut groups = fleet::groups(SERVICES, Strategy::Canary, binding);
    for group in groups.iter_mut().filter(|group| group["metadata"]["name"] == name(STOPPED)) {
        group["spec"]["deploymentConfig"] = json!({"canary": {"percentage": 10, "interval": "10m"}});
    }
    groups
}

/// Stops one canary while it has traffic and the others go on, and returns how many calls the operator made from then
/// until the traffic of this one was sent back.
fn stop_one(world: &World) -> usize {
    let stopped = format!("{}-1", name(STOPPED));
    let has_traffic = |one: &Value| one["status"]["traffic"]["observed"] == 10;
    must(poll::within(PATIENCE, "a canary to have traffic", || {
        Ok(world.kubernetes.get("deployments", &stopped)?.filter(has_traffic).map(|_| ()))
    }));
    let before = must(world.aws.journal()).len();
    must(world.kubernetes.kubectl_patch("deployment", &stopped, &json!({"spec": {"stop": {}}})));
    let returned = |call: &Value| {
        let is_its_rule =
            call["request"]["RuleArn"].as_str().is_some_and(|arn| arn.ends_with(&format!("{STOPPED:016x}")));
        call["operation"] == "ModifyRule" && is_its_rule && call["status"] == 200
    };
    must(poll::within(PATIENCE, "the traffic of the stopped one to return", || {
        let calls = world.aws.journal()?;
        Ok(calls.iter().skip(before).position(returned))
    }))
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

/// When the operator called Elastic Load Balancing, in seconds of the simulated time.
fn load_balancing_calls(journal: &[Value]) -> Vec<f64> {
    let at =
        |call: &Value| call["at"].as_str().unwrap().parse::<Timestamp>().unwrap().duration_since(Timestamp::UNIX_EPOCH);
    let ours = journal.iter().filter(|call| call["service"] == "elbv2" && call["accessKey"] == "AKIDSLUICE");
    ours.map(|call| at(call).as_secs_f64()).collect()
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
fn calls_beyond_the_share_are_found() {
    let burst = vec![0.0; 30];
    assert!((most_over(&burst, 40.0, 10.0) - 2.0).abs() < 1e-9, "28 are within the share of a burst of 40");
    let spread: Vec<f64> = (0..300).map(|number| f64::from(number) / 7.0).collect();
    assert!(most_over(&spread, 40.0, 10.0) < 0.0, "seven a second are within the share of ten");
    let faster: Vec<f64> = (0..300).map(|number| f64::from(number) / 10.0).collect();
    assert!(most_over(&faster, 40.0, 10.0) > 50.0);
}

#[test]
fn fifty_canaries_in_one_account_stay_within_the_rate_limits_and_a_rollback_goes_first() {
    let world = World::with(&fleet::ground(Limits::Documented), |settings| {
        POLL.clone_into(&mut settings.poll_interval);
        RESYNC.clone_into(&mut settings.resync_interval);
    });
    for part in fleet::services(SERVICES) {
        must(world.aws.merge(&part));
    }
    world.apply(&[application("shop:42")]);
    world.apply(&groups(&world.binding));
    let calls = stop_one(&world);
    assert!(calls <= CALLS_BEFORE_A_ROLLBACK, "{calls} calls were made before traffic was sent back");
    assert!(!all_ended(&world), "the others had ended already: nothing was in the way");
    must(poll::within(PATIENCE, "fifty canaries to end", || Ok(all_ended(&world).then_some(()))));
    for deployment in must(world.kubernetes.list("deployments")) {
        let stopped = deployment["spec"]["groupRef"] == name(STOPPED);
        let state = if stopped { "Stopped" } else { "Succeeded" };
        assert_eq!(deployment["status"]["state"], state, "{deployment:#}");
    }
    let writes = must(world.aws.writes());
    let mut effects: Vec<String> = writes.iter().filter_map(effect).collect();
    assert_eq!(effects.len(), (SERVICES - 1) * WRITES + WRITES_OF_THE_STOPPED, "{effects:#?}");
    effects.retain(|effect| effect.contains("CreateTaskSet"));
    effects.sort();
    effects.dedup();
    assert_eq!(effects.len(), SERVICES, "one task set for each service");
    let journal = must(world.aws.journal());
    let throttled = journal.iter().filter(|call| call["note"] == "throttled").count();
    assert_eq!(throttled, 0, "of {} calls", journal.len());
    let calls = load_balancing_calls(&journal);
    assert!(calls.len() > SERVICES * WRITES, "only {} calls to Elastic Load Balancing", calls.len());
    let over = most_over(&calls, 40.0, 10.0);
    println!("{over:.1} of {} calls over the share", calls.len());
    assert!(over <= TOLERATED, "{over} calls over the share of all calls to Elastic Load Balancing");
    // Deletion has its own tests, and takes long with so many objects.
    world.assert_settled();
}
