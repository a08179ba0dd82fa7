//! Many canaries at once in virtual time. `SERVICES=1000 cargo test --release -p simulated-aws --test simulator scale:: --
//! --nocapture` prints what a thousand cost.

#![allow(clippy::print_stderr, clippy::assigning_clones, reason = "this is a test")]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::World;

/// How many steps a canary has, and how far apart they are.
const STEPS: u64 = 10;
const PAUSE: u64 = 30_000;

fn world(services: usize) -> World {
    let mut text = String::from(
        "throttling: false\ntiming: {fargateLaunchBurst: 100000}\ntaskDefinitions:\n  - {family: app, revision: 1, containers: [{name: web, image: a, port: 80}]}\n  - {family: app, revision: 2, containers: [{name: web, image: b, port: 80}]}\nloadBalancers:\n",
    );
    for number in 0..services {
        writeln!(text, "  - {{name: lb{number}, targetGroups: [{{name: a{number}}}, {{name: b{number}}}], listeners: [{{port: 80, defaultAction: {{fixedResponse: 404}}, rules: [{{priority: 1, forward: {{a{number}: 100, b{number}: 0}}, requestsPerSecond: 50}}]}}]}}").unwrap();
    }
    text.push_str("clusters:\n  - name: prod\n    services:\n");
    for number in 0..services {
        writeln!(text, "      - {{name: s{number}, desiredCount: 4, taskSets: [{{taskDefinition: 'app:1', targetGroup: a{number}, primary: true}}]}}").unwrap();
    }
    World::of(&text)
}

struct Canary {
    service: String,
    rule: String,
    blue: String,
    green: String,
    old: String,
    new: String,
}

fn canaries(world: &World) -> Vec<Canary> {
    let state = world.look("state");
    let groups = state["targetGroups"].as_array().unwrap();
    let group = |name: &str| groups.iter().find(|one| one["name"] == name).unwrap()["arn"].as_str().unwrap().to_owned();
    let routes = state["routes"].as_array().unwrap();
    let services = state["services"].as_array().unwrap().iter();
    services
        .map(|service| {
            let number = service["service"].as_str().unwrap().trim_start_matches('s');
            let (blue, green) = (group(&format!("a{number}")), group(&format!("b{number}")));
            let uses =
                |route: &&Value| route["weights"].as_array().unwrap().iter().any(|one| one["targetGroupArn"] == blue);
            Canary {
                rule: routes.iter().find(uses).unwrap()["arn"].as_str().unwrap().to_owned(),
                service: service["service"].as_str().unwrap().to_owned(),
                old: service["taskSets"][0]["id"].as_str().unwrap().to_owned(),
                new: String::new(),
                blue,
                green,
            }
        })
        .collect()
}

fn release(world: &mut World, canaries: &mut [Canary]) {
    for canary in canaries.iter_mut() {
        let request = json!({
            "cluster": "prod", "service": canary.service, "taskDefinition": "app:2", "launchType": "FARGATE",
            "externalId": format!("sluice-{}", canary.service), "clientToken": canary.service,
            "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}},
            "loadBalancers": [{"targetGroupArn": canary.green, "containerName": "web", "containerPort": 80}],
        });
        canary.new = world.ecs("CreateTaskSet", request).unwrap()["taskSet"]["id"].as_str().unwrap().to_owned();
    }
    for step in 1..=STEPS {
        world.pass(PAUSE);
        for canary in canaries.iter() {
            let share = step * 100 / STEPS;
            let groups = json!([{"TargetGroupArn": canary.blue, "Weight": 100 - share}, {"TargetGroupArn": canary.green, "Weight": share}]);
            let action = json!({"Type": "forward", "ForwardConfig": {"TargetGroups": groups, "TargetGroupStickinessConfig": {"Enabled": false}}});
            world.elb("ModifyRule", &json!({"RuleArn": canary.rule, "Actions": [action]})).unwrap();
        }
    }
    world.pass(PAUSE);
    for canary in canaries.iter() {
        let here = |more: Value| {
            let mut request = json!({"cluster": "prod", "service": canary.service});
            request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            request
        };
        world.ecs("UpdateServicePrimaryTaskSet", here(json!({"primaryTaskSet": canary.new}))).unwrap();
        world.ecs("DeleteTaskSet", here(json!({"taskSet": canary.old, "force": true}))).unwrap();
    }
    world.pass(PAUSE);
}

/// Kilobytes of memory that the process has, where that can be told.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or(0)
}

#[test]
fn many_canaries_at_once_lose_nothing_and_break_nothing() {
    let services = std::env::var("SERVICES").ok().and_then(|text| text.parse().ok()).unwrap_or(30);
    let begun = Instant::now();
    let mut world = world(services);
    let (made, before) = (begun.elapsed(), memory());
    let mut canaries = canaries(&world);
    let begun = Instant::now();
    release(&mut world, &mut canaries);
    let released = begun.elapsed();
    let after = memory();
    let begun = Instant::now();
    world.pass(600_000);
    let idle = begun.elapsed();
    eprintln!(
        "{services} services: made in {made:.1?}; {STEPS} steps each, {} s of simulated time, in {released:.1?}; ten idle minutes in {idle:.1?}; memory {before} KiB, then {after} KiB, then {} KiB",
        (STEPS + 2) * PAUSE / 1000,
        memory(),
    );
    assert_eq!(world.lost(), 0);
    assert_eq!(world.violations(), Vec::<String>::new());
    let state = world.look("state");
    for service in state["services"].as_array().unwrap() {
        assert_eq!(service["taskSets"].as_array().unwrap().len(), 1, "{service}");
    }
    assert!(released < Duration::from_mins(5), "{released:?}");
}
