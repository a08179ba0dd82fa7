//! The API server restarts in the middle of a shift. In a control plane of its own: the other tests need theirs.

use serde_json::json;
use sluice_control_plane::ControlPlane;
use sluice_e2e::scenario::{self, GROUP_B};
use sluice_e2e::world::{World, must};

use crate::support::{count, in_the_middle_of_a_shift, shares_written};

/// A control plane, and a world in the middle of a shift in it.
fn in_a_cluster_of_its_own() -> (ControlPlane, World) {
    let control_plane = ControlPlane::start().unwrap();
    let world = World::in_cluster(&scenario::shop(), &control_plane.kubeconfig_path(), |settings| {
        // What loses its Lease meanwhile gets it back soon.
        "15s".clone_into(&mut settings.lease_duration);
    });
    in_the_middle_of_a_shift(&world);
    (control_plane, world)
}

#[test]
fn an_api_server_that_restarts_in_the_middle_of_a_shift_and_of_a_rollback_holds_them_up_and_no_more() {
    let (mut control_plane, mut world) = in_a_cluster_of_its_own();
    control_plane.restart_api_server().unwrap();
    world.wait_kept_running("prod-1 to go on", |world| world.shorten_hold("prod-1"));
    world.wait_end_kept_running("prod-1", "Succeeded");
    assert_eq!(count(&world, "CreateTaskSet"), 1);
    let mut shares = shares_written(&world, GROUP_B);
    shares.dedup();
    assert_eq!(shares, [20, 40, 60, 80, 100]);
    // A rollback in the same cluster, which is dear to start.
    world.change_revision("shop:46");
    world.wait_kept_running("prod-2 to hold 40 percent", |world| {
        let deployment = world.kubernetes.get("deployments", "prod-2")?;
        Ok(deployment.filter(|one| one["status"]["steps"][1]["state"] == "Holding"))
    });
    must(world.kubernetes.patch("deployments", "prod-2", &json!({"spec": {"stop": {}}})));
    control_plane.restart_api_server().unwrap();
    world.wait_end_kept_running("prod-2", "Stopped");
    assert_eq!(count(&world, "CreateTaskSet"), 2);
    world.finish();
}
