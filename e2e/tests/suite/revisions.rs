//! What is released: a family whose newest revision is pinned, an AppSpec, images.

use serde_json::{Value, json};
use sluice_e2e::manifests::{application, binding, with};
use sluice_e2e::poll;
use sluice_e2e::scenario::{self, GROUP_B, task_definition};
use sluice_e2e::world::{World, must};

use crate::support::{count, group_with, held_in_the_middle, shares_written};

fn shown(object: &Value) -> (&Value, &Value) {
    let summary = &object["status"]["summary"];
    (&summary["desired"], &summary["status"])
}

#[test]
fn a_family_is_pinned_to_its_newest_revision_and_one_that_is_registered_later_changes_nothing() {
    let world = World::new();
    world.release("shops", &group_with(&world, held_in_the_middle("1s")));
    let told = world.wait_condition("deployments", "prod-1", "Stalled", "TaskDefinitionNotFound");
    assert!(told.contains("family shops has no ACTIVE revision"), "{told}");
    assert_eq!(world.writes(), Vec::<String>::new());
    world.change_revision("shop");
    world.wait_holding("prod-2", 40);
    // It would never be pulled.
    must(world.aws.merge(&json!({"taskDefinitions": [task_definition(47, &json!({"neverPulls": {}}))]})));
    world.end_hold("prod-2");
    let ended = world.wait_end("prod-2", "Succeeded");
    assert_eq!(ended["status"]["summary"]["revision"], "shop:46", "{ended:#}");
    assert!(ended["status"]["replacement"]["taskDefinition"].as_str().unwrap().ends_with("/shop:46"), "{ended:#}");
    world.wait_object("deploymentgroups", "prod", "to show what was pinned", |one| {
        shown(one) == (&json!("shop:46"), &json!("Running")) && one["status"]["requested"]["pinned"] == "shop:46"
    });
    // Neither is what was registered a change of what is asked for, nor is the number of what serves.
    world.wait_looks(2);
    world.change_revision("shop:46");
    world.wait_object("deploymentgroups", "prod", "to take it for what serves", |one| {
        one["status"]["requested"]["taskDefinition"] == "shop:46" && shown(one).1 == "Running"
    });
    // In the middle of another release the family stands for what it was pinned to, and not for what is newest.
    world.change_revision("shop");
    world.change_revision("shop:42");
    world.wait_holding("prod-3", 40);
    world.change_revision("shop");
    let ended = world.wait_end("prod-3", "Stopped");
    assert_eq!(ended["status"]["rollback"]["trigger"], "REVERTED", "{ended:#}");
    assert_eq!(shares_written(&world, GROUP_B).last(), Some(&100), "the traffic is not back");
    assert_eq!(count(&world, "CreateTaskSet"), 2);
    world.finish();
}

/// The Application `shop` at this revision.
fn asks(revision: &Value) -> Value {
    with(application("shop:42"), "/revision", revision.clone())
}

/// What each hook of a Deployment came to.
fn hooks(deployment: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let events = deployment["status"]["lifecycleEvents"].as_array().into_iter().flatten();
    events
        .flat_map(|event| event["hooks"].as_array().into_iter().flatten().map(move |hook| (&event["name"], hook)))
        .map(|(event, hook)| (text(event), text(&hook["name"]), text(&hook["state"])))
        .collect()
}

const YAML: &str = "version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: shop:42
        LoadBalancerInfo:
          ContainerName: web
          ContainerPort: 8080
Hooks:
  - AfterInstall: shop-smoke
";

