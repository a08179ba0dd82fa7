//! A revision that failed is held until it changes, or someone releases it by hand. That GitOps does not bring it back is in
//! `gitops.rs`.

use serde_json::json;
use sluice_e2e::manifests::{application, deployment, with};
use sluice_e2e::world::{World, must};

#[test]
fn a_held_revision_can_be_released_by_hand() {
    let world = World::new();
    world.release("shop:43", &world.group());
    world.wait_end("prod-1", "Failed");
    must(world.aws.set_behaviour("shop:43", &json!({"healthy": true})));
    must(world.kubernetes.kubectl_apply(&deployment("again", "shop:43").to_string()));
    world.wait_end("again", "Succeeded");
    world.wait_object("deploymentgroups", "prod", "to hold nothing", |one| one["status"]["heldRevision"].is_null());
    world.finish();
}

#[test]
fn a_revision_that_failed_is_released_again_after_another_one() {
    let world = World::new();
    world.release("shop:43", &world.group());
    world.wait_end("prod-1", "Failed");
    world.change_revision("shop:42");
    world.wait_end("prod-2", "Succeeded");
    must(world.aws.set_behaviour("shop:43", &json!({"healthy": true})));
    world.change_revision("shop:43");
    world.wait_end("prod-3", "Succeeded");
    world.finish();
}

#[test]
fn a_group_that_pins_a_revision_does_not_follow_its_application() {
    let world = World::new();
    let pinned = with(world.group(), "/revision", json!({"taskDefinition": "shop:41"}));
    world.apply(&[application("shop:42"), pinned]);
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    world.wait_looks(3);
    assert!(must(world.kubernetes.list("deployments")).is_empty(), "the pin was not honoured");
    world.apply(&[with(world.group(), "/revision", json!({"taskDefinition": "shop:46"}))]);
    let ended = world.wait_end("prod-1", "Succeeded");
    assert_eq!(ended["spec"]["revision"]["taskDefinition"], "shop:46");
    world.finish();
}

#[test]
fn only_so_many_ended_deployments_are_kept_and_the_history_remembers_the_rest() {
    let world = World::new();
    let keeps_one = |revision: &str| with(application(revision), "/revisionHistoryLimit", json!(1));
    world.apply(&[keeps_one("shop:42"), world.group()]);
    world.wait_end("prod-1", "Succeeded");
    world.apply(&[keeps_one("shop:46")]);
    world.wait_end("prod-2", "Succeeded");
    world.wait_gone("deployments", "prod-1");
    world.wait_object("deploymentgroups", "prod", "to remember both", |one| {
        let history = one["status"]["history"].as_array();
        history.is_some_and(|history| history.len() == 2 && history.iter().all(|one| one["trigger"] == "Revision"))
    });
    // What is archived is kept, and left out of what is shown.
    must(world.kubernetes.kubectl_patch("deployment", "prod-2", &json!({"spec": {"archived": true}})));
    world.wait_object("deploymentgroups", "prod", "to leave out what is archived", |one| {
        one["status"]["history"].as_array().is_some_and(|history| history.len() == 1)
    });
    let listed = must(
        world.kubernetes.kubectl(&["get", "sdep", "--field-selector", "spec.groupRef=prod,spec.archived!=true"], ""),
    );
    assert!(listed.success && !listed.output.contains("prod-2"), "{listed:?}");
    world.apply(&[keeps_one("shop:41")]);
    world.wait_end("prod-3", "Succeeded");
    assert_eq!(must(world.kubernetes.list("deployments")).len(), 2, "what is archived was deleted");
    world.finish();
}

/// The Deployment was there before its group, so that the group may never have looked before it began.
#[test]
fn what_a_user_releases_before_the_group_asked_for_anything_is_not_undone() {
    let world = World::new();
    world.apply(&[deployment("by-hand", "shop:42")]);
    world.wait_condition("deployments", "by-hand", "Stalled", "NoGroup");
    world.apply(&[application("shop:41"), world.group()]);
    world.wait_end("by-hand", "Succeeded");
    world.wait_object("deploymentgroups", "prod", "to have taken what served as asked for", |one| {
        one["status"]["requested"]["adopted"] == true
    });
    world.wait_looks(2);
    let made = must(world.kubernetes.list("deployments"));
    assert_eq!(made.len(), 1, "what a user released was undone: {made:#?}");
    world.finish();
}
