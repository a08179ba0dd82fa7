//! Causes in who may use what: without a binding that admits all of it, AWS is not called.

use serde_json::{Value, json};
use sluice_e2e::manifests::{binding, with};
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
