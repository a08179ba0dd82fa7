//! `PutMetricAlarm`.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::alarm_settings::{Tag, check_name, shared, tags};
use super::parameters::{Dimension, constrained, invalid, is_percentile, is_period, is_statistic, metric};
use crate::services::call::Call;
use crate::wire::error::ApiError;
use crate::world::alarms::{Alarm, Comparison, Missing};

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
    let name = input.alarm_name.clone();
    check_name(&name)?;
    if call.region.composite_alarms.contains_key(&name) {
        return Err(ApiError::validation(format!("{name} is a composite alarm and cannot become a metric alarm")));
    }
    let (arn, now) = (call.region.alarm_arn(&name), call.now);
    let configured = configured(input, Alarm::unchecked(&name, arn, now))?;
    let existing = call.region.alarms.remove(&name);
    let is_new = existing.is_none();
    let mut alarm = match existing {
        Some(Alarm { status, script, .. }) => Alarm { status, script, ..configured },
        None => configured,
    };
    alarm.next = now;
    alarm.status.configured(&name, is_new, now);
    call.region.alarms.insert(name, alarm);
    Ok(json!({}))
}

/// The alarm that a request describes.
fn configured(input: Put, fresh: Alarm) -> Result<Alarm, ApiError> {
    let period = input.period.ok_or_else(|| missing("Period"))?;
    if !is_period(period) {
        return Err(invalid("Period must be 10, 20, 30 or a multiple of 60"));
    }
    let treatment = match &input.treat_missing_data {
        Some(word) => Missing::parse(word).ok_or_else(|| invalid("Unknown treatment of missing data"))?,
        None => Missing::Missing,
    };
    let mut settings = shared(
        input.alarm_description.as_deref(),
        input.actions_enabled,
        [&input.alarm_actions, &input.ok_actions, &input.insufficient_data_actions],
    );
    settings.extend(input.unit.clone().map(|unit| ("Unit".to_owned(), json!(unit))));
    Ok(Alarm {
        statistic: statistic(&input)?,
        period: Duration::from_secs(period.into()),
        periods: input.evaluation_periods,
        datapoints: datapoints(&input)?,
        comparison: Comparison::parse(&input.comparison_operator)
            .ok_or_else(|| invalid("Unknown comparison operator"))?,
        missing: treatment,
        metric: metric(
            input.namespace.ok_or_else(|| missing("Namespace"))?,
            input.metric_name.ok_or_else(|| missing("MetricName"))?,
            input.dimensions,
        ),
        threshold: input.threshold.ok_or_else(|| missing("Threshold"))?,
        settings,
        tags: tags(input.tags),
        ..fresh
    })
}

fn missing(what: &str) -> ApiError {
    ApiError::new("MissingParameter", format!("{what} is required for this alarm"))
}

fn statistic(input: &Put) -> Result<String, ApiError> {
    match (&input.statistic, &input.extended_statistic) {
        (Some(statistic), None) if is_statistic(statistic) => Ok(statistic.clone()),
        (None, Some(percentile)) if is_percentile(percentile) => Ok(percentile.clone()),
        (Some(_), Some(_)) => {
            Err(ApiError::new("InvalidParameterCombination", "Statistic and ExtendedStatistic are mutually exclusive"))
        }
        _ => Err(missing("Statistic")),
    }
}

fn datapoints(input: &Put) -> Result<usize, ApiError> {
    let datapoints = input.datapoints_to_alarm.unwrap_or(input.evaluation_periods);
    if (1..=input.evaluation_periods).contains(&datapoints) {
        Ok(datapoints)
    } else {
        Err(constrained("DatapointsToAlarm must be between 1 and EvaluationPeriods"))
    }
}
