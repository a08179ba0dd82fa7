//! Credentials, faults, the journal, the scenario, and what is not modelled.

use std::time::Duration;

use serde_json::{Value, json};
use simulated_aws::scenario::Scenario;
use simulated_aws::wire::Reply;

use crate::harness;
use crate::harness::{RULE, World, answer, forward, green_request};

#[test]
fn the_caller_is_known_by_the_access_key_alone() {
    let mut world = World::of("credentials: {invalid: [AKIAREVOKED]}");
    let xml = world.query("2011-06-15", "GetCallerIdentity", &json!({})).unwrap();
    assert!(xml.contains("<Account>123456789012</Account>"), "{xml}");
    world.access_key = "AKIAREVOKED".to_owned();
    let failure = world.query("2011-06-15", "GetCallerIdentity", &json!({})).unwrap_err();
    assert_eq!((failure.status, failure.code.as_str()), (403, "InvalidClientTokenId"));
    let failure = world.ecs("DescribeClusters", json!({})).unwrap_err();
    assert_eq!((failure.status, failure.code.as_str()), (400, "UnrecognizedClientException"));
    let mut request = world.ecs_request("DescribeClusters", &json!({}));
    request.headers.retain(|(name, _)| name != "authorization");
    let response = answer(world.send(&request));
    assert!(String::from_utf8(response.body).unwrap().contains("MissingAuthenticationToken"));
}

#[test]
fn an_unknown_operation_gets_the_services_own_error_and_is_listed() {
    let mut world = World::shop();
    assert_eq!(world.ecs("RunTask", json!({})).unwrap_err().code, "UnknownOperationException");
    assert_eq!(world.elb("SetRulePriorities", &json!({"RuleArn": RULE})).unwrap_err().code, "InvalidAction");
    assert_eq!(world.ecs("DescribeClusters", json!({"colour": 1})).unwrap_err().code, "InvalidParameterException");
    let expected = json!({"ecs:DescribeClusters colour": 1, "ecs:RunTask": 1, "elbv2:SetRulePriorities": 1});
    assert_eq!(world.look("unmodelled"), expected);
}

#[test]
fn worlds_are_per_region() {
    let mut world = World::shop();
    let mut request = world.ecs_request("DescribeServices", &json!({"cluster": "prod", "services": ["shop"]}));
    for (_, value) in &mut request.headers {
        *value = value.replace("eu-west-1", "us-east-1");
    }
    let response = answer(world.send(&request));
    assert!(String::from_utf8(response.body).unwrap().contains("ClusterNotFoundException"));
}

#[test]
fn a_fault_answers_with_the_error_of_the_service_it_strikes() {
    let table = [
        ("throttling", 400, "ThrottlingException", 400, "Throttling"),
        ("server-error", 500, "ServerException", 500, "InternalFailure"),
        ("access-denied", 400, "AccessDeniedException", 403, "AccessDenied"),
        ("expired-token", 400, "ExpiredTokenException", 403, "ExpiredToken"),
    ];
    for (kind, ecs_status, ecs_code, elb_status, elb_code) in table {
        let mut world = World::shop();
        world.post("faults", &json!({"kind": kind, "count": 2}).to_string());
        let failure = world.ecs("CreateTaskSet", green_request("shop:42")).unwrap_err();
        assert_eq!((failure.status, failure.code.as_str()), (ecs_status, ecs_code));
        let failure = world.weigh(90, 10).unwrap_err();
        assert_eq!((failure.status, failure.code.as_str()), (elb_status, elb_code));
        assert_eq!(world.task_sets().len(), 1, "{kind}: nothing happened");
        world.ecs("CreateTaskSet", green_request("shop:42")).unwrap();
    }
}

#[test]
fn a_reset_before_does_nothing_a_reset_after_does_it_and_a_late_one_does_it_later() {
    for (kind, at_once, in_the_end) in [("reset-before", 1, 1), ("reset-after", 2, 2), ("late-landing", 1, 2)] {
        let mut world = World::shop();
        world.post(
            "faults",
            &json!({"kind": kind, "count": 1, "operation": "CreateTaskSet", "milliseconds": 3000}).to_string(),
        );
        let request = world.ecs_request("CreateTaskSet", &green_request("shop:42"));
        assert_eq!(world.send(&request).reply, Reply::Reset);
        assert_eq!(world.task_sets().len(), at_once, "{kind}");
        world.pass(4000);
        assert_eq!(world.task_sets().len(), in_the_end, "{kind}");
        world.ecs("CreateTaskSet", green_request("shop:42")).unwrap();
        assert_eq!(world.task_sets().len(), 2, "{kind}: the token finds what the first try made");
    }
}

