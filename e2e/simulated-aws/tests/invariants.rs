//! The world's side of the safety invariants: each has a sequence that breaks it, and a good release breaks none.

use serde_json::json;

use crate::harness;
use crate::harness::{GREEN, RULE, World, forward, green_request};

fn shop(more: serde_json::Value) -> serde_json::Value {
    let mut request = json!({"cluster": "prod", "service": "shop"});
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    request
}

fn scale(id: &str, percent: f64) -> serde_json::Value {
    shop(json!({"taskSet": id, "scale": {"value": percent, "unit": "PERCENT"}}))
}

#[test]
fn a_careful_release_violates_nothing_and_loses_nothing() {
    let mut world = World::shop();
    let blue = world.primary();
    let green = world.green("shop:42");
    world.until_steady(&green);
    world.weigh_test_listener(0, 100);
    for share in [10, 50, 100] {
        world.weigh(100 - share, share).unwrap();
        world.pass(1000);
    }
    world.ecs("UpdateServicePrimaryTaskSet", shop(json!({"primaryTaskSet": green}))).unwrap();
    world.pass(1000);
    world.ecs("UpdateTaskSet", scale(&blue, 0.0)).unwrap();
    world.pass(5000);
    world.ecs("DeleteTaskSet", shop(json!({"taskSet": blue}))).unwrap();
    world.pass(5000);
    assert_eq!(world.task_sets().len(), 1);
    assert_eq!(world.violations(), Vec::<String>::new());
    assert_eq!(world.lost(), 0);
}

/// A way to do harm, and the name of the invariant it violates.
type Harm = (&'static str, fn(&mut World), &'static str);

const HARM: &[Harm] = &[
    (
        "all weights at 0",
        |world| {
            world.weigh(0, 0).unwrap();
        },
        "S1 WeightSum",
    ),
    (
        "weight on a group without a task set",
        |world| {
            world.weigh(99, 1).unwrap();
        },
        "S2 NoEmptyTarget",
    ),
    (
        "weight before the targets are healthy",
        |world| {
            world.green("shop:42");
            world.pass(200);
            world.weigh(99, 1).unwrap();
        },
        "S2 NoEmptyTarget",
    ),
    (
        "a share that rises by a lower weight, before the targets are healthy",
        |world| {
            world.weigh(999, 0).unwrap();
            world.green("shop:42");
            world.pass(200);
            world.weigh(9, 1).unwrap();
            world.weigh(1, 1).unwrap();
        },
        "S2 NoEmptyTarget",
    ),
    (
        "scaling down what has weight",
        |world| {
            let blue = world.primary();
            world.ecs("UpdateTaskSet", scale(&blue, 0.0)).unwrap();
        },
        "S3 NoDeleteLive",
    ),
    (
        "scaling down below what its weight needs",
        |world| {
            let green = world.green("shop:42");
            world.until_steady(&green);
            world.weigh(50, 50).unwrap();
            let blue = world.primary();
            world.ecs("UpdateTaskSet", scale(&blue, 25.0)).unwrap();
        },
        "S19 EnoughTasks",
    ),
    (
        "deleting what has weight",
        |world| {
            let green = world.green("shop:42");
            world.until_steady(&green);
            world.weigh(50, 50).unwrap();
            world.ecs("DeleteTaskSet", shop(json!({"taskSet": green, "force": true}))).unwrap();
        },
        "S3 NoDeleteLive",
    ),
    (
        "promoting before all traffic is there",
        |world| {
            let green = world.green("shop:42");
            world.until_steady(&green);
            world.weigh(50, 50).unwrap();
            world.ecs("UpdateServicePrimaryTaskSet", shop(json!({"primaryTaskSet": green}))).unwrap();
        },
        "S4 OnePrimary",
    ),
    (
        "a second task set for one deployment",
        |world| {
            world.green("shop:42");
            let mut request = green_request("shop:42");
            request["clientToken"] = json!("another");
            world.ecs("CreateTaskSet", request).unwrap();
        },
        "S5 OneTaskSet",
    ),
    (
        "stickiness that goes along with a weight",
        |world| {
            let mut action = forward(100, 0);
            action["ForwardConfig"]["TargetGroupStickinessConfig"] = json!({"Enabled": true, "DurationSeconds": 60});
            world.elb("ModifyRule", &json!({"RuleArn": RULE, "Actions": [action]})).unwrap();
        },
        "S10 ScopeOnly",
    ),
    (
        "a condition that goes along with a weight",
        |world| {
            let conditions = json!([{"Field": "path-pattern", "Values": ["/shop/*"]}]);
            let request = json!({"RuleArn": RULE, "Conditions": conditions, "Actions": [forward(100, 0)]});
            world.elb("ModifyRule", &request).unwrap();
        },
        "S10 ScopeOnly",
    ),
    (
        "a target group that falls out of the rule",
        |world| {
            world
                .elb(
                    "ModifyRule",
                    &json!({"RuleArn": RULE, "Actions": [{"Type": "forward", "TargetGroupArn": harness::BLUE}]}),
                )
                .unwrap();
        },
        "S10 ScopeOnly",
    ),
    (
        "a share that falls and rises again",
        |world| {
            let green = world.green("shop:42");
            world.until_steady(&green);
            world.weigh(50, 50).unwrap();
            world.weigh(70, 30).unwrap();
            world.weigh(50, 50).unwrap();
        },
        "S7 Monotone",
    ),
    (
        "a share that falls and rises again by other weights",
        |world| {
            let green = world.green("shop:42");
            world.until_steady(&green);
            world.weigh(500, 500).unwrap();
            world.weigh(7, 1).unwrap();
            world.weigh(866, 134).unwrap();
        },
        "S7 Monotone",
    ),
    (
        "a share that falls and stops half-way",
        |world| {
            let green = world.green("shop:42");
            world.until_steady(&green);
            world.weigh(50, 50).unwrap();
            world.weigh(70, 30).unwrap();
            world.pass(61_000);
        },
        "S7 Monotone",
    ),
    (
        "a third live task set",
        |world| {
            for number in 2..4 {
                let mut request = green_request("shop:42");
                request["clientToken"] = json!(format!("token-{number}"));
                request["externalId"] = json!(format!("sluice-{number}"));
                world.ecs("CreateTaskSet", request).unwrap();
            }
        },
        "S5 OneTaskSet",
    ),
    (
        "no primary any more",
        |world| {
            let blue = world.primary();
            world.green("shop:42");
            world.ecs("DeleteTaskSet", shop(json!({"taskSet": blue, "force": true}))).unwrap();
            world.pass(10_000);
        },
        "S4 OnePrimary",
    ),
    (
        "somebody else's task set",
        |world| {
            let mut request = green_request("shop:42");
            request["externalId"] = json!("codedeploy-7");
            let id = world.ecs("CreateTaskSet", request).unwrap()["taskSet"]["id"].as_str().unwrap().to_owned();
            world.ecs("UpdateTaskSet", scale(&id, 50.0)).unwrap();
        },
        "S11 NoForeign",
    ),
];

