//! Accounts, sessions, functions and sinks.

use std::time::Duration;

use serde_json::{Value, json};
use simulated_aws::wire::Reply;

use crate::harness;
use crate::harness::{World, answer, element};

const OTHER: &str = "210987654321";
const STS: &str = "2011-06-15";

fn two_accounts() -> World {
    World::of(&format!(
        "{}
credentials:
  accounts: {{AKIAOTHER: '{OTHER}'}}
  roles:
    - {{arn: 'arn:aws:iam::{OTHER}:role/deploy', externalId: sesame}}
    - {{arn: 'arn:aws:iam::{OTHER}:role/closed', trusts: ['000000000000']}}
worlds:
  - account: '{OTHER}'
    clusters: [{{name: prod, services: [{{name: cart, desiredCount: 1}}]}}]
",
        harness::SCENARIO
    ))
}

fn services(world: &mut World) -> Vec<bool> {
    let found = world.ecs("DescribeServices", json!({"cluster": "prod", "services": ["shop", "cart"]})).unwrap();
    let found = found["services"].as_array().unwrap();
    ["shop", "cart"].iter().map(|name| found.iter().any(|service| service["serviceName"] == *name)).collect()
}

#[test]
fn accounts_do_not_see_each_other() {
    let mut world = two_accounts();
    assert_eq!(services(&mut world), [true, false]);
    world.access_key = "AKIAOTHER".to_owned();
    assert_eq!(services(&mut world), [false, true]);
    let xml = world.query(STS, "GetCallerIdentity", &json!({})).unwrap();
    assert_eq!(element(&xml, "Account"), OTHER);
    assert_eq!(world.elb("DescribeTargetGroups", &json!({})).unwrap().matches("<TargetGroupArn>").count(), 0);
}

fn assume(world: &mut World, role: &str, more: Value) -> Result<String, harness::Failure> {
    let mut request = json!({"RoleArn": format!("arn:aws:iam::{OTHER}:role/{role}"), "RoleSessionName": "session", "DurationSeconds": 900});
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    world.query(STS, "AssumeRole", &request)
}

#[test]
fn a_session_acts_in_the_account_of_its_role_until_it_expires() {
    let mut world = two_accounts();
    let xml = assume(&mut world, "deploy", json!({"ExternalId": "sesame"})).unwrap();
    let own = world.access_key.clone();
    world.access_key = element(&xml, "AccessKeyId");
    let failure = world.query(STS, "GetCallerIdentity", &json!({})).unwrap_err();
    assert_eq!(failure.code, "InvalidClientTokenId", "the key alone is not enough");
    world.session_token = Some(element(&xml, "SessionToken"));
    let identity = world.query(STS, "GetCallerIdentity", &json!({})).unwrap();
    assert_eq!(element(&identity, "Arn"), format!("arn:aws:sts::{OTHER}:assumed-role/deploy/session"));
    world.pass(901_000);
    let failure = world.elb("DescribeTargetGroups", &json!({})).unwrap_err();
    assert_eq!((failure.status, failure.code.as_str()), (403, "ExpiredToken"));
    world.access_key = own;
    world.session_token = None;
    assert_eq!(world.look("journal?writes=true"), json!([]), "taking a role changes nothing in the world");
}

#[test]
fn a_role_is_given_only_to_those_it_is_meant_for() {
    let table = [
        ("deploy", json!({}), 403, "AccessDenied"),
        ("deploy", json!({"ExternalId": "wrong"}), 403, "AccessDenied"),
        ("closed", json!({}), 403, "AccessDenied"),
        ("never", json!({}), 403, "AccessDenied"),
        ("deploy", json!({"ExternalId": "sesame", "DurationSeconds": 60}), 400, "ValidationError"),
        ("deploy", json!({"ExternalId": "sesame", "RoleSessionName": "a b"}), 400, "ValidationError"),
        ("deploy", json!({"RoleArn": "nonsense"}), 400, "ValidationError"),
    ];
    for (role, more, status, code) in table {
        let mut world = two_accounts();
        let failure = assume(&mut world, role, more.clone()).expect_err(role);
        assert_eq!((failure.status, failure.code.as_str()), (status, code), "{role} {more}");
    }
}

#[test]
fn a_web_identity_needs_no_signature_and_its_token_is_not_written_down() {
    let mut world = two_accounts();
    let body = format!(
        "Action=AssumeRoleWithWebIdentity&Version={STS}&RoleArn=arn:aws:iam::{OTHER}:role/deploy&RoleSessionName=pod&WebIdentityToken=very-secret-token"
    );
    let request = simulated_aws::wire::Request {
        method: "POST".to_owned(),
        path: "/".to_owned(),
        body: body.into_bytes(),
        ..Default::default()
    };
    let response = answer(world.send(&request));
    assert_eq!(response.status, 200, "{}", String::from_utf8_lossy(&response.body));
    let journal = world.look("journal").to_string();
    assert!(journal.contains("AssumeRoleWithWebIdentity") && !journal.contains("very-secret"), "{journal}");
}

const FUNCTIONS: &str = "functions:
  - name: gate
    timeout: 5s
    answers:
      - {payload: {verdict: wait}, times: 2}
      - {payload: {errorMessage: boom}, functionError: Unhandled}
      - {throttled: true}
      - {payload: {verdict: go}, delay: 2s}
      - {payload: {}, delay: 60s}
";