#[test]
fn faults_can_be_limited_by_service_write_chance_and_time_and_be_taken_back() {
    let mut world = World::shop();
    world.post("faults", r#"[{"kind": "throttling", "service": "elbv2", "write": true, "seconds": 2}, {"kind": "latency", "operation": "DescribeRules", "milliseconds": 250}]"#);
    world.elb("DescribeListeners", &json!({"ListenerArns": [harness::TEST_LISTENER]})).unwrap();
    assert_eq!(world.weigh(100, 0).unwrap_err().code, "Throttling");
    world.pass(2000);
    world.weigh(100, 0).unwrap();
    let (status, _) = world.post("faults", r#"{"kind": "throttling", "probability": 0.5}"#);
    assert_eq!(status, 200);
    let failures = (0..1000).filter(|_| world.ecs("DescribeClusters", json!({})).is_err()).count();
    assert!((400..600).contains(&failures), "{failures}");
    for body in [
        r#"{"kind": "gremlins"}"#,
        r#"{"kind": "latency"}"#,
        r#"{"kind": "throttling", "probability": 2}"#,
        r#"{"kind": "throttling", "colour": 1}"#,
    ] {
        assert_eq!(world.post("faults", body).0, 400, "{body}");
    }
    let request = simulated_aws::wire::Request {
        method: "DELETE".to_owned(),
        path: "/_sim/faults".to_owned(),
        ..Default::default()
    };
    world.send(&request);
    world.ecs("DescribeClusters", json!({})).unwrap();
}

#[test]
fn latency_holds_back_the_answer_and_nothing_else() {
    let mut world = World::shop();
    world.post("faults", r#"{"kind": "latency", "milliseconds": 250, "count": 1}"#);
    let request = world.ecs_request("CreateTaskSet", &green_request("shop:42"));
    let outcome = world.send(&request);
    assert_eq!(outcome.delay, Duration::from_millis(250));
    assert_eq!(answer(outcome).status, 200);
}

#[test]
fn the_journal_tells_who_asked_for_what_and_how_it_ended() {
    let mut world = World::shop();
    world.ecs("DescribeClusters", json!({"clusters": ["prod"]})).unwrap();
    world.weigh(100, 0).unwrap();
    world.ecs("UpdateService", json!({"cluster": "nope", "service": "x"})).unwrap_err();
    let journal = world.look("journal?writes=true");
    let entries = journal.as_array().unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0]["operation"], "ModifyRule");
    assert_eq!(entries[0]["request"]["Actions"][0]["ForwardConfig"]["TargetGroups"][0]["Weight"], "100");
    assert_eq!(
        (&entries[0]["accessKey"], &entries[0]["region"], &entries[0]["error"]),
        (&json!("AKIATEST"), &json!("eu-west-1"), &Value::Null)
    );
    assert_eq!((&entries[1]["status"], &entries[1]["error"]), (&json!(400), &json!("ClusterNotFoundException")));
    assert_eq!(world.look("journal?since=2").as_array().unwrap().len(), 1);
    let calls = world.look("calls");
    assert_eq!((&calls["total"], &calls["writes"], &calls["journalDropped"]), (&json!(3), &json!(2), &json!(0)));
}

#[test]
fn a_scenario_with_a_mistake_is_refused_with_its_name_and_a_remedy() {
    let table = [
        ("colour: blue", "colour"),
        ("clusters: [{name: a, services: [{name: b, desiredCount: 1, controler: ECS}]}]", "controler"),
        ("timing: {pending: 3 parsecs}", "parsecs"),
        ("taskDefinitions: [{family: a, revision: 1, containers: [], behaviour: {healthy: false}}]", "healthy: false"),
        (
            "clusters: [{name: a, services: [{name: b, desiredCount: 1, taskSets: [{taskDefinition: 'x:1'}]}]}]",
            "taskDefinitions",
        ),
        ("loadBalancers: [{name: a, id: xyz}]", "sixteen digits and lower case letters"),
        ("loadBalancers: [{name: a, listeners: [{port: 80, defaultAction: {}}]}]", "exactly one of"),
        ("loadBalancers: [{name: a, listeners: [{port: 80, defaultAction: {forward: {nobody: 1}}}]}]", "targetGroups"),
    ];
    for (text, fragment) in table {
        let now = simulated_aws::Moment::from_millis(0);
        let problem = match Scenario::parse(text) {
            Ok(scenario) => simulated_aws::Simulator::new(scenario, now).expect_err(text),
            Err(problem) => problem,
        };
        assert!(problem.to_string().contains(fragment), "{text}: {problem}");
    }
}

#[test]
fn a_scenario_posted_later_adds_to_the_world_and_keeps_what_is_there() {
    let mut world = World::shop();
    world.weigh(100, 0).unwrap();
    let more = "taskDefinitions: [{family: shop, revision: 50, containers: [{name: web, image: x, port: 8080}]}]\nclusters: [{name: prod, services: [{name: shop, desiredCount: 9}, {name: cart, desiredCount: 1}]}]";
    let (status, summary) = world.post("scenario", more);
    assert_eq!(status, 200, "{summary}");
    assert_eq!(summary["added"], json!(["taskDefinition shop:50", "service prod/cart"]));
    assert_eq!(summary["kept"], json!(["cluster prod", "service prod/shop"]));
    let answer = world.ecs("DescribeServices", json!({"cluster": "prod", "services": ["shop", "cart"]})).unwrap();
    assert_eq!(answer["services"][0]["desiredCount"], 4);
    let mut request = green_request("shop:50");
    request["clientToken"] = json!("t50");
    world.ecs("CreateTaskSet", request).unwrap();
    assert_eq!(world.post("scenario", "nonsense: 1").0, 400);
    world.post("reset", "");
    assert_eq!(world.look("state")["services"].as_array().unwrap().len(), 3);
    assert_eq!(world.look("calls")["total"], 0);
}

#[test]
fn the_same_seed_and_the_same_calls_give_the_same_world_byte_for_byte() {
    let run = |seed: &str| {
        let mut world = World::of(&harness::SCENARIO.replace("seed: 1", seed));
        let green = world.green("shop:42");
        world.pass(700);
        world.post("faults", r#"{"kind": "throttling", "probability": 0.5, "count": 3}"#);
        for _ in 0..6 {
            let _ = world.weigh(100, 0);
        }
        world.green("shop:42");
        world.until_steady(&green);
        format!("{}{}", world.look("state"), world.look("journal"))
    };
    assert_eq!(run("seed: 1"), run("seed: 1"));
    assert_ne!(run("seed: 1"), run("seed: 2"));
}

#[test]
fn coarse_ticks_lead_to_the_same_end_as_fine_ones() {
    let mut fine = World::shop();
    let green = fine.green("shop:42");
    fine.pass(20_000);
    let mut coarse = World::shop();
    coarse.green("shop:42");
    coarse.now = coarse.now.plus(Duration::from_secs(20));
    coarse.simulator.tick(coarse.now);
    for world in [&fine, &coarse] {
        assert_eq!(world.task_set(&green).unwrap()["stabilityStatus"], "STEADY_STATE");
        assert_eq!(world.look("traffic")["total"], 4000);
    }
}

#[test]
fn an_oidc_rule_of_a_scenario_comes_back_whole_after_a_change_of_weights() {
    let scenario = harness::SCENARIO
        .replace("path: \"/*\"", "path: \"/*\"\n            authenticateOidc: true\n            stickiness: 60s");
    let mut world = World::of(&scenario);
    let actions = world.look("state")["routes"].as_array().unwrap().iter().find(|route| route["arn"] == RULE).unwrap()
        ["actions"]
        .clone();
    let mut first = actions[0].clone();
    first["AuthenticateOidcConfig"]["UseExistingClientSecret"] = json!(true);
    first["AuthenticateOidcConfig"]["AuthenticationRequestExtraParams"] =
        json!({"entry": {"1": {"key": "prompt", "value": "login"}}});
    let mut second = forward(100, 0);
    second["Order"] = json!(2);
    second["ForwardConfig"]["TargetGroupStickinessConfig"] = json!({"Enabled": true, "DurationSeconds": 60});
    let xml = world.elb("ModifyRule", &json!({"RuleArn": RULE, "Actions": [first, second]})).unwrap();
    assert!(xml.contains("<entry><key>prompt</key><value>login</value></entry>"), "{xml}");
    assert_eq!(world.violations(), Vec::<String>::new());
}

#[test]
fn the_documented_rate_limits_hold_unless_a_scenario_turns_them_off() {
    let mut world = World::of(&harness::SCENARIO.replace("throttling: false\n", ""));
    let calls = |world: &mut World, count: usize| (0..count).filter(|_| world.weigh(100, 0).is_ok()).count();
    assert_eq!(calls(&mut world, 60), 20, "the burst of writes");
    world.pass(2000);
    assert_eq!(calls(&mut world, 60), 6, "three a second after that");
    assert_eq!(world.weigh(100, 0).unwrap_err().code, "Throttling");
    let reads = |world: &mut World| {
        let services = json!({"cluster": "prod", "services": ["shop"]});
        (0..150).filter(|_| world.ecs("DescribeServices", services.clone()).is_ok()).count()
    };
    assert_eq!(reads(&mut world), 100);
    assert_eq!(world.lost(), 0);
    let mut free = World::shop();
    assert_eq!(calls(&mut free, 60), 60, "no limits where the scenario says so");
}
