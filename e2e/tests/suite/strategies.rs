//! Each way to move traffic, to success.

use serde_json::{Value, json};
use sluice_e2e::manifests::{application, deployment, deployment_config, with};
use sluice_e2e::scenario::{self, GROUP_A, GROUP_B, RULE};
use sluice_e2e::world::{World, must, share};

use crate::support::{count, group_with, linear, pairs_written, shares_written, weights_written};

/// Releases 42 with a configuration: it succeeds, in exactly these shares.
fn release(config: Value, shares: &[u64]) -> (World, Value) {
    let world = World::new();
    world.release("shop:42", &group_with(&world, config));
    let ended = world.wait_end("prod-1", "Succeeded");
    assert_eq!(shares_written(&world, GROUP_B), shares);
    (world, ended)
}

#[test]
fn all_at_once_moves_everything_in_one_increment() {
    let (world, ended) = release(json!({"allAtOnce": {}}), &[100]);
    assert_eq!(ended["status"]["phase"], "running");
    assert_eq!(ended["status"]["summary"]["weight"], "100%");
    world.finish();
}

#[test]
fn a_canary_moves_a_share_first_and_the_rest_after_its_interval() {
    let (world, ended) = release(json!({"canary": {"percentage": 10, "interval": "2s"}}), &[10, 100]);
    let steps = ended["status"]["steps"].as_array().unwrap();
    let at = |step: usize, field: &str| steps[step][field].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    let held = at(0, "completedAt").duration_since(at(0, "verifiedAt"));
    assert!(held.as_secs() >= 2, "held for {held}");
    world.finish();
}

#[test]
fn a_linear_release_moves_equal_shares_and_then_what_is_left() {
    let (world, _) = release(json!({"linear": {"percentage": 40, "interval": "1s"}}), &[40, 80, 100]);
    world.finish();
}

#[test]
fn a_linear_release_of_eighths_is_written_in_the_smallest_weights() {
    let world = World::new();
    world.release("shop:42", &group_with(&world, json!({"linear": {"percentage": "12.5%", "interval": "0s"}})));
    let ended = world.wait_end("prod-1", "Succeeded");
    assert_eq!(pairs_written(&world), [(7, 1), (3, 1), (5, 3), (1, 1), (3, 5), (1, 3), (1, 7), (0, 1)]);
    let weights: Vec<&Value> =
        ended["status"]["steps"].as_array().unwrap().iter().map(|step| &step["weight"]).collect();
    let expected = json!(["12.5%", 25, "37.5%", 50, "62.5%", 75, "87.5%", 100]);
    assert_eq!(weights, expected.as_array().unwrap().iter().collect::<Vec<_>>());
    world.finish();
}

#[test]
fn a_canary_of_a_tenth_of_a_percent_receives_one_request_of_a_thousand() {
    let mut scenario = scenario::shop();
    scenario["loadBalancers"][0]["listeners"][0]["rules"][0]["requestsPerSecond"] = json!(5000);
    let world = World::of(&scenario);
    world.release("shop:42", &group_with(&world, json!({"canary": {"percentage": "0.1%", "interval": "30m"}})));
    world.wait_holding("prod-1", "0.1%");
    let requests = |state: &Value| {
        let counted = &state["routes"].as_array()?.iter().find(|route| route["arn"] == RULE)?["byTargetGroup"];
        Some([GROUP_A, GROUP_B].map(|group| counted[group].as_u64().unwrap_or(0)))
    };
    let before = requests(&must(world.aws.state())).unwrap();
    let after = world.wait_aws("10000 more requests", |state| {
        requests(state).filter(|now| now[0] + now[1] >= before[0] + before[1] + 10_000)
    });
    let [original, replacement] = [0, 1].map(|side| after[side] - before[side]);
    let exact = (original + replacement) / 1000;
    assert!((exact..=exact + 1).contains(&replacement), "{replacement} of {}", original + replacement);
    let held = world.object("deployments", "prod-1");
    assert_eq!(held["status"]["summary"]["weight"], "0.1%");
    assert_eq!(held["status"]["traffic"]["observed"], "0.1%");
    assert!(held["status"]["message"].as_str().unwrap().starts_with("holding weight 0.1; next weight 100 at"));
    world.end_hold("prod-1");
    world.wait_end("prod-1", "Succeeded");
    assert_eq!(pairs_written(&world), [(999, 1), (0, 1)]);
    world.finish();
}

