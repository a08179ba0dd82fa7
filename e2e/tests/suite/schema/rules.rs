//! The rules, with a manifest that each lets pass and one that it refuses.

use serde_json::{Value, json};
use sluice_e2e::manifests::{application, binding, deployment, deployment_config, group, with};
use sluice_e2e::scenario::{GROUP_A, GROUP_B, LISTENER, RULE};

use super::adoptions::ADOPTIONS;
use super::outside_hooks::OUTSIDE_HOOKS;
use super::promotions::PROMOTIONS;
use super::revisions::REVISIONS;
use super::runtime_health::RUNTIME_HEALTH;

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
    rules.extend(of_the_group("/deploymentConfig", NAMES_OF_CONFIGURATIONS));
    rules.extend(of_a_configuration());
    rules.extend(of_the_group("/loadBalancer/targetGroups", TARGET_GROUPS));
    rules.extend(of_the_group("/loadBalancer/productionRoutes", ROUTES));
    rules.extend(of_the_group("/loadBalancer/testRoute", TEST_ROUTES));
    rules.extend(of_the_group("/taskSet", TASK_SETS));
    rules.extend(of_the_group("/alarms", ALARMS));
    rules.extend(of_the_group("/bake", BAKES));
    rules.extend(of_the_group("/progressDeadline", DEADLINES));
    rules.extend(of_the_group("/healthGrace", GRACES));
    rules.extend(of_the_group("/windows", WINDOWS));
    rules.extend(of_the_group("/retry", RETRIES));
    rules.extend(of_the_group("/ready", READY_WAITS));
    rules.extend(of_the_group("/health", RUNTIME_HEALTH));
    rules.extend(of_the_group("/adopt", ADOPTIONS));
    rules.extend(of_the_group("/container", CONTAINERS));
    rules.extend(of_the_group("/aws", LOCATIONS));
    rules.extend(of_the_group("/ecs", SERVICES));
    rules.extend(of_the_group("/applicationRef", APPLICATIONS));
    rules.extend(of_the_group("/hooks", HOOKS));
    rules.extend(of_the_group("/revision", REVISIONS));
    rules.extend(of_the_group("/hooks", OUTSIDE_HOOKS));
    rules.extend(of_an_application("/promotion", PROMOTIONS));
    rules.extend(of_a_deployment());
    rules.extend(of_a_binding());
    rules.extend(of_capacity());
    rules.extend(of_groups_without_a_load_balancer());
    rules.extend(of_names());
    rules
}

