//! Several production routes, and what their actions hold beside the weights.

use serde_json::{Value, json};
use sluice_e2e::manifests::with;
use sluice_e2e::scenario::{self, GROUP_A, GROUP_B, RULE};
use sluice_e2e::world::{World, must};

use crate::support::{count, linear, weights_written};

/// A second listener, whose default action is a production route.
const SECOND_LISTENER: &str =
    "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shop/50dc6c495c0c9188/a1b2c3d4e5f60718";

/// Two routes: a rule with stickiness and a sign-in, a listener's default action with stickiness.
fn two_routes() -> (World, Value) {
    let mut scenario = scenario::shop();
    let listeners = &mut scenario["loadBalancers"][0]["listeners"];
    // The weights that a release leaves.
    listeners[0]["rules"][0]["forward"] = json!({"shop-a": 1, "shop-b": 0});
    listeners[0]["rules"][0]["stickiness"] = json!("4s");
    listeners[0]["rules"][0]["authenticateOidc"] = json!(true);
    let second = json!({
        "port": 8443,
        "id": "a1b2c3d4e5f60718",
        "protocol": "HTTPS",
        "defaultAction": {"forward": {"shop-a": 1, "shop-b": 0}, "stickiness": "6s"},
        "requestsPerSecond": 50,
    });
    listeners.as_array_mut().unwrap().push(second);
    let world = World::of(&scenario);
    let group = with(world.group(), "/deploymentConfig", linear());
    let routes = json!([{"listenerRule": RULE}, {"listener": SECOND_LISTENER}]);
    let group = with(group, "/loadBalancer/productionRoutes", routes);
    (world, group)
}

/// The actions of every route, as text.
fn actions(world: &World) -> Vec<String> {
    let state = must(world.aws.state());
    state["routes"].as_array().unwrap().iter().map(|route| route["actions"].to_string()).collect()
}

#[test]
fn a_release_of_n_increments_over_r_routes_costs_n_times_r_and_three_writes() {
    let (world, group) = two_routes();
    world.release("shop:42", &group);
    world.wait_end("prod-1", "Succeeded");
    let mut routes: Vec<String> = Vec::new();
    let mut shares: Vec<u64> = Vec::new();
    for (route, share) in weights_written(&world, GROUP_B) {
        routes.push(route);
        shares.push(share);
    }
    assert_eq!(shares, [25, 25, 50, 50, 75, 75, 100, 100]);
    assert!(routes.chunks(2).all(|pair| pair[0] != pair[1]), "{routes:?}");
    assert_eq!(world.writes().len(), 4 * 2 + 3, "{:?}", world.writes());
    for operation in ["CreateTaskSet", "UpdateServicePrimaryTaskSet", "DeleteTaskSet"] {
        assert_eq!(count(&world, operation), 1, "{operation}");
    }
    world.finish();
}

// S10 ScopeOnly
#[test]
fn stickiness_and_sign_in_come_out_of_two_releases_byte_for_byte() {
    let (world, group) = two_routes();
    let before = actions(&world);
    assert!(before.iter().any(|one| one.contains("authenticate-oidc")), "{before:?}");
    world.release("shop:42", &group);
    world.wait_end("prod-1", "Succeeded");
    let between = actions(&world);
    assert_ne!(between, before);
    world.change_revision("shop:46");
    world.wait_end("prod-2", "Succeeded");
    assert_eq!(actions(&world), before);
    assert_eq!(weights_written(&world, GROUP_A).len(), 16);
    world.finish();
}
