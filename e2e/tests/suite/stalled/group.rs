//! Causes in the service, the routes and the target groups.

use serde_json::{Value, json};
use sluice_e2e::manifests::with;
use sluice_e2e::poll;
use sluice_e2e::scenario::{self, CLUSTER, GROUP_A, GROUP_B, LISTENER, RULE, SERVICE};
use sluice_e2e::world::{World, must};

use crate::stalled::assertions::{assert_group_stalled, goes_on};

/// The world of a scenario that was changed, and a release of 42 in it.
fn release_in(change: impl FnOnce(&mut Value)) -> World {
    let mut scenario = scenario::shop();
    change(&mut scenario);
    let world = World::of(&scenario);
    world.release("shop:42", &world.group());
    world
}

fn first_service(scenario: &mut Value) -> &mut Value {
    &mut scenario["clusters"][0]["services"][0]
}

fn first_rule(scenario: &mut Value) -> &mut Value {
    &mut scenario["loadBalancers"][0]["listeners"][0]["rules"][0]
}

/// Makes the service, as someone does who mends what was wrong with it.
fn create_service(world: &World) {
    let service = json!({
        "cluster": CLUSTER, "serviceName": SERVICE, "desiredCount": 4, "deploymentController": {"type": "EXTERNAL"},
    });
    must(poll::until("the service to be made", || Ok(world.aws.ecs("CreateService", &service).ok())));
}

#[test]
fn a_service_that_does_not_exist() {
    let world = release_in(|scenario| scenario["clusters"][0]["services"] = json!([]));
    assert_group_stalled(&world, "ServiceNotFound", "create it with the EXTERNAL deployment controller");
    must(world.aws.merge(&json!({"clusters": [{"name": CLUSTER, "services": [scenario::service(SERVICE)]}]})));
    goes_on(world);
}

#[test]
fn a_cluster_that_does_not_exist() {
    let world = release_in(|scenario| scenario["clusters"] = json!([]));
    assert_group_stalled(&world, "ServiceNotFound", "create it");
    must(world.aws.merge(&json!({"clusters": [{"name": CLUSTER, "services": [scenario::service(SERVICE)]}]})));
    goes_on(world);
}

#[test]
fn a_service_that_is_inactive() {
    let world = release_in(|scenario| {
        let service = first_service(scenario);
        service["status"] = json!("INACTIVE");
        service["taskSets"] = json!([]);
    });
    assert_group_stalled(&world, "ServiceInactive", "create it again");
    create_service(&world);
    goes_on(world);
}

#[test]
fn a_service_that_is_not_external() {
    let world = release_in(|scenario| {
        let service = first_service(scenario);
        service["controller"] = json!("ECS");
        service["taskSets"] = json!([]);
    });
    assert_group_stalled(&world, "ServiceNotExternal", "deploymentController type EXTERNAL");
    let service = json!({"cluster": CLUSTER, "service": SERVICE, "force": true});
    must(world.aws.ecs("DeleteService", &service));
    create_service(&world);
    goes_on(world);
}

#[test]
fn a_target_group_outside_every_route() {
    let world = release_in(|scenario| first_rule(scenario)["forward"] = json!({"shop-a": 100}));
    assert_group_stalled(&world, "TargetGroupOutsideRoute", "add it with weight 0");
    must(world.aws.set_forward(RULE, &[(GROUP_A, 100), (GROUP_B, 0)]));
    goes_on(world);
}

#[test]
fn a_target_group_that_is_attached_to_another_load_balancer() {
    let mut scenario = scenario::shop();
    let other = json!({
        "name": "other",
        "targetGroups": [{"name": "elsewhere", "id": "0123456789abcdef"}],
        "listeners": [{"port": 80, "defaultAction": {"forward": {"elsewhere": 1}}}],
    });
    scenario["loadBalancers"].as_array_mut().unwrap().push(other);
    let world = World::of(&scenario);
    let elsewhere = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/elsewhere/0123456789abcdef";
    world.release("shop:42", &with(world.group(), "/loadBalancer/targetGroups", json!([GROUP_A, elsewhere])));
    assert_group_stalled(&world, "TargetGroupElsewhere", "use one that is free");
    world.apply(&[world.group()]);
    goes_on(world);
}

