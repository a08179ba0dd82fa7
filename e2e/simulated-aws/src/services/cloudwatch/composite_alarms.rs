//! `PutCompositeAlarm`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::alarm_settings::{Tag, check_name, shared, tags};
use crate::services::call::Call;
use crate::tick::composite_alarms::advance;
use crate::wire::error::ApiError;
use crate::world::alarm_rules::AlarmRule;
use crate::world::composite_alarms::CompositeAlarm;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Put {
    alarm_name: String,
    alarm_rule: String,
    alarm_description: Option<String>,
    actions_enabled: Option<bool>,
    #[serde(rename = "OKActions", default)]
    ok_actions: Vec<String>,
    #[serde(default)]
    alarm_actions: Vec<String>,
    #[serde(default)]
    insufficient_data_actions: Vec<String>,
    actions_suppressor: Option<String>,
    actions_suppressor_wait_period: Option<u32>,
    actions_suppressor_extension_period: Option<u32>,
    #[serde(default)]
    tags: Vec<Tag>,
}

/// Creates a composite alarm, or configures one anew. Its rule is looked at at once.
pub fn put(call: &mut Call<'_>, input: Put) -> Result<Value, ApiError> {
    let name = input.alarm_name.clone();
    check_name(&name)?;
    let (region, now) = (&mut *call.region, call.now);
    if region.alarms.contains_key(&name) {
        return Err(ApiError::validation(format!("{name} is a metric alarm and cannot become a composite alarm")));
    }
    let rule = AlarmRule::parse(&input.alarm_rule)
        .map_err(|problem| ApiError::validation(format!("AlarmRule is invalid: {problem}")))?;
    let exists = |child: &str| region.alarms.contains_key(child) || region.composite_alarms.contains_key(child);
    let unknown: Vec<&str> = rule.children().into_iter().filter(|child| !exists(child)).collect();
    if !unknown.is_empty() {
        return Err(ApiError::validation(format!(
            "Could not save the composite alarm as alarms [{}] in the alarm rule do not exist",
            unknown.join(", ")
        )));
    }
    let existing = region.composite_alarms.remove(&name);
    let is_new = existing.is_none();
    let mut alarm = CompositeAlarm::unchecked(&name, region.alarm_arn(&name), &input.alarm_rule, rule, now);
    if let Some(existing) = existing {
        alarm.status = existing.status;
    }
    alarm.settings = shared(
        input.alarm_description.as_deref(),
        input.actions_enabled,
        [&input.alarm_actions, &input.ok_actions, &input.insufficient_data_actions],
    );
    let suppression = [
        ("ActionsSuppressor", input.actions_suppressor.map(Value::from)),
        ("ActionsSuppressorWaitPeriod", input.actions_suppressor_wait_period.map(Value::from)),
        ("ActionsSuppressorExtensionPeriod", input.actions_suppressor_extension_period.map(Value::from)),
    ];
    alarm.settings.extend(suppression.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))));
    alarm.tags = tags(input.tags);
    alarm.status.configured(&name, is_new, now);
    region.composite_alarms.insert(name, alarm);
    advance(region, now);
    Ok(json!({}))
}
