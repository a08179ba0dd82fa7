//! kill -9 at each call of hooks, test traffic, gates and alarms: before it is sent, and right after its answer. Each table is one
//! release, which ends as if nothing had happened.

#[path = "kills/ground.rs"]
mod ground;
#[path = "kills/groups.rs"]
mod groups;
#[path = "kills/jobs.rs"]
mod jobs;

use serde_json::{Value, json};
use sluice_e2e::kill_point::{Callee, Moment, Request};
use sluice_e2e::manifests::with;
use sluice_e2e::scenario::{self, GROUP_A, GROUP_B, RULE};
use sluice_e2e::world::{World, must, share};

use self::ground::{BOTH, Call, Ground, asks, calls, invokes, recorded, records, records_event, records_gate};
use crate::hooks_outside::{gate, told};
use crate::support::{
    assert_original_alone, count, go_on_to, group_with, held_in_the_middle, shares_written, weights_written,
};
use crate::test_traffic::{TEST_ID, group_with_test_route, test_listener, with_test_listener};

/// In the ARN of the load balancer.
const BALANCER_ID: &str = "50dc6c495c0c9188";

/// A call that the operator makes by itself.
const fn call(what: &'static str, is_it: fn(&Request) -> bool) -> Call {
    provoked(what, is_it, |_| {})
}

/// A call that it makes because of this.
const fn provoked(what: &'static str, is_it: fn(&Request) -> bool, provoke: fn(&Ground)) -> Call {
    Call { what, is_it, moments: BOTH, provoke }
}

fn patch(ground: &Ground, name: &str, spec: &Value) {
    must(ground.world.kubernetes.patch("deployments", name, &json!({"spec": spec})));
}

fn set_alarm(ground: &Ground, state: &str) {
    must(ground.world.aws.post("alarms/shop-5xx", &json!({"state": state, "reason": "drill"})));
}

/// The first release of a world, in a group with these hooks.
fn release_with(world: &World, hooks: &Value) {
    world.release("shop:42", &with(world.group(), "/hooks", hooks.clone()));
}

#[test]
fn a_function_is_asked_by_one_id_wherever_the_operator_dies() {
    let mut scenario = scenario::shop();
    scenario["functions"] = json!([{"name": "passes", "answers": [{"payload": {"hookStatus": "SUCCEEDED"}}]}]);
    let mut ground = Ground::new(&scenario);
    let begin = |ground: &Ground| {
        release_with(
            &ground.world,
            &json!([{"name": "smoke", "event": "AfterInstall", "lambda": {"function": "passes"}}]),
        );
    };
    ground.kill_at_each(&[
        provoked("the question whether the function may be invoked", |one| invokes(one, true), begin),
        call("the record that the hook runs", |one| records(one, "smoke", "Running")),
        call("the invocation", |one| invokes(one, false)),
        call("the record of the verdict", |one| records(one, "smoke", "Succeeded")),
    ]);
    ground.go_on();
    let ended = ground.world.wait_end("prod-1", "Succeeded");
    assert_eq!(told(&ended, "smoke").0, "Succeeded");
    let sinks = must(ground.world.aws.get("sinks"));
    let asked = sinks["deliveries"].as_array().unwrap();
    // Once by the one that was answered before it died, and by the next ones.
    assert!(asked.len() >= 2, "{asked:#?}");
    assert!(
        asked
            .iter()
            .all(|one| one["content"]["payload"]["executionId"] == asked[0]["content"]["payload"]["executionId"])
    );
    ground.finish();
}

