//! Releases over a listener of a Network Load Balancer, whose clients keep their connections and whose weights work late.

use serde_json::json;
use sluice_e2e::manifests::with;
use sluice_e2e::scenario;
use sluice_e2e::world::{World, find_condition, must};

/// The listener of the scenario, as it is named behind a Network Load Balancer.
const LISTENER: &str =
    "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/net/shop/50dc6c495c0c9188/f2f7dc8efc522ab2";

/// Changed weights work after 2 s, connections last 2 s, and targets drain for 3 s.
fn world() -> World {
    let mut scenario = scenario::shop();
    scenario["timing"]["networkWeightPropagation"] = json!("2s");
    scenario["timing"]["deregistrationDelay"] = json!("3s");
    let balancer = &mut scenario["loadBalancers"][0];
    balancer["type"] = json!("network");
    balancer["listeners"] = json!([{
        "port": 443, "id": "f2f7dc8efc522ab2", "protocol": "TCP", "connection": "2s", "requestsPerSecond": 100,
        "defaultAction": {"forward": {"shop-a": 100, "shop-b": 0}},
    }]);
    World::with(&scenario, |settings| {
        settings.arguments = ["--network-weights-within", "4s"].map(str::to_owned).to_vec();
    })
}

// S3 NoDeleteLive, S12 Barrier
#[test]
fn a_canary_over_a_network_load_balancer_cuts_no_connection_on_its_way_there_and_back() {
    let world = world();
    let group = with(world.group(), "/loadBalancer/productionRoutes", json!([{"listener": LISTENER}]));
    let canary = |interval: &str| {
        with(group.clone(), "/deploymentConfig", json!({"canary": {"percentage": 20, "interval": interval}}))
    };
    world.release("shop:42", &canary("3s"));
    world.wait_object("deployments", "prod-1", "to be refused for its short hold", |one| {
        let stalled = find_condition(one, "Stalled").filter(|found| found["status"] == "True");
        let message = stalled.and_then(|found| found["message"].as_str()).unwrap_or_default();
        ["spec.deploymentConfig", "weight 20 is held for 3s", "Network Load Balancer", "4s or more"]
            .iter()
            .all(|words| message.contains(words))
    });
    assert_eq!(world.writes(), Vec::<String>::new(), "nothing was touched");

    world.apply(&[canary("4s")]);
    world.wait_object("deployments", "prod-1", "to tell of open connections", |one| {
        let message = one["status"]["message"].as_str().unwrap_or_default();
        message.contains("holding weight 20") && message.contains("open connections stay")
    });
    world.wait_end("prod-1", "Succeeded");

    // What is turned round has connections, too, which end before it goes.
    world.change_revision("shop:46");
    world.wait_weight("prod-2", 20..=20);
    must(world.kubernetes.patch("deployments", "prod-2", &json!({"spec": {"stop": {"rollback": true}}})));
    world.wait_end("prod-2", "Stopped");

    let traffic = must(world.aws.traffic());
    assert_eq!(traffic["routes"][0]["sticky"]["cut"], 0, "connections were cut: {traffic:#}");
    world.finish();
}
