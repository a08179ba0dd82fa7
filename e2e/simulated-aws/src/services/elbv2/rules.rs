//! Rules.

use serde::Deserialize;
use serde_json::{Value, json};

use super::actions::{accept, accept_conditions};
use super::find::{listener_not_found, rule_not_found};
use super::page::page;
use super::tags::Tag;
use super::{render, tags};
use crate::random::hex16;
use crate::services::call::Call;
use crate::text::parsed;
use crate::tick::traffic::settle_route;
use crate::wire::error::ApiError;
use crate::world::action::Action;
use crate::world::balancing::Kind;
use crate::world::conditions::Condition;
use crate::world::routes::{RouteTraffic, Rule};

/// How many rules a load balancer may have, default ones not counted.
const RULES: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Create {
    listener_arn: String,
    #[serde(deserialize_with = "parsed")]
    priority: Option<u32>,
    conditions: Vec<Condition>,
    actions: Vec<Action>,
    #[serde(default)]
    tags: Vec<Tag>,
}

/// Creates a rule.
pub fn create(call: &mut Call<'_>, input: Create) -> Result<Value, ApiError> {
    let balancing = &call.region.balancing;
    let listener = balancing.listeners.get(&input.listener_arn).ok_or_else(listener_not_found)?;
    let priority = input
        .priority
        .filter(|priority| (1..=50_000).contains(priority))
        .ok_or_else(|| ApiError::validation("Priority must be between 1 and 50000"))?;
    let in_use = |rule: &Rule| rule.listener == listener.arn && rule.priority == Some(priority);
    if balancing.rules.values().any(in_use) {
        return Err(ApiError::new("PriorityInUse", format!("Priority '{priority}' is currently in use")));
    }
    if balancing.kind_of(&listener.arn) == Kind::Network {
        return Err(ApiError::validation("Listeners of network load balancers have no rules"));
    }
    let own = |rule: &&Rule| {
        let other = balancing.listeners.get(&rule.listener);
        rule.priority.is_some() && other.is_some_and(|other| other.load_balancer == listener.load_balancer)
    };
    if balancing.rules.values().filter(own).count() >= RULES {
        return Err(ApiError::new("TooManyRules", format!("A load balancer may have {RULES} rules")));
    }
    let tags = tags::map(&input.tags)?;
    let path = listener.arn.split(":listener/").nth(1).unwrap_or_default().to_owned();
    let rule = Rule {
        arn: call.region.elb_arn(&format!("listener-rule/{path}/{}", hex16(&format!("rule/{path}/{priority}")))),
        listener: listener.arn.clone(),
        priority: Some(priority),
        conditions: accept_conditions(input.conditions)?,
        actions: accept(input.actions, &[], &listener.load_balancer, balancing)?,
        traffic: RouteTraffic { at: call.now, ..RouteTraffic::default() },
    };
    let answer = json!({"Rules": [render::rule(&rule)?]});
    call.region.balancing.tags.insert(rule.arn.clone(), tags);
    call.region.balancing.put_rule(rule, call.now);
    Ok(answer)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Describe {
    listener_arn: Option<String>,
    #[serde(default)]
    rule_arns: Vec<String>,
    marker: Option<String>,
    #[serde(default, deserialize_with = "parsed")]
    page_size: Option<usize>,
}

/// Describes rules in the order they are tried, by ARN or by listener.
pub fn describe(call: &Call<'_>, input: &Describe) -> Result<Value, ApiError> {
    let balancing = &call.region.balancing;
    if input.listener_arn.is_some() != input.rule_arns.is_empty() {
        return Err(ApiError::validation("Either rule ARNs or a listener ARN must be specified, and not both"));
    }
    if input.listener_arn.as_ref().is_some_and(|arn| !balancing.listeners.contains_key(arn)) {
        return Err(listener_not_found());
    }
    if input.rule_arns.iter().any(|arn| !balancing.rules.contains_key(arn)) {
        return Err(rule_not_found());
    }
    let mut found: Vec<&Rule> = balancing
        .rules
        .values()
        .filter(|rule| input.rule_arns.is_empty() || input.rule_arns.contains(&rule.arn))
        .filter(|rule| input.listener_arn.as_ref().is_none_or(|arn| rule.listener == *arn))
        .collect();
    found.sort_by_key(|rule| rule.priority.unwrap_or(u32::MAX));
    let shown = found.into_iter().map(render::rule).collect::<Result<_, _>>()?;
    page("Rules", shown, input.marker.as_deref(), input.page_size)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Modify {
    rule_arn: String,
    conditions: Option<Vec<Condition>>,
    actions: Option<Vec<Action>>,
}

/// Changes a rule; a list that is sent replaces all that was there.
pub fn modify(call: &mut Call<'_>, input: Modify) -> Result<Value, ApiError> {
    let propagation = call.region.timing.weight_propagation;
    settle_route(&mut call.region.balancing, &input.rule_arn, call.now);
    let balancing = &call.region.balancing;
    let rule = balancing.rules.get(&input.rule_arn).ok_or_else(rule_not_found)?;
    if rule.priority.is_none() {
        return Err(ApiError::new("OperationNotPermitted", "Default rule cannot be modified"));
    }
    let listener = balancing.listeners.get(&rule.listener).ok_or_else(listener_not_found)?;
    let mut changed = rule.clone();
    if let Some(conditions) = input.conditions {
        changed.conditions = accept_conditions(conditions)?;
    }
    if let Some(actions) = input.actions {
        let actions = accept(actions, &rule.actions, &listener.load_balancer, balancing)?;
        changed.replace_actions(actions, call.now, propagation);
    }
    let answer = json!({"Rules": [render::rule(&changed)?]});
    call.region.balancing.put_rule(changed, call.now);
    Ok(answer)
}
