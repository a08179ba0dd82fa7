//! What a release stands on is taken away in the simulated AWS, at each position, while someone stops or deletes the
//! Deployment or leaves it alone. The simulator's judge looks on: nothing that serves is deleted. Stop and delete end, and
//! whoever waits says for what. `operator/plan/tests/sweep.rs` has the same in the planner's own world, with words.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::{Value, json};
use simulated_aws::wire::Request;
use sluice_api::{DeploymentStatus, LifecycleEventName, LifecycleEventStatus, State, StepState};
use sluice_plan::Controls;
use sluice_virtual_time::{ACCESS_KEY, Error, Release, World, rule, target_group};

/// Someone else's hands in AWS.
struct Someone<'a>(&'a World);

impl Someone<'_> {
    fn request(service: &str, headers: Vec<(String, String)>, body: String) -> Request {
        let credential = format!("Credential=AKIDSOMEONEELSE/20260101/eu-west-1/{service}/aws4_request");
        let authorization = format!("AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0");
        let mut headers = headers;
        headers.push(("authorization".to_owned(), authorization));
        Request {
            method: "POST".to_owned(),
            path: "/".to_owned(),
            headers,
            body: body.into_bytes(),
            ..Request::default()
        }
    }

    fn ecs(&self, operation: &str, parameters: &Value) -> bool {
        let target = format!("AmazonEC2ContainerServiceV20141113.{operation}");
        self.0.send(&Self::request("ecs", vec![("x-amz-target".to_owned(), target)], parameters.to_string()))
    }

    fn balancing(&self, operation: &str, parameters: &[(&str, &str)]) -> bool {
        let fields = parameters.iter().map(|(name, value)| format!("&{name}={value}"));
        let body = format!("Action={operation}&Version=2015-12-01{}", fields.collect::<Vec<_>>().concat());
        self.0.send(&Self::request("elasticloadbalancing", Vec::new(), body))
    }

    /// Deletes a target group, which has to leave the rule first.
    fn delete_group(&self, goes: char, stays: char) -> bool {
        let (goes, stays, rule) = (target_group(0, goes), target_group(0, stays), rule(0));
        let action = [("RuleArn", rule.as_str()), ("Actions.member.1.Type", "forward")];
        let to = [("Actions.member.1.TargetGroupArn", stays.as_str())];
        self.balancing("ModifyRule", &[&action[..], &to[..]].concat())
            && self.balancing("DeleteTargetGroup", &[("TargetGroupArn", &goes)])
    }

    /// Makes a rule that the group does not name.
    fn make_rule(&self, group: char) -> bool {
        let parameters = [
            ("ListenerArn", &*listener()),
            ("Priority", "5"),
            ("Conditions.member.1.Field", "path-pattern"),
            ("Conditions.member.1.Values.member.1", "/api/*"),
            ("Actions.member.1.Type", "forward"),
            ("Actions.member.1.TargetGroupArn", &*target_group(0, group)),
        ];
        self.balancing("CreateRule", &parameters)
    }

    fn delete_service(&self) -> bool {
        self.ecs("DeleteService", &json!({"cluster": "prod", "service": "shop-0", "force": true}))
    }
}

fn listener() -> String {
    let rule = rule(0).replace(":listener-rule/", ":listener/");
    rule.rsplit_once('/').unwrap().0.to_owned()
}

/// What is taken away, how, and the words that name it. It is tried at each look until AWS takes it.
type Loss = (&'static str, fn(&Someone<'_>) -> bool, &'static [&'static str]);

const LOSSES: &[Loss] = &[
    ("the rule", |aws| aws.balancing("DeleteRule", &[("RuleArn", &rule(0))]), &["route"]),
    ("the listener", |aws| aws.balancing("DeleteListener", &[("ListenerArn", &listener())]), &["route"]),
    ("the original's target group", |aws| aws.delete_group('a', 'b'), &["shop-0-a"]),
    ("the replacement's target group", |aws| aws.delete_group('b', 'a'), &["shop-0-b"]),
    ("the service", |aws| aws.delete_service(), &["service"]),
    (
        "the cluster",
        |aws| {
            aws.delete_service();
            aws.ecs("DeleteCluster", &json!({"cluster": "prod"}))
        },
        &["service"],
    ),
    (
        "the task definition",
        |aws| aws.ecs("DeregisterTaskDefinition", &json!({"taskDefinition": "shop:2"})),
        &["shop:2"],
    ),
    ("nothing, but a rule for the original is made", |aws| aws.make_rule('a'), &["priority 5 (/api/*)"]),
    ("nothing, but a rule for the replacement is made", |aws| aws.make_rule('b'), &["priority 5 (/api/*)"]),
];

