//! Subnets and security groups of a task set.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::wire::error::ApiError;
use crate::world::task_definitions::TaskDefinition;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AwsvpcConfiguration {
    pub subnets: Vec<String>,
    #[serde(default)]
    pub security_groups: Vec<String>,
    pub assign_public_ip: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NetworkConfiguration {
    pub awsvpc_configuration: Option<AwsvpcConfiguration>,
}

/// Checks whether a network configuration goes with a task definition.
pub fn check(given: Option<&NetworkConfiguration>, definition: &TaskDefinition) -> Result<(), ApiError> {
    let network = given.and_then(|network| network.awsvpc_configuration.as_ref());
    match network {
        None if definition.is_awsvpc() => Err(ApiError::invalid_parameter(
            "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
        )),
        Some(_) if !definition.is_awsvpc() => Err(ApiError::invalid_parameter(
            "Network Configuration is not valid for the given networkMode of this task definition.",
        )),
        Some(network) if network.subnets.is_empty() => Err(ApiError::invalid_parameter("subnets can not be empty.")),
        Some(network) if network.subnets.len() > 16 || network.security_groups.len() > 5 => {
            Err(ApiError::invalid_parameter("A network configuration has at most 16 subnets and 5 security groups."))
        }
        Some(network) => match network.assign_public_ip.as_deref() {
            None | Some("ENABLED" | "DISABLED") => Ok(()),
            Some(other) => Err(ApiError::invalid_parameter(format!("Unknown value for assignPublicIp: {other}."))),
        },
        None => Ok(()),
    }
}

/// The settings that a network configuration leaves behind.
pub fn settings(given: Option<&NetworkConfiguration>) -> Option<(&'static str, Value)> {
    let network = given?.awsvpc_configuration.as_ref()?;
    let shown = json!({"awsvpcConfiguration": {
        "subnets": network.subnets,
        "securityGroups": network.security_groups,
        "assignPublicIp": network.assign_public_ip.as_deref().unwrap_or("DISABLED"),
    }});
    Some(("networkConfiguration", shown))
}
