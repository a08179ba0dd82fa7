//! Every cause by its name: what AWS denies, takes away or wants no more of is told as that, and nobody is sent to a health
//! check that never spoke.

use serde_json::{Value, json};
use sluice_e2e::manifests::with;
use sluice_e2e::scenario::{self, CLUSTER, SERVICE};
use sluice_e2e::world::{World, find_service, must};

use crate::support::{assert_original_alone, go_on_to, group_with};

fn canary(percentage: u32) -> Value {
    json!({"canary": {"percentage": percentage, "interval": "30m"}})
}

fn set_desired_count(world: &World, count: u32) {
    must(world.aws.ecs("UpdateService", &json!({"cluster": CLUSTER, "service": SERVICE, "desiredCount": count})));
}

#[test]
fn a_write_that_aws_denies_until_the_deadline_fails_as_denied() {
    let world = World::new();
    must(world.aws.add_faults(&json!({"kind": "access-denied", "operation": "ModifyRule"})));
    world.release("shop:42", &with(group_with(&world, canary(50)), "/progressDeadline", json!("8s")));
    let failure = world.wait_end("prod-1", "Failed")["status"]["failure"].clone();
    let told = (&failure["category"], &failure["code"], &failure["retryable"]);
    assert_eq!(told, (&json!("auth_failure"), &json!("AUTHENTICATION_FAILED"), &json!(false)), "{failure:#}");
    let message = failure["message"].as_str().unwrap();
    assert!(message.contains("ModifyRule") && message.contains("AccessDenied"), "{message}");
    assert!(!failure["hint"].as_str().unwrap().contains("health check"), "{failure:#}");
    must(world.aws.clear_faults());
    assert_original_alone(&world);
    world.finish();
}

#[test]
fn a_spot_interruption_is_told_as_one_and_may_be_tried_again() {
    let mut scenario = scenario::shop();
    scenario["clusters"][0]["services"][0]["desiredCount"] = json!(1);
    scenario["taskDefinitions"][1]["behaviour"] = json!({"interrupted": {"afterSeconds": 3}});
    // So long that nobody can miss it.
    scenario["timing"]["provisioning"] = json!("4s");
    let world = World::of(&scenario);
    let group = with(group_with(&world, canary(20)), "/taskSet/launchType", Value::Null);
    let spot = json!([{"capacityProvider": "FARGATE_SPOT", "weight": 1}]);
    world.release("shop:42", &with(group, "/taskSet/capacityProviderStrategy", spot));
    let failure = world.wait_end("prod-1", "Failed")["status"]["failure"].clone();
    assert_eq!(failure["category"], "infrastructure_failure", "{failure:#}");
    assert_eq!(failure["retryable"], true, "{failure:#}");
    assert!(failure["message"].as_str().unwrap().contains("Spot"), "{failure:#}");
    world.assert_settled_but_for_losses();
    world.take_down();
}

#[test]
fn a_service_that_is_scaled_to_0_in_a_hold_is_told_and_the_release_goes_on_with_its_tasks() {
    let world = World::new();
    world.release("shop:42", &group_with(&world, canary(20)));
    world.wait_holding("prod-1", 20);
    set_desired_count(&world, 0);
    let told = world.wait_condition("deployments", "prod-1", "Stalled", "ServiceScaledToZero");
    assert!(told.contains("desired count 0"), "{told}");
    world.wait_aws("every task to stop", |state| {
        let service = find_service(state, &json!({"cluster": CLUSTER, "service": SERVICE}))?;
        let sets = service["taskSets"].as_array()?;
        sets.iter().all(|set| set["runningCount"] == 0).then_some(())
    });
    world.wait_looks(3);
    set_desired_count(&world, 4);
    world.wait_holding("prod-1", 20);
    go_on_to(&world, "prod-1", "Succeeded");
    world.assert_settled_but_for_losses();
    world.take_down();
}

/// Tasks that pass no health check for their first seconds: ECS would end each of them before, and three that end fail a release.
#[test]
fn a_slow_starter_is_waited_for_once_the_service_lets_it() {
    let mut scenario = scenario::shop();
    scenario["taskDefinitions"][1]["behaviour"] = json!({"failsHealthChecks": {"forSeconds": 4}});
    let world = World::of(&scenario);
    world.release("shop:42", &with(group_with(&world, json!({"allAtOnce": {}})), "/healthGrace", json!("1m")));
    let told = world.wait_condition("deploymentgroups", "prod", "Stalled", "InvalidValue");
    assert!(told.contains("--health-check-grace-period-seconds 60"), "{told}");
    assert_eq!(world.writes(), Vec::<String>::new());
    let grace = json!({"cluster": CLUSTER, "service": SERVICE, "healthCheckGracePeriodSeconds": 60});
    must(world.aws.ecs("UpdateService", &grace));
    world.wait_end("prod-1", "Succeeded");
    let state = must(world.aws.state());
    let sets = state["services"][0]["taskSets"].as_array().unwrap();
    assert!(sets.iter().all(|set| set["failedTasks"] == 0), "{state:#}");
    world.finish();
}

/// Tasks that fail and are replaced while nobody looks: the task set is steady at each look.
#[test]
fn tasks_that_failed_between_two_looks_are_counted_before_the_next_increment() {
    let world = World::new();
    world.release("shop:42", &group_with(&world, canary(20)));
    world.wait_holding("prod-1", 20);
    must(world.operator.freeze());
    must(world.aws.set_behaviour("shop:42", &json!({"exits": {"exitCode": 3, "afterSeconds": 0}})));
    let replacement = |state: &Value| {
        let service = find_service(state, &json!({"cluster": CLUSTER, "service": SERVICE}))?;
        service["taskSets"].as_array()?.iter().find(|set| set["status"] == "ACTIVE").cloned()
    };
    world.wait_aws("tasks to fail", |state| (replacement(state)?["failedTasks"].as_u64()? >= 4).then_some(()));
    must(world.aws.set_behaviour("shop:42", &json!({"healthy": true})));
    world.wait_aws("others in their place", |state| {
        (replacement(state)?["stabilityStatus"] == "STEADY_STATE").then_some(())
    });
    must(world.operator.thaw());
    let ended = go_on_to(&world, "prod-1", "Failed");
    let failure = &ended["status"]["failure"];
    assert_eq!(failure["category"], "startup_failure", "{failure:#}");
    let message = failure["message"].as_str().unwrap();
    assert!(message.contains("tasks of the replacement failed") && message.contains("container web"), "{message}");
    assert!(message.contains("exit code 3"), "{message}");
    world.assert_settled_but_for_losses();
    world.take_down();
}