/// Words, what passes and what fails, in a field.
pub type Row = (&'static str, fn() -> Value, fn() -> Value);

fn of_the_group(pointer: &str, rows: &[Row]) -> Vec<Rule> {
    let manifest = |value: Value| with(group("team"), pointer, value);
    rows.iter()
        .map(|(words, passes, fails)| Rule { words, passes: manifest(passes()), fails: manifest(fails()) })
        .collect()
}

fn of_an_application(pointer: &str, rows: &[Row]) -> Vec<Rule> {
    let manifest = |value: Value| with(application("shop:42"), pointer, value);
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

const ALARMS: &[Row] = &[
    (
        "alarms.names: write names of alarms in one line and without wildcards, such as shop-5xx",
        || json!({"names": ["TargetTracking-service/prod/shop-AlarmHigh", "Fehler über 1 %"]}),
        || json!({"names": ["shop-*"]}),
    ),
    (
        "alarms.names: write names of alarms in one line",
        || json!({"names": ["shop-5xx"]}),
        || json!({"names": ["shop-5xx\nshop-p99"]}),
    ),
    (
        "alarms.names: write the name of an alarm of the group's account and region and not its ARN, such as shop-5xx",
        || json!({"names": ["shop-5xx"]}),
        || json!({"names": ["arn:aws:cloudwatch:us-east-1:999999999999:alarm:shop-5xx"]}),
    ),
    (
        "alarms.names: name each alarm once",
        || json!({"names": ["shop-5xx", "shop-p99"]}),
        || json!({"names": ["shop-5xx", "shop-5xx"]}),
    ),
];

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
        "steps: weights must rise from step to step",
        || json!({"steps": [{"weight": "9.9%"}, {"weight": 10}, {"weight": "10.1%"}, {"weight": "100%"}]}),
        || json!({"steps": [{"weight": 10}, {"weight": "9.9%"}, {"weight": 100}]}),
    ),
    (
        "steps: weights must rise from step to step",
        || json!({"steps": [{"weight": "2%"}, {"weight": "2.1%"}, {"weight": "99.9%"}, {"weight": "100.0%"}]}),
        || json!({"steps": [{"weight": 10}, {"weight": "10.0%"}, {"weight": 100}]}),
    ),
    (
        "scale must be at least weight",
        || json!({"steps": [{"weight": "12.5%", "scale": 13}, {"weight": 100}]}),
        || json!({"steps": [{"weight": "12.5%", "scale": 12}, {"weight": 100}]}),
    ),
    (
        "canary.percentage: write less than 100, such as 10",
        || json!({"canary": {"percentage": 99, "interval": "0s"}}),
        || json!({"canary": {"percentage": 100, "interval": "5m"}}),
    ),
    (
        "canary.percentage: write less than 100, such as 10",
        || json!({"canary": {"percentage": "0.1%", "interval": "0s"}}),
        || json!({"canary": {"percentage": "100%", "interval": "5m"}}),
    ),
    (
        "linear.percentage: write at least 2, which makes 50 increments",
        || json!({"linear": {"percentage": 2, "interval": "1m30s"}}),
        || json!({"linear": {"percentage": 1, "interval": "1m"}}),
    ),
    (
        "linear.percentage: write at least 2",
        || json!({"linear": {"percentage": "2.1%", "interval": "1m"}}),
        || json!({"linear": {"percentage": "1.9%", "interval": "1m"}}),
    ),
    (
        "linear.percentage: write at least 2",
        || json!({"linear": {"percentage": "99.9%", "interval": "1m"}}),
        || json!({"linear": {"percentage": 100, "interval": "1m"}}),
    ),
    (
        "write a share in percent: a whole number such as 10, or a string with one decimal",
        || json!({"steps": [{"weight": "0.5%"}, {"weight": 100}]}),
        || json!({"steps": [{"weight": "0.05%"}, {"weight": 100}]}),
    ),
    (
        "write hours, minutes and seconds such as 90s, 5m or 1h30m",
        || json!({"linear": {"percentage": 10, "interval": "1h30m"}}),
        || json!({"linear": {"percentage": 10, "interval": "10 minutes"}}),
    ),
    (
        "steps: two have the same name: approvals and skipTo call steps by their names",
        || json!({"steps": [{"name": "half", "weight": 50}, {"name": "all", "weight": 100}]}),
        || json!({"steps": [{"name": "half", "weight": 50}, {"name": "half", "weight": 100}]}),
    ),
    (
        "steps: Ready, Bake, End and numbers mean something else",
        || json!({"steps": [{"name": "Baked", "weight": 50}, {"name": "2nd", "weight": 100}]}),
        || json!({"steps": [{"name": "Bake", "weight": 50}, {"weight": 100}]}),
    ),
    (
        "steps: Ready, Bake, End and numbers mean something else",
        || json!({"steps": [{"name": "half", "weight": 50}, {"weight": 100}]}),
        || json!({"steps": [{"name": "1", "weight": 50}, {"weight": 100}]}),
    ),
    (
        "steps: approval.timeout must be above 0s and at most 120h",
        || json!({"steps": [{"weight": 50, "approval": {"timeout": "120h"}}, {"weight": 100, "approval": {}}]}),
        || json!({"steps": [{"weight": 50, "approval": {"timeout": "0s"}}, {"weight": 100}]}),
    ),
    (
        "steps: write a name in one line, such as half",
        || json!({"steps": [{"name": "späte Hälfte (50)", "weight": 50}, {"weight": 100}]}),
        || json!({"steps": [{"name": "half\u{1b}[2J\nall is well", "weight": 50}, {"weight": 100}]}),
    ),
];

const NAMES_OF_CONFIGURATIONS: &[Row] = &[(
    "write the name of a configuration, such as CodeDeployDefault.",
    || json!({"name": "careful-1.a"}),
    || json!({"name": "careful one"}),
)];

