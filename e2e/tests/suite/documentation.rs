//! What the documentation tells its readers to type, typed; and the objects that it shows, shown to an API server.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use sluice_e2e::binaries;
use sluice_e2e::kubernetes::Kubernetes;
use sluice_e2e::world::{World, must};
use sluice_pages::{Page, root};

/// A file of the demo, as a value.
fn of_the_demo(name: &str) -> Value {
    let text = std::fs::read_to_string(root().join("e2e/demo").join(name)).unwrap();
    serde_saphyr::from_str(&text).unwrap()
}

/// The world in which the demo ends: its group waits for a person at the canary.
fn at_the_end_of_the_demo() -> World {
    let world = World::of(&of_the_demo("world.yaml"));
    let mut group = of_the_demo("group.yaml");
    group["spec"]["aws"]["binding"] = json!(world.binding);
    for (field, value) in of_the_demo("gated.yaml")["spec"].as_object().unwrap() {
        group["spec"][field] = value.clone();
    }
    let mut application = of_the_demo("application.yaml");
    application["spec"]["revision"]["taskDefinition"] = json!("shop:41");
    must(world.kubernetes.apply(&application));
    must(world.kubernetes.apply(&group));
    must(world.kubernetes.kubectl_wait("deploymentgroups", "prod", "condition=Ready"));
    world
}

/// Runs the blocks of a page that are marked `run`, as one script, in a namespace in place of the page's.
fn run_the_blocks_of(page: &str, namespace: &str) {
    let page = Page::all(&root()).unwrap().into_iter().find(|one| one.path == page).unwrap();
    let blocks = page.blocks().into_iter().filter(|block| block.marker == "run");
    let script: Vec<String> = blocks.map(|block| format!("# line {}\n{}", block.line, block.text)).collect();
    let script = script.concat().replace("--namespace demo", &format!("--namespace {namespace}"));
    let folder = tempfile::tempdir().unwrap();
    // The script changes the namespace of its context, and no other test's.
    let kubeconfig = folder.path().join("kubeconfig");
    std::fs::copy(std::env::var_os("KUBECONFIG").unwrap(), &kubeconfig).unwrap();
    let programs = binaries::sluice().unwrap();
    let path = format!(
        "{}:{}",
        programs.parent().unwrap_or_else(|| Path::new("/")).display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let told = Command::new("bash")
        .args(["-xeuo", "pipefail", "-c", &script])
        .current_dir(root())
        .env("KUBECONFIG", &kubeconfig)
        .env("PATH", path)
        .output()
        .unwrap();
    assert!(
        told.status.success(),
        "{}:\n{}\n{}",
        page.path,
        String::from_utf8_lossy(&told.stdout),
        String::from_utf8_lossy(&told.stderr)
    );
}

#[test]
fn the_quick_start_does_what_it_says() {
    let world = at_the_end_of_the_demo();
    run_the_blocks_of("docs/quick-start.md", world.kubernetes.namespace());
    let group = must(world.kubernetes.get("deploymentgroups", "prod")).unwrap();
    assert_eq!(group["status"]["summary"]["serving"], "shop:42", "{group:#}");
}

#[test]
fn the_objects_that_pages_show_are_accepted() {
    let kubernetes = must(Kubernetes::connect("documentation"));
    let mut seen = 0;
    for page in Page::all(&root()).unwrap().iter().filter(|page| !page.is_record()) {
        for block in page.blocks().into_iter().filter(|block| block.language == "yaml" && block.marker == "whole") {
            seen += 1;
            let arguments = ["apply", "--server-side", "--dry-run=server", "--validate=strict", "--filename", "-"];
            let told = must(kubernetes.kubectl(&arguments, &block.text));
            assert!(told.success, "{}:{}: {}", page.path, block.line, told.errors);
        }
    }
    assert!(seen >= 3, "only {seen} blocks show objects");
    must(kubernetes.delete_namespace());
}
