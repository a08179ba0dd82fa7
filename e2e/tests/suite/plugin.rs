//! `kubectl sluice`: the built plugin against the API server and the operator.

use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};
use sluice_e2e::binaries;
use sluice_e2e::manifests::with;
use sluice_e2e::scenario::GROUP_B;
use sluice_e2e::world::{World, must};

use crate::support::{assert_original_alone, group_with, shares_written};

/// What the plugin came to: its exit code, and all that it said.
struct Said {
    code: i32,
    text: String,
}

fn command(world: &World, arguments: &[&str]) -> Command {
    let mut command = Command::new(must(binaries::kubectl_sluice()));
    command.args(arguments).args(["--namespace", world.kubernetes.namespace()]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn said(output: &Output) -> Said {
    let text = [output.stdout.as_slice(), &output.stderr].concat();
    Said { code: output.status.code().unwrap_or(-1), text: String::from_utf8_lossy(&text).into_owned() }
}

fn plugin(world: &World, arguments: &[&str]) -> Said {
    said(&command(world, arguments).output().unwrap())
}

/// Runs the plugin, which is to end with this code and to say this.
#[track_caller]
fn expect(world: &World, line: &str, code: i32, words: &str) -> String {
    let arguments: Vec<&str> = line.split_whitespace().collect();
    let said = plugin(world, &arguments);
    assert_eq!(said.code, code, "{line}: {}", said.text);
    assert!(said.text.contains(words), "{line}: {}\nhas no: {words}", said.text);
    said.text
}

fn begin(world: &World, line: &str) -> Child {
    command(world, &line.split_whitespace().collect::<Vec<_>>()).spawn().unwrap()
}

fn ended(child: Child) -> Said {
    said(&child.wait_with_output().unwrap())
}

/// The name of what was made, from what `--output name` prints in its first line.
fn made(text: &str) -> String {
    text.lines().next().unwrap_or_default().rsplit('/').next().unwrap_or_default().to_owned()
}

#[track_caller]
fn wait_baking(world: &World, name: &str) {
    world.wait_object("deployments", name, "to bake", |one| one["status"]["state"] == "Baking");
}

#[test]
fn a_release_is_asked_for_held_approved_and_promoted_while_a_pipeline_waits_for_its_end() {
    let world = World::new();
    let steps = json!([{"weight": 20, "hold": "30m"}, {"name": "half", "weight": 50, "approval": {}}, {"weight": 100}]);
    let group = with(group_with(&world, json!({"steps": steps})), "/bake", json!("30m"));
    world.release("shop:41", &group);
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");

    expect(&world, "deploy shop -t shop:42 --dry-run=server", 0, "server dry run");
    expect(&world, "deploy shop -t shop:42", 0, "shop: shop:41 -> shop:42; prod releases it");
    // Right after: the operator may not have seen the change yet.
    let pipeline = begin(&world, "status shop --wait --past-people --timeout 20m");
    let application = world.object("applications", "shop");
    let managers = application["metadata"]["managedFields"].as_array().cloned().unwrap_or_default();
    assert!(managers.iter().any(|one| one["manager"] == "kubectl-sluice"), "{managers:?}");
    expect(&world, "deploy shop -t shop:42", 0, "asks for shop:42 already");

    world.wait_holding("prod-1", 20);
    expect(&world, "pause prod", 0, "prod-1 is the release in progress of group prod");
    expect(&world, "pause shop", 0, "paused already");
    expect(&world, "status prod-1", 4, "kubectl sluice resume prod-1");
    expect(&world, "promote prod", 1, "is paused by hand");
    expect(&world, "resume prod", 0, "prod-1 goes on");
    expect(&world, "status prod-1 --wait --timeout 1s", 3, "not ended within 1s");
    expect(&world, "skip prod hlaf", 1, "did you mean half?");
    expect(&world, "skip prod", 0, "up to step half");
    world.wait_object("deployments", "prod-1", "to wait for half", |one| {
        one["status"]["summary"]["status"] == "Waiting"
    });
    expect(&world, "status shop --wait", 4, "kubectl sluice approve prod-1 half");
    let patched = expect(&world, "approve prod half --output json", 0, "\"approvals\"");
    assert!(!patched.contains("managedFields"), "{patched}");
    wait_baking(&world, "prod-1");
    expect(&world, "promote prod", 0, "the bake among them");
    world.wait_end("prod-1", "Succeeded");
    let pipeline = ended(pipeline);
    assert_eq!(pipeline.code, 0, "{}", pipeline.text);
    for words in ["prod-1 shop:42 Paused", "Waiting", "Baking", "prod-1 succeeded: "] {
        assert!(pipeline.text.contains(words), "{}\nhas no: {words}", pipeline.text);
    }
    assert_eq!(shares_written(&world, GROUP_B), [20, 50, 100]);

    expect(&world, "approve prod-1", 1, "to go back from it: kubectl sluice rollback prod-1");
    expect(&world, "status prdo", 5, "did you mean prod?");
    expect(&world, "status", 64, "Usage");
    expect(&world, "pause prod --as ada", 1, "--clusterrole view --user ada");
    expect(&world, "explain TargetGroupInUse", 0, "what to do: ");
    world.finish();
}

#[test]
fn a_release_is_stopped_tried_again_and_gone_back_from_and_each_end_has_its_exit_code() {
    let world = World::new();
    let group = with(world.group(), "/bake", json!("30m"));
    world.release("shop:41", &group);
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    let first = made(&expect(&world, "deploy prod --once -t shop:42 -o name", 0, "deployment.sluice.dev/prod-once-"));
    wait_baking(&world, &first);
    expect(&world, "archive prod", 1, "has no release that has ended");
    expect(&world, "stop prod", 0, "its traffic returns to shop:41");
    world.wait_end(&first, "Stopped");
    assert_original_alone(&world);
    expect(&world, &format!("status {first} --wait"), 2, "ended as Stopped");

    let second = made(&expect(&world, "retry prod -o name", 0, "prod-retry-"));
    assert_eq!(world.object("deployments", &second)["spec"]["retryOf"], json!(first));
    wait_baking(&world, &second);
    expect(&world, "skip prod End", 0, "all waits");
    expect(&world, &format!("status {second} --wait --timeout 20m"), 0, "succeeded");
    world.wait_object("deploymentgroups", "prod", "to remember what it replaced", |one| {
        one["status"]["history"][0]["deployment"] == second.as_str() && one["status"]["revision"] == "shop:42"
    });
    let back = made(&expect(&world, "rollback prod -o name", 0, "prod-back-"));
    assert_eq!(world.object("deployments", &back)["spec"]["rollbackOf"], json!(second));
    wait_baking(&world, &back);
    expect(&world, "promote prod --full", 0, "all waits");
    let ended = world.wait_end(&back, "Succeeded");
    assert_eq!(ended["status"]["summary"]["revision"], "shop:41");

    world.wait_object("deploymentgroups", "prod", "to remember its return", |one| {
        one["status"]["history"][0]["deployment"] == back.as_str() && one["status"]["revision"] == "shop:41"
    });
    expect(&world, "rollback prod --last-good", 1, "remembers no other revision that was released well");
    expect(&world, &format!("archive {first}"), 0, "is archived");
    world.wait_object("deploymentgroups", "prod", "to leave it out", |one| {
        let history: Vec<Value> = one["status"]["history"].as_array().cloned().unwrap_or_default();
        history.iter().all(|record| record["deployment"] != first.as_str())
    });
    expect(&world, "history shop -o wide", 0, "kubectl-sluice");
    world.finish();
}
