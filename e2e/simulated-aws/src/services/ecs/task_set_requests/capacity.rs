//! Where the tasks of a task set are placed: a launch type, or a strategy of capacity providers.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::wire::error::ApiError;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StrategyItem {
    pub capacity_provider: String,
    pub weight: Option<u32>,
    pub base: Option<u32>,
}

/// Checks a launch type, a strategy and a platform version, of which not all go together.
pub fn check(
    launch_type: Option<&str>,
    strategy: &[StrategyItem],
    platform_version: Option<&str>,
) -> Result<(), ApiError> {
    if launch_type.is_some() && !strategy.is_empty() {
        return Err(ApiError::invalid_parameter(
            "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.",
        ));
    }
    match launch_type {
        None | Some("EC2" | "FARGATE" | "EXTERNAL") => {}
        Some(other) => {
            return Err(ApiError::invalid_parameter(format!("Unknown launch type: {other}.")));
        }
    }
    check_strategy(strategy)?;
    let without_fargate = launch_type.is_some_and(|launch| launch != "FARGATE");
    if without_fargate && platform_version.is_some() {
        return Err(ApiError::invalid_parameter(
            "The platform version must be null when specifying an EC2 launch type.",
        ));
    }
    Ok(())
}

/// Fargate's providers need no cluster to name them; a strategy has one base at most and a weight at least.
fn check_strategy(items: &[StrategyItem]) -> Result<(), ApiError> {
    if let Some(unknown) =
        items.iter().find(|item| !["FARGATE", "FARGATE_SPOT"].contains(&item.capacity_provider.as_str()))
    {
        return Err(ApiError::invalid_parameter(format!(
            "The specified capacity provider {} was not found.",
            unknown.capacity_provider
        )));
    }
    if items.len() > 20 {
        return Err(ApiError::invalid_parameter("A capacity provider strategy has at most 20 capacity providers."));
    }
    if items.iter().filter(|item| item.base.unwrap_or(0) > 0).count() > 1 {
        return Err(ApiError::invalid_parameter("Only one capacity provider in a strategy can have a base defined."));
    }
    if items.iter().any(|item| item.weight.unwrap_or(0) > 1000 || item.base.unwrap_or(0) > 100_000) {
        return Err(ApiError::invalid_parameter("A weight is at most 1000, and a base at most 100000."));
    }
    // A lone provider without a weight gets every task all the same.
    if items.len() > 1 && items.iter().all(|item| item.weight.unwrap_or(0) == 0) {
        return Err(ApiError::invalid_parameter("At least one capacity provider must have a weight above 0."));
    }
    Ok(())
}

/// The settings that a launch type or a strategy, and a platform version, leave behind.
pub fn settings(
    launch_type: Option<&str>,
    strategy: &[StrategyItem],
    platform_version: Option<&str>,
) -> Vec<(&'static str, Value)> {
    let mut kept = Vec::new();
    if strategy.is_empty() {
        kept.push(("launchType", json!(launch_type.unwrap_or("EC2"))));
    } else {
        // A lone provider without a weight gets every task.
        let usual = u32::from(strategy.len() == 1);
        let shown = strategy.iter().map(|item| {
            json!({
                "capacityProvider": item.capacity_provider,
                "weight": item.weight.unwrap_or(usual),
                "base": item.base.unwrap_or(0),
            })
        });
        kept.push(("capacityProviderStrategy", shown.collect()));
    }
    let fargate = launch_type == Some("FARGATE");
    if let Some(version) = platform_version.or_else(|| fargate.then_some("1.4.0")) {
        kept.push(("platformVersion", json!(if version == "LATEST" { "1.4.0" } else { version })));
    }
    kept
}
