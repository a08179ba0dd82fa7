//! What is read of an AppSpec, and what is said of one that is wrong.

use serde_json::json;
use sluice_api::{AssignPublicIp, DeploymentGroupSpec, HookEvent, Reason};

use super::{AppSpec, apply, parse, told_of};
use crate::refusal::Refusal;

const ARN: &str = "arn:aws:ecs:eu-central-1:210987654321:task-definition/shop:7";

/// With everything that an AppSpec can say.
fn whole() -> String {
    format!(
        "# of our pipeline
version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: \"{ARN}\"
        LoadBalancerInfo:
          ContainerName: 'web'
          ContainerPort: \"8080\"
        PlatformVersion: 1.4.0
        NetworkConfiguration:
          AwsvpcConfiguration:
            Subnets: [subnet-0a1, subnet-0b2]
            SecurityGroups: [sg-0c3]
            AssignPublicIp: DISABLED
        CapacityProviderStrategy:
          - Base: 1
            CapacityProvider: FARGATE
            Weight: \"1\"
          - CapacityProvider: FARGATE_SPOT
            Weight: 3
Hooks:
  - AfterAllowTraffic: arn:aws:lambda:eu-central-1:210987654321:function:tell-everyone:live
  - BeforeInstall: check-schema
"
    )
}

const PLAIN: &str = r#"{"version": 0.0, "Resources": [{"TargetService": {"Type": "AWS::ECS::Service", "Properties": {
	"TaskDefinition": "shop:7", "LoadBalancerInfo": {"ContainerName": "web", "ContainerPort": 8080}}}}]}"#;

#[test]
fn everything_that_it_says_is_read() {
    let read = parse(&whole()).unwrap();
    assert_eq!(read.task_definition, ARN);
    assert_eq!((read.container.name.as_str(), read.container.port), ("web", 8080));
    assert_eq!(read.platform_version.as_deref(), Some("1.4.0"));
    let network = read.network_configuration.unwrap();
    assert_eq!(network.subnets, ["subnet-0a1", "subnet-0b2"]);
    assert_eq!(
        (network.security_groups, network.assign_public_ip),
        (vec!["sg-0c3".to_owned()], AssignPublicIp::Disabled)
    );
    let providers: Vec<_> = read
        .capacity_provider_strategy
        .into_iter()
        .flatten()
        .map(|item| (item.capacity_provider, item.base, item.weight))
        .collect();
    assert_eq!(providers, [("FARGATE".to_owned(), 1, 1), ("FARGATE_SPOT".to_owned(), 0, 3)]);
    // In the order of the events, whatever theirs is.
    let hooks: Vec<_> = read
        .hooks
        .iter()
        .map(|hook| (hook.on, hook.lambda.as_ref().unwrap().name(), hook.lambda.as_ref().unwrap().qualifier.as_deref()))
        .collect();
    assert_eq!(
        hooks,
        [
            (HookEvent::BeforeInstall, "check-schema", None),
            (HookEvent::AfterAllowTraffic, "tell-everyone", Some("live")),
        ]
    );
    assert!(read.hooks.iter().all(|hook| hook.timeout.as_signed().as_mins() == 60));
}

#[test]
fn json_is_read_as_it_stands_with_tabs_and_with_numbers_as_texts() {
    let read = parse(PLAIN).unwrap();
    assert_eq!(read.task_definition, "shop:7");
    assert_eq!((read.platform_version, read.hooks.len()), (None, 0));
    for (from, to) in [("8080", "\"8080\""), ("0.0", "0"), ("0.0", "\"0.0\""), ("shop:7", "shop")] {
        let other = PLAIN.replacen(from, to, 1);
        assert!(parse(&other).is_ok(), "{other}");
    }
    for empty in [json!([]), json!(null)] {
        assert!(parse(&PLAIN.replacen("\"Resources\"", &format!("\"Hooks\": {empty}, \"Resources\""), 1)).is_ok());
    }
}

/// What is said of the whole AppSpec with one thing changed.
fn refused(from: &str, to: &str) -> String {
    let text = whole();
    assert!(text.contains(from), "{from}");
    match parse(&text.replacen(from, to, 1)) {
        Ok(_) => panic!("accepted {to:?} for {from:?}"),
        Err(problem) => problem.to_string(),
    }
}

