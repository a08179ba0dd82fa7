//! GitOps from end to end: kustomize renders the example repository, Flux applies it by server-side apply and Argo CD by
//! client-side apply, and both wait by what the objects say of themselves.

mod accepted;
mod overlay;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sluice_e2e::world::{World, must};

use overlay::Overlay;

/// The overlay of production, in this world and without its waits.
fn production(world: &World) -> Overlay {
    let group = json!([
        {"op": "replace", "path": "/spec/aws/binding", "value": world.binding},
        {"op": "replace", "path": "/spec/deploymentConfig", "value": {"allAtOnce": {}}},
        {"op": "replace", "path": "/spec/bake", "value": "0s"},
    ]);
    Overlay::of("prod", world.kubernetes.namespace(), &group)
}

fn as_flux(world: &World, git: &Overlay) {
    let arguments =
        ["apply", "--server-side", "--force-conflicts", "--field-manager=kustomize-controller", "--filename", "-"];
    must(must(world.kubernetes.kubectl(&arguments, &git.rendered())).good());
}

fn as_argo_cd(world: &World, git: &Overlay) {
    must(world.kubernetes.kubectl_apply(&git.rendered()));
}

/// What kstatus makes of an object that is not being deleted.
fn kstatus(object: &Value) -> &'static str {
    let stands = |kind: &str| {
        let conditions = object["status"]["conditions"].as_array();
        let found = conditions.and_then(|all| all.iter().find(|one| one["type"] == kind));
        found.map(|one| one["status"] == "True")
    };
    match () {
        () if object["status"]["observedGeneration"] != object["metadata"]["generation"] => "InProgress",
        () if stands("Reconciling") == Some(true) => "InProgress",
        () if stands("Stalled") == Some(true) => "Failed",
        () if stands("Ready") == Some(false) => "InProgress",
        () => "Current",
    }
}

/// The first answer that is not to wait, as Flux has it.
fn answer(world: &World) -> &'static str {
    let until = Instant::now() + Duration::from_mins(2);
    loop {
        let found = kstatus(&world.object("applications", "shop"));
        if found != "InProgress" || Instant::now() > until {
            return found;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn what_git_says_is_released_once_and_whoever_waits_is_told_how_it_ended() {
    let world = World::new();
    let git = production(&world);
    git.commit("shop:41");
    as_flux(&world, &git);
    must(world.kubernetes.kubectl_wait("applications", "shop", "condition=Ready"));

    // Whoever waits right after the apply is not answered by what was true of the revision before.
    git.commit("shop:42");
    as_argo_cd(&world, &git);
    must(world.kubernetes.kubectl_wait("applications", "shop", "condition=Ready"));
    assert_eq!(world.object("deployments", "shop-1")["status"]["state"], "Succeeded");

    git.commit("shop:43");
    as_flux(&world, &git);
    must(world.kubernetes.kubectl_wait("applications", "shop", "condition=Stalled"));
    assert_eq!(world.object("deployments", "shop-2")["status"]["state"], "Failed");

    // The same manifests again and again, by either: what was rolled back does not come back by itself.
    for _ in 0..3 {
        as_flux(&world, &git);
        as_argo_cd(&world, &git);
    }
    world.wait_looks(3);
    assert_eq!(must(world.kubernetes.list("deployments")).len(), 2, "the held revision was released again");
    assert_eq!(world.object("deploymentgroups", "shop")["status"]["heldRevision"], "shop:43");
    assert_eq!(kstatus(&world.object("applications", "shop")), "Failed");

    // The way out of it is not answered with the failure that was there before.
    git.commit("shop:46");
    as_flux(&world, &git);
    assert_eq!(answer(&world), "Current");
    assert_eq!(world.object("deployments", "shop-3")["status"]["state"], "Succeeded");
    assert!(world.object("deploymentgroups", "shop")["status"]["heldRevision"].is_null(), "nothing is held any more");
    world.finish();
}
