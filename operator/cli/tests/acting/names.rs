//! Which object a name means.

use serde_json::{Value, json};

use sluice_api::{Application, Deployment, DeploymentGroup};
use sluice_cli::arguments::Common;
use sluice_cli::hints::Hints;
use sluice_cli::inventory::{Inventory, Which};

fn object<K: serde::de::DeserializeOwned>(kind: &str, name: &str, spec: &Value, status: &Value) -> K {
    serde_json::from_value(json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": kind, "spec": spec, "status": status,
        "metadata": {"name": name, "namespace": "shop", "creationTimestamp": "2026-11-26T09:00:00Z"},
    }))
    .unwrap()
}

fn group(name: &str) -> DeploymentGroup {
    let aws = json!({"binding": "b", "region": "eu-west-1"});
    let spec = json!({"applicationRef": "store", "aws": aws, "ecs": {"cluster": "c", "service": name}});
    object("DeploymentGroup", name, &spec, &json!({}))
}

fn deployment(name: &str, group: &str, paused: bool, status: &Value) -> Deployment {
    let spec = json!({"groupRef": group, "revision": {"taskDefinition": "shop:43"}, "paused": paused});
    object("Deployment", name, &spec, status)
}

#[test]
fn a_name_means_one_deployment_or_what_to_type_is_told() {
    let at = "2026-11-26T10:00:00Z";
    let (begun, ended) = (json!({"startedAt": at}), json!({"startedAt": at, "completedAt": at, "state": "Failed"}));
    let there = Inventory {
        namespace: "shop".to_owned(),
        applications: vec![object::<Application>(
            "Application",
            "store",
            &json!({"computePlatform": "ECS"}),
            &json!({}),
        )],
        groups: vec![group("eu"), group("us"), group("idle")],
        deployments: vec![
            deployment("eu-6", "eu", false, &ended),
            deployment("eu-7", "eu", false, &begun),
            deployment("eu-8", "eu", true, &json!({})),
            deployment("us-2", "us", false, &json!({})),
            deployment("us", "eu", false, &ended),
        ],
    };
    let table: [(&str, Which, Result<&str, &str>); 13] = [
        ("eu-6", Which::Open, Ok("eu-6")),
        ("eu", Which::Open, Ok("eu-7")),
        ("eu", Which::Paused, Ok("eu-8")),
        ("group/eu", Which::EndedBadly, Ok("eu-6")),
        ("sdg/us", Which::Open, Ok("us-2")),
        ("deployment/us", Which::Open, Ok("us")),
        ("us", Which::Open, Err("`kubectl sluice stop deployment/us-2` (shop:43)")),
        ("store", Which::Open, Err("`kubectl sluice stop eu-7` (shop:43), `kubectl sluice stop us-2`")),
        ("store", Which::Paused, Ok("eu-8")),
        (
            "idle",
            Which::Open,
            Err(
                "group/idle has no release in progress, and none that waits: how it stands is told by kubectl sluice status group/idle",
            ),
        ),
        ("eu-9", Which::Open, Err("in namespace shop: did you mean eu-")),
        ("nothing", Which::Open, Err("called nothing in namespace shop; there are store")),
        ("pod/eu", Which::Open, Err("\"pod\" names no kind")),
    ];
    let hints = Hints::new("shop", &Common::default());
    for (typed, which, expected) in table {
        match (there.choose(typed, which, &hints, "stop"), expected) {
            (Ok(chosen), Ok(name)) => {
                assert_eq!(chosen.deployment.metadata.name.as_deref(), Some(name), "{typed} {which:?}");
                assert_eq!(chosen.told.is_none(), typed.ends_with(name), "{typed}: {:?}", chosen.told);
            }
            (Err(refusal), Err(words)) => assert!(refusal.to_string().contains(words), "{typed}: {refusal}"),
            (outcome, _) => panic!("{typed}: {outcome:?}"),
        }
    }
    assert!(there.choose_group("store", &hints, "rollback").unwrap_err().to_string().contains("rollback group/eu"));
}
