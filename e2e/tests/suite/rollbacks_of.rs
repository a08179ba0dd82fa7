//! To go back to what a Deployment replaced, by `spec.rollbackOf`.

use serde_json::{Value, json};
use sluice_e2e::manifests::{deployment, with};
use sluice_e2e::scenario::GROUP_B;
use sluice_e2e::world::{World, must};

use crate::support::{assert_original_alone, count, shares_written};

/// A Deployment that goes back from this one.
fn back(of: &str) -> Value {
    with(with(deployment("back", "shop:42"), "/revision", Value::Null), "/rollbackOf", json!(of))
}

#[test]
fn to_go_back_after_the_original_is_gone_releases_what_it_ran_and_holds_what_is_asked_for() {
    let world = World::new();
    world.release("shop:42", &world.group());
    world.wait_end("prod-1", "Succeeded");
    world.wait_object("deploymentgroups", "prod", "to remember what it replaced", |one| {
        one["status"]["history"][0]["replaced"] == "shop:41"
    });
    must(world.kubernetes.kubectl_delete("deployment", "prod-1"));
    world.wait_gone("deployments", "prod-1");
    world.apply(&[back("prod-7")]);
    let told = world.wait_condition("deployments", "back", "Stalled", "InvalidValue");
    assert!(
        told.contains("spec.rollbackOf: there is no Deployment prod-7") && told.contains("name one of prod-1"),
        "{told}"
    );
    assert_eq!(count(&world, "CreateTaskSet"), 1, "something began");
    must(world.kubernetes.kubectl_delete("deployment", "back"));
    world.wait_gone("deployments", "back");

    // No window holds it.
    let never =
        json!([{"name": "gone", "schedule": {"days": ["Sun"], "from": "03:00", "to": "03:01", "timeZone": "UTC"}}]);
    world.apply(&[with(world.group(), "/windows", never), back("prod-1")]);
    let ended = world.wait_end("back", "Succeeded");
    assert_eq!(ended["status"]["summary"]["revision"], "shop:41", "{ended:#}");
    assert_eq!(shares_written(&world, GROUP_B), [100, 0]);
    let is_held = |one: &Value| {
        let summary = &one["status"]["summary"];
        (&summary["desired"], &summary["serving"], &summary["status"])
            == (&json!("shop:42"), &json!("shop:41"), &json!("Held"))
    };
    let held = world.wait_object("deploymentgroups", "prod", "to hold what is asked for", is_held);
    assert!(held["status"]["message"].as_str().unwrap().contains("back went back from prod-1"), "{held:#}");
    // As GitOps does, again and again.
    must(world.kubernetes.patch("applications", "shop", &json!({"metadata": {"annotations": {"sync": "1"}}})));
    world.wait_looks(3);
    assert_eq!(must(world.kubernetes.list("deployments")).len(), 1, "the held revision was released again");

    world.apply(&[world.group()]);
    world.change_revision("shop:46");
    world.wait_end("prod-2", "Succeeded");
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");

    // Nothing new is made of a task definition that was taken out of use.
    must(world.aws.ecs("DeregisterTaskDefinition", &json!({"taskDefinition": "shop:41"})));
    let mut again = back("prod-2");
    again["metadata"]["name"] = json!("again");
    world.apply(&[again]);
    let told = world.wait_condition("deployments", "again", "Stalled", "TaskDefinitionNotFound");
    assert!(told.starts_with("spec.rollbackOf: shop:41 is INACTIVE: register a new revision"), "{told}");
    assert_eq!(count(&world, "CreateTaskSet"), 3, "something began");
    must(world.kubernetes.kubectl_delete("deployment", "again"));
    world.wait_gone("deployments", "again");
    world.finish();
}

#[test]
fn to_go_back_in_the_bake_turns_the_release_round_and_releases_nothing() {
    let world = World::new();
    world.release("shop:42", &with(world.group(), "/bake", json!("30m")));
    world.wait_object("deployments", "prod-1", "to bake", |one| one["status"]["state"] == "Baking");
    world.apply(&[back("prod-1")]);
    let turned = world.wait_end("prod-1", "Stopped");
    assert_eq!(turned["status"]["rollback"]["trigger"], "DEPLOYMENT_STOP_ON_REQUEST", "{turned:#}");
    let ended = world.wait_end("back", "Succeeded");
    assert_eq!(ended["status"]["message"], "shop:41 serves: nothing was released");
    assert!(ended["status"]["startedAt"].is_null(), "{ended:#}");
    assert_eq!(shares_written(&world, GROUP_B), [100, 0]);
    assert_original_alone(&world);
    assert_eq!(count(&world, "CreateTaskSet"), 1);
    world.wait_object("deploymentgroups", "prod", "to hold 42", |one| one["status"]["heldRevision"] == "shop:42");
    world.finish();
}