/// What is changed in it, to what, and what is said then.
const FAULTS: &[(&str, &str, &str)] = &[
    ("      Type:", "\t  Type:", "line 5 is indented by a tab"),
    ("version: 0.0", "version: 1.0", "line 2, version: \"1.0\" is none: write 0.0"),
    ("version: 0.0", "version: latest", "line 2, version: \"latest\" is none"),
    ("version: 0.0\n", "", "line 2, version: it is missing: write 0.0"),
    ("Resources:", "resources:", "line 3, resources: there is no such key: write Resources"),
    (
        "version: 0.0",
        "version: 0.0\nos: linux",
        "line 3, os: there is no such key: there are version, Resources, Hooks",
    ),
    (
        "        PlatformVersion",
        "        DesiredCount: 2\n        PlatformVersion",
        "line 11, PROPERTIES.DesiredCount: there is no such key",
    ),
    (
        "AWS::ECS::Service",
        "AWS::Lambda::Function",
        "line 5, SERVICE.Type: it is AWS::Lambda::Function, of a Lambda deployment",
    ),
    (
        "AWS::ECS::Service",
        "AWS::EC2::Instance",
        "line 5, SERVICE.Type: it is AWS::EC2::Instance: write AWS::ECS::Service",
    ),
    ("        TaskDefinition: ", "        # ", "line 8, PROPERTIES.TaskDefinition: it is missing: write the ARN"),
    (ARN, "<TASK_DEFINITION>", "line 7, PROPERTIES.TaskDefinition: <TASK_DEFINITION> is a placeholder"),
    (ARN, "shop:latest", "line 7, PROPERTIES.TaskDefinition: \"shop:latest\" is none: write the ARN"),
    (
        "\"8080\"",
        "http",
        "line 10, PROPERTIES.LoadBalancerInfo.ContainerPort: http is none: write a number from 1 to 65535",
    ),
    ("\"8080\"", "0", "PROPERTIES.LoadBalancerInfo.ContainerPort: 0 is none"),
    ("'web'", "''", "line 9, PROPERTIES.LoadBalancerInfo.ContainerName: it is empty"),
    ("'web'", "[web]", "PROPERTIES.LoadBalancerInfo.ContainerName: it is a list: write the name"),
    ("1.4.0", "1.4/0", "line 11, PROPERTIES.PlatformVersion: \"1.4/0\" is none: write LATEST or"),
    (
        "[subnet-0a1, subnet-0b2]",
        "[]",
        "line 14, PROPERTIES.NetworkConfiguration.AwsvpcConfiguration.Subnets: it has 0",
    ),
    (
        "subnet-0b2",
        "vpc-1",
        "line 14, PROPERTIES.NetworkConfiguration.AwsvpcConfiguration.Subnets[1]: \"vpc-1\" is none",
    ),
    ("            AssignPublicIp: DISABLED\n", "", "AssignPublicIp: it is missing: write ENABLED or DISABLED"),
    ("AssignPublicIp: DISABLED", "AssignPublicIp: no", "line 16, Resources"),
    (
        "Weight: 3",
        "Weight: many",
        "line 22, PROPERTIES.CapacityProviderStrategy[1].Weight: many is none: write a number from 0 to 1000",
    ),
    (
        "BeforeInstall: check-schema",
        "ApplicationStop: scripts/stop.sh",
        "line 25, Hooks[1]: ApplicationStop is no event of an ECS deployment: there are BeforeInstall",
    ),
    (
        "BeforeInstall: check-schema",
        "AfterAllowTraffic: other",
        "line 25, Hooks[1]: AfterAllowTraffic is there already",
    ),
    (
        "BeforeInstall: check-schema",
        "BeforeInstall: [{location: a.sh}]",
        "line 25, Hooks[1].BeforeInstall: it is a list: write the name or the ARN",
    ),
    ("BeforeInstall: check-schema", "BeforeInstall: 'a b'", "line 25, Hooks[1].BeforeInstall: \"a b\" is no function"),
    ("BeforeInstall: check-schema", "BeforeInstall:", "line 25, Hooks[1].BeforeInstall: it is empty"),
    ("'web'", "&web web", "line 9 has an anchor"),
    ("'web'", "!!binary d2Vi", "line 9 has a tag"),
    (
        "1.4.0",
        "1.4.0\n        PlatformVersion: LATEST",
        "line 12 PlatformVersion is there already, in line 11: write it once",
    ),
    ("Hooks:", "---\nHooks:", "begins a second document"),
    ("        LoadBalancerInfo:", "      LoadBalancerInfo:", "line 11 is not YAML"),
    ("'web'", "'web", "is not YAML"),
];

#[test]
fn each_fault_is_told_with_its_line_and_field_and_what_to_write() {
    for (from, to, expected) in FAULTS {
        let expected =
            expected.replace("PROPERTIES", "SERVICE.Properties").replace("SERVICE", "Resources[0].TargetService");
        let told = refused(from, to);
        assert!(told.contains(&expected), "{to:?}:\n  told      {told}\n  expected  {expected}");
    }
}

