//! Composite alarms, the history of alarms, and metrics that somebody publishes.

use serde_json::{Value, json};

use crate::harness;
use crate::harness::World;

const ALARMS: &str = "
alarms:
  - {name: errors, state: OK}
  - {name: slow, state: OK}
compositeAlarms:
  - {name: page-me, rule: ALARM(down)}
  - {name: down, rule: ALARM(errors) AND ALARM(slow)}
";

fn world() -> World {
    World::of(&format!("{}\n{ALARMS}", harness::SCENARIO))
}

fn composite(world: &mut World, name: &str) -> Value {
    let asked = json!({"AlarmNames": [name], "AlarmTypes": ["CompositeAlarm", "MetricAlarm"]});
    world.cloudwatch("DescribeAlarms", asked).unwrap()["CompositeAlarms"][0].clone()
}

fn set(world: &mut World, name: &str, state: &str) {
    let parameters = json!({"AlarmName": name, "StateValue": state, "StateReason": "drill"});
    world.cloudwatch("SetAlarmState", parameters).unwrap();
}

fn summaries(world: &mut World, asked: Value) -> Vec<String> {
    let found = world.cloudwatch("DescribeAlarmHistory", asked).unwrap();
    let items = found["AlarmHistoryItems"].as_array().unwrap().iter();
    items.map(|item| item["HistorySummary"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_composite_alarm_follows_its_alarms_at_once_through_any_number_of_others() {
    let mut world = world();
    assert_eq!(composite(&mut world, "page-me")["StateValue"], "OK", "the rule was looked at when it was made");
    set(&mut world, "errors", "ALARM");
    assert_eq!(composite(&mut world, "down")["StateValue"], "OK");
    set(&mut world, "slow", "ALARM");
    let down = composite(&mut world, "down");
    assert_eq!(down["StateValue"], "ALARM");
    let reason = down["StateReason"].as_str().unwrap();
    assert!(reason.contains(":alarm:slow transitioned to ALARM at "), "{reason}");
    assert_eq!(composite(&mut world, "page-me")["StateValue"], "ALARM");
    set(&mut world, "errors", "OK");
    assert_eq!(composite(&mut world, "page-me")["StateValue"], "OK");
}

#[test]
fn a_state_that_is_set_by_hand_lasts_until_one_of_its_alarms_changes() {
    let mut world = world();
    set(&mut world, "down", "ALARM");
    world.pass(120_000);
    assert_eq!(composite(&mut world, "down")["StateValue"], "ALARM");
    assert_eq!(composite(&mut world, "page-me")["StateValue"], "ALARM");
    set(&mut world, "slow", "ALARM");
    assert_eq!(composite(&mut world, "down")["StateValue"], "OK");
}

#[test]
fn composite_alarms_are_made_over_the_wire_and_refused_as_cloudwatch_refuses_them() {
    let mut world = world();
    let put = |rule: &str| json!({"AlarmName": "either", "AlarmRule": rule, "AlarmDescription": "a & b"});
    world.cloudwatch("PutCompositeAlarm", put("ALARM(errors) OR NOT OK(\"slow\")")).unwrap();
    let shown = composite(&mut world, "either");
    assert_eq!((&shown["StateValue"], &shown["AlarmDescription"]), (&json!("OK"), &json!("a & b")));
    assert_eq!(shown["AlarmRule"], "ALARM(errors) OR NOT OK(\"slow\")");
    world.cloudwatch("PutCompositeAlarm", put("TRUE")).unwrap();
    assert_eq!(composite(&mut world, "either")["StateValue"], "ALARM", "a new rule is looked at at once");
    let refused = [put("ALARM(nowhere)"), put("ALARM(errors"), json!({"AlarmName": "errors", "AlarmRule": "TRUE"})];
    for parameters in refused {
        let failure = world.cloudwatch("PutCompositeAlarm", parameters.clone()).unwrap_err();
        assert_eq!(failure.code, "ValidationException", "{parameters}");
    }
    let metric = json!({
        "AlarmName": "down", "Namespace": "N", "MetricName": "M", "Statistic": "Sum", "Period": 60,
        "EvaluationPeriods": 1, "Threshold": 1.0, "ComparisonOperator": "GreaterThanThreshold",
    });
    assert!(world.cloudwatch("PutMetricAlarm", metric).is_err(), "a name is that of one alarm");
}

#[test]
fn alarms_that_name_each_other_in_a_circle_come_to_rest() {
    let mut world = world();
    let put = |name: &str, rule: &str| json!({"AlarmName": name, "AlarmRule": rule});
    world.cloudwatch("PutCompositeAlarm", put("one", "ALARM(errors)")).unwrap();
    world.cloudwatch("PutCompositeAlarm", put("two", "NOT ALARM(one)")).unwrap();
    world.cloudwatch("PutCompositeAlarm", put("one", "ALARM(two)")).unwrap();
    world.pass(60_000);
    assert!(composite(&mut world, "one")["StateValue"].is_string());
}

#[test]
fn a_description_without_types_is_of_metric_alarms_and_pages_go_through_both() {
    let mut world = world();
    let metric = world.cloudwatch("DescribeAlarms", json!({})).unwrap();
    assert_eq!((metric["MetricAlarms"].as_array().unwrap().len(), &metric["CompositeAlarms"]), (2, &json!([])));
    let (mut seen, mut token) = (Vec::new(), Value::Null);
    loop {
        let mut asked = json!({"AlarmTypes": ["MetricAlarm", "CompositeAlarm"], "MaxRecords": 3});
        if token.is_string() {
            asked["NextToken"] = token;
        }
        let page = world.cloudwatch("DescribeAlarms", asked).unwrap();
        let of = |kind: &str| page[kind].as_array().unwrap().iter().map(|alarm| alarm["AlarmName"].to_string());
        seen.extend(of("MetricAlarms").chain(of("CompositeAlarms")));
        token = page["NextToken"].clone();
        if !token.is_string() {
            break;
        }
    }
    assert_eq!(seen.join(" "), r#""errors" "slow" "down" "page-me""#);
    assert_eq!(world.look("alarms").as_array().unwrap().len(), 4);
}

#[test]
fn a_history_tells_configurations_and_changes_of_state_latest_first() {
    let mut world = world();
    let put = json!({"AlarmName": "either", "AlarmRule": "ALARM(errors) OR ALARM(slow)"});
    world.cloudwatch("PutCompositeAlarm", put.clone()).unwrap();
    world.pass(1000);
    world.cloudwatch("PutCompositeAlarm", put).unwrap();
    world.pass(1000);
    set(&mut world, "errors", "ALARM");
    let asked = |more: Value| {
        let mut asked = json!({"AlarmName": "either", "AlarmTypes": ["CompositeAlarm"]});
        asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        asked
    };
    let all = summaries(&mut world, asked(json!({})));
    assert_eq!(all[0], "Alarm updated from OK to ALARM");
    assert!(all.contains(&"Alarm \"either\" updated".to_owned()), "{all:?}");
    let oldest = summaries(&mut world, asked(json!({"ScanBy": "TimestampAscending", "MaxRecords": 1})));
    assert_eq!(oldest, ["Alarm \"either\" created"]);
    let states = summaries(&mut world, asked(json!({"HistoryItemType": "StateUpdate"})));
    assert_eq!(states, ["Alarm updated from OK to ALARM", "Alarm updated from INSUFFICIENT_DATA to OK"]);
    let later = world.now.epoch_seconds() - 0.5;
    assert_eq!(summaries(&mut world, asked(json!({"StartDate": later}))).len(), 1);
    let metric = summaries(&mut world, json!({}));
    assert_eq!(metric, ["Alarm updated from OK to ALARM"], "without types a history is that of metric alarms");
    let refused = world.cloudwatch("DescribeAlarmHistory", json!({"NextToken": "moon"})).unwrap_err();
    assert_eq!(refused.code, "InvalidNextToken");
}

#[test]
fn what_is_published_is_read_back_and_an_alarm_watches_it() {
    let mut world = World::shop();
    world.pass(5000);
    let dimensions = json!([{"Name": "Shop", "Value": "42"}]);
    let alarm = json!({
        "AlarmName": "queue", "Namespace": "Shop", "MetricName": "Queue", "Dimensions": dimensions,
        "Statistic": "Maximum", "Period": 60, "EvaluationPeriods": 1, "Threshold": 100.0,
        "ComparisonOperator": "GreaterThanThreshold",
    });
    world.cloudwatch("PutMetricAlarm", alarm).unwrap();
    let put = |value: f64| {
        let datum = json!({"MetricName": "Queue", "Dimensions": dimensions, "Value": value, "Unit": "Count"});
        json!({"Namespace": "Shop", "MetricData": [datum]})
    };
    for value in [50.0, 150.0] {
        world.cloudwatch("PutMetricData", put(value)).unwrap();
    }
    let metric = json!({"Namespace": "Shop", "MetricName": "Queue", "Dimensions": dimensions});
    let read = |world: &mut World, stat: &str| {
        let query = json!([{"Id": "q", "MetricStat": {"Metric": metric, "Period": 60, "Stat": stat}}]);
        let until = world.now.epoch_seconds() + 60.0;
        let asked = json!({"MetricDataQueries": query, "StartTime": until - 600.0, "EndTime": until});
        let found = world.cloudwatch("GetMetricData", asked).unwrap();
        found["MetricDataResults"][0]["Values"].clone()
    };
    world.pass(1000);
    for (stat, expected) in [("Sum", 200.0), ("Average", 100.0), ("SampleCount", 2.0), ("p50", 50.0)] {
        assert_eq!(read(&mut world, stat), json!([expected]), "{stat}");
    }
    world.pass(120_000);
    let states = summaries(&mut world, json!({"AlarmName": "queue", "HistoryItemType": "StateUpdate"}));
    assert!(states.iter().any(|state| state.ends_with("to ALARM")), "{states:?}");
}

#[test]
fn what_is_no_datum_is_refused_and_nothing_of_its_request_is_kept() {
    let mut world = World::shop();
    let good = json!({"MetricName": "M", "Value": 1.0});
    let table = [
        ("Shop", json!({"MetricName": "M"}), "MissingRequiredParameterException"),
        ("Shop", json!({"MetricName": "M", "Value": 1.0, "Values": [1.0]}), "InvalidParameterCombinationException"),
        ("Shop", json!({"MetricName": "M", "Values": [1.0], "Counts": [1.0, 2.0]}), "InvalidParameterValueException"),
        ("Shop", json!({"MetricName": "M", "Value": 1.0, "Timestamp": 1.0}), "InvalidParameterValueException"),
        ("Shop", json!({"MetricName": "", "Value": 1.0}), "InvalidParameterValueException"),
        ("AWS/ECS", json!({"MetricName": "M", "Value": 1.0}), "InvalidParameterValueException"),
    ];
    for (namespace, datum, code) in table {
        let parameters = json!({"Namespace": namespace, "MetricData": [good, datum]});
        let failure = world.cloudwatch("PutMetricData", parameters).unwrap_err();
        assert_eq!(failure.code, code, "{namespace} {datum}");
    }
    let query = json!([{"Id": "q", "MetricStat": {
        "Metric": {"Namespace": "Shop", "MetricName": "M"}, "Period": 60, "Stat": "Sum",
    }}]);
    let until = world.now.epoch_seconds() + 60.0;
    let asked = json!({"MetricDataQueries": query, "StartTime": until - 600.0, "EndTime": until});
    let found = world.cloudwatch("GetMetricData", asked).unwrap();
    assert_eq!(found["MetricDataResults"][0]["Values"], json!([]));
}
