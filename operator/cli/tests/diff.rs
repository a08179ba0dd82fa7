//! Two task definitions side by side.

use serde_json::{Value, json};
use sluice_api::DeploymentStatus;
use sluice_cli::diff::{Definition, commands, text};

#[expect(clippy::unwrap_used, reason = "a test fails by a panic")]
fn definition(revision: i32, change: impl FnOnce(&mut Value)) -> Definition {
    let mut definition = json!({
        "taskDefinitionArn": format!("arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:{revision}"),
        "family": "shop",
        "revision": revision,
        "cpu": "256",
        "memory": "512",
        "networkMode": "awsvpc",
        "taskRoleArn": "arn:aws:iam::123456789012:role/shop",
        "volumes": [],
        "containerDefinitions": [
            {
                "name": "web",
                "image": "registry.example.com/shop:1.0",
                "cpu": 0,
                "environment": [{"name": "PORT", "value": "8080"}, {"name": "PASSWORD", "value": "hunter2"}],
                "secrets": [{"name": "TOKEN", "valueFrom": "arn:aws:ssm:eu-west-1:123456789012:parameter/old-token"}],
                "command": ["serve", "--key", "hunter2"],
            },
            {"name": "proxy", "image": "proxy:1", "cpu": 0},
        ],
    });
    change(&mut definition);
    Definition::read(&json!({"taskDefinition": definition, "tags": []}).to_string()).unwrap()
}

#[test]
fn images_sizes_and_names_are_shown_and_no_value_that_may_be_a_secret() {
    let old = definition(41, |_| {});
    let new = definition(42, |new| {
        new["memory"] = json!("1024");
        new["volumes"] = json!([{"name": "cache"}]);
        let web = &mut new["containerDefinitions"][0];
        web["image"] = json!("registry.example.com/shop:1.1\u{1b}[2J");
        web["environment"] = json!([{"name": "PASSWORD", "value": "hunter3"}, {"name": "LOG_LEVEL", "value": "debug"}]);
        web["secrets"][0]["valueFrom"] = json!("arn:aws:ssm:eu-west-1:123456789012:parameter/new-token");
        web["command"] = json!(["serve", "--key", "hunter3"]);
        new["containerDefinitions"][1] = json!({"name": "metrics", "image": "metrics:2", "cpu": 0});
    });
    let told = text(&old, &new);
    for secret in ["hunter", "8080", "debug", "-token", "\u{1b}"] {
        assert!(!told.contains(secret), "{secret:?} is in {told}");
    }
    let same = text(&old, &definition(43, |_| {}));
    insta::assert_snapshot!(format!("{told}\n{same}"));
}

#[test]
fn what_is_no_task_definition_is_told_as_such() {
    let table = [
        ("", "it is no JSON"),
        ("[]", "it is no task definition"),
        ("{}", "it is no task definition"),
        (r#"{"containerDefinitions": [1]}"#, "it is no task definition"),
        (r#"{"taskDefinition": {"family": "shop"}}"#, "it is no task definition"),
    ];
    for (text, expected) in table {
        let told = Definition::read(text).unwrap_err().to_string();
        assert!(told.contains(expected) && told.contains("describe-task-definition"), "{text}: {told}");
    }
    let bare = Definition::read("\u{feff}{\"family\": \"shop\", \"containerDefinitions\": []}").unwrap();
    assert_eq!(bare.name, "shop");
}

#[test]
fn a_deployment_tells_what_to_type() {
    let arn = |revision: i32| format!("arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:{revision}");
    let status = |original: Value, replacement: &str, region: &str| -> DeploymentStatus {
        let settings = json!({
            "applicationRef": "shop",
            "aws": {"binding": "team", "region": region},
            "ecs": {"cluster": "prod", "service": "shop"},
        });
        let set = |arn: Value| if arn.is_null() { arn } else { json!({"taskDefinition": arn, "targetGroup": ""}) };
        let status = json!({"settings": settings, "original": set(original), "replacement": set(json!(replacement))});
        serde_json::from_value(status).unwrap()
    };
    let told = [
        commands("prod-7", Some(&status(json!(arn(41)), &arn(42), "eu-west-1"))),
        commands("prod-1", Some(&status(Value::Null, &arn(42), "eu-west-1"))),
        commands("prod-8", Some(&status(json!(arn(42)), &arn(42), "eu-west-1"))),
        commands("prod-9", None),
        // What someone wrote into a status stands in no command.
        commands("prod-9", Some(&status(json!(arn(41)), "shop:42; rm -rf /", "eu-west-1"))),
        commands("prod-9", Some(&status(json!(arn(41)), &arn(42), "$(rm -rf /)"))),
    ];
    assert!(!told.concat().contains("rm -rf"));
    insta::assert_snapshot!(told.join("\n"));
}
