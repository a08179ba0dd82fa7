//! CloudWatch: alarms by script and by traffic, metric data, and its two protocols.

use serde_json::{Value, json};
use simulated_aws::wire::{Request, cbor};

use crate::harness;
use crate::harness::{World, answer};

fn with(more: &str) -> World {
    World::of(&format!("{}\n{more}", harness::SCENARIO))
}

fn state(world: &mut World, name: &str) -> String {
    let found = world.cloudwatch("DescribeAlarms", json!({"AlarmNames": [name]})).unwrap();
    found["MetricAlarms"][0]["StateValue"].as_str().unwrap().to_owned()
}

fn behave(world: &mut World, script: &str) {
    assert_eq!(world.post("taskDefinitions/shop:41/behaviour", script).0, 200);
}

#[test]
fn an_alarm_follows_its_script_and_begins_without_data() {
    let mut world = with(
        "alarms: [{name: burn, timeline: [{after: 5s, state: OK}, {after: 10s, state: ALARM, reason: too many errors}]}]",
    );
    assert_eq!(state(&mut world, "burn"), "INSUFFICIENT_DATA");
    world.pass(5000);
    assert_eq!(state(&mut world, "burn"), "OK");
    world.pass(5000);
    let found = world.cloudwatch("DescribeAlarms", json!({"AlarmNames": ["burn", "never"]})).unwrap();
    let alarms = found["MetricAlarms"].as_array().unwrap();
    assert_eq!((alarms.len(), &alarms[0]["StateReason"]), (1, &json!("too many errors")));
    assert!(alarms[0]["StateUpdatedTimestamp"].is_f64(), "{found}");
}

/// Treatment of missing data, with the state while there are no errors at all.
const MISSING: &[(&str, &str)] = &[
    ("missing", "INSUFFICIENT_DATA"),
    ("ignore", "INSUFFICIENT_DATA"),
    ("breaching", "ALARM"),
    ("notBreaching", "OK"),
];