#[test]
fn an_app_spec_is_released_as_it_stands_in_yaml_and_in_json() {
    let world = World::new();
    let passes = json!([{"payload": {"hookStatus": "SUCCEEDED"}}]);
    let function = |name: &str| json!({"name": name, "answers": passes});
    must(world.aws.merge(&json!({"functions": [function("shop-smoke"), function("shop-gate")]})));
    // The container is the AppSpec's alone.
    world.apply(&[
        asks(&json!({"appSpec": YAML})),
        with(world.group(), "/container", json!({"name": "none", "port": 1})),
    ]);
    let ended = world.wait_end("prod-1", "Succeeded");
    assert_eq!(ended["status"]["summary"]["revision"], "shop:42", "{ended:#}");
    let ran = |event: &str, name: &str| vec![(event.to_owned(), name.to_owned(), "Succeeded".to_owned())];
    assert_eq!(hooks(&ended), ran("AfterInstall", "appspec-after-install"));
    assert_eq!(ended["status"]["settings"]["container"]["name"], "web", "{ended:#}");

    let json = json!({
        "version": 0.0,
        "Resources": [{"TargetService": {"Type": "AWS::ECS::Service", "Properties": {
            "TaskDefinition": "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:46",
            "LoadBalancerInfo": {"ContainerName": "web", "ContainerPort": "8080"},
        }}}],
        "Hooks": [{"BeforeAllowTraffic": "shop-gate"}],
    });
    world.apply(&[asks(&json!({"appSpec": serde_json::to_string_pretty(&json).unwrap()}))]);
    let ended = world.wait_end("prod-2", "Succeeded");
    assert_eq!(ended["status"]["summary"]["revision"], "shop:46", "{ended:#}");
    assert_eq!(hooks(&ended), ran("BeforeAllowTraffic", "appspec-before-allow-traffic"));
    world.wait_object("deploymentgroups", "prod", "to show what was pinned", |one| {
        shown(one) == (&json!("shop:46"), &json!("Running"))
    });
    world.finish();
}

/// An image of this digit's digest.
fn image(digit: char) -> String {
    format!("registry/shop@sha256:{}", digit.to_string().repeat(64))
}

fn images(image: &str) -> Value {
    asks(&json!({"images": {"family": "shop", "containers": {"web": image}}}))
}

/// Number and image of the newest revision of the family, and of which one it says that it is a copy.
fn newest(world: &World) -> (u64, String, String) {
    let parameters = json!({"taskDefinition": "shop", "include": ["TAGS"]});
    let found = must(world.aws.ecs("DescribeTaskDefinition", &parameters));
    let definition = &found["taskDefinition"];
    let tag = found["tags"].as_array().into_iter().flatten().find(|tag| tag["key"] == "sluice.dev/copy-of");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let image = text(&definition["containerDefinitions"][0]["image"]);
    (definition["revision"].as_u64().unwrap(), image, tag.map(|tag| text(&tag["value"])).unwrap_or_default())
}

#[test]
fn images_are_registered_as_a_copy_and_released() {
    let world = World::new();
    world.apply(&[images(&image('a')), world.group()]);
    let ended = world.wait_end("prod-1", "Succeeded");
    assert_eq!(ended["status"]["summary"]["revision"], "shop:47", "{ended:#}");
    assert_eq!(newest(&world), (47, image('a'), "shop:46".to_owned()));

    // The answer to the second is lost: it is found, and not made again.
    must(world.aws.add_faults(&json!({"kind": "reset-after", "operation": "RegisterTaskDefinition", "count": 1})));
    world.apply(&[images(&image('b'))]);
    let ended = world.wait_end("prod-2", "Succeeded");
    assert_eq!(ended["status"]["summary"]["revision"], "shop:48", "{ended:#}");
    assert_eq!(newest(&world), (48, image('b'), "shop:47".to_owned()));

    // What it had before is there still.
    world.apply(&[images(&image('a'))]);
    let ended = world.wait_end("prod-3", "Succeeded");
    assert_eq!(ended["status"]["summary"]["revision"], "shop:47", "{ended:#}");
    assert_eq!((newest(&world).0, count(&world, "RegisterTaskDefinition")), (48, 2));
    world.finish();
}