const BAD_FUNCTIONS: &str = "functions:
  - {name: secret, denied: true}
  - name: bad
    answers:
      - {raw: '<html>'}
      - {bytes: 67108864}
      - {payload: {hookStatus: SUCCEEDED}, lost: true}
      - {payload: {hookStatus: SUCCEEDED}}
";

#[test]
fn a_function_answers_garbage_too_much_or_not_at_all_as_scripted() {
    let mut world = World::of(BAD_FUNCTIONS);
    let dry = [("x-amz-invocation-type", "DryRun")];
    assert_eq!(answer(world.invoke("secret", &dry, "{}")).status, 403);
    assert_eq!(answer(world.invoke("bad", &dry, "{}")).status, 204);
    assert_eq!(answer(world.invoke("bad", &[], "{}")).body, b"<html>");
    assert_eq!(answer(world.invoke("bad", &[], "{}")).body.len(), 64 * 1024 * 1024);
    assert!(matches!(world.invoke("bad", &[], "{}").reply, Reply::Reset));
    assert_eq!(answer(world.invoke("bad", &[], "{}")).status, 200);
    // Each of them ran but for the dry ones, which change nothing.
    assert_eq!(world.look("sinks")["total"], 4);
    let journal = world.look("journal");
    let writes = journal.as_array().unwrap().iter().filter(|call| call["write"] == true).count();
    assert_eq!(writes, 4, "{journal:#}");
}

#[test]
fn a_function_answers_as_scripted_one_after_the_other() {
    let mut world = World::of(FUNCTIONS);
    let header = |response: &simulated_aws::wire::Response, name: &str| {
        response.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone())
    };
    let mut seen = Vec::new();
    for _ in 0..7 {
        let outcome = world.invoke("gate", &[], r#"{"deployment": 1}"#);
        let held = outcome.not_before.map_or(Duration::ZERO, |moment| moment.since(world.now)).as_secs();
        let response = answer(outcome);
        let body = String::from_utf8(response.body.clone()).unwrap();
        seen.push((response.status, header(&response, "x-amz-function-error"), held, body));
    }
    let unhandled = || Some("Unhandled".to_owned());
    let told: Vec<_> = seen.iter().map(|(status, error, held, _)| (*status, error.clone(), *held)).collect();
    assert_eq!(
        told,
        [
            (200, None, 0),
            (200, None, 0),
            (200, unhandled(), 0),
            (429, None, 0),
            (200, None, 2),
            (200, unhandled(), 5),
            (200, unhandled(), 5)
        ]
    );
    assert_eq!(seen[0].3, r#"{"verdict":"wait"}"#);
    assert!(seen[5].3.contains("Task timed out after 5.00 seconds"), "{}", seen[5].3);
    let missing = answer(world.invoke("nobody", &[], "{}"));
    assert_eq!(
        (missing.status, header(&missing, "x-amzn-errortype").as_deref()),
        (404, Some("ResourceNotFoundException"))
    );
    assert_eq!(answer(world.invoke("gate", &[], "{nonsense")).status, 400);
    assert_eq!(answer(world.invoke("gate", &[("x-amz-invocation-type", "DryRun")], "{}")).status, 204);
    assert_eq!(answer(world.invoke("gate", &[("x-amz-invocation-type", "Event")], "{}")).status, 202);
    assert_eq!(world.look("sinks")["deliveries"][0]["content"]["payload"]["deployment"], 1);
}

#[test]
fn what_is_published_and_put_can_be_read_and_what_is_wrong_is_refused() {
    let mut world = World::of("topics: [releases]\neventBuses: [deploys]");
    let topic = "arn:aws:sns:eu-west-1:123456789012:releases";
    let publish = |world: &mut World, topic: &str, message: &str| {
        let attributes =
            json!({"entry": {"1": {"Name": "kind", "Value": {"DataType": "String", "StringValue": "end"}}}});
        let request = json!({"TopicArn": topic, "Message": message, "MessageAttributes": attributes});
        world.query("2010-03-31", "Publish", &request)
    };
    assert!(publish(&mut world, topic, "hello").unwrap().contains("<MessageId>"));
    assert_eq!(publish(&mut world, &topic.replace("releases", "none"), "x").unwrap_err().code, "NotFound");
    assert_eq!(publish(&mut world, topic, "").unwrap_err().code, "InvalidParameter");
    assert_eq!(
        publish(&mut world, "arn:aws:sns:eu-west-1:999999999999:releases", "x").unwrap_err().code,
        "InvalidParameter"
    );
    let entry = |bus: &str, detail: &str| json!({"Source": "sluice", "DetailType": "ended", "Detail": detail, "EventBusName": bus});
    let entries = json!({"Entries": [entry("deploys", "{\"a\": 1}"), entry("none", "{}"), entry("default", "no json"), {"Source": "x"}]});
    let put = world.events(entries).unwrap();
    assert_eq!(put["FailedEntryCount"], 3, "{put}");
    let codes: Vec<&str> =
        put["Entries"].as_array().unwrap().iter().filter_map(|one| one["ErrorCode"].as_str()).collect();
    assert_eq!(codes, ["ResourceNotFoundException", "MalformedDetail", "InvalidArgument"]);
    assert_eq!(world.events(json!({"Entries": []})).unwrap_err().code, "ValidationException");
    let sinks = world.look("sinks");
    assert_eq!(sinks["total"], 2);
    assert_eq!(sinks["deliveries"][0]["content"]["message"], "hello");
    assert_eq!(sinks["deliveries"][0]["content"]["messageAttributes"]["kind"]["StringValue"], "end");
    assert_eq!(sinks["deliveries"][1]["content"]["detail"]["a"], 1);
}