#[test]
fn a_host_is_asked_by_one_id_wherever_the_operator_dies() {
    let mut ground = Ground::new(&scenario::shop());
    ground.gate.answer(&[("200 OK", r#"{"hookStatus": "SUCCEEDED", "message": "all is well"}"#)]);
    let begin = |ground: &Ground| {
        let mut hook = gate("asks", &ground.gate.url("/check"));
        hook["http"]["headersFrom"] = json!({"secretRef": {"name": "gate"}});
        release_with(&ground.world, &json!([hook]));
    };
    ground.kill_at_each(&[
        provoked("the Secret of its headers", |one| asks(one, ("GET", "secrets/"), "gate"), begin),
        call("the question", |one| one.to == Callee::Host),
        call("the record of the verdict", |one| records(one, "asks", "Succeeded")),
    ]);
    ground.go_on();
    let ended = ground.world.wait_end("prod-1", "Succeeded");
    assert_eq!(told(&ended, "asks"), ("Succeeded", "all is well"));
    let asked = ground.gate.asked();
    assert!(asked.len() >= 2, "{asked:#?}");
    assert!(asked.iter().all(|one| one.body["executionId"] == asked[0].body["executionId"]), "{asked:#?}");
    ground.finish();
}

// S18 TestFirst
#[test]
fn the_test_route_goes_first_and_returns_wherever_the_operator_dies() {
    let mut ground = Ground::new(&with_test_listener());
    let begin = |ground: &Ground| {
        let held = json!({"steps": [{"weight": 20, "hold": "30m"}, {"weight": 100}]});
        ground.world.release("shop:42", &group_with_test_route(&ground.world, held));
    };
    ground.kill_at_each(&[
        provoked("the name of the load balancer", |one| calls(one, "DescribeLoadBalancers", BALANCER_ID), begin),
        call("the look at the test route", |one| calls(one, "DescribeListeners", TEST_ID)),
        call("the switch of the test route", |one| calls(one, "ModifyListener", TEST_ID)),
    ]);
    ground.go_on();
    ground.world.wait_holding("prod-1", 20);
    let test = test_listener();
    assert_eq!(weights_written(&ground.world, GROUP_B), [(test.clone(), 100), (RULE.to_owned(), 20)]);

    ground.kill_at_each(&[provoked(
        "the return of the test route",
        |one| calls(one, "ModifyListener", TEST_ID),
        |ground| {
            patch(ground, "prod-1", &json!({"stop": {}}));
        },
    )]);
    ground.go_on();
    ground.world.wait_end("prod-1", "Stopped");
    assert_original_alone(&ground.world);
    assert_eq!(share(&must(ground.world.aws.state()), &test, GROUP_A), Some(100));

    // To the end: it stands where production does.
    ground.world.apply(&[group_with_test_route(&ground.world, json!({"allAtOnce": {}}))]);
    ground.kill_at_each(&[provoked(
        "the switch of the test route",
        |one| calls(one, "ModifyListener", TEST_ID),
        |ground| {
            ground.world.change_revision("shop:46");
        },
    )]);
    ground.go_on();
    ground.world.wait_end("prod-2", "Succeeded");
    let state = must(ground.world.aws.state());
    assert_eq!((share(&state, &test, GROUP_B), share(&state, RULE, GROUP_B)), (Some(100), Some(100)));
    ground.finish();
}

#[test]
fn an_alarm_refuses_and_turns_a_release_round_wherever_the_operator_dies() {
    let mut scenario = scenario::shop();
    scenario["alarms"] = json!([{"name": "shop-5xx", "state": "ALARM"}]);
    let mut ground = Ground::new(&scenario);
    let asks_alarms = |one: &Request| calls(one, "DescribeAlarms", "");
    let begin = |ground: &Ground| {
        let group = group_with(&ground.world, held_in_the_middle("1s"));
        ground.world.release("shop:42", &with(group, "/alarms", json!({"names": ["shop-5xx"]})));
    };
    ground.kill_at_each(&[provoked("the look at the alarm before the start", asks_alarms, begin)]);
    ground.go_on();
    ground.world.wait_condition("deployments", "prod-1", "Stalled", "AlarmActive");
    assert_eq!(ground.world.writes(), Vec::<String>::new());
    set_alarm(&ground, "OK");
    ground.world.wait_holding("prod-1", 40);
    ground.kill_at_each(&[
        provoked("the look at the alarm in a hold", asks_alarms, |ground| set_alarm(ground, "ALARM")),
        call("the way back of the traffic", |one| calls(one, "ModifyRule", "")),
        call("the record that it turned round", |one| recorded(one)["rollback"].is_object()),
    ]);
    ground.go_on();
    let ended = ground.world.wait_end("prod-1", "Failed");
    assert_eq!(ended["status"]["rollback"]["trigger"], "DEPLOYMENT_STOP_ON_ALARM");
    let mut shares = shares_written(&ground.world, GROUP_B);
    shares.dedup();
    assert_eq!(shares, [20, 40, 0]);
    assert_original_alone(&ground.world);

    set_alarm(&ground, "OK");
    let bakes = with(with(ground.world.group(), "/alarms", json!({"names": ["shop-5xx"]})), "/bake", json!("30m"));
    ground.world.release("shop:46", &bakes);
    ground.world.wait_object("deployments", "prod-2", "to bake", |one| one["status"]["state"] == "Baking");
    ground.kill_at_each(&[
        provoked("the look at the alarm in the bake", asks_alarms, |ground| set_alarm(ground, "ALARM")),
        call("the way back of the traffic", |one| calls(one, "ModifyRule", "")),
    ]);
    ground.go_on();
    let ended = ground.world.wait_end("prod-2", "Failed");
    assert_eq!(ended["status"]["rollback"]["trigger"], "DEPLOYMENT_STOP_ON_ALARM");
    let bake = ended["status"]["gates"].as_array().unwrap().iter().find(|gate| gate["kind"] == "Bake");
    assert!(bake.is_none_or(|gate| gate["state"] == "Interrupted"), "{ended:#}");
    assert_original_alone(&ground.world);

    // Why tasks failed is asked of them.
    set_alarm(&ground, "OK");
    must(ground.world.aws.set_behaviour("shop:42", &json!({"exits": {"exitCode": 3, "afterSeconds": 0}})));
    ground.kill_at_each(&[
        provoked(
            "the list of the tasks that failed",
            |one| calls(one, "ListTasks", ""),
            |ground| {
                ground.world.change_revision("shop:42");
            },
        ),
        call("the tasks that failed", |one| calls(one, "DescribeTasks", "")),
    ]);
    ground.go_on();
    ground.world.wait_end("prod-3", "Failed");
    assert_original_alone(&ground.world);
    ground.finish();
}

#[test]
fn what_a_person_answers_counts_once_wherever_the_operator_dies() {
    let mut ground = Ground::new(&scenario::shop());
    let begin = |ground: &Ground| {
        let steps = json!([{"name": "canary", "weight": 20, "hold": "30m"}, {"name": "half", "weight": 50, "approval": {}}, {"weight": 100}]);
        let group = with(group_with(&ground.world, json!({"steps": steps})), "/ready", json!({"wait": "30m"}));
        ground.world.release("shop:42", &with(group, "/bake", json!("30m")));
    };
    ground.kill_at_each(&[
        provoked("the record of the wait before traffic", |one| records_gate(one, "Ready", "Waiting"), begin),
        provoked(
            "the record of its approval",
            |one| records_gate(one, "Ready", "Approved"),
            |ground| {
                patch(ground, "prod-1", &json!({"approvals": ["Ready"]}));
            },
        ),
        call("the record of the hold", |one| recorded(one)["steps"][0]["state"] == "Holding"),
        provoked(
            "the record that it is passed over",
            |one| records_gate(one, "canary", "Skipped"),
            |ground| {
                patch(ground, "prod-1", &json!({"skipTo": "half"}));
            },
        ),
        call("the record that a step waits", |one| records_gate(one, "half", "Waiting")),
        provoked(
            "the record of its approval",
            |one| records_gate(one, "half", "Approved"),
            |ground| {
                patch(ground, "prod-1", &json!({"approvals": ["Ready", "half"]}));
            },
        ),
        call("the record of the bake", |one| records_gate(one, "Bake", "Waiting")),
        provoked(
            "the record of its end",
            |one| records_event(one, "Bake", "Succeeded"),
            |ground| {
                patch(ground, "prod-1", &json!({"skipTo": "End"}));
            },
        ),
    ]);
    ground.go_on();
    let ended = ground.world.wait_end("prod-1", "Succeeded");
    let gates = ended["status"]["gates"].as_array().unwrap();
    let came_to: Vec<Value> = gates.iter().map(|gate| json!([gate["name"], gate["state"]])).collect();
    let expected = [["Ready", "Approved"], ["canary", "Skipped"], ["half", "Approved"], ["Bake", "Skipped"]];
    assert_eq!(came_to, expected.map(|gate| json!(gate)), "{ended:#}");
    let mut shares = shares_written(&ground.world, GROUP_B);
    shares.dedup();
    assert_eq!(shares, [20, 50, 100]);
    ground.finish();
}

fn with_retry(world: &World) -> Value {
    with(world.group(), "/retry", json!({"limit": 1, "backoff": "1s"}))
}

#[test]
fn successors_and_retries_are_made_once_wherever_the_operator_dies() {
    let mut ground = Ground::new(&scenario::shop());
    must(ground.world.aws.set_behaviour("shop:42", &json!({"noCapacity": {}})));
    let is_retry = |one: &Request| asks(one, ("POST", "deployments"), "retryOf");
    let retry = |moments, provoke| Call { what: "the retry being made", is_it: is_retry, moments, provoke };
    let begin = |ground: &Ground| {
        let hasty = with(with_retry(&ground.world), "/progressDeadline", json!("3s"));
        ground.world.release("shop:42", &hasty);
    };
    ground.kill_at_each(&[retry(&[Moment::BeforeItIsSent], begin)]);
    must(ground.world.aws.set_behaviour("shop:42", &json!({"healthy": true})));
    let ends_bakes = with(with(with_retry(&ground.world), "/bake", json!("30m")), "/concurrency", json!("EndBake"));
    ground.world.apply(&[ends_bakes]);
    ground.kill_at_each(&[retry(&[Moment::AfterItsAnswer], |_| {})]);
    ground.go_on();
    ground.world.wait_object("deployments", "prod-2", "to bake", |one| one["status"]["state"] == "Baking");

    ground.kill_at_each(&[
        provoked(
            "the record that the next could begin",
            |one| recorded(one)["readyToBegin"].is_object(),
            |ground| {
                ground.world.change_revision("shop:46");
            },
        ),
        call("the record that the bake is over", |one| records_event(one, "Bake", "Succeeded")),
    ]);
    ground.go_on();
    ground.world.wait_end("prod-2", "Succeeded");
    ground.world.wait_object("deployments", "prod-3", "to bake", |one| one["status"]["state"] == "Baking");
    ground.world.end_bake("prod-3");
    ground.world.wait_end("prod-3", "Succeeded");

    let held = with(group_with(&ground.world, held_in_the_middle("1s")), "/concurrency", json!("Supersede"));
    ground.world.release("shop:41", &held);
    ground.world.wait_holding("prod-4", 40);
    ground.kill_at_each(&[
        provoked(
            "the record that it is superseded",
            |one| recorded(one)["rollback"]["trigger"] == "SUPERSEDED",
            |ground| ground.world.change_revision("shop:42"),
        ),
        call("the record of what it supersedes", |one| recorded(one)["supersedes"].is_object()),
    ]);
    ground.go_on();
    ground.world.wait_end("prod-4", "Stopped");
    ground.world.wait_holding("prod-5", 40);
    go_on_to(&ground.world, "prod-5", "Succeeded");
    let made = must(ground.world.kubernetes.list("deployments"));
    let names: Vec<&Value> = made.iter().map(|one| &one["metadata"]["name"]).collect();
    assert_eq!(names, ["prod-1", "prod-2", "prod-3", "prod-4", "prod-5"], "each was made once");
    assert_eq!(made[1]["spec"]["retryOf"], "prod-1");
    assert_eq!(count(&ground.world, "CreateTaskSet"), 5);
    ground.finish();
}