/// Killed while this call has no answer: the next operator registers what is not there, and finds what is.
fn killed_at(operation: &str) {
    let mut world = World::with_lease(&scenario::shop(), "30s");
    must(world.aws.add_faults(&json!({"kind": "latency", "operation": operation, "milliseconds": 3_600_000})));
    world.apply(&[images(&image('c')), world.group()]);
    must(poll::closely(operation, || Ok((world.aws.count(operation)? > 0).then_some(()))));
    world.kill_operator();
    must(world.aws.clear_faults());
    must(world.operator.restart());
    let ended = world.wait_end("prod-1", "Succeeded");
    assert_eq!(ended["status"]["summary"]["revision"], "shop:47", "{ended:#}");
    assert_eq!((newest(&world).0, count(&world, "RegisterTaskDefinition")), (47, 1));
    world.finish();
}

#[test]
fn killed_before_a_copy_is_registered_the_next_operator_registers_it() {
    killed_at("DescribeTaskDefinition");
}

#[test]
fn killed_before_it_knew_that_a_copy_was_registered_it_makes_no_second_one() {
    killed_at("RegisterTaskDefinition");
}

const REPOSITORY: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/acme/shop";

fn digest(digit: char) -> String {
    format!("sha256:{}", digit.to_string().repeat(64))
}

/// The tag 1.2.3 of the repository is this image now.
fn push(world: &World, digit: char) {
    must(world.aws.merge(&json!({"repositories": {"acme/shop": {"1.2.3": digest(digit)}}})));
}

/// The operator's AwsBinding with the repository.
fn lists_it(world: &World) -> Value {
    with(binding(&world.binding), "/allowedRepositories", json!(["acme/*"]))
}

#[test]
fn a_tag_of_ecr_is_pinned_to_its_digest_where_the_binding_lists_the_repository_and_told_where_not() {
    let world = World::new();
    push(&world, 'a');
    let tagged = format!("{REPOSITORY}:1.2.3");
    world.apply(&[lists_it(&world), images(&tagged), world.group()]);
    let ended = world.wait_end("prod-1", "Succeeded");
    let pinned = format!("{REPOSITORY}@{}", digest('a'));
    assert_eq!((newest(&world).1, &ended["status"]["images"]["web"]), (pinned.clone(), &json!(pinned)), "{ended:#}");
    // To move the tag is no change of what is asked for, and what is asked for in the same words is no release.
    push(&world, 'b');
    world.apply(&[images(&tagged)]);
    world.wait_looks(2);
    assert_eq!((newest(&world).0, must(world.aws.count("DescribeImages"))), (47, 1));

    // What ECR does not tell is released by its tag, and told.
    must(world.aws.add_faults(&json!({"kind": "access-denied", "operation": "DescribeImages", "count": 1})));
    let other = format!("{REPOSITORY}:1.2.4");
    world.apply(&[images(&other)]);
    world.wait_end("prod-2", "Succeeded");
    assert_eq!((newest(&world).1, must(world.aws.count("DescribeImages"))), (other, 2));
    must(poll::until("the tag to be told", || {
        let told = |event: &Value| {
            event["reason"] == "MutableTag"
                && event["note"].as_str().is_some_and(|it| it.contains("does not tell its digest"))
        };
        Ok(world.kubernetes.events()?.iter().any(told).then_some(()))
    }));
    world.finish();
}

#[test]
fn killed_before_a_tag_is_resolved_the_next_operator_asks_again() {
    let mut world = World::with_lease(&scenario::shop(), "30s");
    push(&world, 'a');
    must(world.aws.add_faults(&json!({"kind": "latency", "operation": "DescribeImages", "milliseconds": 3_600_000})));
    world.apply(&[lists_it(&world), images(&format!("{REPOSITORY}:1.2.3")), world.group()]);
    must(poll::closely("DescribeImages", || Ok((world.aws.count("DescribeImages")? > 0).then_some(()))));
    world.kill_operator();
    must(world.aws.clear_faults());
    must(world.operator.restart());
    let ended = world.wait_end("prod-1", "Succeeded");
    assert_eq!(ended["status"]["images"]["web"], format!("{REPOSITORY}@{}", digest('a')), "{ended:#}");
    assert_eq!((newest(&world).0, count(&world, "RegisterTaskDefinition")), (47, 1));
    world.finish();
}
