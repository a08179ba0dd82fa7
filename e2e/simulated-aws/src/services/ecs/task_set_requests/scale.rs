//! A task set's share of the desired count.

use serde::Deserialize;

use crate::wire::error::ApiError;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Scale {
    value: Option<f64>,
    unit: Option<String>,
}

impl Scale {
    /// The percentage, checked.
    pub fn percent(&self) -> Result<f64, ApiError> {
        if self.unit.as_deref().is_some_and(|unit| unit != "PERCENT") {
            return Err(ApiError::invalid_parameter("The scale unit must be PERCENT."));
        }
        let value = self.value.unwrap_or(0.0);
        if (0.0..=100.0).contains(&value) {
            Ok(value)
        } else {
            Err(ApiError::invalid_parameter("The scale value must be between 0 and 100."))
        }
    }
}
