//! Releases that fail: each returns by itself, and says why.

use serde_json::{Value, json};
use sluice_e2e::manifests::with;
use sluice_e2e::scenario::{self, GROUP_A, GROUP_B, RULE, task_definition};
use sluice_e2e::world::{World, find_condition, must, share};

use crate::support::{group_with, shares_written};

/// What the failure of a Deployment is to say.
struct Failure {
    stage: &'static str,
    category: &'static str,
    /// A word of its message.
    word: &'static str,
}

fn assert_failed(ended: &Value, expected: &Failure) {
    let failure = &ended["status"]["failure"];
    assert_eq!(failure["stage"], expected.stage, "{failure:#}");
    assert_eq!(failure["category"], expected.category, "{failure:#}");
    assert_eq!(failure["code"], "DEPLOYMENT_VERIFICATION_FAILED", "{failure:#}");
    assert_eq!(failure["retryable"], false, "{failure:#}");
    let message = failure["message"].as_str().unwrap();
    assert!(message.to_lowercase().contains(&expected.word.to_lowercase()), "{message}");
    assert!(!failure["hint"].as_str().unwrap().is_empty());
    let page = format!("/docs/errors/{}.md", failure["code"].as_str().unwrap());
    assert!(failure["docs"].as_str().unwrap().ends_with(&page), "{failure:#}");
    assert_eq!(ended["status"]["phase"], "failed");
    assert_eq!(ended["status"]["rollback"]["trigger"], "DEPLOYMENT_FAILURE");
    assert!(ended["status"]["rollback"]["trafficRestoredAt"].is_string(), "{ended:#}");
    for (condition, status) in [("Succeeded", "False"), ("RolledBack", "True"), ("Reconciling", "False")] {
        assert_eq!(find_condition(ended, condition).unwrap()["status"], status, "{condition}");
    }
}

/// Releases a revision that never gets healthy: it is rolled back before any traffic moved, and held.
fn fails_from_the_start(revision: &str, expected: &Failure) {
    let world = World::new();
    world.release(revision, &group_with(&world, json!({"canary": {"percentage": 10, "interval": "1s"}})));
    let ended = world.wait_end("prod-1", "Failed");
    assert_failed(&ended, expected);
    assert_eq!(world.writes(), ["CreateTaskSet", "DeleteTaskSet"]);
    world.wait_condition("deploymentgroups", "prod", "Stalled", "Held");
    let group = world.object("deploymentgroups", "prod");
    assert_eq!(group["status"]["heldRevision"], revision);
    assert_eq!(share(&must(world.aws.state()), RULE, GROUP_A), Some(100));
    world.finish();
}

#[test]
fn an_image_that_never_pulls_is_rolled_back() {
    let expected = Failure { stage: "rollout", category: "startup_failure", word: "CannotPullContainer" };
    fails_from_the_start("shop:43", &expected);
}

#[test]
fn a_container_that_exits_is_rolled_back() {
    let expected = Failure { stage: "rollout", category: "startup_failure", word: "exit code 1" };
    fails_from_the_start("shop:44", &expected);
}

#[test]
fn a_release_that_fails_its_health_checks_is_rolled_back() {
    let expected = Failure { stage: "verify", category: "health_check_failure", word: "health check" };
    fails_from_the_start("shop:45", &expected);
}

#[test]
fn a_release_that_never_gets_ready_is_rolled_back_at_its_deadline() {
    let mut scenario = scenario::shop();
    // Slower than the deadline, and no task ever fails.
    scenario["taskDefinitions"].as_array_mut().unwrap().push(task_definition(50, &json!({"noCapacity": {}})));
    scenario["timing"]["launchBackoff"] = json!("30s");
    let world = World::of(&scenario);
    world.release("shop:50", &with(world.group(), "/progressDeadline", json!("5s")));
    // However late it is: there is nothing that could get ready meanwhile.
    let ended = world.wait_end("prod-1", "Failed");
    let message = ended["status"]["failure"]["message"].as_str().unwrap();
    assert!(!message.is_empty());
    assert_eq!(world.writes(), ["CreateTaskSet", "DeleteTaskSet"]);
    world.finish();
}

