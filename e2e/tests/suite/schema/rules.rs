//! The rules, with a manifest that each lets pass and one that it refuses.

use serde_json::{Value, json};
use sluice_e2e::manifests::{application, binding, deployment, deployment_config, group, with};
use sluice_e2e::scenario::{GROUP_A, GROUP_B, LISTENER, RULE};

/// A rule, by words of its message.
pub struct Rule {
    pub words: &'static str,
    pub passes: Value,
    pub fails: Value,
}

/// All of them but those about changes, which need an object that is there.
pub fn rules() -> Vec<Rule> {
    let mut rules = Vec::new();
    rules.extend(of_the_group("/deploymentConfig", CONFIGURATIONS));
    rules.extend(of_a_configuration());
    rules.extend(of_the_group("/loadBalancer/targetGroups", TARGET_GROUPS));
    rules.extend(of_the_group("/loadBalancer/productionRoutes", ROUTES));
    rules.extend(of_the_group("/taskSet", TASK_SETS));
    rules.extend(of_the_group("/bake", BAKES));
    rules.extend(of_the_group("/progressDeadline", DEADLINES));
    rules.extend(of_the_group("/container", CONTAINERS));
    rules.extend(of_the_group("/aws", LOCATIONS));
    rules.extend(of_the_group("/ecs", SERVICES));
    rules.extend(of_a_deployment());
    rules.extend(of_a_binding());
    rules.extend(of_names());
    rules
}

