//! Causes in what is released.

use serde_json::{Value, json};
use sluice_e2e::manifests::{application, binding, with};
use sluice_e2e::world::World;

use crate::stalled::assertions::{assert_release_stalled, assert_stalled};

fn built(scan: Value) -> Value {
    let mut source = json!({"repository": "acme/shop", "commitSha": "9f1c2e7", "runUrl": "https://ci.example.com/1"});
    (source["scan"], source["build"], source["shape"]) = (scan, json!("succeeded"), json!("existing_docker"));
    with(application("shop:42"), "/revision/source", source)
}

#[test]
fn what_is_not_reported_as_scanned_and_passed_is_not_released_until_it_is() {
    let world = World::new();
    world.apply(&[application("shop:42"), with(world.group(), "/requireScan", json!(true))]);
    assert_release_stalled(&world, "ScanNotPassed", "the scan of shop:42 is not reported");
    world.apply(&[built(json!("failed"))]);
    world.wait_object("deployments", "prod-1", "to tell what the scan came to", |one| {
        one["status"]["message"].as_str().is_some_and(|message| message.contains("is reported as failed"))
    });
    assert_release_stalled(&world, "ScanNotPassed", "have its pipeline report that");
    // A report alone is no change of revision: the Deployment that waits for it begins.
    world.apply(&[built(json!("passed"))]);
    let ended = world.wait_end("prod-1", "Succeeded");
    assert_eq!(ended["status"]["source"]["commitSha"], "9f1c2e7", "{ended:#}");
    assert_eq!(ended["status"]["source"]["scan"], "passed", "{ended:#}");
    let step = |name: &str| json!({"name": name, "status": "Succeeded"});
    let steps = ["Build", "Provision", "Deploy", "Verify"].map(step);
    let expected = json!({"status": "SUCCEEDED", "shape": "existing_docker", "steps": steps});
    assert_eq!(ended["status"]["pipeline"], expected, "{ended:#}");
    world.wait_object("deploymentgroups", "prod", "to be as it should be", |one| {
        one["status"]["summary"]["status"] == "Running" && one["status"]["requested"]["sequence"] == 1
    });
    world.finish();
}

const APP_SPEC: &str = "version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: shop:42
        LoadBalancerInfo: {ContainerName: web, ContainerPort: 8080}
        NetworkConfiguration:
          AwsvpcConfiguration: {Subnets: [subnet-1], SecurityGroups: [sg-1], AssignPublicIp: DISABLED}
Hooks:
  - BeforeInstall: shop-check
";

/// One after the other: each is told with its line, or with what the binding has, and nothing is touched.
#[test]
fn an_app_spec_that_is_wrong_or_not_admitted_touches_nothing() {
    let world = World::new();
    let admits = with(
        with(binding(&world.binding), "/allowedSubnets", json!(["subnet-1"])),
        "/allowedFunctions",
        json!(["shop-*"]),
    );
    world.apply(&[admits, world.group()]);
    let table = [
        ("version: 0.0", "version: 0.1", "InvalidValue", "spec.revision.appSpec, line 1, version: \"0.1\" is none"),
        (
            "shop:42",
            "<TASK_DEFINITION>",
            "InvalidValue",
            "line 6, Resources[0].TargetService.Properties.TaskDefinition",
        ),
        (
            "shop:42",
            "shop:99",
            "TaskDefinitionNotFound",
            "spec.revision.appSpec: TaskDefinition: shop:99 does not exist",
        ),
        (
            "Subnets: [subnet-1]",
            "Subnets: [subnet-2]",
            "NotAdmitted",
            "spec.revision.appSpec: NetworkConfiguration.AwsvpcConfiguration.Subnets: AwsBinding",
        ),
        ("shop-check", "web-check", "NotAdmitted", "spec.revision.appSpec: Hooks: AwsBinding"),
        ("8080", "8081", "ContainerNotFound", "spec.revision.appSpec: LoadBalancerInfo.ContainerPort: container web"),
    ];
    for (number, (from, to, reason, told)) in (1..).zip(table) {
        let text = APP_SPEC.replacen(from, to, 1);
        world.apply(&[with(application("shop:42"), "/revision", json!({"appSpec": text}))]);
        assert_stalled(&world, ("deployments", &format!("prod-{number}")), reason, told);
    }
    let family = json!({"images": {"family": "shop", "containers": {"wbe": "shop:1"}}});
    world.apply(&[with(application("shop:42"), "/revision", family)]);
    let told = "spec.revision.images.containers: family shop has no container wbe: name those that it has, web";
    assert_stalled(&world, ("deployments", "prod-7"), "ContainerNotFound", told);
    world.take_down();
}
