//! Causes in the hooks.

use serde_json::{Value, json};
use sluice_e2e::gate::Gate;
use sluice_e2e::manifests::{binding, with};
use sluice_e2e::scenario;
use sluice_e2e::world::{World, must};

use crate::stalled::assertions::{assert_release_stalled, goes_on};

fn hook_of(function: &str) -> Value {
    json!([{"name": "smoke", "event": "AfterInstall", "lambda": {"function": function}}])
}

/// One after the other in one world: each is told, and nothing is touched until the last is mended.
#[test]
fn functions_that_are_missing_denied_or_not_admitted_and_steps_that_are_not_there() {
    let world = World::new();
    let passes = json!([{"payload": {"hookStatus": "SUCCEEDED"}}]);
    let functions = json!([{"name": "shop-smoke", "answers": passes}, {"name": "shop-secret", "denied": true}]);
    must(world.aws.merge(&json!({"functions": functions})));
    let group = |hooks: Value| with(world.group(), "/hooks", hooks);
    // Each has another reason than the one before it.
    world.release("shop:42", &group(hook_of("shop-nowhere")));
    assert_release_stalled(&world, "HookUnavailable", "Function not found");
    world.apply(&[group(hook_of("arn:aws:lambda:eu-west-1:210987654321:function:shop-smoke"))]);
    assert_release_stalled(&world, "NotAdmitted", "of account 210987654321");
    let step =
        json!([{"name": "smoke", "event": "AfterStep", "steps": ["half"], "lambda": {"function": "shop-smoke"}}]);
    world.apply(&[group(step)]);
    assert_release_stalled(&world, "InvalidValue", "names step half");
    let admits = |functions: Value| with(binding(&world.binding), "/allowedFunctions", functions);
    world.apply(&[admits(json!(["web-*"])), group(hook_of("shop-secret"))]);
    assert_release_stalled(&world, "NotAdmitted", "allowedFunctions, which has web-*");
    world.apply(&[admits(json!(["shop-*"]))]);
    assert_release_stalled(&world, "HookUnavailable", "allow the operator's role lambda:InvokeFunction");
    world.apply(&[group(hook_of("shop-smoke"))]);
    goes_on(world);
}

/// A Job that would run as nobody, and a host that would be told no token: each is told before anything is touched, and goes
/// on once it is made.
#[test]
fn an_account_or_a_secret_that_a_hook_lacks_is_told_before_anything_is_touched() {
    let folder = tempfile::tempdir().unwrap();
    let host = must(Gate::start(folder.path()));
    host.answer(&[("200 OK", r#"{"hookStatus": "SUCCEEDED"}"#)]);
    let world = World::with(&scenario::shop(), |settings| {
        settings.arguments = vec![format!("--hook-ca-file={}", host.authority().display())];
    });
    let listed = json!([{"host": "localhost", "port": host.port(), "privateAddresses": ["127.0.0.0/8", "::1/128"]}]);
    let admits = with(binding(&world.binding), "/allowedHookHosts", listed);
    let admits = with(admits, "/allowedHookServiceAccounts", json!(["shop-*"]));
    must(world.kubernetes.apply(&with(admits, "/allowedHookSecrets", json!(["shop-*"]))));
    let pod = json!({"serviceAccountName": "shop-hook", "containers": [{"name": "smoke", "image": "smoke:1"}]});
    let template = json!({"spec": {"template": {"spec": pod}}});
    // Nothing runs Jobs here: this one is given up after a second, and that it was made is enough.
    let job = json!({"name": "migrate", "event": "AfterInstall", "timeout": "1s", "onFailure": "Continue", "job": {"template": template}});
    let headers = json!({"secretRef": {"name": "shop-token"}});
    let http =
        json!({"name": "freeze", "event": "AfterInstall", "http": {"url": host.url("/check"), "headersFrom": headers}});
    world.release("shop:42", &with(world.group(), "/hooks", json!([job, http])));
    assert_release_stalled(&world, "HookUnavailable", "there is no ServiceAccount shop-hook");
    let made = |kind: &str, object: Value| must(world.kubernetes.raw_create("api/v1", kind, &object));
    made("serviceaccounts", json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "shop-hook"}}));
    world.wait_object("deployments", "prod-1", "to tell of the Secret", |one| {
        one["status"]["message"]
            .as_str()
            .is_some_and(|told| told.contains("headersFrom: there is no Secret shop-token"))
    });
    assert_eq!((world.writes(), host.asked().len()), (Vec::<String>::new(), 0));
    let token = json!({"Authorization": "Bearer abc"});
    made(
        "secrets",
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "shop-token"}, "stringData": token}),
    );
    let ended = world.wait_end("prod-1", "Succeeded");
    assert!(host.asked()[0].head.to_lowercase().contains("authorization: bearer abc"), "{:?}", host.asked());
    assert!(!ended.to_string().contains("Bearer"), "{ended:#}");
    world.finish();
}