const TEST_ROUTES: &[Row] = &[
    (
        "testRoute: set either listenerRule or",
        || json!({"listener": LISTENER}),
        || json!({"listener": LISTENER, "listenerRule": RULE}),
    ),
    ("testRoute: set either listenerRule or", || json!({"listener": LISTENER}), || json!({})),
    (
        "loadBalancer.testRoute: it is one of productionRoutes",
        || json!({"listener": LISTENER}),
        || json!({"listenerRule": RULE}),
    ),
    (
        "loadBalancer.testRoute: it belongs to another load balancer",
        || json!({"listener": LISTENER}),
        || json!({"listener": LISTENER.replace("50dc6c495c0c9188", "50dc6c495c0c9189")}),
    ),
    (
        "testRoute.url must be a URL with http or https",
        || json!({"listener": LISTENER, "url": "https://test.shop.example.com:8443/base"}),
        || json!({"listener": LISTENER, "url": "test.shop.example.com"}),
    ),
    (
        "testRoute.url must be a URL with http or https",
        || json!({"listener": LISTENER, "url": "http://10.0.0.1"}),
        || json!({"listener": LISTENER, "url": "file:///etc/passwd"}),
    ),
    // It stands in a status, and every hook is told it.
    (
        "testRoute.url must be a URL with http or https and without a user or a password",
        || json!({"listener": LISTENER, "url": "https://test.example.com/a@b?c=d"}),
        || json!({"listener": LISTENER, "url": "https://admin:secret@test.example.com/"}),
    ),
    (
        "testRoute.url must be a URL with http or https",
        || json!({"listener": LISTENER, "url": "https://[2001:db8::1]:8443"}),
        || json!({"listener": LISTENER, "url": "https://test.example.com/ --insecure"}),
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
    ("loadBalancer.targetGroups: write ARNs of target groups, such as arn:", pair, || json!([GROUP_A, "shop-b"])),
    ("loadBalancer.targetGroups: write ARNs", pair, || json!([GROUP_A, GROUP_B.replace("shop-b", "*")])),
    ("loadBalancer.targetGroups: write ARNs", pair, || json!([GROUP_A, GROUP_B.replace("shop-b", "x/../shop-b")])),
    ("loadBalancer.targetGroups: write ARNs", pair, || json!([GROUP_A, GROUP_B.replace("shop-b", "shop-b, shop-c")])),
    ("loadBalancer.targetGroups: write ARNs", pair, || json!([GROUP_A, format!("{GROUP_B}0")])),
];

fn pair() -> Value {
    json!([GROUP_A, GROUP_B])
}

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
    (
        "productionRoutes: a Gateway Load Balancer divides nothing by weights",
        || json!([{"listener": LISTENER.replace("/app/", "/net/")}]),
        || json!([{"listener": LISTENER.replace("/app/", "/gwy/")}]),
    ),
    (
        "productionRoutes: a rule of a Network Load Balancer chooses by the kind of address alone",
        || json!([{"listenerRule": RULE}]),
        || json!([{"listenerRule": RULE.replace("/app/", "/net/")}]),
    ),
    ("should have at least 1 items", || json!([{"listenerRule": RULE}]), || json!([])),
    (
        "productionRoutes: this is a listener: write {listener: ...}",
        || json!([{"listenerRule": RULE}]),
        || json!([{"listenerRule": LISTENER}]),
    ),
    (
        "productionRoutes: this is a listener rule: write {listenerRule: ...}",
        || json!([{"listener": LISTENER}]),
        || json!([{"listener": RULE}]),
    ),
    (
        "productionRoutes: write the ARN of a listener rule, such as arn:",
        || json!([{"listenerRule": RULE}]),
        || json!([{"listenerRule": RULE.replace("/9683b2d02a6cabee", "/*")}]),
    ),
    (
        "productionRoutes: write the ARN of a listener, such as arn:",
        || json!([{"listener": LISTENER}]),
        || json!([{"listener": "shop"}]),
    ),
];

