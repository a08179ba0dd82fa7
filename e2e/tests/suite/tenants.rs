//! What one group can do to another that shares its cluster: nothing, whatever it names, and whenever it names it.

use serde_json::{Value, json};
use sluice_e2e::manifests::{application, deployment, with};
use sluice_e2e::scenario::{self, GROUP_A, GROUP_B, RULE};
use sluice_e2e::world::{World, must, share};

use crate::support::{count, held_in_the_middle};

const SPARE_A: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/spare-a/aaaaaaaaaaaaaaaa";
const SPARE_B: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/spare-b/bbbbbbbbbbbbbbbb";

/// The shop, and beside it a service without a task set, with a pair and a rule of its own.
fn with_a_spare_service() -> Value {
    let mut scenario = scenario::shop();
    let balancer = &mut scenario["loadBalancers"][0];
    let groups = balancer["targetGroups"].as_array_mut().unwrap();
    groups.push(json!({"name": "spare-a", "id": "aaaaaaaaaaaaaaaa"}));
    groups.push(json!({"name": "spare-b", "id": "bbbbbbbbbbbbbbbb"}));
    let rule = json!({
        "priority": 5, "id": "5555555555555555", "path": "/spare/*",
        "forward": {"spare-a": 100, "spare-b": 0}, "requestsPerSecond": 0,
    });
    balancer["listeners"][0]["rules"].as_array_mut().unwrap().push(rule);
    let spare = json!({"name": "spare", "desiredCount": 2});
    scenario["clusters"][0]["services"].as_array_mut().unwrap().push(spare);
    scenario
}

/// The group `old` of the spare service. Of two groups of one second the one comes first whose name does.
fn spare_group(world: &World) -> Value {
    let mut spare = with(world.group(), "/ecs", json!({"cluster": "prod", "service": "spare"}));
    spare["metadata"]["name"] = json!("old");
    spare["spec"]["loadBalancer"] = json!({
        "targetGroups": [SPARE_A, SPARE_B],
        "productionRoutes": [{"listenerRule": RULE.replace("9683b2d02a6cabee", "5555555555555555")}],
    });
    spare
}

/// The group with a revision of its own.
fn pinned(group: Value, revision: &str) -> Value {
    with(group, "/revision", json!({"taskDefinition": revision}))
}

/// A binding's name under which there is none.
fn nowhere(mut group: Value) -> Value {
    group["spec"]["aws"]["binding"] = json!("there-is-none");
    group
}

#[test]
fn an_older_group_that_is_edited_onto_what_another_one_serves_with_takes_nothing_of_it() {
    let world = World::of(&with_a_spare_service());
    let releases_nothing = with(application("shop:41"), "/revision", Value::Null);
    world.apply(&[releases_nothing, spare_group(&world)]);
    world.wait_object("deploymentgroups", "old", "to claim", |one| one["status"]["claims"].as_array().is_some());
    world.apply(&[pinned(world.group(), "shop:41")]);
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    let claims = world.object("deploymentgroups", "prod")["status"]["claims"].clone();
    let named: Vec<&str> = claims.as_array().unwrap().iter().map(|one| one["resource"].as_str().unwrap()).collect();
    assert_eq!(named, [RULE, GROUP_A, GROUP_B, "eu-west-1:service/prod/shop"]);

    let theirs = json!({"targetGroups": [GROUP_A, GROUP_B], "productionRoutes": [{"listenerRule": RULE}]});
    must(world.kubernetes.kubectl_patch("deploymentgroup", "old", &json!({"spec": {"loadBalancer": theirs}})));
    world.apply(&[with(deployment("takeover", "shop:46"), "/groupRef", json!("old"))]);
    for (kind, name) in [("deploymentgroups", "old"), ("deployments", "takeover")] {
        let message = world.wait_condition(kind, name, "Stalled", "Conflict");
        assert!(message.contains(&format!("{}/prod", world.kubernetes.namespace())), "{message}");
    }
    world.apply(&[pinned(world.group(), "shop:42")]);
    world.wait_end("prod-1", "Succeeded");
    assert_eq!(world.object("deploymentgroups", "prod")["status"]["claims"], claims, "a claim is as old as it was");

    // The owner lets go, and the claim is the other's. What serves there is still not.
    must(world.kubernetes.kubectl_delete("deploymentgroup", "prod"));
    world.wait_gone("deploymentgroups", "prod");
    let message = world.wait_condition("deployments", "takeover", "Stalled", "TargetGroupInUse");
    assert!(message.contains("shop-b") && message.contains("takes nothing from what serves"), "{message}");
    assert_eq!(count(&world, "CreateTaskSet"), 1);
    let state = must(world.aws.state());
    assert_eq!(share(&state, RULE, GROUP_B), Some(100));
    must(world.kubernetes.kubectl_delete("deploymentgroup", "old"));
    world.wait_gone("deploymentgroups", "old");
    must(world.kubernetes.delete("deployments", "takeover"));
    world.wait_gone("deployments", "takeover");
    world.apply(&[pinned(world.group(), "shop:42")]);
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    world.finish();
}

