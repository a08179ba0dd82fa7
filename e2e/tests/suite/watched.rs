//! `kubectl sluice get` and `watch`, as users run them, against the real API server.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use sluice_e2e::kill_point::{Callee, KillPoint, Request};
use sluice_e2e::process::{Process, bound};
use sluice_e2e::relay::Relay;
use sluice_e2e::world::{World, must};
use sluice_e2e::{binaries, kubernetes, poll};

use crate::support::in_the_middle_of_a_shift;

/// A kubeconfig of the API server behind a relay, whose context has the namespace of the world.
fn kubeconfig_of(world: &World, folder: &Path, point: &KillPoint) -> std::path::PathBuf {
    let relay = must(Relay::start(must(kubernetes::proxy()), Callee::Kubernetes, point));
    let context = json!({"cluster": "relay", "user": "relay", "namespace": world.kubernetes.namespace()});
    let kubeconfig = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "relay",
        "clusters": [{"name": "relay", "cluster": {"server": relay.url()}}],
        "users": [{"name": "relay", "user": {}}],
        "contexts": [{"name": "relay", "context": context}],
    });
    let path = folder.join("kubeconfig");
    std::fs::write(&path, kubeconfig.to_string()).unwrap();
    path
}

fn run(kubeconfig: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(must(binaries::kubectl_sluice()));
    command.env("KUBECONFIG", kubeconfig).args(arguments).output().unwrap()
}

#[track_caller]
fn shown(kubeconfig: &Path, arguments: &[&str]) -> String {
    let output = run(kubeconfig, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// How often each kind was listed, and watched.
fn asked(point: &KillPoint) -> BTreeMap<(String, &'static str), usize> {
    let mut counts = BTreeMap::new();
    let requests = point.passed();
    for request in requests.iter().filter(|request| request.path().contains("fieldSelector")) {
        let how = if request.path().contains("watch=true") { "watch" } else { "list" };
        *counts.entry((kind_of(request), how)).or_default() += 1;
    }
    counts
}

fn kind_of(request: &Request) -> String {
    let path = request.path().split('?').next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

#[test]
fn a_release_is_shown_as_a_tree_and_followed_by_one_list_and_one_watch_of_each_kind() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    let (folder, point) = (tempfile::tempdir().unwrap(), KillPoint::default());
    let kubeconfig = kubeconfig_of(&world, folder.path(), &point);

    let table = shown(&kubeconfig, &["get"]);
    for word in ["APPLICATION", "shop", "GROUP", "prod", "DEPLOYMENT", "prod-1", "Holding", "40%"] {
        assert!(table.contains(word), "no {word}:\n{table}");
    }
    let tree = shown(&kubeconfig, &["get", "shop"]);
    for word in ["└─ prod", "prod-1", "replacement", "shop:42", "original", "shop:41", "tasks"] {
        assert!(tree.contains(word), "no {word}:\n{tree}");
    }
    let object: Value =
        serde_json::from_str(&shown(&kubeconfig, &["get", "deployment", "prod-1", "-o", "json"])).unwrap();
    assert_eq!(object["status"], world.object("deployments", "prod-1")["status"]);
    let unknown = run(&kubeconfig, &["get", "prod-2"]);
    let told = String::from_utf8_lossy(&unknown.stderr).into_owned();
    assert!(!unknown.status.success() && told.contains("did you mean prod-1?"), "{told}");

    let before = asked(&point);
    let mut command = bound(&must(binaries::kubectl_sluice()));
    command.env("KUBECONFIG", &kubeconfig).args(["watch", "prod-1"]);
    let mut watch = must(Process::start("kubectl sluice watch", command, &folder.path().join("watch.log")));
    let line = "Deployment .* Holding";
    must(watch.wait_for_line(line, |line| (line.starts_with("Deployment") && line.contains("Holding")).then_some(())));
    world.end_hold("prod-1");
    world.wait_end("prod-1", "Succeeded");
    let status = must(poll::until("the end of the watch", || watch.ended()));
    let text = watch.log();
    assert!(status.success(), "{text}");
    let screens: Vec<&str> = text.split("────\n").skip(1).collect();
    assert!(screens.len() > 2 && screens.last().is_some_and(|last| last.contains("✔ Succeeded")), "{text}");
    assert!(!text.contains('\u{1b}'), "no colours where there is no terminal");
    let mut asked = asked(&point);
    for (what, count) in before {
        *asked.entry(what).or_default() -= count;
    }
    asked.retain(|_, count| *count > 0);
    let kinds = ["deploymentgroups", "deployments", "events"];
    let once = kinds.iter().flat_map(|kind| ["list", "watch"].map(|how| (((*kind).to_owned(), how), 1)));
    assert_eq!(asked, once.collect());
    world.finish();
}
