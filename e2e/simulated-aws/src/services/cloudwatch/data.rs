//! `GetMetricData`.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::expression::Expression;
use super::parameters::{Dimension, constrained, invalid, is_period, is_statistic, metric, moment};
use super::series::Series;
use crate::services::call::Call;
use crate::tick::{metrics, traffic};
use crate::time::Moment;
use crate::wire::error::ApiError;
use crate::wire::timestamp::timestamp;
use crate::world::alarms::Metric;
use crate::world::published::Published;

/// The most values in an answer.
const MOST: usize = 100_800;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct MetricName {
    namespace: Option<String>,
    #[serde(rename = "MetricName")]
    name: Option<String>,
    #[serde(default)]
    dimensions: Vec<Dimension>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct MetricStat {
    metric: MetricName,
    period: u32,
    stat: String,
    #[serde(rename = "Unit")]
    _unit: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Query {
    id: String,
    metric_stat: Option<MetricStat>,
    expression: Option<String>,
    label: Option<String>,
    return_data: Option<bool>,
    #[serde(rename = "Period")]
    _period: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Get {
    metric_data_queries: Vec<Query>,
    start_time: f64,
    end_time: f64,
    scan_by: Option<String>,
    max_datapoints: Option<usize>,
    next_token: Option<String>,
}

/// Answers queries for metrics, and for arithmetic over them.
pub fn get(call: &mut Call<'_>, input: &Get) -> Result<Value, ApiError> {
    if !(1..=500).contains(&input.metric_data_queries.len()) {
        return Err(constrained("MetricDataQueries must have between 1 and 500 items"));
    }
    if input.next_token.is_some() {
        // Everything fits into the first answer, so that no token was ever given.
        return Err(ApiError::new("InvalidNextToken", "The next token is invalid."));
    }
    let (from, until) = (moment(input.start_time), moment(input.end_time));
    if from >= until {
        return Err(constrained("The parameter EndTime must be greater than StartTime"));
    }
    let until = until.min(call.now);
    traffic::settle(&mut call.region.balancing, call.now);
    let mut all: BTreeMap<&str, Series> = BTreeMap::new();
    for query in &input.metric_data_queries {
        let valid = query.id.starts_with(|c: char| c.is_ascii_lowercase())
            && query.id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !valid || all.contains_key(query.id.as_str()) {
            return Err(invalid(format!("The value {} for parameter Id is invalid or not unique", query.id)));
        }
        let series = match (&query.metric_stat, &query.expression) {
            (Some(stat), None) => collect(call, stat, from, until)?,
            (None, Some(_)) => Series::new(),
            _ => {
                return Err(ApiError::new(
                    "InvalidParameterCombination",
                    "Each query has either MetricStat or Expression",
                ));
            }
        };
        all.insert(&query.id, series);
    }
    for query in &input.metric_data_queries {
        if let Some(text) = &query.expression {
            let expression = Expression::parse(text)
                .map_err(|problem| invalid(format!("Error in expression '{}' [{problem}]", query.id)))?;
            let series = expression
                .evaluate(&all)
                .map_err(|problem| invalid(format!("Error in expression '{}' [{problem}]", query.id)))?;
            all.insert(&query.id, series);
        }
    }
    let shown = input.metric_data_queries.iter().filter(|query| query.return_data.unwrap_or(true));
    let results: Vec<Value> = shown.map(|query| result(query, &all, input)).collect();
    Ok(json!({"MetricDataResults": results, "Messages": []}))
}

fn collect(call: &Call<'_>, stat: &MetricStat, from: Moment, until: Moment) -> Result<Series, ApiError> {
    if !is_period(stat.period) {
        return Err(invalid("Period must be 10, 20, 30 or a multiple of 60"));
    }
    if !is_statistic(&stat.stat) {
        return Err(invalid(format!("The value {} for parameter Stat is invalid", stat.stat)));
    }
    let metric = metric(
        stat.metric.namespace.clone().ok_or_else(|| invalid("Namespace is required"))?,
        stat.metric.name.clone().ok_or_else(|| invalid("MetricName is required"))?,
        stat.metric.dimensions.clone(),
    );
    let period = Duration::from_secs(stat.period.into());
    let (balancing, published) = (&call.region.balancing, &call.region.published);
    Ok(periods(&metric, stat.period, from, until, published)
        .into_iter()
        .filter_map(|at| {
            let from = Moment::from_millis(at);
            Some((at, metrics::value(balancing, published, &metric, &stat.stat, from, period)?))
        })
        .collect())
}

/// Where the periods begin that may have data, in milliseconds.
fn periods(metric: &Metric, seconds: u32, from: Moment, until: Moment, published: &Published) -> BTreeSet<i64> {
    let length = i64::from(seconds) * 1000;
    let first = from.as_millis().div_euclid(length);
    let last = (until.as_millis() - 1).div_euclid(length);
    // What the traffic was more than an hour ago is forgotten anyway.
    let recent = first.max(last - 3_600_000 / length.min(3_600_000));
    let begins = Moment::from_millis(first * length);
    let moments = published.within(metric, begins, until).map(|point| point.at.as_millis().div_euclid(length));
    (recent..=last).chain(moments).map(|number| number * length).collect()
}

fn result(query: &Query, all: &BTreeMap<&str, Series>, input: &Get) -> Value {
    let mut points: Vec<(i64, f64)> =
        all.get(query.id.as_str()).into_iter().flatten().map(|(at, value)| (*at, *value)).collect();
    if input.scan_by.as_deref() != Some("TimestampAscending") {
        points.reverse();
    }
    points.truncate(input.max_datapoints.unwrap_or(MOST));
    let name = query.metric_stat.as_ref().and_then(|stat| stat.metric.name.clone());
    let label = query.label.clone().or(name).unwrap_or_else(|| query.id.clone());
    json!({
        "Id": query.id,
        "Label": label,
        "Timestamps": points.iter().map(|(at, _)| timestamp(Moment::from_millis(*at))).collect::<Vec<_>>(),
        "Values": points.iter().map(|(_, value)| *value).collect::<Vec<_>>(),
        "StatusCode": "Complete",
    })
}
