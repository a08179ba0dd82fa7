//! Hooks that run outside of AWS: Jobs in the group's namespace, and hosts that are asked by HTTP.

use serde_json::{Value, json};
use sluice_e2e::gate::Gate;
use sluice_e2e::job_runner::JobRunner;
use sluice_e2e::manifests::{binding, with};
use sluice_e2e::poll;
use sluice_e2e::scenario;
use sluice_e2e::world::{World, must};

use crate::support::assert_original_alone;

/// A hook that is a Job of one container with this command.
pub fn job(name: &str, command: &Value) -> Value {
    let container = json!({"name": "smoke", "image": "smoke:1", "command": command});
    let template = json!({"spec": {"template": {"spec": {"containers": [container]}}}});
    json!({"name": name, "event": "AfterInstall", "job": {"template": template}, "onFailure": "Continue"})
}

pub fn gate(name: &str, url: &str) -> Value {
    json!({"name": name, "event": "AfterInstall", "http": {"url": url}, "onFailure": "Continue"})
}

/// State and message of each hook of `AfterInstall`, by its name.
#[track_caller]
pub fn told<'a>(deployment: &'a Value, name: &str) -> (&'a str, &'a str) {
    let events = deployment["status"]["lifecycleEvents"].as_array().unwrap().iter();
    let mut hooks = events.filter_map(|event| event["hooks"].as_array()).flatten();
    let hook = hooks.find(|hook| hook["name"] == name).unwrap_or_else(|| panic!("no {name}: {deployment:#}"));
    (hook["state"].as_str().unwrap(), hook["message"].as_str().unwrap_or_default())
}

#[track_caller]
fn wait(what: &str, is_so: impl Fn() -> bool) {
    must(poll::until(what, || Ok(is_so().then_some(()))));
}

/// The ServiceAccount that the controller of a real cluster makes in each namespace, or another.
pub fn service_account(world: &World, name: &str) {
    let account = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}});
    must(world.kubernetes.raw_create("api/v1", "serviceaccounts", &account));
}

fn jobs(world: &World) -> Vec<Value> {
    must(world.kubernetes.raw_list("apis/batch/v1", "jobs"))
}

#[test]
fn a_job_completes_fails_and_never_ends_and_one_that_nobody_waits_for_is_gone() {
    let mut world = World::with(&scenario::shop(), |settings| {
        settings.arguments = vec!["--hook-pod-messages=true".to_owned()];
    });
    service_account(&world, "default");
    let runner = JobRunner::start(&world.kubernetes);
    // The operator ends what is late, however slow the machine is.
    runner.hold_deadlines(true);
    let mut late = job("late", &json!(["hang"]));
    late["timeout"] = json!("2s");
    let hooks =
        [job("passes", &json!(["complete", "12 of 12"])), job("fails", &json!(["fail", "3 of 12 failed"])), late];
    world.release("shop:42", &with(world.group(), "/hooks", json!(hooks)));
    let ended = world.wait_end("prod-1", "Succeeded");
    assert_eq!(told(&ended, "passes"), ("Succeeded", "12 of 12"));
    let (state, message) = told(&ended, "fails");
    assert!(state == "Failed" && message.contains("3 of 12 failed") && message.contains("BackoffLimit"), "{message}");
    assert_eq!(told(&ended, "late").0, "TimedOut");
    // Those that ended stay to be looked at, and belong to the Deployment; the one that did not is taken away.
    wait("the Job of late to be gone", || {
        !jobs(&world).iter().any(|job| job["metadata"]["name"].as_str().unwrap().contains("late"))
    });
    let kept = jobs(&world);
    assert_eq!(kept.len(), 2, "{kept:#?}");
    for job in &kept {
        assert_eq!(job["metadata"]["ownerReferences"][0]["uid"], ended["metadata"]["uid"]);
        assert_eq!(job["spec"]["template"]["spec"]["automountServiceAccountToken"], false);
    }

    // A Job that runs when the operator dies is found again and not made twice. One that runs when the release is stopped is
    // given up with it, and holds nothing up.
    world.apply(&[with(world.group(), "/hooks", json!([job("late", &json!(["hang"]))]))]);
    world.change_revision("shop:46");
    wait("the Job of late to run", || jobs(&world).len() == 3);
    let uids = |world: &World| jobs(world).iter().map(|job| job["metadata"]["uid"].to_string()).collect::<Vec<_>>();
    let before = uids(&world);
    world.kill_operator();
    must(world.operator.restart());
    world.wait_looks(2);
    assert_eq!(uids(&world), before);
    must(world.kubernetes.patch("deployments", "prod-2", &json!({"spec": {"stop": {}}})));
    world.wait_end("prod-2", "Stopped");
    wait("the Job of late to be gone", || jobs(&world).len() == 2);
    world.finish();
}