#[test]
fn every_kind_of_harm_is_named() {
    for (what, harm, name) in HARM {
        let mut world = World::shop();
        world.weigh_test_listener(100, 0);
        assert_eq!(world.violations(), Vec::<String>::new(), "{what}");
        harm(&mut world);
        world.pass(100);
        assert!(world.violations().iter().any(|found| found == name), "{what}: {:?}", world.violations());
    }
}

/// Courses of a share that are in order: weights of the replacement, and who sets them.
const IN_ORDER: &[(&str, &[(u32, &str)])] = &[
    ("forward and to the end", &[(10, "AKIAOPERATOR"), (50, "AKIAOPERATOR"), (100, "AKIAOPERATOR")]),
    ("forward and back at once", &[(10, "AKIAOPERATOR"), (50, "AKIAOPERATOR"), (0, "AKIAOPERATOR")]),
    ("back in steps", &[(50, "AKIAOPERATOR"), (20, "AKIAOPERATOR"), (0, "AKIAOPERATOR")]),
    (
        "put back after a person's edit",
        &[(50, "AKIAOPERATOR"), (5, "AKIAPERSON"), (50, "AKIAOPERATOR"), (100, "AKIAOPERATOR")],
    ),
    (
        "raised by a person after a rollback",
        &[(50, "AKIAOPERATOR"), (0, "AKIAOPERATOR"), (5, "AKIAPERSON"), (0, "AKIAOPERATOR")],
    ),
];

#[test]
fn a_rollback_and_a_repair_are_no_change_of_course() {
    for (what, steps) in IN_ORDER {
        let mut world = World::shop();
        let green = world.green("shop:42");
        world.until_steady(&green);
        for (share, key) in *steps {
            world.access_key = (*key).to_owned();
            world.weigh(100 - share, *share).unwrap();
            world.pass(40_000);
        }
        world.pass(120_000);
        assert_eq!(world.violations(), Vec::<String>::new(), "{what}");
    }
}

#[test]
fn the_same_share_by_other_weights_is_no_change_of_course() {
    let mut world = World::shop();
    let green = world.green("shop:42");
    world.until_steady(&green);
    for (blue, other) in [(90, 10), (9, 1), (900, 100), (7, 1), (1, 1), (500, 500), (0, 1), (0, 100)] {
        world.weigh(blue, other).unwrap();
        world.pass(1000);
    }
    assert_eq!(world.violations(), Vec::<String>::new());
}