#[test]
fn a_release_whose_tasks_sicken_in_the_middle_of_a_shift_is_rolled_back_without_a_lost_request() {
    let mut scenario = waiting_world();
    // Each task passes its checks for an hour. That of the second step is half an hour younger, so one always serves.
    let sickens = task_definition(51, &json!({"failsHealthChecks": {"afterSeconds": 3600}}));
    scenario["taskDefinitions"].as_array_mut().unwrap().push(sickens);
    // Those that fell ill are not replaced before somebody has looked.
    scenario["timing"]["fargateLaunchBurst"] = json!(4);
    scenario["timing"]["fargateLaunchRate"] = json!(0.000_001);
    let world = World::of(&scenario);
    let steps = json!({"steps": [
        {"weight": 20, "scale": 75, "hold": "30m"}, {"weight": 60, "hold": "30m"}, {"weight": 100},
    ]});
    world.release("shop:51", &group_with(&world, steps));
    world.wait_holding("prod-1", 20);
    must(world.aws.advance(1800.0));
    world.end_hold("prod-1");
    world.wait_holding("prod-1", 60);
    // The three of the first step fall ill. From then on the world waits for the operator.
    must(world.aws.set_speed(0.0));
    must(world.aws.advance(1800.0));
    world.wait_weight("prod-1", 0..=0);
    must(world.aws.set_speed(1.0));
    let ended = world.wait_end("prod-1", "Failed");
    let expected = Failure { stage: "verify", category: "health_check_failure", word: "health check" };
    assert_failed(&ended, &expected);
    assert_eq!(shares_written(&world, GROUP_B), [20, 60, 0]);
    world.finish();
}

/// A world that stands still while the operator is waited for. AWS's rate limits would stand still with it.
fn waiting_world() -> Value {
    let mut scenario = scenario::shop();
    scenario["throttling"] = json!(false);
    scenario
}

/// Looks at a target group that may come between its failure and the return of its traffic: one that was under way, and
/// the one that sees it.
const LOOKS_AT_MOST: usize = 2;

/// How often the target group of the replacement was looked at before the rule was written.
fn looks_before_the_weight(calls: &[Value]) -> usize {
    let before = calls.iter().take_while(|call| call["operation"] != "ModifyRule");
    before
        .filter(|call| call["operation"] == "DescribeTargetHealth" && call["request"]["TargetGroupArn"] == GROUP_B)
        .count()
}

// L7: weights return within one reconcile.
#[test]
fn a_replacement_that_is_down_at_once_loses_its_traffic_within_a_poll() {
    let world = World::of(&waiting_world());
    let config = json!({"canary": {"percentage": 50, "interval": "30m"}});
    world.release("shop:42", &group_with(&world, config));
    world.wait_holding("prod-1", 50);
    // The world goes on for as long as the checks need to fail, and then waits for the operator.
    must(world.aws.set_speed(0.0));
    must(world.aws.set_behaviour("shop:42", &json!({"failsHealthChecks": {"afterSeconds": 0}})));
    must(world.aws.advance(1.0));
    let before = must(world.aws.journal()).len();
    world.wait_weight("prod-1", 0..=0);
    must(world.aws.set_speed(1.0));
    let looks = looks_before_the_weight(&must(world.aws.journal())[before..]);
    assert!(looks <= LOOKS_AT_MOST, "traffic was sent back after {looks} looks at the targets");
    let ended = world.wait_end("prod-1", "Failed");
    let expected = Failure { stage: "verify", category: "health_check_failure", word: "health" };
    assert_failed(&ended, &expected);
    assert_eq!(shares_written(&world, GROUP_B), [50, 0]);
    // Nobody can save what was sent before it was seen: 50 requests a second, for a second or two.
    let traffic = must(world.aws.traffic());
    let lost = traffic["lost"].as_u64().unwrap();
    assert!(lost < 50 * 10, "{traffic:#}");
    let elsewhere = traffic["lostExamples"].as_array().unwrap().iter().any(|one| one["targetGroup"] != GROUP_B);
    assert!(!elsewhere, "{traffic:#}");
    world.assert_settled_but_for_losses();
    world.take_down();
}

#[test]
fn a_first_deployment_that_fails_has_nothing_to_return_to() {
    let mut scenario = scenario::shop();
    scenario["clusters"][0]["services"][0]["taskSets"] = json!([]);
    let world = World::of(&scenario);
    world.release("shop:43", &world.group());
    let ended = world.wait_end("prod-1", "Failed");
    assert_eq!(ended["status"]["failure"]["code"], "AUTOMATIC_ROLLBACK_NO_CANDIDATE", "{ended:#}");
    assert_eq!(ended["status"]["failure"]["category"], "rollback_failure");
    // What is mended goes on by itself: the next revision is the first deployment then.
    world.change_revision("shop:42");
    world.wait_end("prod-2", "Succeeded");
    world.finish();
}
