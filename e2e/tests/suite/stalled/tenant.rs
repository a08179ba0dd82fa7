//! Causes in who may use what: without a binding that admits all of it, AWS is not called.

use serde_json::{Value, json};
use sluice_e2e::manifests::{binding, deployment, with};
use sluice_e2e::operator::Settings;
use sluice_e2e::scenario;
use sluice_e2e::world::{World, must};

use crate::stalled::assertions::{assert_group_stalled, goes_on};

/// Operations that were called so far.
fn called(world: &World) -> Vec<String> {
    let mut operations: Vec<String> =
        must(world.aws.journal()).iter().map(|entry| entry["operation"].as_str().unwrap().to_owned()).collect();
    operations.dedup();
    operations
}

/// A release with a binding that was changed: it is refused with this remedy, nothing but `calls` is called, and the
/// mended binding lets it go on.
fn not_admitted(pointer: &str, value: Value, remedy: &str, calls: &[&str]) {
    let world = World::new();
    world.apply(&[with(binding(&world.binding), pointer, value)]);
    world.release("shop:42", &world.group());
    assert_group_stalled(&world, "NotAdmitted", remedy);
    assert_eq!(called(&world), calls);
    world.apply(&[binding(&world.binding)]);
    goes_on(world);
}

#[test]
fn a_binding_that_does_not_exist() {
    let world = World::new();
    must(world.kubernetes.delete("awsbindings", &world.binding));
    world.release("shop:42", &world.group());
    assert_group_stalled(&world, "NoBinding", "ask an admin to create one");
    assert_eq!(called(&world), Vec::<String>::new());
    world.apply(&[binding(&world.binding)]);
    goes_on(world);
}

#[test]
fn a_binding_that_does_not_admit_the_region() {
    not_admitted("/regions", json!(["us-east-1"]), "eu-west-1", &[]);
}

#[test]
fn a_binding_that_does_not_admit_the_service() {
    let arns = json!([
        "arn:aws:ecs:eu-west-1:123456789012:service/staging/*",
        "arn:aws:elasticloadbalancing:eu-west-1:123456789012:*",
    ]);
    not_admitted("/allowedArns", arns, "service/prod/shop", &["GetCallerIdentity"]);
}

#[test]
fn a_binding_that_does_not_admit_a_target_group() {
    let arns = json!([
        "arn:aws:ecs:eu-west-1:123456789012:service/prod/*",
        "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener*",
        "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop-a/*",
    ]);
    not_admitted("/allowedArns", arns, "shop-b", &["GetCallerIdentity"]);
}

/// A release with a task set template, with a binding that has a list: it is refused with this word, and released once
/// the list admits it.
fn task_sets_not_admitted(template: &Value, (list, admitted): (&str, Value), expected: &str) {
    let world = World::new();
    world.apply(&[with(binding(&world.binding), list, json!(["other-*"]))]);
    world.release("shop:42", &with(world.group(), "/taskSet", template.clone()));
    assert_group_stalled(&world, "NotAdmitted", expected);
    assert_eq!(called(&world), ["GetCallerIdentity"]);
    world.apply(&[with(binding(&world.binding), list, admitted)]);
    goes_on(world);
}

// S16 Tenant
#[test]
fn a_binding_that_does_not_admit_a_subnet() {
    let network = json!({"subnets": ["subnet-1", "subnet-9"], "securityGroups": ["sg-1"]});
    let template = json!({"launchType": "FARGATE", "networkConfiguration": network});
    task_sets_not_admitted(&template, ("/allowedSubnets", json!(["subnet-1", "subnet-9"])), "subnet-1");
}

// S16 Tenant
#[test]
fn a_binding_that_does_not_admit_a_capacity_provider() {
    let network = json!({"subnets": ["subnet-1"], "securityGroups": ["sg-1"]});
    let strategy = json!([{"capacityProvider": "FARGATE_SPOT", "weight": 1}]);
    let template = json!({"capacityProviderStrategy": strategy, "networkConfiguration": network});
    task_sets_not_admitted(&template, ("/allowedCapacityProviders", json!(["FARGATE*"])), "FARGATE_SPOT");
}

// S16 Tenant
#[test]
fn a_binding_that_does_not_admit_a_service_registry() {
    let world = World::new();
    let registries = json!([
        {"registryArn": "arn:aws:servicediscovery:eu-west-1:123456789012:service/srv-victim", "containerName": "web", "containerPort": 8080},
    ]);
    world.release("shop:42", &with(world.group(), "/taskSet/serviceRegistries", registries));
    assert_group_stalled(&world, "NotAdmitted", "srv-victim");
    assert_eq!(called(&world), ["GetCallerIdentity"]);
    world.apply(&[world.group()]);
    goes_on(world);
}

// S16 Tenant
#[test]
fn a_revision_of_another_account_region_or_partition() {
    let world = World::new();
    world.release("shop:41", &world.group());
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    for (name, revision, words) in [
        ("elsewhere", "arn:aws:ecs:us-east-1:999999999999:task-definition/shop:42", ["999999999999", "us-east-1"]),
        ("theirs", "arn:aws:ecs:eu-west-1:999999999999:task-definition/shop:42", ["999999999999", "123456789012"]),
        ("china", "arn:aws-cn:ecs:eu-west-1:123456789012:task-definition/shop:42", ["(aws-cn)", "(aws)"]),
    ] {
        world.apply(&[deployment(name, revision)]);
        let message = world.wait_condition("deployments", name, "Stalled", "NotAdmitted");
        assert!(words.iter().all(|word| message.contains(word)), "{message}");
        must(world.kubernetes.delete("deployments", name));
    }
    assert!(!called(&world).contains(&"DescribeTaskDefinition".to_owned()), "{:?}", called(&world));
    world.finish();
}

// S16 Tenant
#[test]
fn a_family_that_the_binding_does_not_admit() {
    let world = World::new();
    world.apply(&[with(binding(&world.binding), "/allowedTaskDefinitions", json!(["cart", "cart-*"]))]);
    world.release("shop:42", &world.group());
    let message = world.wait_condition("deployments", "prod-1", "Stalled", "NotAdmitted");
    assert!(message.contains("does not admit shop") && message.contains("cart, cart-*"), "{message}");
    assert!(!called(&world).contains(&"DescribeTaskDefinition".to_owned()), "{:?}", called(&world));
    world.apply(&[with(binding(&world.binding), "/allowedTaskDefinitions", json!(["sh*"]))]);
    goes_on(world);
}

// S16 Tenant
#[test]
fn a_binding_that_does_not_admit_the_namespace() {
    let world = World::new();
    let selector = json!({"matchLabels": {"team": "shop"}});
    world.apply(&[with(binding(&world.binding), "/namespaceSelector", selector)]);
    world.release("shop:42", &world.group());
    assert_group_stalled(&world, "NotAdmitted", "label the namespace");
    assert_eq!(called(&world), Vec::<String>::new());
    must(world.kubernetes.label_namespace(&json!({"team": "shop"})));
    goes_on(world);
}

#[test]
fn credentials_that_do_not_work() {
    let mut scenario = scenario::shop();
    scenario["credentials"] = json!({"invalid": ["AKIDREVOKED"]});
    let mut world = World::with(&scenario, |settings| "AKIDREVOKED".clone_into(&mut settings.access_key));
    world.release("shop:42", &world.group());
    assert_group_stalled(&world, "AuthenticationFailed", "give the operator credentials that work");
    must(world.operator.terminate());
    let settings = Settings { access_key: "AKIDSLUICE".to_owned(), ..world.operator.settings().clone() };
    must(world.operator.restart_with(settings));
    goes_on(world);
}