#[test]
fn a_violation_names_the_call_that_did_it() {
    let mut world = World::shop();
    world.ecs("DescribeClusters", json!({})).unwrap();
    world.weigh(99, 1).unwrap();
    let found = world.look("invariants")["violations"][0].clone();
    assert_eq!(
        (&found["sequence"], &found["operation"], &found["accessKey"]),
        (&json!(2), &json!("ModifyRule"), &json!("AKIATEST")),
        "{found}"
    );
}

#[test]
fn a_barrier_and_a_share_of_healthy_targets_can_be_asked_for() {
    let mut world = World::of(&format!("invariants: {{barrier: 30s, healthyShare: 1}}\n{}", harness::SCENARIO));
    let green = world.green("shop:42");
    world.until("one healthy target", |world| world.group(GREEN)["healthy"].as_u64() > Some(0));
    if world.group(GREEN)["healthy"].as_u64() < Some(4) {
        world.weigh(90, 10).unwrap();
        assert_eq!(world.violations(), ["S2 NoEmptyTarget"]);
    }
    world.until_steady(&green);
    for (wait, expected) in [(1000, true), (31_000, false)] {
        let mut world = World::of(&format!("invariants: {{barrier: 30s}}\n{}", harness::SCENARIO));
        let green = world.green("shop:42");
        world.until_steady(&green);
        world.weigh(0, 100).unwrap();
        world.weigh_test_listener(0, 100);
        world.ecs("UpdateServicePrimaryTaskSet", shop(json!({"primaryTaskSet": green}))).unwrap();
        world.pass(wait);
        let blue = world.task_sets()[0]["id"].as_str().unwrap().to_owned();
        world.ecs("UpdateTaskSet", scale(&blue, 0.0)).unwrap();
        assert_eq!(world.violations().contains(&"S3 NoDeleteLive".to_owned()), expected, "after {wait} ms");
    }
}

/// Exactly what the weight needs is enough, once the weights have rested; and who grows again may take its time to get its
/// traffic back.
#[test]
fn a_task_set_that_is_scaled_with_its_share_and_back_is_in_order() {
    for (wait, expected) in [(1000, vec!["S19 EnoughTasks"]), (31_000, Vec::new())] {
        let mut world = World::of(&format!("invariants: {{barrier: 30s}}\n{}", harness::SCENARIO));
        let green = world.green("shop:42");
        world.until_steady(&green);
        world.weigh(50, 50).unwrap();
        world.pass(wait);
        let blue = world.primary();
        world.ecs("UpdateTaskSet", scale(&blue, 50.0)).unwrap();
        assert_eq!(world.violations(), expected, "after {wait} ms");
        world.weigh(60, 40).unwrap();
        world.pass(120_000);
        assert_eq!(world.violations(), expected, "the original is small");
        world.ecs("UpdateTaskSet", scale(&blue, 100.0)).unwrap();
        world.pass(30_000);
        world.weigh(100, 0).unwrap();
        world.pass(120_000);
        assert_eq!(world.violations(), expected);
    }
}

#[test]
fn a_standing_violation_is_reported_once_and_not_on_every_tick() {
    let mut world = World::shop();
    let blue = world.primary();
    world.green("shop:42");
    world.pass(5000);
    world.ecs("DeleteTaskSet", shop(json!({"taskSet": blue, "force": true}))).unwrap();
    world.pass(5000);
    let primaries = world.violations().into_iter().filter(|name| name == "S4 OnePrimary").count();
    assert_eq!(primaries, 1, "{:?}", world.violations());
}

#[test]
fn a_refused_write_violates_nothing() {
    let mut world = World::shop();
    world.elb("ModifyRule", &json!({"RuleArn": RULE, "Actions": [forward(0, 1000)]})).unwrap_err();
    let blue = world.primary();
    world.ecs("DeleteTaskSet", shop(json!({"taskSet": blue}))).unwrap_err();
    assert_eq!(world.violations(), Vec::<String>::new());
    assert_eq!(world.group(GREEN)["requests"], 0);
}

#[test]
fn a_hook_that_is_invoked_after_the_next_one_is_told() {
    let mut world = World::of("functions: [{name: hook}]");
    let mut invoke = |id: &str| {
        world.invoke("hook", &[], &json!({"executionId": id}).to_string());
        world.violations().len()
    };
    // Asked again before the next: in order. Hooks of others run beside it.
    let ids = ["a/smoke/AfterInstall/1", "a/smoke/AfterInstall/1", "b/smoke/AfterInstall/1", "a/smoke/AfterInstall/2"];
    assert_eq!(ids.map(&mut invoke), [0; 4]);
    // S17
    assert_eq!(invoke("a/smoke/AfterInstall/1"), 1);
    assert!(world.violations()[0].contains("S17 HookOnce"), "{:?}", world.violations());
}
