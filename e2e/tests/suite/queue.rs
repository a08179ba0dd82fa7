//! One Deployment at a time per service, the rest in line; one group per service.

use serde_json::{Value, json};
use sluice_e2e::manifests::{application, deployment, with};
use sluice_e2e::scenario::{self, GROUP_A, RULE};
use sluice_e2e::world::{World, must};

use crate::support::count;

/// The end of a Deployment whose bake would keep the others in line.
fn end_after_its_bake(world: &World, name: &str) -> Value {
    world.wait_object("deployments", name, "to bake", |one| one["status"]["state"] == "Baking");
    world.end_bake(name);
    world.wait_end(name, "Succeeded")
}

/// `a-first` is in progress, and `b-second` behind it. Of two that wait the newer one would begin.
fn begin_and_queue(world: &World) {
    world.apply(&[deployment("a-first", "shop:42")]);
    world.wait_object("deployments", "a-first", "to begin", |one| one["status"]["startedAt"].is_string());
    world.apply(&[deployment("b-second", "shop:46")]);
}

// S6 OneActive
#[test]
fn two_deployments_of_a_service_run_one_after_the_other() {
    let world = World::new();
    world.apply(&[application("shop:41"), with(world.group(), "/bake", json!("30m"))]);
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    begin_and_queue(&world);
    let queued = world.wait_object("deployments", "b-second", "to queue", |one| one["status"]["state"] == "Queued");
    assert!(queued["status"]["message"].as_str().unwrap().contains("a-first"), "{}", queued["status"]["message"]);
    assert_eq!(queued["status"]["phase"], "pending");
    world.wait_object("deploymentgroups", "prod", "to show the queue", |one| {
        one["status"]["current"] == "a-first" && one["status"]["queue"] == json!(["b-second"])
    });
    let first = end_after_its_bake(&world, "a-first");
    let second = end_after_its_bake(&world, "b-second");
    let time = |one: &Value, field: &str| one["status"][field].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    assert!(time(&second, "startedAt") >= time(&first, "completedAt"), "both were in progress");
    assert_eq!(count(&world, "CreateTaskSet"), 2);
    world.finish();
}

#[test]
fn one_that_is_paused_before_it_began_lets_others_pass_and_does_not_come_back_after_them() {
    let world = World::new();
    world.apply(&[application("shop:41"), world.group()]);
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    world.apply(&[with(deployment("a-first", "shop:42"), "/paused", json!(true))]);
    world.wait_object("deployments", "a-first", "to be paused", |one| one["status"]["phase"] == "paused");
    world.apply(&[deployment("b-second", "shop:46")]);
    world.wait_end("b-second", "Succeeded");
    must(world.kubernetes.kubectl_patch("deployment", "a-first", &json!({"spec": {"paused": false}})));
    let passed = world.wait_end("a-first", "Stopped");
    let by = format!("{}/b-second is newer", world.kubernetes.namespace());
    assert!(passed["status"]["message"].as_str().unwrap().contains(&by), "{}", passed["status"]["message"]);
    assert_eq!(count(&world, "CreateTaskSet"), 1);
    world.finish();
}

#[test]
fn a_queued_deployment_that_is_deleted_never_touches_aws() {
    let world = World::new();
    world.apply(&[application("shop:41"), with(world.group(), "/bake", json!("30m"))]);
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    begin_and_queue(&world);
    world.wait_object("deployments", "b-second", "to queue", |one| one["status"]["state"] == "Queued");
    must(world.kubernetes.kubectl_delete("deployment", "b-second"));
    world.wait_gone("deployments", "b-second");
    end_after_its_bake(&world, "a-first");
    assert_eq!(count(&world, "CreateTaskSet"), 1);
    world.finish();
}

#[test]
fn a_second_group_of_the_same_service_is_stalled_until_the_first_is_gone() {
    let world = World::new();
    world.release("shop:41", &world.group());
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    let mut rival = world.group();
    rival["metadata"]["name"] = json!("rival");
    world.apply(&[rival]);
    let message = world.wait_condition("deploymentgroups", "rival", "Stalled", "Conflict");
    assert!(message.contains("prod") && message.contains("delete"), "{message}");
    world.apply(&[with(deployment("by-hand", "shop:42"), "/groupRef", json!("rival"))]);
    world.wait_condition("deployments", "by-hand", "Stalled", "Conflict");
    assert_eq!(world.writes(), Vec::<String>::new());

    must(world.kubernetes.kubectl_delete("deploymentgroup", "prod"));
    world.wait_gone("deploymentgroups", "prod");
    world.wait_end("by-hand", "Succeeded");
    world.finish();
}

#[test]
fn a_queued_deployment_that_is_stopped_ends_without_a_call() {
    let world = World::new();
    world.apply(&[application("shop:41"), with(world.group(), "/bake", json!("30m"))]);
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    begin_and_queue(&world);
    world.wait_object("deployments", "b-second", "to queue", |one| one["status"]["state"] == "Queued");
    must(world.kubernetes.kubectl_patch("deployment", "b-second", &json!({"spec": {"stop": {}}})));
    world.wait_end("b-second", "Stopped");
    end_after_its_bake(&world, "a-first");
    assert_eq!(count(&world, "CreateTaskSet"), 1);
    world.finish();
}

#[test]
fn an_application_is_released_to_each_of_its_groups() {
    let mut scenario = scenario::shop();
    let balancer = &mut scenario["loadBalancers"][0];
    let groups = balancer["targetGroups"].as_array_mut().unwrap();
    groups.push(json!({"name": "admin-a", "id": "aaaaaaaaaaaaaaaa"}));
    groups.push(json!({"name": "admin-b", "id": "bbbbbbbbbbbbbbbb"}));
    let rule = json!({
        "priority": 5, "id": "5555555555555555", "path": "/admin/*",
        "forward": {"admin-a": 100, "admin-b": 0}, "requestsPerSecond": 20,
    });
    balancer["listeners"][0]["rules"].as_array_mut().unwrap().push(rule);
    let mut service = scenario::service("admin");
    service["taskSets"][0]["targetGroup"] = json!("admin-a");
    scenario["clusters"][0]["services"].as_array_mut().unwrap().push(service);

    let world = World::of(&scenario);
    let arn = |name: &str, id: &str| GROUP_A.replace("shop-a/73e2d6bc24d8a067", &format!("{name}/{id}"));
    let mut admin = with(world.group(), "/ecs", json!({"cluster": "prod", "service": "admin"}));
    admin["metadata"]["name"] = json!("admin");
    admin["spec"]["loadBalancer"] = json!({
        "targetGroups": [arn("admin-a", "aaaaaaaaaaaaaaaa"), arn("admin-b", "bbbbbbbbbbbbbbbb")],
        "productionRoutes": [{"listenerRule": RULE.replace("9683b2d02a6cabee", "5555555555555555")}],
    });
    world.apply(&[application("shop:42"), world.group(), admin]);
    world.wait_end("prod-1", "Succeeded");
    world.wait_end("admin-1", "Succeeded");
    let shown = world.wait_object("applications", "shop", "to be running everywhere", |one| {
        let groups = one["status"]["groups"].as_array().filter(|_| one["status"]["phase"] == "running");
        groups.is_some_and(|groups| groups.len() == 2 && groups.iter().all(|group| group["revision"] == "shop:42"))
    });
    assert_eq!(shown["status"]["summary"]["serving"], "shop:42");
    world.finish();
}