const TASK_SETS: &[Row] = &[
    (
        "taskSet: set launchType or capacityProviderStrategy, not both",
        || json!({"capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]}),
        || json!({"launchType": "EC2", "capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT"}]}),
    ),
    ("Unsupported value", || json!({"launchType": "EC2"}), || json!({"launchType": "LAMBDA"})),
    (
        "write the name of a capacity provider, such as FARGATE_SPOT",
        || json!({"capacityProviderStrategy": [{"capacityProvider": "spot_1-a", "weight": 1}]}),
        || json!({"capacityProviderStrategy": [{"capacityProvider": "x\u{1b}[31mred\u{7}", "weight": 1}]}),
    ),
    (
        "subnets: write ids of subnets, such as subnet-",
        || json!({"networkConfiguration": {"subnets": ["subnet-0a1b2c3d4e5f60718"]}}),
        || json!({"networkConfiguration": {"subnets": ["subnet-1,subnet-2"]}}),
    ),
    (
        "securityGroups: write ids of security groups, such as sg-",
        || json!({"networkConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-0a1b2c3d"]}}),
        || json!({"networkConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["*"]}}),
    ),
    (
        "write letters, digits, spaces and the characters _.:/=+@- in a tag",
        || json!({"tags": [{"key": "cost center", "value": "a/b:c=d+e@f_g.h-i"}]}),
        || json!({"tags": [{"key": "team", "value": "a*b"}]}),
    ),
    (
        "taskSet.tags: keys that begin with aws: or sluice.dev/ are taken",
        || json!({"tags": [{"key": "team"}]}),
        || json!({"tags": [{"key": "sluice.dev/group", "value": "other"}]}),
    ),
    (
        "taskSet.tags: two have the same key",
        || json!({"tags": [{"key": "team"}, {"key": "Team"}]}),
        || json!({"tags": [{"key": "team", "value": "a"}, {"key": "team", "value": "b"}]}),
    ),
    (
        "write a platform version, such as LATEST or 1.4.0",
        || json!({"platformVersion": "LATEST"}),
        || json!({"platformVersion": "1.4.0\n"}),
    ),
    (
        "write the ARN of a service of Cloud Map as the registry, such as arn:",
        || json!({"serviceRegistries": [{"registryArn": REGISTRY, "containerName": "web", "containerPort": 8080}]}),
        || json!({"serviceRegistries": [{"registryArn": REGISTRY.replace("srv-1", "*")}]}),
    ),
    (
        "write the name of a container",
        || json!({"serviceRegistries": [{"registryArn": REGISTRY, "port": 53}]}),
        || json!({"serviceRegistries": [{"registryArn": REGISTRY, "containerName": "w e b"}]}),
    ),
];

const REGISTRY: &str = "arn:aws:servicediscovery:eu-west-1:123456789012:service/srv-1";

const BAKES: &[Row] = &[
    ("bake must be at most 48h", || json!("48h"), || json!("48h1s")),
    ("write hours, minutes and seconds such as 90s, 5m or 1h30m", || json!("0s"), || json!("-1s")),
    ("write hours, minutes and seconds such as 90s, 5m or 1h30m", || json!("1h30m"), || json!("1d")),
    ("write hours, minutes and seconds such as 90s, 5m or 1h30m", || json!("90s"), || json!("")),
];

const READY_WAITS: &[Row] = &[
    ("ready.wait must be above 0s and at most 120h", || json!({"wait": "120h"}), || json!({"wait": "0s"})),
    (
        "ready.wait must be above 0s and at most 120h",
        || json!({"wait": "1s", "onTimeout": "Continue"}),
        || json!({"wait": "121h"}),
    ),
];

const DEADLINES: &[Row] = &[
    ("progressDeadline must be above 0s and at most 48h", || json!("1s"), || json!("0s")),
    ("progressDeadline must be above 0s and at most 48h", || json!("48h"), || json!("49h")),
];

const GRACES: &[Row] = &[
    ("healthGrace must be shorter than progressDeadline", || json!("5m"), || json!("30m")),
    ("healthGrace must be below 48h", || json!("5m"), || json!("48h")),
];

