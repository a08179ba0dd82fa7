//! `PutMetricAlarm`, `SetAlarmState` and `DescribeAlarms`.

use std::collections::VecDeque;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::parameters::{Dimension, before, constrained, invalid, is_percentile, is_period, is_statistic, metric};
use crate::services::call::Call;
use crate::time::Moment;
use crate::wire::error::ApiError;
use crate::wire::timestamp::timestamp;
use crate::world::alarms::{Alarm, Comparison, Missing, State};
use crate::world::tags::Tags;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Tag {
    key: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Put {
    alarm_name: String,
    alarm_description: Option<String>,
    actions_enabled: Option<bool>,
    #[serde(rename = "OKActions", default)]
    ok_actions: Vec<String>,
    #[serde(default)]
    alarm_actions: Vec<String>,
    #[serde(default)]
    insufficient_data_actions: Vec<String>,
    metric_name: Option<String>,
    namespace: Option<String>,
    statistic: Option<String>,
    extended_statistic: Option<String>,
    #[serde(default)]
    dimensions: Vec<Dimension>,
    period: Option<u32>,
    unit: Option<String>,
    evaluation_periods: usize,
    datapoints_to_alarm: Option<usize>,
    threshold: Option<f64>,
    comparison_operator: String,
    treat_missing_data: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

/// Creates an alarm, or configures one anew; its state then stays what it was.
pub fn put(call: &mut Call<'_>, input: Put) -> Result<Value, ApiError> {
    let missing = |what: &str| ApiError::new("MissingParameter", format!("{what} is required for this alarm"));
    let name = input.alarm_name.clone();
    if !(1..=255).contains(&name.len()) {
        return Err(invalid("An alarm's name has 1 to 255 characters"));
    }
    let period = input.period.ok_or_else(|| missing("Period"))?;
    if !is_period(period) {
        return Err(invalid("Period must be 10, 20, 30 or a multiple of 60"));
    }
    let statistic = match (&input.statistic, &input.extended_statistic) {
        (Some(statistic), None) if is_statistic(statistic) => statistic.clone(),
        (None, Some(percentile)) if is_percentile(percentile) => percentile.clone(),
        (Some(_), Some(_)) => {
            return Err(ApiError::new(
                "InvalidParameterCombination",
                "Statistic and ExtendedStatistic are mutually exclusive",
            ));
        }
        _ => return Err(missing("Statistic")),
    };
    let datapoints = input.datapoints_to_alarm.unwrap_or(input.evaluation_periods);
    if !(1..=input.evaluation_periods).contains(&datapoints) {
        return Err(constrained("DatapointsToAlarm must be between 1 and EvaluationPeriods"));
    }
    let comparison =
        Comparison::parse(&input.comparison_operator).ok_or_else(|| invalid("Unknown comparison operator"))?;
    let treatment = match &input.treat_missing_data {
        Some(word) => Missing::parse(word).ok_or_else(|| invalid("Unknown treatment of missing data"))?,
        None => Missing::Missing,
    };
    let (region, now) = (&mut *call.region, call.now);
    let arn = format!("arn:aws:cloudwatch:{}:{}:alarm:{name}", region.name, region.account);
    let existing = region.alarms.remove(&name);
    let fresh = existing.unwrap_or_else(|| unchecked(&name, arn, now));
    let settings = settings(&input);
    let alarm = Alarm {
        metric: metric(
            input.namespace.ok_or_else(|| missing("Namespace"))?,
            input.metric_name.ok_or_else(|| missing("MetricName"))?,
            input.dimensions,
        ),
        statistic,
        period: Duration::from_secs(period.into()),
        periods: input.evaluation_periods,
        datapoints,
        threshold: input.threshold.ok_or_else(|| missing("Threshold"))?,
        comparison,
        missing: treatment,
        settings,
        tags: input.tags.into_iter().map(|tag| (tag.key, tag.value)).collect(),
        configured_at: now,
        next: now,
        ..fresh
    };
    region.alarms.insert(name, alarm);
    Ok(json!({}))
}

/// An alarm that nobody has looked at.
#[must_use]
pub fn unchecked(name: &str, arn: String, now: Moment) -> Alarm {
    Alarm {
        name: name.to_owned(),
        arn,
        metric: metric(String::new(), String::new(), Vec::new()),
        statistic: "Sum".to_owned(),
        period: Duration::from_mins(1),
        periods: 1,
        datapoints: 1,
        threshold: 0.0,
        comparison: Comparison::Greater,
        missing: Missing::Missing,
        settings: Map::new(),
        tags: Tags::new(),
        state: State::InsufficientData,
        reason: "Unchecked: Initial alarm creation".to_owned(),
        reason_data: None,
        updated_at: now,
        changed_at: now,
        configured_at: now,
        next: Moment::NEVER,
        script: VecDeque::new(),
    }
}

fn settings(input: &Put) -> Map<String, Value> {
    let pairs = [
        ("AlarmDescription", input.alarm_description.clone().map(Value::from)),
        ("ActionsEnabled", Some(json!(input.actions_enabled.unwrap_or(true)))),
        ("OKActions", Some(json!(input.ok_actions))),
        ("AlarmActions", Some(json!(input.alarm_actions))),
        ("InsufficientDataActions", Some(json!(input.insufficient_data_actions))),
        ("Unit", input.unit.clone().map(Value::from)),
    ];
    pairs.into_iter().filter_map(|(key, value)| value.map(|value| (key.to_owned(), value))).collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Set {
    alarm_name: String,
    state_value: String,
    state_reason: String,
    state_reason_data: Option<String>,
}

/// Gives an alarm a state until its metric is looked at next.
pub fn set(call: &mut Call<'_>, input: Set) -> Result<Value, ApiError> {
    let state = State::parse(&input.state_value).ok_or_else(|| constrained("Unknown state value"))?;
    if input.state_reason_data.as_ref().is_some_and(|data| serde_json::from_str::<Value>(data).is_err()) {
        return Err(ApiError::new("InvalidFormat", "StateReasonData is no JSON"));
    }
    let alarm = call
        .region
        .alarms
        .get_mut(&input.alarm_name)
        .ok_or_else(|| ApiError::new("ResourceNotFound", "Unknown alarm").with_status(404))?;
    alarm.set(state, input.state_reason, call.now);
    alarm.reason_data = input.state_reason_data;
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Describe {
    #[serde(default)]
    alarm_names: Vec<String>,
    alarm_name_prefix: Option<String>,
    #[serde(default)]
    alarm_types: Vec<String>,
    state_value: Option<String>,
    action_prefix: Option<String>,
    max_records: Option<usize>,
    next_token: Option<String>,
}

/// Describes alarms, in the order of their names. A name that does not exist is left out.
pub fn describe(call: &Call<'_>, input: &Describe) -> Result<Value, ApiError> {
    if input.alarm_names.len() > 100 {
        return Err(invalid("AlarmNames may have at most 100 items"));
    }
    if !input.alarm_names.is_empty() && input.alarm_name_prefix.is_some() {
        return Err(ApiError::new(
            "InvalidParameterCombination",
            "AlarmNames and AlarmNamePrefix are mutually exclusive",
        ));
    }
    let most = input.max_records.unwrap_or(50);
    if !(1..=100).contains(&most) {
        return Err(constrained("MaxRecords must be between 1 and 100"));
    }
    let metric_alarms = input.alarm_types.is_empty() || input.alarm_types.iter().any(|kind| kind == "MetricAlarm");
    let acts = |alarm: &Alarm, prefix: &str| {
        let actions = alarm.settings.get("AlarmActions").and_then(Value::as_array).into_iter().flatten();
        actions.filter_map(Value::as_str).any(|action| action.starts_with(prefix))
    };
    let found: Vec<&Alarm> = call
        .region
        .alarms
        .values()
        .filter(|_| metric_alarms)
        .filter(|alarm| input.alarm_names.is_empty() || input.alarm_names.contains(&alarm.name))
        .filter(|alarm| input.alarm_name_prefix.as_ref().is_none_or(|prefix| alarm.name.starts_with(prefix)))
        .filter(|alarm| input.state_value.as_ref().is_none_or(|state| alarm.state.word() == state))
        .filter(|alarm| input.action_prefix.as_ref().is_none_or(|prefix| acts(alarm, prefix)))
        .collect();
    let before = before(input.next_token.as_deref())?;
    let page: Vec<Value> = found.iter().skip(before).take(most).map(|alarm| shown(alarm)).collect();
    let end = before + page.len();
    let next = (end < found.len()).then(|| format!("after-{end}"));
    Ok(json!({"MetricAlarms": page, "CompositeAlarms": [], "NextToken": next}))
}

fn shown(alarm: &Alarm) -> Value {
    let dimensions: Vec<Value> =
        alarm.metric.dimensions.iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect();
    let percentile = is_percentile(&alarm.statistic);
    let mut shown = json!({
        "AlarmName": alarm.name,
        "AlarmArn": alarm.arn,
        "AlarmConfigurationUpdatedTimestamp": timestamp(alarm.configured_at),
        "StateValue": alarm.state.word(),
        "StateReason": alarm.reason,
        "StateReasonData": alarm.reason_data,
        "StateUpdatedTimestamp": timestamp(alarm.updated_at),
        "StateTransitionedTimestamp": timestamp(alarm.changed_at),
        "MetricName": alarm.metric.name,
        "Namespace": alarm.metric.namespace,
        "Statistic": (!percentile).then_some(&alarm.statistic),
        "ExtendedStatistic": percentile.then_some(&alarm.statistic),
        "Dimensions": dimensions,
        "Period": alarm.period.as_secs(),
        "EvaluationPeriods": alarm.periods,
        "DatapointsToAlarm": alarm.datapoints,
        "Threshold": alarm.threshold,
        "ComparisonOperator": alarm.comparison.word(),
        "TreatMissingData": alarm.missing.word(),
        "ActionsEnabled": true,
        "OKActions": [],
        "AlarmActions": [],
        "InsufficientDataActions": [],
    });
    for (key, value) in &alarm.settings {
        shown[key] = value.clone();
    }
    shown
}
