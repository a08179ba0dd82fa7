//! Causes in the hooks.

use serde_json::{Value, json};
use sluice_e2e::manifests::{binding, with};
use sluice_e2e::world::{World, must};

use crate::stalled::assertions::{assert_release_stalled, goes_on};

fn hook_of(function: &str) -> Value {
    json!([{"name": "smoke", "event": "AfterInstall", "lambda": {"function": function}}])
}

/// One after the other in one world: each is told, and nothing is touched until the last is mended.
#[test]
fn functions_that_are_missing_denied_or_not_admitted_and_steps_that_are_not_there() {
    let world = World::new();
    must(world.aws.merge(&json!({"functions": [{"name": "shop-smoke"}, {"name": "shop-secret", "denied": true}]})));
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