const WINDOWS: &[Row] = &[
    (
        "windows: names must differ",
        || json!([window(&[]), window(&[("name", "b")])]),
        || json!([window(&[]), window(&[])]),
    ),
    ("windows: write a name of letters", windows, || json!([window(&[("name", "office\u{1b}[2J")])])),
    ("Unsupported value", windows, || json!([window(&[("days", "Someday")])])),
    (
        "windows: each day may be named once",
        || json!([window(&[("days", "Mon Tue")])]),
        || json!([window(&[("days", "Mon Mon")])]),
    ),
    ("should have at least 1 items", windows, || json!([window(&[("days", "")])])),
    (
        "windows: from and to must differ",
        || json!([window(&[("to", "08:00")])]),
        || json!([window(&[("to", "09:00")])]),
    ),
    ("windows: write from as hours and minutes", windows, || json!([window(&[("from", "24:00")])])),
    ("windows: write from as hours and minutes", windows, || json!([window(&[("from", "9:00")])])),
    (
        "windows: write to as hours and minutes",
        || json!([window(&[("to", "24:00")])]),
        || json!([window(&[("to", "24:01")])]),
    ),
    (
        "windows: write timeZone as the name",
        || json!([window(&[("timeZone", "America/Argentina/Buenos_Aires")])]),
        || json!([window(&[("timeZone", "../etc/passwd")])]),
    ),
    ("windows: write timeZone as the name", windows, || json!([window(&[("timeZone", "+01:00")])])),
    ("windows: write from as hours and minutes", windows, || json!([window(&[("from", "٠٩:٠٠")])])),
    ("Required value", windows, || json!([{"name": "office"}])),
];

const RETRIES: &[Row] = &[
    (
        "retry.backoff must be at most 1h",
        || json!({"limit": 1, "backoff": "1h"}),
        || json!({"limit": 1, "backoff": "61m"}),
    ),
    ("should be less than or equal to 10", || json!({"limit": 10}), || json!({"limit": 11})),
    ("should be greater than or equal to 0", || json!({"limit": 0}), || json!({"limit": -1})),
];

fn windows() -> Value {
    json!([window(&[])])
}

/// A window with some fields written otherwise; days with spaces between them.
fn window(fields: &[(&str, &str)]) -> Value {
    let field = |name: &str, usual: &'static str| {
        fields.iter().find(|(field, _)| *field == name).map_or_else(|| usual.to_owned(), |(_, text)| (*text).to_owned())
    };
    let days = field("days", "Mon Tue");
    let days: Vec<&str> = days.split(' ').filter(|day| !day.is_empty()).collect();
    let (from, to, zone) = (field("from", "09:00"), field("to", "16:00"), field("timeZone", "Europe/Berlin"));
    json!({"name": field("name", "office"), "schedule": {"days": days, "from": from, "to": to, "timeZone": zone}})
}

const CONTAINERS: &[Row] = &[
    (
        "should be less than or equal to 65535",
        || json!({"name": "web", "port": 65535}),
        || json!({"name": "web", "port": 65536}),
    ),
    ("Required value", || json!({"name": "web", "port": 1}), || json!({"name": "web"})),
    (
        "write the name of a container: letters, digits, hyphens and underscores, such as web",
        || json!({"name": "web_2-a", "port": 1}),
        || json!({"name": "\u{1b}[2Jweb\nFAKE", "port": 1}),
    ),
];

const LOCATIONS: &[Row] = &[
    (
        "write the code of a region, such as eu-west-1",
        || json!({"binding": "team", "region": "us-gov-west-1"}),
        || json!({"binding": "team", "region": "Ireland"}),
    ),
    (
        "write the name of an object: lower case letters",
        || json!({"binding": "team-a.shop", "region": "eu-west-1"}),
        || json!({"binding": "team?x", "region": "eu-west-1"}),
    ),
];

const SERVICES: &[Row] = &[
    (
        "write the name of the service and not its ARN, such as shop",
        || json!({"cluster": "prod", "service": "shop_2-a"}),
        || json!({"cluster": "prod", "service": "arn:aws:ecs:eu-west-1:123456789012:service/prod/shop"}),
    ),
    (
        "write the name of the cluster and not its ARN, such as prod",
        || json!({"cluster": "prod-1", "service": "shop"}),
        || json!({"cluster": "prod/*", "service": "shop"}),
    ),
];

const APPLICATIONS: &[Row] = &[
    ("write the name of an object", || json!("shop.a-1"), || json!("../applications/shop")),
    ("write the name of an object", || json!("shop"), || json!("Shop")),
];