#[test]
fn steps_move_traffic_by_their_weights_and_size_the_replacement_by_their_scale() {
    let steps = json!({"steps": [
        {"name": "smoke", "weight": 5, "scale": 25, "hold": "1s"},
        {"name": "half", "weight": 50, "scale": 50},
        {"weight": 100},
    ]});
    let (world, ended) = release(steps, &[5, 50, 100]);
    let scales: Vec<Value> = must(world.aws.writes())
        .iter()
        .filter(|entry| entry["operation"] == "CreateTaskSet" || entry["operation"] == "UpdateTaskSet")
        .map(|entry| entry["request"]["scale"]["value"].clone())
        .collect();
    assert_eq!(scales, [json!(25.0), json!(50.0), json!(100.0)]);
    let names: Vec<&Value> = ended["status"]["steps"].as_array().unwrap().iter().map(|step| &step["name"]).collect();
    assert_eq!(names, [&json!("smoke"), &json!("half"), &Value::Null]);
    world.finish();
}

#[test]
fn a_predefined_configuration_is_known_by_its_codedeploy_name() {
    let (world, _) = release(json!({"name": "CodeDeployDefault.ECSAllAtOnce"}), &[100]);
    world.finish();
}

#[test]
fn a_deployment_config_is_found_by_its_name() {
    let world = World::new();
    let name = format!("{}-config", world.binding);
    let spec = json!({"steps": [{"weight": 30, "hold": "1s"}, {"weight": 100}]});
    world.apply(&[deployment_config(&name, &spec)]);
    world.release("shop:42", &group_with(&world, json!({"name": name})));
    world.wait_end("prod-1", "Succeeded");
    assert_eq!(shares_written(&world, GROUP_B), [30, 100]);
    world.assert_settled();
    must(world.kubernetes.delete("deploymentconfigs", &name));
    world.take_down();
}

#[test]
fn the_original_is_kept_for_the_bake_and_then_goes() {
    let world = World::new();
    let mut group = group_with(&world, json!({"allAtOnce": {}}));
    group["spec"]["bake"] = json!("30m");
    world.release("shop:42", &group);
    let baking = world.wait_object("deployments", "prod-1", "to bake", |one| one["status"]["state"] == "Baking");
    assert!(baking["status"]["original"]["terminateAt"].is_string(), "{baking:#}");
    world.wait_looks(2);
    assert_eq!(count(&world, "DeleteTaskSet"), 0, "the original went before the bake was over");
    world.end_bake("prod-1");
    world.wait_end("prod-1", "Succeeded");
    world.finish();
}

#[test]
fn a_first_deployment_needs_no_original() {
    let mut scenario = scenario::shop();
    scenario["clusters"][0]["services"][0]["taskSets"] = json!([]);
    let world = World::of(&scenario);
    world.release("shop:42", &group_with(&world, linear()));
    let ended = world.wait_end("prod-1", "Succeeded");
    assert!(ended["status"]["original"].is_null(), "{ended:#}");
    assert_eq!(count(&world, "CreateTaskSet"), 1);
    assert_eq!(count(&world, "DeleteTaskSet"), 0);
    world.finish();
}

#[test]
fn the_roles_of_the_pair_swap_at_each_release() {
    let world = World::new();
    world.release("shop:42", &group_with(&world, linear()));
    world.wait_end("prod-1", "Succeeded");
    assert_eq!(share(&must(world.aws.state()), RULE, GROUP_B), Some(100));

    world.change_revision("shop:46");
    let second = world.wait_end("prod-2", "Succeeded");
    assert_eq!(second["status"]["replacement"]["targetGroup"], GROUP_A);
    let expected: Vec<(String, u64)> = [25, 50, 75, 100].map(|share| (RULE.to_owned(), share)).to_vec();
    assert_eq!(weights_written(&world, GROUP_A)[4..], expected);
    assert_eq!(share(&must(world.aws.state()), RULE, GROUP_A), Some(100));
    let group = world.wait_object("deploymentgroups", "prod", "to record both", |one| {
        one["status"]["history"].as_array().is_some_and(|history| history.len() == 2)
    });
    assert_eq!(group["status"]["lastSucceeded"]["revision"], "shop:46");
    world.finish();
}