#[test]
fn a_release_in_its_midst_keeps_what_it_uses_from_an_edit_elsewhere_across_a_restart_and_its_own_edit() {
    let mut world = World::of(&with_a_spare_service());
    let releases_nothing = with(application("shop:41"), "/revision", Value::Null);
    world.apply(&[releases_nothing, spare_group(&world), pinned(world.group(), "shop:41")]);
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    let canary = with(pinned(world.group(), "shop:42"), "/deploymentConfig", held_in_the_middle("1s"));
    world.apply(std::slice::from_ref(&canary));
    world.wait_holding("prod-1", 40);
    must(world.operator.terminate());
    // Its own group names something else by now, which changes nothing of the release.
    let spare = spare_group(&world)["spec"]["loadBalancer"].clone();
    let theirs = json!({"targetGroups": [GROUP_A, GROUP_B], "productionRoutes": [{"listenerRule": RULE}]});
    must(world.kubernetes.kubectl_patch("deploymentgroup", "prod", &json!({"spec": {"loadBalancer": spare}})));
    must(world.kubernetes.kubectl_patch("deploymentgroup", "old", &json!({"spec": {"loadBalancer": theirs}})));
    world.apply(&[with(deployment("takeover", "shop:46"), "/groupRef", json!("old"))]);
    must(world.operator.restart());
    for (kind, name) in [("deploymentgroups", "old"), ("deployments", "takeover")] {
        let message = world.wait_condition(kind, name, "Stalled", "Conflict");
        assert!(message.contains(&format!("{}/prod", world.kubernetes.namespace())), "{message}");
    }
    must(world.kubernetes.kubectl_delete("deploymentgroup", "old"));
    must(world.kubernetes.delete("deployments", "takeover"));
    world.apply(&[canary]);
    world.end_hold("prod-1");
    world.wait_end("prod-1", "Succeeded");
    world.finish();
}

#[test]
fn a_group_that_no_binding_admits_holds_up_no_one() {
    let world = World::new();
    let mut squatter = nowhere(world.group());
    squatter["metadata"]["name"] = json!("a-squatter");
    let blocker =
        with(with(deployment("a-blocker", "shop:46"), "/groupRef", json!("a-squatter")), "/paused", json!(true));
    world.apply(&[application("shop:41"), squatter, blocker]);
    world.wait_condition("deploymentgroups", "a-squatter", "Stalled", "NoBinding");
    world.apply(&[world.group()]);
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    must(world.kubernetes.kubectl_patch("deployment", "a-blocker", &json!({"spec": {"paused": false}})));
    world.wait_condition("deployments", "a-blocker", "Stalled", "NoBinding");
    must(world.kubernetes.kubectl_patch(
        "application",
        "shop",
        &json!({"spec": {"revision": {"taskDefinition": "shop:42"}}}),
    ));
    world.wait_end("prod-1", "Succeeded");
    // Neither learns of the other who has no right to know.
    for (kind, name) in [("deploymentgroups", "a-squatter"), ("deployments", "a-blocker")] {
        let message = world.wait_condition(kind, name, "Stalled", "NoBinding");
        assert!(!message.contains("/prod"), "{message}");
    }
    must(world.kubernetes.kubectl_delete("deployment", "a-blocker"));
    must(world.kubernetes.kubectl_delete("deploymentgroup", "a-squatter"));
    world.finish();
}
