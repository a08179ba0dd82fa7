//! Services without a load balancer.

use serde_json::{Value, json};
use sluice_e2e::manifests::with;
use sluice_e2e::scenario::{self, CLUSTER};
use sluice_e2e::world::{World, find_service, must};

const WORKER: &str = "worker";

/// A service of four tasks beside the one of the shop, and a group of it.
fn worker(config: Value) -> (World, Value) {
    let mut scenario = scenario::shop();
    let task_sets = json!([{"taskDefinition": "shop:41", "primary": true}]);
    let services = scenario["clusters"][0]["services"].as_array_mut().unwrap();
    services.push(json!({"name": WORKER, "desiredCount": 4, "taskSets": task_sets}));
    let world = World::of(&scenario);
    let group = with(with(world.group(), "/ecs/service", json!(WORKER)), "/deploymentConfig", config);
    let group = with(with(group, "/container", Value::Null), "/loadBalancer", Value::Null);
    (world, group)
}

fn service(state: &Value) -> Value {
    find_service(state, &json!({"cluster": CLUSTER, "service": WORKER})).unwrap().clone()
}

/// Scales of its task sets, in the order in which they were made.
fn scales(state: &Value) -> Vec<f64> {
    let service = service(state);
    let live = service["taskSets"].as_array().unwrap().iter().filter(|set| set["status"] != "DRAINING");
    live.map(|set| set["scale"].as_f64().unwrap()).collect()
}

fn halves(hold: &str) -> Value {
    json!({"steps": [{"weight": 50, "hold": hold}, {"weight": 100}]})
}

/// A stop in the hold grows the original first, and the next release goes through: never fewer tasks than are wanted, and no
/// word to a load balancer.
#[test]
fn a_service_without_a_load_balancer_is_released_and_stopped_by_the_sizes_of_its_task_sets() {
    let (world, group) = worker(halves("30m"));
    world.release("shop:42", &group);
    world.wait_holding("prod-1", 50);
    world.wait_aws("half of the tasks each", |state| (scales(state) == [50.0, 50.0]).then_some(()));
    must(world.kubernetes.patch("deployments", "prod-1", &json!({"spec": {"stop": {"rollback": true}}})));
    world.wait_end("prod-1", "Stopped");
    assert_eq!(scales(&must(world.aws.state())), [100.0]);
    world.apply(&[with(group, "/deploymentConfig", halves("1s"))]);
    world.change_revision("shop:46");
    world.wait_end("prod-2", "Succeeded");
    let state = must(world.aws.state());
    let service = service(&state);
    let mut live = service["taskSets"].as_array().unwrap().iter().filter(|set| set["status"] != "DRAINING");
    let works = live.next().and_then(|set| set["taskDefinition"].as_str());
    assert!(works.is_some_and(|one| one.ends_with("shop:46")), "{service:#}");
    assert_eq!((scales(&state), &service["fewestTasks"]), (vec![100.0], &json!(4)));
    assert!(service["mostTasks"].as_u64().unwrap() <= 6, "{service:#}");
    assert!(!world.writes().iter().any(|write| write.starts_with("Modify")), "{:?}", world.writes());
    world.wait_object("deploymentgroups", "prod", "to show what works", |group| {
        group["status"]["summary"]["serving"] == "shop:46" && group["status"]["health"] == "healthy"
    });
    world.finish();
}

#[test]
fn a_revision_that_fails_without_a_load_balancer_goes_and_the_original_keeps_every_task() {
    let (world, group) = worker(halves("30m"));
    world.release("shop:44", &group);
    let failure = world.wait_end("prod-1", "Failed")["status"]["failure"].clone();
    assert_eq!(failure["category"], "startup_failure", "{failure:#}");
    let state = must(world.aws.state());
    assert_eq!((scales(&state), &service(&state)["fewestTasks"]), (vec![100.0], &json!(4)));
    world.finish();
}