#[test]
fn two_services_an_ec2_shape_and_what_is_no_app_spec_at_all_are_refused() {
    let two = PLAIN.replacen("}}}}]}", "}}}}, {\"Other\": {}}]}", 1);
    let table = [
        (two.as_str(), "line 1, Resources: it has 2 resources: write one, the service"),
        (
            "version: 0.0\nos: linux\nfiles:\n  - source: /\n    destination: /var/www\n",
            "line 2, os: there is no such key",
        ),
        ("just a text", "line 1 is no AppSpec: it is a text: write version, Resources, Hooks"),
        ("- version: 0.0", "line 1 is no AppSpec: it is a list"),
        ("", "line 1 is empty"),
        ("# nothing\n", "is empty"),
        ("{\n  // ours\n  \"version\": 0.0\n}", "line 2 is a comment, which JSON has not"),
        ("{\"version\": 0.0, /* ours */ \"Resources\": []}", "line 1 is not JSON"),
        ("{\"version\": 0.0,\n}", "line 2 is not JSON"),
        ("{\"version\": 0.0, \"version\": 0.0}", "line 1 version is there already"),
        ("a: &a [x, x]\nb: &b [*a, *a]\n", "line 1 has an anchor"),
        ("a: *b\n", "is not YAML"),
        ("? [a, b]\n: c\n", "is no key"),
    ];
    for (text, expected) in table {
        let told = parse(text).unwrap_err().to_string();
        assert!(told.contains(expected), "{text:?}:\n  told      {told}\n  expected  {expected}");
    }
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    assert!(parse(&deep).is_err());
    let deep: Vec<String> = (0..200).map(|level| format!("{}a:", " ".repeat(level))).collect();
    assert!(parse(&deep.join("\n")).is_err());
    let long = format!("version: 0.0\n# {}\n", "x".repeat(1024 * 1024));
    assert!(parse(&long).unwrap_err().to_string().contains("write at most 16384"));
}

fn group() -> DeploymentGroupSpec {
    serde_json::from_value(json!({
        "applicationRef": "shop",
        "aws": {"binding": "shop", "region": "eu-west-1"},
        "ecs": {"cluster": "prod", "service": "shop"},
        "container": {"name": "app", "port": 80},
        "taskSet": {"launchType": "FARGATE", "platformVersion": "LATEST", "networkConfiguration": {"subnets": ["subnet-1"]}},
        "loadBalancer": {"targetGroups": ["a", "b"], "productionRoutes": [{"listenerRule": "rule"}]},
        "hooks": [
            {"name": "smoke", "event": "AfterInstall", "lambda": {"function": "smoke"}},
            {"name": "step", "event": "AfterStep", "lambda": {"function": "step"}},
        ],
    }))
    .unwrap()
}

fn after(app_spec: &AppSpec) -> DeploymentGroupSpec {
    let mut settings = group();
    apply(app_spec, &mut settings);
    settings
}

#[test]
fn what_it_says_takes_the_place_of_the_groups_and_the_rest_stays() {
    let plain = after(&parse(PLAIN).unwrap());
    assert_eq!((plain.container.name.as_str(), plain.container.port), ("web", 8080));
    assert_eq!((&plain.task_set, &plain.hooks), (&group().task_set, &group().hooks));
    let whole = after(&parse(&whole()).unwrap());
    let hooks: Vec<&str> = whole.hooks.iter().map(|hook| hook.name.as_str()).collect();
    assert_eq!(hooks, ["appspec-before-install", "appspec-after-allow-traffic", "step"]);
    assert_eq!(whole.task_set.launch_type, None);
    assert_eq!(whole.task_set.platform_version.as_deref(), Some("1.4.0"));
    assert_eq!(whole.task_set.network_configuration.unwrap().subnets.len(), 2);
}

#[test]
fn a_refusal_is_told_of_the_app_spec_where_that_has_the_value() {
    let subnets = "spec.taskSet.networkConfiguration.subnets";
    let refusal = Refusal::new(Reason::NotAdmitted, format!("{subnets}: it is not admitted: correct {subnets}"));
    let written = "spec.revision.appSpec: NetworkConfiguration.AwsvpcConfiguration.Subnets";
    let told = told_of(&parse(&whole()).unwrap(), refusal.clone());
    assert_eq!(told.message, format!("{written}: it is not admitted: correct {written}"));
    assert_eq!(told_of(&parse(PLAIN).unwrap(), refusal.clone()), refusal);
    let port = Refusal::new(Reason::ContainerNotFound, "spec.container.port: container web has no port 1");
    let told = told_of(&parse(PLAIN).unwrap(), port);
    assert_eq!(told.message, "spec.revision.appSpec: LoadBalancerInfo.ContainerPort: container web has no port 1");
}