fn of_a_deployment() -> Vec<Rule> {
    let release = |revision: &str| deployment("release", revision);
    let revision = |passes: &str, fails: &str| Rule {
        words: "name a registered revision by its number, such as shop:42, or a family, such as shop",
        passes: release(passes),
        fails: release(fails),
    };
    let goes_back = |of: &str| with(with(release("shop:42"), "/revision", Value::Null), "/rollbackOf", json!(of));
    let reference = |name: &str| Rule {
        words: "write the name of an object",
        passes: release("shop:42"),
        fails: with(release("shop:42"), "/groupRef", json!(name)),
    };
    vec![
        revision(
            "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:42",
            "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop",
        ),
        revision("shop", "sho p"),
        revision("shop:1", "shop:0"),
        revision("shop:1", "shop:latest"),
        reference("prod?x"),
        reference("../deploymentgroups/prod"),
        reference("prod/status"),
        Rule {
            words: "Unsupported value",
            passes: with(release("shop:42"), "/overrides", json!({"windows": "Ignore"})),
            fails: with(release("shop:42"), "/overrides", json!({"windows": "Keep"})),
        },
        Rule {
            words: "deploymentConfig: set exactly one",
            passes: with(release("shop:42"), "/overrides", json!({"deploymentConfig": {"allAtOnce": {}}})),
            fails: with(release("shop:42"), "/overrides", json!({"deploymentConfig": {}})),
        },
        Rule {
            words: "write the name of an object",
            passes: with(release("shop:42"), "/retryOf", json!("prod-1")),
            fails: with(release("shop:42"), "/retryOf", json!("prod/1")),
        },
        Rule {
            words: "spec: set either revision, such as {taskDefinition: shop:42}, or rollbackOf",
            passes: goes_back("prod-1"),
            fails: with(release("shop:42"), "/rollbackOf", json!("prod-1")),
        },
        Rule {
            words: "spec: set either revision",
            passes: release("shop:42"),
            fails: with(release("shop:42"), "/revision", Value::Null),
        },
        Rule {
            words: "rollbackOf: a Deployment cannot go back from itself",
            passes: goes_back("prod-1"),
            fails: goes_back("release"),
        },
        Rule {
            words: "retryOf: name the revision too",
            passes: goes_back("prod-1"),
            fails: with(goes_back("prod-1"), "/retryOf", json!("prod-1")),
        },
        Rule { words: "write the name of an object", passes: goes_back("prod-1"), fails: goes_back("prod/1") },
        Rule {
            words: "archived: only a Deployment that has ended can be archived",
            passes: with(release("shop:42"), "/archived", json!(false)),
            fails: with(release("shop:42"), "/archived", json!(true)),
        },
        Rule {
            words: "stop.rollback must be true",
            passes: with(release("shop:42"), "/stop", json!({})),
            fails: with(release("shop:42"), "/stop", json!({"rollback": false})),
        },
    ]
}

fn hook() -> Value {
    json!({"name": "smoke", "event": "AfterStep", "lambda": {"function": "shop-smoke"}})
}

fn hook_with(field: &str, value: Value) -> Value {
    let mut hook = hook();
    hook[field] = value;
    json!([hook])
}

fn hooks() -> Value {
    json!([hook()])
}

const HOOKS: &[Row] = &[
    (
        "hooks: say what runs, one of lambda, job and http, such as lambda:",
        hooks,
        || json!([{"name": "smoke", "event": "AfterInstall"}]),
    ),
    (
        "hooks: steps is for hooks on BeforeStep and AfterStep alone",
        || hook_with("steps", json!(["half", 0])),
        || json!([{"name": "a", "event": "AfterInstall", "steps": ["half"], "lambda": {"function": "f"}}]),
    ),
    ("hooks: two have the same name", hooks, || json!([hook(), hook()])),
    ("must have at most 20 items", hooks, || {
        let many = (0..21).map(|number| hook_with("name", json!(format!("hook-{number}")))[0].clone());
        many.collect()
    }),
    ("hooks: write a name of lower case letters", hooks, || hook_with("name", json!("Smoke test"))),
    (
        "hooks: timeout must be at most 1h, but for a Job",
        || hook_with("timeout", json!("1h")),
        || hook_with("timeout", json!("61m")),
    ),
    ("should be less than or equal to 10", || hook_with("retries", json!(10)), || hook_with("retries", json!(11))),
    ("Unsupported value", || hook_with("onFailure", json!("Pause")), || hook_with("onFailure", json!("Ignore"))),
    (
        "hooks: write the name or the ARN of a Lambda function without a version or an alias",
        || hook_with("lambda", json!({"function": "arn:aws:lambda:eu-west-1:123456789012:function:shop-smoke"})),
        || hook_with("lambda", json!({"function": "shop-smoke:live"})),
    ),
    (
        "hooks: write a version or an alias as the qualifier",
        || hook_with("lambda", json!({"function": "f", "qualifier": "$LATEST", "payload": {"any": ["thing"]}})),
        || hook_with("lambda", json!({"function": "f", "qualifier": "li ve"})),
    ),
];