#[test]
fn an_alarm_on_errors_sees_what_the_release_answers_and_treats_gaps_as_asked() {
    for (treatment, quiet) in MISSING {
        let mut world = with(&format!(
            "alarms: [{{name: errors, metric: HTTPCode_Target_5XX_Count, targetGroup: shop-a, loadBalancer: shop, period: 10s, evaluationPeriods: 3, datapointsToAlarm: 2, threshold: 5, treatMissingData: {treatment}}}]"
        ));
        world.pass(60_000);
        assert_eq!(state(&mut world, "errors"), *quiet, "{treatment}");
        // 200 requests a second, a tenth of them answered with errors: 200 in ten seconds.
        behave(&mut world, r#"{"errorRate": 0.1}"#);
        world.pass(12_000);
        let early = state(&mut world, "errors");
        assert!(early != "ALARM" || *quiet == "ALARM", "{treatment}: one period of three is not enough");
        world.pass(20_000);
        assert_eq!(state(&mut world, "errors"), "ALARM", "{treatment}");
        behave(&mut world, r#"{"healthy": true}"#);
        world.pass(60_000);
        let after = if *treatment == "ignore" { "ALARM" } else { quiet };
        assert_eq!(state(&mut world, "errors"), after, "{treatment}");
        assert_eq!(world.lost(), 0, "an error of the release is no lost request");
    }
}

#[test]
fn metric_data_is_what_the_traffic_was_and_can_be_calculated_with() {
    let mut world = World::shop();
    behave(&mut world, r#"{"errorRate": 0.05, "latencyMilliseconds": 250}"#);
    world.pass(180_000);
    let dimensions = json!([{"Name": "TargetGroup", "Value": "targetgroup/shop-a/73e2d6bc24d8a067"}, {"Name": "LoadBalancer", "Value": "app/shop/50dc6c495c0c9188"}]);
    let query = |id: &str, name: &str, stat: &str| {
        json!({"Id": id, "ReturnData": id != "hidden", "MetricStat": {"Period": 60, "Stat": stat, "Metric": {
            "Namespace": "AWS/ApplicationELB", "MetricName": name, "Dimensions": dimensions}}})
    };
    let end = world.now.epoch_seconds();
    let request = json!({"StartTime": end - 180.0, "EndTime": end, "ScanBy": "TimestampAscending", "MetricDataQueries": [
        query("requests", "RequestCount", "Sum"),
        query("errors", "HTTPCode_Target_5XX_Count", "Sum"),
        query("slow", "TargetResponseTime", "p99"),
        query("hosts", "HealthyHostCount", "Minimum"),
        query("hidden", "RequestCount", "Sum"),
        {"Id": "rate", "Expression": "100 * errors / requests", "Label": "errors in percent"},
    ]});
    let found = world.cloudwatch("GetMetricData", request).unwrap();
    let results = found["MetricDataResults"].as_array().unwrap();
    let values = |id: &str| results.iter().find(|one| one["Id"] == id).map(|one| one["Values"].clone());
    let middle = |id: &str| values(id).unwrap()[1].as_f64().unwrap();
    assert!((middle("requests") - 12_000.0).abs() < 1.0, "{found}");
    assert!((middle("errors") - 600.0).abs() < 2.0, "{found}");
    assert!((middle("slow") - 0.25).abs() < 1e-9 && (middle("hosts") - 4.0).abs() < 1e-9, "{found}");
    assert!((middle("rate") - 5.0).abs() < 0.1, "{found}");
    assert_eq!(values("hidden"), None);
}

type Refusal = (&'static str, &'static str, Value, u16, &'static str);

#[test]
fn what_cloudwatch_refuses_is_refused_with_its_own_error() {
    let put = |more: Value| {
        let mut request = json!({"AlarmName": "a", "Namespace": "AWS/ApplicationELB", "MetricName": "RequestCount",
            "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 2, "Threshold": 1.0, "ComparisonOperator": "GreaterThanThreshold"});
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        request
    };
    let table: &[Refusal] = &[
        (
            "an unknown alarm",
            "SetAlarmState",
            json!({"AlarmName": "no", "StateValue": "OK", "StateReason": "x"}),
            404,
            "ResourceNotFound",
        ),
        ("an odd period", "PutMetricAlarm", put(json!({"Period": 45})), 400, "InvalidParameterValueException"),
        (
            "two statistics",
            "PutMetricAlarm",
            put(json!({"ExtendedStatistic": "p99"})),
            400,
            "InvalidParameterCombinationException",
        ),
        (
            "more datapoints than periods",
            "PutMetricAlarm",
            put(json!({"DatapointsToAlarm": 3})),
            400,
            "ValidationException",
        ),
        (
            "a parameter nobody knows",
            "PutMetricAlarm",
            put(json!({"Metrics": []})),
            400,
            "InvalidParameterValueException",
        ),
        ("a bad token", "DescribeAlarms", json!({"NextToken": "x"}), 400, "InvalidNextToken"),
        (
            "names and a prefix",
            "DescribeAlarms",
            json!({"AlarmNames": ["a"], "AlarmNamePrefix": "a"}),
            400,
            "InvalidParameterCombinationException",
        ),
        ("an unknown operation", "DeleteDashboards", json!({}), 400, "UnknownOperationException"),
    ];
    let mut world = World::shop();
    for (what, operation, request, status, code) in table {
        let failure = world.cloudwatch(operation, request.clone()).expect_err(what);
        assert_eq!((failure.status, failure.code.as_str()), (*status, *code), "{what}");
    }
    world.cloudwatch("PutMetricAlarm", put(json!({}))).unwrap();
    assert_eq!(state(&mut world, "a"), "INSUFFICIENT_DATA");
    world
        .cloudwatch("SetAlarmState", json!({"AlarmName": "a", "StateValue": "ALARM", "StateReason": "drill"}))
        .unwrap();
    assert_eq!(state(&mut world, "a"), "ALARM");
    assert_eq!(world.post("alarms/a", r#"{"state": "OK"}"#).0, 200);
    assert_eq!(state(&mut world, "a"), "OK");
    assert_eq!(world.post("alarms/b", r#"{"state": "OK"}"#).0, 404);
    let unmodelled = world.look("unmodelled");
    assert_eq!(unmodelled, json!({"cloudwatch:DeleteDashboards": 1, "cloudwatch:PutMetricAlarm Metrics": 1}));
}

#[test]
fn alarms_come_in_pages() {
    let names: Vec<String> = (0..7).map(|number| format!("{{name: a{number}}}")).collect();
    let mut world = with(&format!("alarms: [{}]", names.join(", ")));
    let (mut seen, mut token) = (Vec::new(), Value::Null);
    loop {
        let mut request = json!({"MaxRecords": 3});
        if token.is_string() {
            request["NextToken"] = token;
        }
        let page = world.cloudwatch("DescribeAlarms", request).unwrap();
        seen.extend(page["MetricAlarms"].as_array().unwrap().iter().map(|alarm| alarm["AlarmName"].clone()));
        token = page["NextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(seen.len(), 7);
}

#[test]
fn cbor_says_the_same_as_json_with_moments_as_tags_and_errors_in_a_header() {
    let mut world = with("alarms: [{name: burn, threshold: 5}]");
    let mut call = |operation: &str, body: Vec<u8>| {
        let mut request = world.json_request("", "monitoring", &json!({}));
        request.headers.remove(0);
        request.headers.push(("smithy-protocol".to_owned(), "rpc-v2-cbor".to_owned()));
        let request =
            Request { path: format!("/service/GraniteServiceVersion20100801/operation/{operation}"), body, ..request };
        answer(world.send(&request))
    };
    let found = call("DescribeAlarms", cbor::encode(&json!({"AlarmNames": ["burn"]})));
    assert_eq!((found.status, found.content_type), (200, "application/cbor"));
    assert!(found.headers.contains(&("smithy-protocol", "rpc-v2-cbor".to_owned())));
    let alarm = &cbor::decode(&found.body).unwrap()["MetricAlarms"][0];
    assert_eq!((&alarm["AlarmName"], &alarm["Threshold"]), (&json!("burn"), &json!(5.0)));
    let set = json!({"AlarmName": "none", "StateValue": "OK", "StateReason": "x"});
    let failure = call("SetAlarmState", cbor::encode(&set));
    assert_eq!(failure.status, 404);
    assert!(failure.headers.contains(&("x-amzn-query-error", "ResourceNotFound;Sender".to_owned())));
    assert_eq!(cbor::decode(&failure.body).unwrap()["__type"], "com.amazonaws.cloudwatch#ResourceNotFound");
    assert_eq!(call("DescribeAlarms", vec![0xff]).status, 400);
}
