//! `kubectl sluice get` and `watch`, as users run them, against the real API server.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use sluice_e2e::kill_point::{Callee, KillPoint, Request};
use sluice_e2e::manifests::with;
use sluice_e2e::process::{Process, bound};
use sluice_e2e::relay::Relay;
use sluice_e2e::terminal::Terminal;
use sluice_e2e::world::{World, must};
use sluice_e2e::{binaries, kubernetes, poll, scenario};

use crate::support::{group_with, in_the_middle_of_a_shift};

/// Columns and rows of the terminal in which a release is watched.
const SIZE: (u16, u16) = (160, 50);

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

/// Each kind by one list and one watch.
fn once_each() -> BTreeMap<(String, &'static str), usize> {
    let kinds = ["deploymentgroups", "deployments", "events"];
    kinds.iter().flat_map(|kind| ["list", "watch"].map(|how| (((*kind).to_owned(), how), 1))).collect()
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
    assert_eq!(asked, once_each());
    world.finish();
}

/// What stands on the screen after each piece that was written.
fn screens(pieces: &[Vec<u8>]) -> Vec<String> {
    let mut terminal = vt100::Parser::new(SIZE.1, SIZE.0, 0);
    let after = |piece: &Vec<u8>| {
        terminal.process(piece);
        terminal.screen().contents()
    };
    pieces.iter().map(after).collect()
}

/// Waits until these words stand on the screen.
#[track_caller]
fn wait_shown(terminal: &Terminal, words: &str) {
    let look = || Ok(screens(&terminal.written()).last().is_some_and(|screen| screen.contains(words)).then_some(()));
    if let Err(error) = poll::until(words, look) {
        panic!("{error}:\n{}", screens(&terminal.written()).last().map_or("nothing", String::as_str));
    }
}

fn count_of(bytes: &[u8], sequence: &str) -> usize {
    bytes.windows(sequence.len()).filter(|window| *window == sequence.as_bytes()).count()
}

#[test]
fn a_release_of_200_tasks_is_followed_in_a_terminal_without_flicker_and_acted_on_by_keys() {
    let mut shop = scenario::shop();
    shop["clusters"][0]["services"][0]["desiredCount"] = json!(200);
    let world = World::of(&shop);
    let steps = json!({"steps": [
        {"weight": 20, "hold": "30m"},
        {"name": "half", "weight": 50, "approval": {"timeout": "4h"}},
        {"weight": 100},
    ]});
    world.release("shop:42", &with(group_with(&world, steps), "/bake", json!("30m")));
    world.wait_holding("prod-1", 20);
    let (folder, point) = (tempfile::tempdir().unwrap(), KillPoint::default());
    let kubeconfig = kubeconfig_of(&world, folder.path(), &point);
    let mut command = bound(&must(binaries::kubectl_sluice()));
    command.env("KUBECONFIG", &kubeconfig).env("TERM", "xterm-256color").args(["watch", "prod-1"]);
    let mut terminal = must(Terminal::start(command, SIZE));

    wait_shown(&terminal, "z pause");
    wait_shown(&terminal, "200/200 tasks");
    let paused = |is: bool| {
        world.wait_object("deployments", "prod-1", "to be paused, or not", |one| {
            one["spec"]["paused"].as_bool().unwrap_or_default() == is
        })
    };
    must(terminal.press("z"));
    paused(true);
    // A key acts on what is shown.
    wait_shown(&terminal, "z resume");
    must(terminal.press("z"));
    paused(false);
    wait_shown(&terminal, "◌ Holding");
    // What takes something away is asked about first, and nothing but y says yes.
    must(terminal.press("x"));
    wait_shown(&terminal, "[y/n]");
    must(terminal.press("n"));
    wait_shown(&terminal, "nothing was changed");
    assert!(world.object("deployments", "prod-1")["spec"]["stop"].is_null());
    must(terminal.press("s"));
    wait_shown(&terminal, "sluice approve prod-1 half");
    must(terminal.press("a"));
    wait_shown(&terminal, "◌ Baking");
    must(terminal.press("p"));
    wait_shown(&terminal, "[y/n]");
    must(terminal.press("y"));
    wait_shown(&terminal, "✔ Succeeded");
    world.wait_end("prod-1", "Succeeded");
    let on_screen = screens(&terminal.written());
    must(terminal.press("q"));
    let (status, pieces) = must(terminal.wait_ended());
    assert!(status.success(), "{status}");

    // From the first picture to the last there is always one, and it is never drawn from nothing.
    let first = on_screen.iter().position(|screen| screen.contains("prod-1")).unwrap();
    let blank: Vec<&String> = on_screen[first..].iter().filter(|screen| !screen.contains("prod-1")).collect();
    assert!(blank.is_empty(), "{} of {} screens: {blank:#?}", blank.len(), on_screen.len());
    let bytes = pieces.concat();
    assert!(count_of(&bytes, "\u{1b}[2J") <= 1, "it is cleared once, before the first picture");
    // The terminal is as it was.
    assert_eq!([count_of(&bytes, "\u{1b}[?1049h"), count_of(&bytes, "\u{1b}[?1049l")], [1, 1]);
    assert_eq!(asked(&point), once_each());
    world.finish();
}
