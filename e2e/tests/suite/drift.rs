//! What someone else changes while nothing is released is told, and put back where the group asks for that.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sluice_e2e::manifests::with;
use sluice_e2e::scenario::{CLUSTER, GROUP_A, GROUP_B, RULE, SERVICE};
use sluice_e2e::world::{World, find_service, must, share};

use crate::support::count;

/// A request to ECS by someone else, about the service.
fn ecs(world: &World, operation: &str, more: &Value) -> Value {
    let mut request = json!({"cluster": CLUSTER, "service": SERVICE});
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    must(world.aws.ecs(operation, &request))
}

fn task_sets(state: &Value) -> Vec<Value> {
    let service = find_service(state, &json!({"cluster": CLUSTER, "service": SERVICE})).unwrap();
    service["taskSets"].as_array().unwrap().clone()
}

/// Waits until the group tells of this kind of change, and what is done about it.
#[track_caller]
fn told(world: &World, kind: &str, state: &str) -> String {
    let entry = |group: &Value| {
        let drift = group["status"]["drift"].as_array()?.clone();
        drift.into_iter().find(|one| one["kind"] == kind && one["state"] == state)
    };
    let group = world.wait_object("deploymentgroups", "prod", &format!("to tell of {kind}, {state}"), |group| {
        entry(group).is_some()
    });
    entry(&group).unwrap()["message"].as_str().unwrap().to_owned()
}

#[track_caller]
fn is_as_it_was(world: &World) {
    world.wait_object("deploymentgroups", "prod", "to have nothing that drifted", |group| {
        group["status"]["drift"].is_null()
    });
}

// L8: a human edit is seen and repaired.
#[test]
fn what_someone_changes_while_nothing_is_released_is_put_back_and_what_others_made_is_kept() {
    let world = World::new();
    world.release("shop:42", &with(world.group(), "/drift", json!("Repair")));
    world.wait_end("prod-1", "Succeeded");
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    let state = must(world.aws.state());
    let own = task_sets(&state).iter().find(|set| set["status"] == "PRIMARY").unwrap()["id"].clone();

    must(world.aws.set_forward(RULE, &[(GROUP_A, 100), (GROUP_B, 0)]));
    world.wait_aws("the weight to be put back", |state| (share(state, RULE, GROUP_B) == Some(100)).then_some(()));
    is_as_it_was(&world);

    ecs(&world, "UpdateTaskSet", &json!({"taskSet": own, "scale": {"value": 50, "unit": "PERCENT"}}));
    world.wait_aws("the size to be put back", |state| {
        task_sets(state).iter().any(|set| set["id"] == own && set["scale"] == 100.0).then_some(())
    });
    is_as_it_was(&world);

    let balancer = json!([{"targetGroupArn": GROUP_A, "containerName": "web", "containerPort": 8080}]);
    let network = json!({"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-1"]}});
    let other = ecs(
        &world,
        "CreateTaskSet",
        &json!({
            "taskDefinition": "shop:41", "loadBalancers": balancer, "launchType": "FARGATE",
            "networkConfiguration": network, "scale": {"value": 50, "unit": "PERCENT"},
        }),
    );
    let other = other["taskSet"]["id"].clone();
    assert!(told(&world, "ForeignTaskSet", "Withheld").contains("shop:41"));
    ecs(&world, "UpdateServicePrimaryTaskSet", &json!({"primaryTaskSet": other}));
    world.wait_aws("the PRIMARY to be put back", |state| {
        task_sets(state).iter().any(|set| set["id"] == own && set["status"] == "PRIMARY").then_some(())
    });
    // Traffic that someone moves to what serves it stays there.
    world.wait_aws("the other one to be healthy", |state| {
        task_sets(state).iter().any(|set| set["id"] == other && set["stabilityStatus"] == "STEADY_STATE").then_some(())
    });
    must(world.aws.set_forward(RULE, &[(GROUP_A, 100), (GROUP_B, 0)]));
    assert!(told(&world, "Weights", "Withheld").contains("shop-a serves what it is given, and keeps it"));
    world.wait_looks(3);
    assert_eq!(share(&must(world.aws.state()), RULE, GROUP_A), Some(100));
    assert_eq!(count(&world, "DeleteTaskSet"), 1, "that of the release");
    must(world.aws.set_forward(RULE, &[(GROUP_A, 0), (GROUP_B, 100)]));
    ecs(&world, "DeleteTaskSet", &json!({"taskSet": other, "force": true}));
    is_as_it_was(&world);
    world.assert_settled_but_for_losses();
    world.take_down();
}

#[test]
fn a_repair_war_ends_and_is_told() {
    let world = World::new();
    world.release("shop:42", &with(world.group(), "/drift", json!("Repair")));
    world.wait_end("prod-1", "Succeeded");
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    let of_release = count(&world, "ModifyRule");
    let until = Instant::now() + Duration::from_mins(2);
    let given_up = |group: &Value| group["status"]["drift"][0]["state"] == "GivenUp";
    while !given_up(&world.object("deploymentgroups", "prod")) {
        assert!(Instant::now() < until, "it fights on: {}", world.describe());
        if share(&must(world.aws.state()), RULE, GROUP_A) != Some(100) {
            must(world.aws.set_forward(RULE, &[(GROUP_A, 100), (GROUP_B, 0)]));
        }
        world.wait_looks(1);
    }
    world.wait_looks(3);
    assert_eq!(count(&world, "ModifyRule") - of_release, 5);
    assert!(told(&world, "Weights", "GivenUp").contains("undone each time"));
    let events = must(world.kubernetes.events());
    assert!(events.iter().any(|event| event["reason"] == "RepairsEnded"), "{events:#?}");
    // An edit of the group has it tried again.
    must(world.kubernetes.patch("deploymentgroups", "prod", &json!({"spec": {"bake": "1s"}})));
    world.wait_aws("the weight to be put back", |state| (share(state, RULE, GROUP_B) == Some(100)).then_some(()));
    is_as_it_was(&world);
    world.assert_settled_but_for_losses();
    world.take_down();
}
