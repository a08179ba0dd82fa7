//! How what serves fares after a release: what a probe answers is told by the Deployment that serves, its group and its
//! Application.

use serde_json::{Value, json};
use sluice_e2e::gate::Gate;
use sluice_e2e::manifests::{binding, with};
use sluice_e2e::scenario;
use sluice_e2e::world::{World, find_condition, must};

use crate::support::count;

/// Waits until the group has this health and its Deployment this phase.
#[track_caller]
fn fares(world: &World, health: &str, phase: &str) -> Value {
    world.wait_object("deployments", "prod-1", &format!("to be {phase}"), |one| one["status"]["phase"] == phase);
    world.wait_object("deploymentgroups", "prod", &format!("to be {health}, {phase}"), |group| {
        group["status"]["health"] == health && group["status"]["phase"] == phase
    })
}

#[test]
fn a_probe_tells_that_what_serves_is_unreachable_and_well_again_and_no_other_host_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let host = must(Gate::start(folder.path()));
    let world = World::with(&scenario::shop(), |settings| {
        settings.arguments = vec![format!("--hook-ca-file={}", host.authority().display())];
    });
    host.answer(&[("200 OK", "all is well")]);
    let probe = |status: i32| {
        let expect = json!({"status": [status], "contains": "well"});
        json!({"http": {"url": host.url("/healthz?key=abc"), "interval": "10s", "window": 3, "expect": expect}})
    };
    let group = with(world.group(), "/health", probe(200));
    world.release("shop:42", &group);
    // Nobody is asked before the binding lists the host.
    let stalled = world.wait_condition("deploymentgroups", "prod", "Stalled", "NotAdmitted");
    assert!(stalled.contains("spec.health.http.url") && !stalled.contains("key"), "{stalled}");
    world.wait_looks(2);
    assert!(host.asked().is_empty() && world.writes().is_empty(), "{:?}", host.asked());
    let listed = json!([{"host": "localhost", "port": host.port(), "privateAddresses": ["127.0.0.0/8", "::1/128"]}]);
    must(world.kubernetes.apply(&with(binding(&world.binding), "/allowedHookHosts", listed)));
    world.wait_end("prod-1", "Succeeded");
    fares(&world, "healthy", "running");
    assert!(host.asked().iter().all(|asked| asked.head.starts_with("GET /healthz?key=abc HTTP/1.1")));

    // A redirect is a failure, and is not followed.
    host.answer(&[("302 Found\r\nLocation: http://169.254.169.254/", "")]);
    let group_now = fares(&world, "unreachable", "unreachable");
    let stalled = world.wait_condition("deploymentgroups", "prod", "Stalled", "Unreachable");
    assert!(stalled.contains("redirect (302), and none is followed"), "{stalled}");
    assert_eq!(group_now["status"]["probe"]["state"], "Failing");
    world.wait_condition("applications", "shop", "Stalled", "Unreachable");
    // It goes on to be the release that succeeded.
    let deployment = world.object("deployments", "prod-1");
    assert_eq!(deployment["status"]["state"], "Succeeded");
    assert_eq!(find_condition(&deployment, "Succeeded").unwrap()["status"], "True");

    // The first answers of another probe come soon.
    host.answer(&[("503 Service Unavailable", "not well, but expected")]);
    world.apply(&[with(group, "/health", probe(503))]);
    fares(&world, "healthy", "running");
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    let events = must(world.kubernetes.events());
    let told = |reason: &str| events.iter().filter(|event| event["reason"] == reason).count();
    assert!(told("Unreachable") >= 1 && told("Recovered") == 1, "{events:#?}");
    assert_eq!(count(&world, "ModifyRule"), 1, "nothing is done about it");
    let metrics = must(world.operator.metrics());
    assert!(metrics.contains("sluice_health_changes_total{health=\"Unreachable\"} 1"), "{metrics}");
    world.finish();
}

/// A world whose load balancer is this host: a listener of HTTPS at its port, and a rule for its name.
fn behind(host: &Gate) -> Value {
    let mut world = scenario::shop();
    let balancer = &mut world["loadBalancers"][0];
    balancer["dnsName"] = json!("LocalHost");
    let listener = &mut balancer["listeners"][0];
    (listener["port"], listener["protocol"]) = (json!(host.port()), json!("HTTPS"));
    listener["rules"][0]["host"] = json!("localhost");
    let stack = "arn:aws:cloudformation:eu-west-1:123456789012:stack/shop/1";
    let tags = json!({"environment": "production", "aws:cloudformation:stack-id": stack});
    world["clusters"][0]["services"][0]["tags"] = tags;
    world
}

#[test]
fn a_path_is_asked_through_the_load_balancer_which_is_looked_up_once_and_the_service_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let host = must(Gate::start(folder.path()));
    let world = World::with(&behind(&host), |settings| {
        settings.arguments = vec![format!("--hook-ca-file={}", host.authority().display())];
    });
    host.answer(&[("200 OK", "")]);
    let probe = json!({"http": {"path": "/healthz", "interval": "10s", "window": 3}});
    world.release("shop:42", &with(world.group(), "/health", probe));
    // Its name comes from AWS, and the binding lists it all the same.
    let stalled = world.wait_condition("deploymentgroups", "prod", "Stalled", "NotAdmitted");
    let wanted =
        format!("spec.health.http.path: AwsBinding {} does not admit localhost:{}", world.binding, host.port());
    assert!(stalled.contains(&wanted), "{stalled}");
    assert!(host.asked().is_empty() && world.writes().is_empty(), "{:?}", host.asked());
    let listed = json!([{"host": "localhost", "port": host.port(), "privateAddresses": ["127.0.0.0/8", "::1/128"]}]);
    must(world.kubernetes.apply(&with(binding(&world.binding), "/allowedHookHosts", listed)));
    world.wait_end("prod-1", "Succeeded");
    let group = fares(&world, "healthy", "running");
    let service = &group["status"]["service"];
    assert_eq!(service["url"], format!("https://localhost:{}", host.port()), "{service:#}");
    assert_eq!(service["environment"], "production", "{service:#}");
    assert!(service["stackId"].as_str().unwrap().ends_with(":stack/shop/1"), "{service:#}");
    assert!(service["arn"].as_str().unwrap().ends_with(":service/prod/shop"), "{service:#}");
    let head = format!("host: localhost:{}", host.port());
    assert!(
        host.asked()
            .iter()
            .all(|asked| asked.head.starts_with("GET /healthz HTTP/1.1") && asked.head.to_lowercase().contains(&head)),
        "{:?}",
        host.asked()
    );
    host.answer(&[("503 Service Unavailable", "")]);
    fares(&world, "unreachable", "unreachable");
    world.wait_looks(2);
    assert_eq!(must(world.aws.count("DescribeLoadBalancers")), 1, "a load balancer keeps its name");
    world.finish();
}
