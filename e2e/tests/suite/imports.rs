//! What `kubectl sluice import` makes of what AWS prints is taken by the API server, and released by the operator to the end:
//! every shape of CodeDeploy and of ECS at once, in a simulated AWS that looks as the answers say, after the very commands that
//! the reports name. Holds, approvals and bakes are passed over by `skipTo`.

#[path = "imports/answers.rs"]
mod answers;
#[path = "imports/commands.rs"]
mod commands;

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use sluice_e2e::binaries;
use sluice_e2e::world::{World, find_service, must};

use self::answers::{answers, files, fixtures, text, world_of};
use self::commands::{preparations, run};

/// Imports a folder into another one.
fn import(from: &str, namespace: &str, into: &Path) {
    let mut command = Command::new(must(binaries::kubectl_sluice()));
    command.args(["import", from]).arg(fixtures().join(from)).args(["--namespace", namespace, "--into"]).arg(into);
    let told = command.output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
}

#[test]
fn every_shape_of_codedeploy_and_of_ecs_is_imported_and_released_by_what_the_report_says() {
    let answers: Vec<Value> =
        ["codedeploy", "ecs"].iter().flat_map(|folder| answers(&fixtures().join(folder))).collect();
    let world = World::of(&world_of(&answers));
    let folder = tempfile::tempdir().unwrap();
    let mut manifests = Vec::new();
    for from in ["codedeploy", "ecs"] {
        let into = folder.path().join(from);
        import(from, world.kubernetes.namespace(), &into);
        let report = fs::read_to_string(into.join("report.md")).unwrap();
        for words in preparations(&report) {
            run(&world, &words);
        }
        let yaml = files(&into).into_iter().filter(|path| path.extension().is_some_and(|end| end == "yaml"));
        manifests.extend(yaml.map(|path| serde_saphyr::from_str::<Value>(&fs::read_to_string(path).unwrap()).unwrap()));
    }
    let functions = manifests.iter().filter_map(|manifest| manifest["spec"]["allowedFunctions"].as_array()).flatten();
    let well = json!([{"payload": {"hookStatus": "SUCCEEDED"}}]);
    let functions: Vec<Value> = functions.map(|name| json!({"name": name, "answers": well})).collect();
    must(world.aws.merge(&json!({"functions": functions})));
    // Unknown fields are refused, as kubectl has them refused.
    for manifest in &manifests {
        must(world.kubernetes.dry_run(manifest));
    }
    world.apply(&manifests);
    let groups: Vec<&Value> = manifests.iter().filter(|manifest| manifest["kind"] == "DeploymentGroup").collect();
    // Where task sets serve what is asked for already, nothing is released.
    let (kept, moved): (Vec<&Value>, Vec<&Value>) =
        groups.iter().partition(|group| !text(&group["spec"]["ecs"]["service"]).ends_with("-sluice"));
    let name = |group: &Value| text(&group["metadata"]["name"]).to_owned();
    let names: Vec<String> = moved.iter().map(|group| format!("{}-1", name(group))).collect();
    for name in &names {
        world.wait_object("deployments", name, "to be there", |_| true);
        must(world.kubernetes.patch("deployments", name, &json!({"spec": {"skipTo": "End"}})));
    }
    for name in &names {
        world.wait_end(name, "Succeeded");
    }
    for group in kept {
        let found = world.object("deploymentgroups", &name(group));
        assert_eq!(found["status"]["phase"], "running", "{found:#}");
    }
    let state = must(world.aws.state());
    for group in groups.iter().filter(|group| group["spec"]["adopt"].is_object()) {
        let (ecs, old) = (&group["spec"]["ecs"], &group["spec"]["adopt"]["service"]);
        let old = find_service(&state, &json!({"cluster": ecs["cluster"], "service": old})).unwrap();
        let new = find_service(&state, ecs).unwrap();
        assert_eq!(new["taskSets"][0]["status"], "PRIMARY", "{new:#}");
        assert_eq!(old["taskSets"][0]["runningCount"], old["desiredCount"], "it is kept: {old:#}");
    }
    let traffic = must(world.aws.traffic());
    assert!(traffic["total"].as_u64() > Some(0) && traffic["lost"] == 0, "{traffic:#}");
    let violations = must(world.aws.violations());
    assert!(violations.is_empty(), "{violations:#?}");
}