/// A position, and how to know it.
type Position = (&'static str, fn(&DeploymentStatus) -> bool);

const POSITIONS: &[Position] = &[
    ("installing", |status| status.replacement.as_ref().is_some_and(|set| !set.task_set.is_empty())),
    ("holding", |status| status.steps.first().is_some_and(|step| step.state == StepState::Holding)),
    ("baking", |status| is_in_progress(status, LifecycleEventName::Bake)),
    ("finishing", |status| is_in_progress(status, LifecycleEventName::TerminateOriginal)),
    ("rolling back", |status| status.rollback.is_some()),
];

fn is_in_progress(status: &DeploymentStatus, name: LifecycleEventName) -> bool {
    let in_progress = LifecycleEventStatus::InProgress;
    status.lifecycle_events.iter().any(|event| event.name == name && event.status == in_progress)
}

const STOP: Controls = Controls { paused: false, stop: true, deleted: false, reverted: false, newer: None };
const DELETE: Controls = Controls { paused: false, stop: false, deleted: true, reverted: false, newer: None };
const NOTHING: Controls = Controls { paused: false, stop: false, deleted: false, reverted: false, newer: None };

/// How a run went: how it ended, if it did, what it said in the end, and whether it ever named what was taken away.
struct Outcome {
    state: Option<State>,
    message: String,
    is_named: bool,
    violations: Vec<Value>,
}

async fn outcome(position: Position, (_, take, nouns): &Loss, request: Controls) -> Outcome {
    let world = World::new(1, 2).unwrap();
    let ticker = world.run(Duration::from_secs(2));
    let mut release = Release::linear(0, 2, "1m").unwrap();
    release.settings.deployment_config =
        serde_json::from_value(json!({"canary": {"percentage": 20, "interval": "1m"}})).unwrap();
    release.settings.progress_deadline = sluice_api::Duration::from_mins(3);
    release.limit = SignedDuration::from_mins(30);
    let (mut is_reached, mut is_taken, mut is_named) = (false, false, false);
    let is_back = position.0 == "rolling back";
    let report = release
        .run_under(&world, |status| {
            let is_held = POSITIONS[1].1(status);
            is_reached |= (position.1)(status);
            if is_reached && !is_taken {
                is_taken = take(&Someone(&world));
            }
            is_named |= is_taken && nouns.iter().any(|noun| status.message.contains(noun));
            match () {
                () if is_back && (is_held || is_reached) => Controls { deleted: request.deleted && is_reached, ..STOP },
                () if is_reached => request,
                () => NOTHING,
            }
        })
        .await;
    ticker.abort();
    let (state, message) = match report {
        Ok(report) => (Some(report.state), report.message),
        Err(Error::Endless { message, .. }) => (None, message),
        Err(error) => panic!("{error}: {:?}", std::error::Error::source(&error)),
    };
    is_named |= nouns.iter().any(|noun| message.contains(noun));
    let mut violations = world.control("/_sim/invariants")["violations"].as_array().cloned().unwrap_or_default();
    violations.retain(|one| one["accessKey"] == ACCESS_KEY);
    Outcome { state, message, is_named, violations }
}

/// Every loss at a position, whatever is asked after it.
async fn sweep(position: &str) {
    let position = POSITIONS.iter().find(|(name, _)| *name == position).unwrap();
    let mut wrong = Vec::new();
    for loss in LOSSES {
        for (asked, request) in [("nothing", NOTHING), ("stop", STOP), ("delete", DELETE)] {
            let Outcome { state, message, is_named, violations } = outcome(*position, loss, request).await;
            let end = state.map_or_else(|| "waits".to_owned(), |state| state.to_string());
            let row = format!("| {} | {} | {asked} | {end}: {message} |", position.0, loss.0);
            println!("{row}");
            if !violations.is_empty() {
                wrong.push(format!("{row}: {violations:#?}"));
            }
            if state.is_none() && (asked != "nothing" || !is_named) {
                wrong.push(format!("{row}: does not end, or waits for what it does not name"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn what_is_taken_away_while_installing_costs_nothing_that_serves() {
    sweep("installing").await;
}

#[tokio::test(start_paused = true)]
async fn what_is_taken_away_while_holding_costs_nothing_that_serves() {
    sweep("holding").await;
}

#[tokio::test(start_paused = true)]
async fn what_is_taken_away_while_baking_costs_nothing_that_serves() {
    sweep("baking").await;
}

#[tokio::test(start_paused = true)]
async fn what_is_taken_away_while_finishing_costs_nothing_that_serves() {
    sweep("finishing").await;
}

#[tokio::test(start_paused = true)]
async fn what_is_taken_away_while_rolling_back_costs_nothing_that_serves() {
    sweep("rolling back").await;
}
