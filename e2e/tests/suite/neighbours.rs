//! What those whom no binding admits cost the others while they wait: no turn, no call, and no memory to speak of.

use serde_json::{Value, json};
use sluice_e2e::kubernetes::Told;
use sluice_e2e::manifests::{application, deployment};
use sluice_e2e::world::{World, must};
use sluice_e2e::{Error, Result, poll};

use crate::requests::{asked, between};

/// Deployments that wait beside the one that is admitted.
const WAITING: usize = 60;

/// Regions that are named by groups that no binding admits.
const REGIONS: usize = 15;

/// Objects of more than a megabyte, and how much of each: the API server takes no more.
const LARGE: usize = 16;
const OWNERS: usize = 3_600;

/// A group of another Application, with a binding that does not exist.
fn outsider(world: &World, name: &str) -> Value {
    let mut group = world.group();
    group["metadata"]["name"] = json!(name);
    group["spec"]["aws"]["binding"] = json!("there-is-none");
    group["spec"]["applicationRef"] = json!("others");
    group
}

/// Deployments of a group, by number.
fn deployments_of(group: &str, count: usize) -> Vec<Value> {
    let one = |number: usize| {
        let mut one = deployment(&format!("{group}-by-hand-{number}"), "shop:42");
        one["spec"]["groupRef"] = json!(group);
        one
    };
    (0..count).map(one).collect()
}

fn wait_all_stalled(world: &World, kind: &str, named: &str, count: usize) {
    let stalled = |object: &Value| {
        let conditions = object["status"]["conditions"].as_array();
        conditions.is_some_and(|all| all.iter().any(|one| one["type"] == "Stalled" && one["status"] == "True"))
    };
    must(poll::until("all of them to be told", || {
        let objects = world.kubernetes.list(kind)?;
        let ours =
            objects.iter().filter(|one| one["metadata"]["name"].as_str().is_some_and(|name| name.starts_with(named)));
        Ok((ours.filter(|one| stalled(one)).count() == count).then_some(()))
    }));
}

/// They go, with all that was made for them.
fn leave(world: &World) {
    for kind in ["deployments", "deploymentgroups"] {
        let objects = must(world.kubernetes.list(kind));
        let names = objects.iter().filter_map(|one| one["metadata"]["name"].as_str());
        let outsiders: Vec<&str> = names.filter(|name| name.starts_with("outsider")).collect();
        for name in &outsiders {
            must(world.kubernetes.delete(kind, name));
        }
        for name in outsiders {
            world.wait_gone(kind, name);
        }
    }
}

/// Resident memory of the operator, in MiB.
fn resident(world: &World) -> Result<u64> {
    let status = format!("/proc/{}/status", world.operator.process_id());
    let text = std::fs::read_to_string(&status).map_err(Error::of(format!("failed to read {status}")))?;
    let kilobytes =
        text.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.trim().parse().ok());
    Ok(kilobytes.unwrap_or(u64::MAX) / 1024)
}

#[test]
fn deployments_that_no_binding_admits_take_no_turn_and_no_call_while_another_is_released() {
    let world = World::new();
    world.apply(&[outsider(&world, "outsider")]);
    world.apply(&deployments_of("outsider", WAITING));
    wait_all_stalled(&world, "deployments", "outsider", WAITING);
    assert_eq!(must(world.aws.journal()), Vec::<Value>::new(), "nothing is called for whom no binding admits");
    let before = asked(&world);
    world.release("shop:42", &world.group());
    world.wait_end("prod-1", "Succeeded");
    // Had each of those who wait been read or written but once more, there would be sixty.
    let asked = between(&before, &asked(&world));
    let of_deployments = asked.iter().filter(|(what, _)| what.ends_with(" Deployment")).map(|(_, count)| count);
    assert!(of_deployments.sum::<u64>() < WAITING as u64 / 2, "{asked:?}");
    leave(&world);
    world.finish();
}

#[test]
fn regions_that_no_binding_admits_are_never_called() {
    let world = World::new();
    let groups: Vec<Value> = (0..REGIONS)
        .map(|number| {
            let mut group = outsider(&world, &format!("outsider-{number}"));
            group["spec"]["aws"]["region"] = json!(format!("eu-nowhere{}-1", "x".repeat(number)));
            group
        })
        .collect();
    let mut others = application("shop:42");
    others["metadata"]["name"] = json!("others");
    world.apply(&[others]);
    world.apply(&groups);
    wait_all_stalled(&world, "deploymentgroups", "outsider", REGIONS);
    assert_eq!(must(world.aws.journal()), Vec::<Value>::new());
    leave(&world);
}

#[test]
fn what_a_tenant_writes_on_an_object_is_not_kept_in_memory() {
    let world = World::new();
    world.release("shop:41", &world.group());
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    world.apply(&[outsider(&world, "outsider")]);
    let before = must(resident(&world));
    for mut large in deployments_of("outsider", LARGE) {
        let owner = |number: usize| {
            let uid = format!("00000000-0000-4000-8000-{number:012}");
            json!({"apiVersion": "v1", "kind": "ConfigMap", "name": "x".repeat(240), "uid": uid})
        };
        large["metadata"]["ownerReferences"] = (0..OWNERS).map(owner).collect();
        must(world.kubernetes.kubectl(&["create", "-f", "-"], &large.to_string()).and_then(Told::good));
    }
    wait_all_stalled(&world, "deployments", "outsider", LARGE);
    world.change_revision("shop:42");
    world.wait_end("prod-1", "Succeeded");
    // Held whole, and once only, they were twenty megabytes; as they are parsed, they are many times that.
    let grown = must(resident(&world)).saturating_sub(before);
    assert!(grown < 60, "{grown} MiB more");
    leave(&world);
    world.finish();
}
