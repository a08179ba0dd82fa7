//! Fifty canaries at the same time in one account, under the documented rate limits.

use serde_json::{Value, json};
use sluice_e2e::fleet::{self, Limits, Strategy, name};
use sluice_e2e::manifests::application;
use sluice_e2e::world::{World, must};

use super::call_rate::{MeteredWorld, mean_wait, most_over, over_the_share};

/// Services, each with its own pair of target groups, rule and DeploymentGroup.
const SERVICES: usize = 50;

/// Writes of a release: two weights on one route, and three.
const WRITES: usize = 2 + 3;

/// The one of them that somebody stops in the middle of its shift.
const STOPPED: usize = 25;

/// Writes of a release that is stopped there: a weight there and back, and a task set that is made and deleted.
const WRITES_OF_THE_STOPPED: usize = 2 + 2;

/// Calls of others that may come between the look that sees a stop and the return of the traffic.
const CALLS_BEFORE_A_ROLLBACK: usize = 30;

/// The operator's own default, unlike that of the other tests.
const POLL: &str = "5s";

/// How often the operator looks at what is idle.
const RESYNC: &str = "20s";

/// The DeploymentGroups. The one that is stopped holds its weight until then.
fn groups(binding: &str) -> Vec<Value> {
    let mut groups = fleet::groups(SERVICES, Strategy::Canary, fleet::HOLD, binding);
    for group in groups.iter_mut().filter(|group| group["metadata"]["name"] == name(STOPPED)) {
        group["spec"]["deploymentConfig"] = json!({"canary": {"percentage": 10, "interval": "10m"}});
    }
    groups
}

/// Stops one canary while it has traffic and the others go on, and returns how many calls the operator made from its
/// look that saw the stop until the traffic of this one was sent back.
fn stop_one(watched: &MeteredWorld) -> usize {
    let world = &watched.world;
    let stopped = format!("{}-1", name(STOPPED));
    let has_traffic = |one: &Value| one["status"]["traffic"]["observed"] == 10;
    watched.wait("a canary to have traffic", |world| {
        Ok(world.kubernetes.get("deployments", &stopped)?.filter(has_traffic).map(|_| ()))
    });
    let before = must(world.aws.journal()).len();
    must(world.kubernetes.kubectl_patch("deployment", &stopped, &json!({"spec": {"stop": {}}})));
    let number = format!("{STOPPED:016x}");
    let returned = |call: &Value| {
        let is_its_rule = call["request"]["RuleArn"].as_str().is_some_and(|arn| arn.ends_with(&number));
        call["operation"] == "ModifyRule" && is_its_rule && call["status"] == 200
    };
    let calls = watched.wait("the traffic of the stopped one to return", |world| {
        let calls = world.aws.journal()?.split_off(before);
        Ok(calls.iter().position(returned).map(|end| calls[..end].to_vec()))
    });
    // Rules and services are looked at together with those of others; the targets of a group are looked at alone.
    let targets = format!("targetgroup/{}-", name(STOPPED));
    let looks_at_it = |call: &Value| {
        let group = call["request"]["TargetGroupArn"].as_str();
        call["operation"] == "DescribeTargetHealth" && group.is_some_and(|arn| arn.contains(&targets))
    };
    let look = calls.iter().rposition(looks_at_it).unwrap_or_default();
    calls.len() - look
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

/// How many calls of the operator the journal has to Elastic Load Balancing.
fn load_balancing_calls(journal: &[Value]) -> u64 {
    journal.iter().filter(|call| call["service"] == "elbv2" && call["accessKey"] == "AKIDSLUICE").map(|_| 1).sum()
}

// S14 Budget
#[test]
fn fifty_canaries_in_one_account_stay_within_the_rate_limits_and_a_rollback_goes_first() {
    let world = World::with(&fleet::ground(Limits::Documented), |settings| {
        POLL.clone_into(&mut settings.poll_interval);
        RESYNC.clone_into(&mut settings.resync_interval);
    });
    for part in fleet::services(SERVICES) {
        must(world.aws.merge(&part));
    }
    let watched = MeteredWorld::new(world);
    let world = &watched.world;
    world.apply(&[application("shop:42")]);
    world.apply(&groups(&world.binding));
    let calls = stop_one(&watched);
    assert!(calls <= CALLS_BEFORE_A_ROLLBACK, "{calls} calls were made before traffic was sent back");
    assert!(!all_ended(world), "the others had ended already: nothing was in the way");
    watched.wait("fifty canaries to end", |world| Ok(all_ended(world).then_some(())));
    for deployment in must(world.kubernetes.list("deployments")) {
        let stopped = deployment["spec"]["groupRef"] == name(STOPPED);
        let state = if stopped { "Stopped" } else { "Succeeded" };
        assert_eq!(deployment["status"]["state"], state, "{deployment:#}");
    }
    let page = must(world.operator.metrics());
    let (rollback, others) = (mean_wait(&page, &["Rollback"]), mean_wait(&page, &["Due", "Watch"]));
    assert!(rollback < others / 2.0, "a rollback waited {rollback} s for its turn, the others {others} s on average");
    let writes = must(world.aws.writes());
    let mut effects: Vec<String> = writes.iter().filter_map(effect).collect();
    assert_eq!(effects.len(), (SERVICES - 1) * WRITES + WRITES_OF_THE_STOPPED, "{effects:#?}");
    effects.retain(|effect| effect.contains("CreateTaskSet"));
    effects.sort();
    effects.dedup();
    assert_eq!(effects.len(), SERVICES, "one task set for each service");
    let journal = must(world.aws.journal());
    let counted = must(watched.sample());
    let throttled = journal.iter().filter(|call| call["note"] == "throttled").count();
    assert_eq!(throttled, 0, "of {} calls", journal.len());
    let calls = load_balancing_calls(&journal);
    // What was given up on its way never arrived.
    assert!(calls <= counted, "{calls} calls arrived, and the operator counted {counted}");
    assert!(calls > (SERVICES * WRITES) as u64, "only {calls} calls to Elastic Load Balancing");
    // What many share in one batch, or is tried again, is counted as it is sent and paid by whoever comes next: a debt
    // of a moment, which may use what the share leaves of AWS's own bucket, and never more than that.
    let (over_limit, over_share) = {
        let samples = watched.samples.borrow();
        (most_over(&samples, 40.0, 10.0), over_the_share(&samples, 40.0, 10.0))
    };
    println!(
        "{calls} calls: {over_limit:.1} over the limit, {over_share:.1} over the share; a rollback waited \
         {rollback:.3} s, others {others:.3} s"
    );
    assert!(over_limit <= 0.0, "{over_limit} calls over the limit of Elastic Load Balancing at the worst moment");
    assert!(over_share <= 0.0, "{over_share} calls over the share of it, from beginning to end");
    // Deletion has its own tests, and takes long with so many objects.
    world.assert_settled();
}
