//! `DescribeAlarmHistory`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::alarm_types::AlarmType;
use super::parameters::{before, constrained, moment};
use crate::services::call::Call;
use crate::time::Moment;
use crate::wire::error::ApiError;
use crate::wire::timestamp::timestamp;
use crate::world::alarm_status::{AlarmStatus, HistoryItem};

/// What there can be in a history.
const KINDS: [&str; 5] =
    ["ConfigurationUpdate", "StateUpdate", "Action", "AlarmContributorStateUpdate", "AlarmContributorAction"];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Describe {
    alarm_name: Option<String>,
    #[serde(default)]
    alarm_types: Vec<AlarmType>,
    history_item_type: Option<String>,
    start_date: Option<f64>,
    end_date: Option<f64>,
    max_records: Option<usize>,
    next_token: Option<String>,
    scan_by: Option<String>,
}

impl Describe {
    fn check(&self) -> Result<(), ApiError> {
        if self.history_item_type.as_deref().is_some_and(|kind| !KINDS.contains(&kind)) {
            return Err(constrained("Unknown history item type"));
        }
        if self.scan_by.as_deref().is_some_and(|order| !["TimestampAscending", "TimestampDescending"].contains(&order))
        {
            return Err(constrained("ScanBy is TimestampAscending or TimestampDescending"));
        }
        if self.max_records.is_some_and(|most| !(1..=100).contains(&most)) {
            return Err(constrained("MaxRecords must be between 1 and 100"));
        }
        Ok(())
    }

    fn selects(&self, item: &HistoryItem) -> bool {
        self.history_item_type.as_deref().is_none_or(|kind| kind == item.kind)
            && self.start_date.is_none_or(|from| item.at >= moment(from))
            && self.end_date.is_none_or(|until| item.at <= moment(until))
    }
}

/// What happened to an alarm, or to all of a kind, the latest first unless the request says otherwise.
pub fn describe(call: &Call<'_>, input: &Describe) -> Result<Value, ApiError> {
    input.check()?;
    let region = &*call.region;
    let metric = region.alarms.values().map(|alarm| (AlarmType::MetricAlarm, &alarm.name, &alarm.status));
    let composite = region.composite_alarms.values();
    let composite = composite.map(|alarm| (AlarmType::CompositeAlarm, &alarm.name, &alarm.status));
    let wanted = metric
        .chain(composite)
        .filter(|(kind, ..)| kind.is_wanted(&input.alarm_types))
        .filter(|(_, name, _)| input.alarm_name.as_ref().is_none_or(|wanted| wanted == *name));
    let mut found: Vec<(Moment, Value)> = wanted
        .flat_map(|(kind, name, AlarmStatus { history, .. })| {
            history.iter().filter(|item| input.selects(item)).map(move |item| (item.at, shown(kind, name, item)))
        })
        .collect();
    found.sort_by_key(|(at, _)| *at);
    if input.scan_by.as_deref() != Some("TimestampAscending") {
        found.reverse();
    }
    let before = before(input.next_token.as_deref())?;
    let most = input.max_records.unwrap_or(100);
    let page: Vec<&Value> = found.iter().skip(before).take(most).map(|(_, shown)| shown).collect();
    let end = before + page.len();
    let next = (end < found.len()).then(|| format!("after-{end}"));
    Ok(json!({"AlarmHistoryItems": page, "NextToken": next}))
}

fn shown(kind: AlarmType, name: &str, item: &HistoryItem) -> Value {
    json!({
        "AlarmName": name,
        "AlarmType": kind,
        "Timestamp": timestamp(item.at),
        "HistoryItemType": item.kind,
        "HistorySummary": item.summary,
        "HistoryData": item.data.to_string(),
    })
}
