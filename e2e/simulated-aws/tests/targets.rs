//! Targets that nobody's tasks are behind.

use serde_json::{Value, json};

use crate::harness::{BLUE, GREEN, World, element};

fn targets(group: &str, ids: &[&str]) -> Value {
    let list: Vec<Value> = ids.iter().map(|id| json!({"Id": id, "Port": 8080})).collect();
    json!({"TargetGroupArn": group, "Targets": list})
}

/// The state and the reason of a target.
fn health(world: &mut World, group: &str, id: &str) -> (String, Option<String>) {
    let xml = world.elb("DescribeTargetHealth", &targets(group, &[id])).unwrap();
    let reason = xml.contains("<Reason>").then(|| element(&xml, "Reason"));
    (element(&xml, "State"), reason)
}

#[test]
fn a_registered_address_is_checked_from_initial_to_healthy_and_takes_requests() {
    let mut world = World::shop();
    world.elb("RegisterTargets", &targets(GREEN, &["10.9.9.1", "10.9.9.2"])).unwrap();
    let initial = ("initial".to_owned(), Some("Elb.RegistrationInProgress".to_owned()));
    assert_eq!(health(&mut world, GREEN, "10.9.9.1"), initial);
    world.until("healthy", |world| world.group(GREEN)["healthy"] == 2);
    assert_eq!(health(&mut world, GREEN, "10.9.9.2"), ("healthy".to_owned(), None));
    world.weigh(0, 100).unwrap();
    world.pass(5000);
    assert!(world.group(GREEN)["requests"].as_u64().unwrap() > 0);
    assert_eq!(world.lost(), 0);
}

#[test]
fn a_deregistered_address_drains_and_comes_back_as_a_new_one() {
    let mut world = World::shop();
    world.elb("RegisterTargets", &targets(GREEN, &["10.9.9.1"])).unwrap();
    world.until("healthy", |world| world.group(GREEN)["healthy"] == 1);
    world.elb("RegisterTargets", &targets(GREEN, &["10.9.9.1"])).unwrap();
    assert_eq!(health(&mut world, GREEN, "10.9.9.1").0, "healthy", "what is registered stays as it is");
    world.elb("DeregisterTargets", &targets(GREEN, &["10.9.9.1", "10.9.9.200"])).unwrap();
    assert_eq!(health(&mut world, GREEN, "10.9.9.1").0, "draining");
    world.elb("RegisterTargets", &targets(GREEN, &["10.9.9.1"])).unwrap();
    assert_eq!(health(&mut world, GREEN, "10.9.9.1").0, "initial");
    world.elb("DeregisterTargets", &targets(GREEN, &["10.9.9.1"])).unwrap();
    world.pass(10_000);
    let gone = ("unused".to_owned(), Some("Target.NotRegistered".to_owned()));
    assert_eq!(health(&mut world, GREEN, "10.9.9.1"), gone);
}

#[test]
fn an_address_beside_a_services_tasks_is_nobodys_and_stays_when_they_go() {
    let mut world = World::shop();
    world.elb("RegisterTargets", &targets(BLUE, &["10.9.9.1"])).unwrap();
    world.until("healthy", |world| world.group(BLUE)["healthy"] == 5);
    world.ecs("DeleteService", json!({"cluster": "prod", "service": "shop", "force": true})).unwrap();
    world.pass(60_000);
    assert_eq!(world.group(BLUE)["healthy"], 1);
    assert_eq!(world.look("traffic")["lost"], 0);
}

#[test]
fn what_is_no_target_is_refused() {
    let mut world = World::shop();
    let unknown = GREEN.replace("shop-b", "shop-z");
    let group = json!({"Name": "hosts", "Protocol": "HTTP", "Port": 80, "VpcId": "vpc-1", "TargetType": "instance"});
    let hosts = element(&world.elb("CreateTargetGroup", &group).unwrap(), "TargetGroupArn");
    let table = [
        (targets(&unknown, &["10.9.9.1"]), "TargetGroupNotFound"),
        (targets(GREEN, &["i-0123456789abcdef0"]), "ValidationError"),
        (targets(GREEN, &["8.8.8.8"]), "ValidationError"),
        (targets(GREEN, &[]), "ValidationError"),
        (targets(&hosts, &["i-0123456789abcdef0"]), "InvalidTarget"),
    ];
    for (parameters, code) in table {
        assert_eq!(world.elb("RegisterTargets", &parameters).unwrap_err().code, code, "{parameters}");
    }
    let refused = world.elb("DeregisterTargets", &targets(&unknown, &["10.9.9.1"])).unwrap_err();
    assert_eq!(refused.code, "TargetGroupNotFound");
}
