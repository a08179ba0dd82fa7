//! Deletions, and what stands in their way.

use serde::Deserialize;
use serde_json::{Value, json};

use super::find::{listener_not_found, rule_not_found};
use crate::services::call::Call;
use crate::tick::traffic;
use crate::wire::error::ApiError;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Rule {
    rule_arn: String,
}

/// Deletes a rule, but no default one.
pub fn rule(call: &mut Call<'_>, input: &Rule) -> Result<Value, ApiError> {
    let balancing = &mut call.region.balancing;
    let rule = balancing.rules.get(&input.rule_arn).ok_or_else(rule_not_found)?;
    if rule.priority.is_none() {
        return Err(ApiError::new("OperationNotPermitted", "Default rule cannot be deleted"));
    }
    traffic::settle_route(balancing, &input.rule_arn, call.now);
    balancing.remove_rule(&input.rule_arn, call.now);
    balancing.tags.remove(&input.rule_arn);
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Listener {
    listener_arn: String,
}

/// Deletes a listener and its rules.
pub fn listener(call: &mut Call<'_>, input: &Listener) -> Result<Value, ApiError> {
    let balancing = &mut call.region.balancing;
    if balancing.listeners.remove(&input.listener_arn).is_none() {
        return Err(listener_not_found());
    }
    let own = balancing.rules.values().filter(|rule| rule.listener == input.listener_arn);
    for arn in own.map(|rule| rule.arn.clone()).collect::<Vec<_>>() {
        traffic::settle_route(balancing, &arn, call.now);
        balancing.remove_rule(&arn, call.now);
        balancing.tags.remove(&arn);
    }
    balancing.tags.remove(&input.listener_arn);
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct TargetGroup {
    target_group_arn: String,
}

/// Deletes a target group that no listener and no rule uses. One that does not exist counts as deleted.
pub fn target_group(call: &mut Call<'_>, input: &TargetGroup) -> Result<Value, ApiError> {
    let balancing = &mut call.region.balancing;
    let arn = &input.target_group_arn;
    if balancing.is_used(arn) {
        return Err(ApiError::new(
            "ResourceInUse",
            format!("Target group '{arn}' is currently in use by a listener or a rule"),
        ));
    }
    balancing.target_groups.remove(arn);
    balancing.tags.remove(arn);
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct LoadBalancer {
    load_balancer_arn: String,
}

/// Deletes a load balancer with its listeners. One that does not exist counts as deleted.
pub fn load_balancer(call: &mut Call<'_>, input: &LoadBalancer) -> Result<Value, ApiError> {
    let listeners = call.region.balancing.listeners.values();
    let own = listeners.filter(|listener| listener.load_balancer == input.load_balancer_arn);
    for listener_arn in own.map(|listener| listener.arn.clone()).collect::<Vec<_>>() {
        listener(call, &Listener { listener_arn })?;
    }
    call.region.balancing.load_balancers.remove(&input.load_balancer_arn);
    call.region.balancing.tags.remove(&input.load_balancer_arn);
    Ok(json!({}))
}
