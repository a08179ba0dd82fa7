//! `DescribeAlarms`.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::alarm_types::AlarmType;
use super::parameters::{before, constrained, invalid, is_percentile};
use crate::services::call::Call;
use crate::wire::error::ApiError;
use crate::wire::timestamp::timestamp;
use crate::world::alarm_status::AlarmStatus;
use crate::world::alarms::Alarm;
use crate::world::composite_alarms::CompositeAlarm;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Describe {
    #[serde(default)]
    alarm_names: Vec<String>,
    alarm_name_prefix: Option<String>,
    #[serde(default)]
    alarm_types: Vec<AlarmType>,
    state_value: Option<String>,
    action_prefix: Option<String>,
    max_records: Option<usize>,
    next_token: Option<String>,
}

impl Describe {
    fn check(&self) -> Result<(), ApiError> {
        if self.alarm_names.len() > 100 {
            return Err(invalid("AlarmNames may have at most 100 items"));
        }
        if !self.alarm_names.is_empty() && self.alarm_name_prefix.is_some() {
            return Err(ApiError::new(
                "InvalidParameterCombination",
                "AlarmNames and AlarmNamePrefix are mutually exclusive",
            ));
        }
        if self.max_records.is_some_and(|most| !(1..=100).contains(&most)) {
            return Err(constrained("MaxRecords must be between 1 and 100"));
        }
        Ok(())
    }

    fn selects(&self, name: &str, status: &AlarmStatus, settings: &Map<String, Value>) -> bool {
        let actions = settings.get("AlarmActions").and_then(Value::as_array).into_iter().flatten();
        let mut actions = actions.filter_map(Value::as_str);
        (self.alarm_names.is_empty() || self.alarm_names.iter().any(|wanted| wanted == name))
            && self.alarm_name_prefix.as_ref().is_none_or(|prefix| name.starts_with(prefix))
            && self.state_value.as_ref().is_none_or(|state| status.state.word() == state)
            && self.action_prefix.as_ref().is_none_or(|prefix| actions.any(|action| action.starts_with(prefix)))
    }
}

/// Describes alarms, in the order of their names, metric alarms first. A name that does not exist is left out.
pub fn describe(call: &Call<'_>, input: &Describe) -> Result<Value, ApiError> {
    input.check()?;
    let wanted = |kind| AlarmType::is_wanted(kind, &input.alarm_types);
    let metric = call.region.alarms.values().filter(|_| wanted(AlarmType::MetricAlarm));
    let metric = metric.filter(|alarm| input.selects(&alarm.name, &alarm.status, &alarm.settings));
    let composite = call.region.composite_alarms.values().filter(|_| wanted(AlarmType::CompositeAlarm));
    let composite = composite.filter(|alarm| input.selects(&alarm.name, &alarm.status, &alarm.settings));
    let found: Vec<(AlarmType, Value)> = metric
        .map(|alarm| (AlarmType::MetricAlarm, shown(alarm)))
        .chain(composite.map(|alarm| (AlarmType::CompositeAlarm, shown_composite(alarm))))
        .collect();
    let before = before(input.next_token.as_deref())?;
    let page: Vec<&(AlarmType, Value)> = found.iter().skip(before).take(input.max_records.unwrap_or(50)).collect();
    let end = before + page.len();
    let next = (end < found.len()).then(|| format!("after-{end}"));
    let of =
        |wanted: AlarmType| page.iter().filter(|(kind, _)| *kind == wanted).map(|(_, shown)| shown).collect::<Vec<_>>();
    Ok(json!({
        "MetricAlarms": of(AlarmType::MetricAlarm),
        "CompositeAlarms": of(AlarmType::CompositeAlarm),
        "NextToken": next,
    }))
}

/// What both kinds of alarms show.
fn common(name: &str, arn: &str, status: &AlarmStatus, settings: &Map<String, Value>) -> Map<String, Value> {
    let pairs = [
        ("AlarmName", json!(name)),
        ("AlarmArn", json!(arn)),
        ("AlarmConfigurationUpdatedTimestamp", timestamp(status.configured_at)),
        ("StateValue", json!(status.state.word())),
        ("StateReason", json!(status.reason)),
        ("StateReasonData", json!(status.reason_data)),
        ("StateUpdatedTimestamp", timestamp(status.updated_at)),
        ("StateTransitionedTimestamp", timestamp(status.changed_at)),
        ("ActionsEnabled", json!(true)),
        ("OKActions", json!([])),
        ("AlarmActions", json!([])),
        ("InsufficientDataActions", json!([])),
    ];
    let mut shown: Map<String, Value> = pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    shown.extend(settings.clone());
    shown
}

fn shown(alarm: &Alarm) -> Value {
    let dimensions: Vec<Value> =
        alarm.metric.dimensions.iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect();
    let percentile = is_percentile(&alarm.statistic);
    let own = [
        ("MetricName", json!(alarm.metric.name)),
        ("Namespace", json!(alarm.metric.namespace)),
        ("Statistic", json!((!percentile).then_some(&alarm.statistic))),
        ("ExtendedStatistic", json!(percentile.then_some(&alarm.statistic))),
        ("Dimensions", json!(dimensions)),
        ("Period", json!(alarm.period.as_secs())),
        ("EvaluationPeriods", json!(alarm.periods)),
        ("DatapointsToAlarm", json!(alarm.datapoints)),
        ("Threshold", json!(alarm.threshold)),
        ("ComparisonOperator", json!(alarm.comparison.word())),
        ("TreatMissingData", json!(alarm.missing.word())),
    ];
    let mut shown = common(&alarm.name, &alarm.arn, &alarm.status, &alarm.settings);
    shown.extend(own.map(|(key, value)| (key.to_owned(), value)));
    Value::Object(shown)
}

fn shown_composite(alarm: &CompositeAlarm) -> Value {
    let mut shown = common(&alarm.name, &alarm.arn, &alarm.status, &alarm.settings);
    shown.insert("AlarmRule".to_owned(), json!(alarm.written));
    Value::Object(shown)
}