// S16 Tenant
#[test]
fn a_job_that_names_a_secret_or_a_service_account_begins_when_the_binding_lists_it() {
    let world = World::new();
    service_account(&world, "shop-hook");
    let _runner = JobRunner::start(&world.kubernetes);
    let mut hook = job("passes", &json!(["complete", ""]));
    hook["job"]["template"]["spec"]["template"]["spec"]["serviceAccountName"] = json!("shop-hook");
    world.release("shop:42", &with(world.group(), "/hooks", json!([hook])));
    world.wait_condition("deploymentgroups", "prod", "Stalled", "NotAdmitted");
    assert_eq!(jobs(&world), [Value::Null; 0]);
    must(world.kubernetes.apply(&with(binding(&world.binding), "/allowedHookServiceAccounts", json!(["shop-*"]))));
    world.wait_end("prod-1", "Succeeded");
    assert_eq!(jobs(&world)[0]["spec"]["template"]["spec"]["automountServiceAccountToken"], true);
    world.finish();
}

#[test]
fn a_host_that_the_binding_lists_is_asked_until_it_answers_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let gate_host = must(Gate::start(folder.path()));
    let world = World::with(&scenario::shop(), |settings| {
        settings.arguments = vec![format!("--hook-ca-file={}", gate_host.authority().display())];
    });
    gate_host.answer(&[
        ("503 Service Unavailable", ""),
        ("200 OK", r#"{"hookStatus": "IN_PROGRESS", "callBackDelay": 1}"#),
        ("200 OK", r#"{"hookStatus": "SUCCEEDED", "message": "all is well"}"#),
        ("302 Found\r\nLocation: http://169.254.169.254/", ""),
        ("200 OK", r#"{"hookStatus": "FAILED", "message": "change freeze"}"#),
    ]);
    let hooks = ["passes", "redirects", "fails"].map(|name| gate(name, &gate_host.url("/check?token=abc")));
    world.release("shop:42", &with(world.group(), "/hooks", json!(hooks)));
    // Nobody is asked before the binding lists the host, nor when its address is private and not listed.
    let stalled = world.wait_condition("deploymentgroups", "prod", "Stalled", "NotAdmitted");
    assert!(!stalled.contains("token"), "{stalled}");
    assert_original_alone(&world);
    let list = |blocks: &Value| {
        let host = json!([{"host": "localhost", "port": gate_host.port(), "privateAddresses": blocks}]);
        must(world.kubernetes.apply(&with(binding(&world.binding), "/allowedHookHosts", host)));
    };
    list(&json!(["127.0.0.0/8", "::1/128"]));
    let ended = world.wait_end("prod-1", "Succeeded");
    assert_eq!(told(&ended, "passes"), ("Succeeded", "all is well"));
    assert!(told(&ended, "redirects").0 == "Failed" && told(&ended, "redirects").1.contains("redirect"), "{ended:#}");
    assert_eq!(told(&ended, "fails"), ("Failed", "change freeze"));
    let asked = gate_host.asked();
    assert_eq!(asked.len(), 5, "{asked:#?}");
    assert!(
        asked[..3].iter().all(|one| one.body["executionId"] == asked[0].body["executionId"]),
        "by the same id: {asked:#?}"
    );
    assert!(
        asked
            .iter()
            .all(|one| one.head.starts_with("POST /check?token=abc HTTP/1.1") && one.body["revision"] == "shop:42")
    );

    list(&json!([]));
    world.apply(&[with(world.group(), "/hooks", json!([gate("private", &gate_host.url("/"))]))]);
    world.change_revision("shop:46");
    let ended = world.wait_end("prod-2", "Succeeded");
    let (state, message) = told(&ended, "private");
    assert!(state == "Failed" && message.contains("a loopback address"), "{state}: {message}");
    assert_eq!(gate_host.asked().len(), 5, "it was not asked");
    world.finish();
}