#[test]
fn a_group_adopts_the_revision_that_its_service_runs_already() {
    let world = World::new();
    world.apply(&[application("shop:41"), world.group()]);
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    assert!(must(world.kubernetes.list("deployments")).is_empty(), "nothing was to be released");
    assert_eq!(world.writes(), Vec::<String>::new());
    world.finish();
}

#[test]
fn the_replacement_is_made_as_the_template_says() {
    let world = World::new();
    let template = json!({
        "capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT", "weight": 3, "base": 1}],
        "platformVersion": "1.4.0",
        "networkConfiguration": {"subnets": ["subnet-1", "subnet-2"], "assignPublicIp": "ENABLED"},
        "tags": [{"key": "team", "value": "shop"}],
    });
    world.release("shop:42", &with(world.group(), "/taskSet", template));
    let ended = world.wait_end("prod-1", "Succeeded");
    let writes = must(world.aws.writes());
    let request = &writes.iter().find(|entry| entry["operation"] == "CreateTaskSet").unwrap()["request"];
    let strategy = json!([{"capacityProvider": "FARGATE_SPOT", "weight": 3, "base": 1}]);
    assert_eq!(request["capacityProviderStrategy"], strategy);
    assert!(request["launchType"].is_null(), "{request:#}");
    assert_eq!(request["platformVersion"], "1.4.0");
    let network = &request["networkConfiguration"]["awsvpcConfiguration"];
    assert_eq!(network["subnets"], json!(["subnet-1", "subnet-2"]));
    assert_eq!(network["assignPublicIp"], "ENABLED");
    let tag = |key: &str| {
        let tags = request["tags"].as_array().unwrap();
        tags.iter().find(|tag| tag["key"] == key).and_then(|tag| tag["value"].as_str()).unwrap_or_default().to_owned()
    };
    assert_eq!(tag("team"), "shop");
    assert_eq!(tag("sluice.dev/revision"), "shop:42");
    assert!(tag("sluice.dev/deployment").ends_with("/prod-1") && tag("sluice.dev/group").ends_with("/prod"));
    let uid = ended["metadata"]["uid"].as_str().unwrap();
    assert_eq!(request["externalId"], format!("sluice-{uid}"));
    assert_eq!(request["clientToken"], uid);
    world.finish();
}

#[test]
fn a_release_with_the_longest_name_has_tags_that_ecs_takes() {
    let world = World::new();
    world.apply(&[application("shop:41"), world.group()]);
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    let name = "d".repeat(253);
    world.apply(&[deployment(&name, "shop:42")]);
    let ended = world.wait_end(&name, "Succeeded");
    let writes = must(world.aws.writes());
    let request = &writes.iter().find(|entry| entry["operation"] == "CreateTaskSet").unwrap()["request"];
    let values: Vec<&str> =
        request["tags"].as_array().unwrap().iter().filter_map(|tag| tag["value"].as_str()).collect();
    assert!(values.iter().all(|value| value.chars().count() <= 256), "{values:?}");
    let uid = ended["metadata"]["uid"].as_str().unwrap();
    assert!(values.iter().any(|value| value.contains("/dddd") && value.ends_with(uid)), "{values:?}");
    world.finish();
}

#[test]
fn a_revision_may_be_named_by_its_arn() {
    let world = World::new();
    world.release("arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:42", &world.group());
    let ended = world.wait_end("prod-1", "Succeeded");
    assert_eq!(ended["status"]["summary"]["revision"], "shop:42");
    // The short name of the same revision is no change.
    world.change_revision("shop:42");
    world.wait_looks(3);
    assert_eq!(must(world.kubernetes.list("deployments")).len(), 1);
    world.finish();
}
