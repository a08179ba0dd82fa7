//! `SetAlarmState`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::parameters::constrained;
use crate::services::call::Call;
use crate::tick::alarms::set_state;
use crate::wire::error::ApiError;
use crate::world::alarm_status::State;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Set {
    alarm_name: String,
    state_value: String,
    state_reason: String,
    state_reason_data: Option<String>,
}

/// Gives an alarm a state until it is looked at next.
pub fn set(call: &mut Call<'_>, input: Set) -> Result<Value, ApiError> {
    let Set { alarm_name, state_value, state_reason, state_reason_data } = input;
    let state = State::parse(&state_value).ok_or_else(|| constrained("Unknown state value"))?;
    if state_reason_data.as_ref().is_some_and(|data| serde_json::from_str::<Value>(data).is_err()) {
        return Err(ApiError::new("InvalidFormat", "StateReasonData is no JSON"));
    }
    set_state(call.region, &alarm_name, state, state_reason, state_reason_data, call.now)
        .map(|_| json!({}))
        .ok_or_else(|| ApiError::new("ResourceNotFound", "Unknown alarm").with_status(404))
}