#[test]
fn a_target_group_that_does_not_exist() {
    let world = World::new();
    let missing = GROUP_B.replace("shop-b", "shop-z");
    world.release("shop:42", &with(world.group(), "/loadBalancer/targetGroups", json!([GROUP_A, missing])));
    assert_group_stalled(&world, "TargetGroupNotFound", "correct the ARN");
    world.apply(&[world.group()]);
    goes_on(world);
}

#[test]
fn a_route_that_does_not_exist() {
    let world = World::new();
    let missing = RULE.replace("9683b2d02a6cabee", "0000000000000000");
    let routes = json!([{"listenerRule": missing}]);
    world.release("shop:42", &with(world.group(), "/loadBalancer/productionRoutes", routes));
    assert_group_stalled(&world, "RouteNotFound", "correct the ARN");
    world.apply(&[world.group()]);
    goes_on(world);
}

#[test]
fn a_rule_without_a_forward_action() {
    let world = release_in(|scenario| {
        let rule = first_rule(scenario);
        rule.as_object_mut().unwrap().remove("forward");
        rule["fixedResponse"] = json!(503);
    });
    assert_group_stalled(&world, "NoForwardAction", "give it one with both target groups");
    must(world.aws.set_forward(RULE, &[(GROUP_A, 100), (GROUP_B, 0)]));
    goes_on(world);
}

#[test]
fn a_default_rule_that_is_named_by_its_own_arn() {
    let world = release_in(|scenario| {
        let forward = json!({"forward": {"shop-a": 100, "shop-b": 0}});
        let listener = &mut scenario["loadBalancers"][0]["listeners"][0];
        listener["defaultAction"] = forward;
        listener["requestsPerSecond"] = json!(100);
        listener["rules"] = json!([]);
    });
    let rules = must(world.aws.load_balancing("DescribeRules", &[("ListenerArn".to_owned(), LISTENER.to_owned())]));
    let arn = rules.split("<RuleArn>").nth(1).and_then(|rest| rest.split("</RuleArn>").next()).unwrap();
    let group = with(world.group(), "/loadBalancer/productionRoutes", json!([{"listenerRule": arn}]));
    world.apply(&[group]);
    assert_group_stalled(&world, "DefaultRule", "name its listener instead");
    world.apply(&[with(world.group(), "/loadBalancer/productionRoutes", json!([{"listener": LISTENER}]))]);
    goes_on(world);
}

#[test]
fn a_third_target_group_that_carries_traffic() {
    let world = release_in(|scenario| {
        scenario["targetGroups"] = json!([{"name": "shop-c"}]);
        let rule = first_rule(scenario);
        rule["forward"] = json!({"shop-a": 90, "shop-b": 0, "shop-c": 10});
        // Its target group has nobody to serve.
        rule["requestsPerSecond"] = json!(0);
    });
    assert_group_stalled(&world, "ForeignTraffic", "look whose traffic that is");
    must(world.aws.set_forward(RULE, &[(GROUP_A, 100), (GROUP_B, 0)]));
    world.wait_end("prod-1", "Succeeded");
    world.take_down();
}

#[test]
fn a_configuration_that_nobody_knows() {
    let world = World::new();
    let name = format!("{}-config", world.binding);
    world.release("shop:42", &with(world.group(), "/deploymentConfig", json!({"name": name})));
    assert_group_stalled(&world, "UnknownDeploymentConfig", &name);
    world.apply(&[sluice_e2e::manifests::deployment_config(&name, &json!({"allAtOnce": {}}))]);
    world.wait_end("prod-1", "Succeeded");
    world.assert_settled();
    must(world.kubernetes.delete("deploymentconfigs", &name));
    world.take_down();
}

#[test]
fn a_group_without_an_application() {
    let world = World::new();
    world.apply(&[world.group()]);
    assert_group_stalled(&world, "NoApplication", "create it");
    assert!(must(world.aws.journal()).is_empty(), "AWS was called for nothing");
    world.change_revision("shop:42");
    goes_on(world);
}