fn of_a_binding() -> Vec<Rule> {
    let team = || binding("team");
    let field =
        |words, pointer: &str, value: Value| Rule { words, passes: team(), fails: with(team(), pointer, value) };
    vec![
        field("Unsupported value", "/identity", json!("root")),
        field("Required value", "/namespaceSelector", Value::Null),
        field("regions: write codes of regions, such as eu-west-1", "/regions", json!(["eu-west-1", "Ireland"])),
        field("should have at least 1 items", "/allowedArns", json!([])),
        field("allowedArns: write patterns of ARNs, such as arn:", "/allowedArns", json!(["service/prod/*"])),
        field("allowedArns: write patterns of ARNs", "/allowedArns", json!(["arn:aws:ecs:*, arn:aws:ecs:*"])),
        field("write patterns of names, such as shop-*", "/allowedTaskDefinitions", json!(["shop:42"])),
        field("write patterns of names, such as subnet-", "/allowedSubnets", json!(["subnet-1, subnet-2"])),
        field("write patterns of names, such as sg-", "/allowedSecurityGroups", json!([""])),
        field("write patterns of names, such as FARGATE_SPOT", "/allowedCapacityProviders", json!(["a b"])),
        field("write patterns of names, such as shop-*", "/allowedFunctions", json!(["shop:live"])),
        field("allowedRepositories: write repositories of ECR", "/allowedRepositories", json!(["acme/Shop:1"])),
        field("allowedHookSecrets: write names of objects", "/allowedHookSecrets", json!(["a, b"])),
        field("allowedHookServiceAccounts: write names", "/allowedHookServiceAccounts", json!([""])),
        field("allowedHookHosts: write the name of a host", "/allowedHookHosts", json!([{"host": "127.0.0.1"}])),
        field("allowedHookHosts: write the name of a host", "/allowedHookHosts", json!([{"host": "*.example.com"}])),
        field("should be less than or equal to 65535", "/allowedHookHosts", json!([{"host": "gate", "port": 65536}])),
        field(
            "privateAddresses: write blocks of addresses, such as 10.20.0.0/16",
            "/allowedHookHosts",
            json!([{"host": "gate.example.com", "privateAddresses": ["10.20.0.1"]}]),
        ),
    ]
}

fn of_capacity() -> Vec<Rule> {
    let steps = |step: Value| with(group("team"), "/deploymentConfig", json!({"steps": [step, {"weight": 100}]}));
    let proportional = |group: Value| with(group, "/capacity", json!("Proportional"));
    vec![Rule {
        words: "deploymentConfig.steps: scale and capacity: Proportional both say how large the replacement is",
        passes: proportional(steps(json!({"weight": 10}))),
        fails: proportional(steps(json!({"weight": 10, "scale": 20}))),
    }]
}

fn of_groups_without_a_load_balancer() -> Vec<Rule> {
    let without = |field: &str| with(group("team"), field, Value::Null);
    let bare = || with(without("/loadBalancer"), "/container", Value::Null);
    let steps = |step: Value| with(bare(), "/deploymentConfig", json!({"steps": [step, {"weight": 100}]}));
    let rule = |words, passes, fails| Rule { words, passes, fails };
    vec![
        rule("loadBalancer and container go together", bare(), without("/container")),
        rule("loadBalancer and container go together", bare(), without("/loadBalancer")),
        rule(
            "without loadBalancer the weight of a step is the size of the replacement",
            steps(json!({"weight": 10})),
            steps(json!({"weight": 10, "scale": 20})),
        ),
        rule("healthGrace is for health checks of a load balancer", bare(), with(bare(), "/healthGrace", json!("1m"))),
        rule("drift: Repair puts weights back", bare(), with(bare(), "/drift", json!("Repair"))),
        rule("adopt needs a load balancer", bare(), with(bare(), "/adopt", json!({"service": "shop-rolling"}))),
        rule(
            "health.http.path is asked through the load balancer: without loadBalancer write url",
            bare(),
            with(bare(), "/health", json!({"http": {"path": "/healthz"}})),
        ),
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