/// Words, what passes and what fails, in a field.
type Row = (&'static str, fn() -> Value, fn() -> Value);

fn of_the_group(pointer: &str, rows: &[Row]) -> Vec<Rule> {
    let manifest = |value: Value| with(group("team"), pointer, value);
    rows.iter()
        .map(|(words, passes, fails)| Rule { words, passes: manifest(passes()), fails: manifest(fails()) })
        .collect()
}

/// The configurations again, as objects of their own.
fn of_a_configuration() -> Vec<Rule> {
    let manifest = |spec: Value| deployment_config("slow", &spec);
    let same = CONFIGURATIONS.iter().filter(|(words, ..)| !words.starts_with("deploymentConfig"));
    let mut rules: Vec<Rule> = same
        .map(|(words, passes, fails)| Rule { words, passes: manifest(passes()), fails: manifest(fails()) })
        .collect();
    let all_at_once = json!({"allAtOnce": {}});
    rules.push(Rule {
        words: "spec: set exactly one of canary, linear, allAtOnce and steps",
        passes: manifest(all_at_once.clone()),
        fails: manifest(json!({})),
    });
    rules.push(Rule {
        words: "metadata.name: names that begin with CodeDeployDefault. are predefined",
        passes: manifest(all_at_once.clone()),
        fails: deployment_config("CodeDeployDefault.Mine", &all_at_once),
    });
    rules
}

const CONFIGURATIONS: &[Row] = &[
    (
        "deploymentConfig: set exactly one of name, canary, linear, allAtOnce and steps",
        || json!({"name": "CodeDeployDefault.ECSCanary10Percent5Minutes"}),
        || json!({"name": "CodeDeployDefault.ECSAllAtOnce", "canary": {"percentage": 10, "interval": "5m"}}),
    ),
    ("deploymentConfig: set exactly one", || json!({"allAtOnce": {}}), || json!({})),
    (
        "steps: the last step's weight must be 100",
        || json!({"steps": [{"weight": 5}, {"weight": 100}]}),
        || json!({"steps": [{"weight": 5}, {"weight": 90}]}),
    ),
    (
        "steps: weights must rise from step to step",
        || json!({"steps": [{"weight": 5}, {"weight": 50}, {"weight": 100}]}),
        || json!({"steps": [{"weight": 50}, {"weight": 5}, {"weight": 100}]}),
    ),
    (
        "steps: weights must rise from step to step",
        || json!({"steps": [{"weight": 100}]}),
        || json!({"steps": [{"weight": 5}, {"weight": 5}, {"weight": 100}]}),
    ),
    (
        "steps: scale must not fall from step to step",
        || json!({"steps": [{"weight": 5, "scale": 10}, {"weight": 50, "scale": 60}, {"weight": 100}]}),
        || json!({"steps": [{"weight": 5, "scale": 60}, {"weight": 20, "scale": 30}, {"weight": 100}]}),
    ),
    (
        "scale must be at least weight",
        || json!({"steps": [{"weight": 20, "scale": 20}, {"weight": 100}]}),
        || json!({"steps": [{"weight": 20, "scale": 10}, {"weight": 100}]}),
    ),
    (
        "should be less than or equal to 99",
        || json!({"canary": {"percentage": 99, "interval": "0s"}}),
        || json!({"canary": {"percentage": 100, "interval": "5m"}}),
    ),
    (
        "should be greater than or equal to 2",
        || json!({"linear": {"percentage": 2, "interval": "1m30s"}}),
        || json!({"linear": {"percentage": 1, "interval": "1m"}}),
    ),
    (
        "interval",
        || json!({"linear": {"percentage": 10, "interval": "1h30m"}}),
        || json!({"linear": {"percentage": 10, "interval": "10 minutes"}}),
    ),
];

const TARGET_GROUPS: &[Row] = &[
    (
        "loadBalancer.targetGroups: the two target groups must differ",
        || json!([GROUP_A, GROUP_B]),
        || json!([GROUP_A, GROUP_A]),
    ),
    ("should have at least 2 items", || json!([GROUP_A, GROUP_B]), || json!([GROUP_A])),
    ("must have at most 2 items", || json!([GROUP_B, GROUP_A]), || json!([GROUP_A, GROUP_B, GROUP_A])),
    ("should match", || json!([GROUP_A, GROUP_B]), || json!([GROUP_A, "shop-b"])),
];

const ROUTES: &[Row] = &[
    (
        "productionRoutes: set either listenerRule or, for a listener's default rule, listener",
        || json!([{"listenerRule": RULE}]),
        || json!([{"listenerRule": RULE, "listener": LISTENER}]),
    ),
    ("productionRoutes: set either listenerRule or", || json!([{"listener": LISTENER}]), || json!([{}])),
    (
        "loadBalancer.productionRoutes: each route may be named once",
        || json!([{"listenerRule": RULE}, {"listener": LISTENER}]),
        || json!([{"listenerRule": RULE}, {"listenerRule": RULE}]),
    ),
    ("should have at least 1 items", || json!([{"listenerRule": RULE}]), || json!([])),
    ("should match", || json!([{"listenerRule": RULE}]), || json!([{"listenerRule": LISTENER}])),
];

const TASK_SETS: &[Row] = &[
    (
        "taskSet: set launchType or capacityProviderStrategy, not both",
        || json!({"capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]}),
        || json!({"launchType": "EC2", "capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT"}]}),
    ),
    ("Unsupported value", || json!({"launchType": "EC2"}), || json!({"launchType": "LAMBDA"})),
];

const BAKES: &[Row] = &[
    ("bake must be at most 48h", || json!("48h"), || json!("48h1s")),
    ("bake", || json!("0s"), || json!("-1s")),
    ("bake", || json!("1h30m"), || json!("soon")),
];

const DEADLINES: &[Row] = &[
    ("progressDeadline must be above 0s and at most 48h", || json!("1s"), || json!("0s")),
    ("progressDeadline must be above 0s and at most 48h", || json!("48h"), || json!("49h")),
];

const CONTAINERS: &[Row] = &[
    (
        "should be less than or equal to 65535",
        || json!({"name": "web", "port": 65535}),
        || json!({"name": "web", "port": 65536}),
    ),
    ("Required value", || json!({"name": "web", "port": 1}), || json!({"name": "web"})),
];

const LOCATIONS: &[Row] = &[(
    "should match",
    || json!({"binding": "team", "region": "us-gov-west-1"}),
    || json!({"binding": "team", "region": "Ireland"}),
)];

const SERVICES: &[Row] = &[(
    "should match",
    || json!({"cluster": "prod", "service": "shop_2-a"}),
    || json!({"cluster": "prod", "service": "arn:aws:ecs:eu-west-1:123456789012:service/prod/shop"}),
)];

fn of_a_deployment() -> Vec<Rule> {
    let release = |revision: &str| deployment("release", revision);
    vec![
        Rule {
            words: "should match",
            passes: release("arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:42"),
            fails: release("shop"),
        },
        Rule { words: "should match", passes: release("shop:1"), fails: release("shop:0") },
        Rule {
            words: "stop.rollback must be true",
            passes: with(release("shop:42"), "/stop", json!({})),
            fails: with(release("shop:42"), "/stop", json!({"rollback": false})),
        },
    ]
}

fn of_a_binding() -> Vec<Rule> {
    let team = || binding("team");
    let field =
        |words, pointer: &str, value: Value| Rule { words, passes: team(), fails: with(team(), pointer, value) };
    vec![
        field("Unsupported value", "/identity", json!("root")),
        field("Required value", "/namespaceSelector", Value::Null),
        field("should match", "/regions", json!(["Ireland"])),
        field("should have at least 1 items", "/allowedArns", json!([])),
        field("should match", "/allowedArns", json!(["service/prod/*"])),
    ]
}

fn of_names() -> Vec<Rule> {
    let named = |mut manifest: Value, length: usize| {
        manifest["metadata"]["name"] = json!("x".repeat(length));
        manifest
    };
    vec![
        Rule {
            words: "metadata.name must have at most 63 characters",
            passes: named(application("shop:42"), 63),
            fails: named(application("shop:42"), 64),
        },
        Rule {
            words: "metadata.name must have at most 52 characters",
            passes: named(group("team"), 52),
            fails: named(group("team"), 53),
        },
    ]
}
