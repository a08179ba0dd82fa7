//! Fifty canaries at the same time in one account, under the documented rate limits.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sluice_e2e::fleet::{self, Limits, Strategy, name};
use sluice_e2e::manifests::application;
use sluice_e2e::world::{World, must};
use sluice_e2e::{Result, poll};

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

/// How many times longer than anything else all of them may take. In 70 percent of the ten calls a second that Elastic
/// Load Balancing answers, the eleven hundred of fifty canaries take two and a half minutes on any machine.
const TIMES_LONGER: u32 = 4;

/// Share of the limits that the operator is to stay within, by default.
const SHARE: f64 = 0.7;

/// Calls that may come on top: what many share in one batch is counted as it is sent. Without a budget it would be
/// hundreds.
const TOLERATED: f64 = 10.0;

/// How often the operator had called Elastic Load Balancing, by its own count, when it was asked between two moments.
/// What a call meets on its way, and when it arrives, is not the operator's doing.
#[derive(Clone, Copy, Debug)]
struct Sample {
    asked: Duration,
    answered: Duration,
    calls: f64,
}

/// A world whose operator is asked for its count whenever something is waited for.
struct Crowd {
    world: World,
    began: Instant,
    samples: RefCell<Vec<Sample>>,
}

impl Crowd {
    fn wait<T>(&self, what: &str, look: impl Fn(&World) -> Result<Option<T>>) -> T {
        must(poll::within(poll::time_limit() * TIMES_LONGER, what, || {
            self.sample()?;
            look(&self.world)
        }))
    }

    /// Asks for the count once more.
    fn sample(&self) -> Result<f64> {
        let asked = self.began.elapsed();
        let calls = counted(&self.world.operator.metrics()?, "sluice_aws_tries_total", "LoadBalancingAll");
        self.samples.borrow_mut().push(Sample { asked, answered: self.began.elapsed(), calls });
        Ok(calls)
    }
}

/// The sum of the series of a metric whose labels have this word.
fn counted(page: &str, metric: &str, word: &str) -> f64 {
    let lines = page.lines().filter(|line| line.starts_with(metric) && line.contains(word));
    lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
}

/// The DeploymentGroups. The one that is stopped holds its weight until then.
fn groups(binding: &str) -> Vec<Value> {
    let mut groups = fleet::groups(SERVICES, Strategy::Canary, binding);
    for group in groups.iter_mut().filter(|group| group["metadata"]["name"] == name(STOPPED)) {
        group["spec"]["deploymentConfig"] = json!({"canary": {"percentage": 10, "interval": "10m"}});
    }
    groups
}

/// Stops one canary while it has traffic and the others go on, and returns how many calls the operator made from its
/// look that saw the stop until the traffic of this one was sent back.
fn stop_one(crowd: &Crowd) -> usize {
    let world = &crowd.world;
    let stopped = format!("{}-1", name(STOPPED));
    let has_traffic = |one: &Value| one["status"]["traffic"]["observed"] == 10;
    crowd.wait("a canary to have traffic", |world| {
        Ok(world.kubernetes.get("deployments", &stopped)?.filter(has_traffic).map(|_| ()))
    });
    let before = must(world.aws.journal()).len();
    must(world.kubernetes.kubectl_patch("deployment", &stopped, &json!({"spec": {"stop": {}}})));
    let number = format!("{STOPPED:016x}");
    let returned = |call: &Value| {
        let is_its_rule = call["request"]["RuleArn"].as_str().is_some_and(|arn| arn.ends_with(&number));
        call["operation"] == "ModifyRule" && is_its_rule && call["status"] == 200
    };
    let calls = crowd.wait("the traffic of the stopped one to return", |world| {
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
fn load_balancing_calls(journal: &[Value]) -> usize {
    journal.iter().filter(|call| call["service"] == "elbv2" && call["accessKey"] == "AKIDSLUICE").count()
}

/// By how many calls the operator was over its share of a bucket at the worst moment; negative when it never was.
/// Between any two samples it may have made what was in the bucket, and what came into it in the longest time that
/// can have passed.
fn most_over(samples: &[Sample], burst: f64, per_second: f64) -> f64 {
    let share = |first: &Sample, last: &Sample| {
        (burst + (last.answered.saturating_sub(first.asked)).as_secs_f64() * per_second) * SHARE
    };
    let pairs =
        samples.iter().enumerate().flat_map(|(index, first)| samples[index..].iter().map(move |last| (first, last)));
    pairs.map(|(first, last)| last.calls - first.calls - share(first, last)).fold(f64::MIN, f64::max)
}

#[test]
fn calls_beyond_the_share_are_found() {
    let sample = |millis: u64, calls: u32| {
        let at = Duration::from_millis(millis);
        Sample { asked: at, answered: at, calls: f64::from(calls) }
    };
    let burst = [sample(0, 0), sample(0, 30)];
    assert!((most_over(&burst, 40.0, 10.0) - 2.0).abs() < 1e-9, "28 are within the share of a burst of 40");
    let at_a_rate = |per_second: u32| {
        (0..40).map(|second| sample(u64::from(second) * 1000, second * per_second)).collect::<Vec<_>>()
    };
    assert!(most_over(&at_a_rate(7), 40.0, 10.0) < 0.0, "seven a second are within the share of ten");
    assert!(most_over(&at_a_rate(10), 40.0, 10.0) > 50.0);
}

/// How long looks and steps of these lanes waited on average, in seconds.
fn mean_wait(page: &str, lanes: &[&str]) -> f64 {
    let sum = |metric: &str| lanes.iter().map(|lane| counted(page, metric, lane)).sum::<f64>();
    sum("sluice_aws_turn_wait_seconds_sum") / sum("sluice_aws_turn_wait_seconds_count")
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
    let crowd = Crowd { world, began: Instant::now(), samples: RefCell::default() };
    let world = &crowd.world;
    world.apply(&[application("shop:42")]);
    world.apply(&groups(&world.binding));
    let calls = stop_one(&crowd);
    assert!(calls <= CALLS_BEFORE_A_ROLLBACK, "{calls} calls were made before traffic was sent back");
    assert!(!all_ended(world), "the others had ended already: nothing was in the way");
    crowd.wait("fifty canaries to end", |world| Ok(all_ended(world).then_some(())));
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
    let journal = crowd.wait("a moment at which every call that was counted has arrived", |world| {
        let journal = world.aws.journal()?;
        let counted = crowd.sample()?;
        Ok(((load_balancing_calls(&journal) as f64 - counted).abs() < 0.5).then_some(journal))
    });
    let throttled = journal.iter().filter(|call| call["note"] == "throttled").count();
    assert_eq!(throttled, 0, "of {} calls", journal.len());
    let calls = load_balancing_calls(&journal);
    assert!(calls > SERVICES * WRITES, "only {calls} calls to Elastic Load Balancing");
    let over = most_over(&crowd.samples.borrow(), 40.0, 10.0);
    println!("{over:.1} of {calls} calls over the share; a rollback waited {rollback:.3} s, others {others:.3} s");
    assert!(over <= TOLERATED, "{over} calls over the share of all calls to Elastic Load Balancing");
    // Deletion has its own tests, and takes long with so many objects.
    world.assert_settled();
}
