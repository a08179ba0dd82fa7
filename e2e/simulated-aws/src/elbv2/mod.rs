//! Elastic Load Balancing v2: the operations, as functions from parameters to the tree of an XML answer.

pub mod actions;
mod deletions;
mod listeners;
mod load_balancers;
mod render;
mod rules;
mod tags;
mod target_attributes;
mod target_groups;
mod target_health;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::time::Moment;
use crate::wire::ApiError;
use crate::wire::query::decode;
use crate::world::Region;

pub use target_groups::target_group as new_target_group;

/// What an operation works on.
pub struct Call<'a> {
    /// The region the request was signed for.
    pub region: &'a mut Region,
    /// The moment of the request.
    pub now: Moment,
}

/// The operations that are modelled.
pub const OPERATIONS: [&str; 20] = [
    "AddTags",
    "CreateListener",
    "CreateLoadBalancer",
    "CreateRule",
    "CreateTargetGroup",
    "DeleteListener",
    "DeleteLoadBalancer",
    "DeleteRule",
    "DeleteTargetGroup",
    "DescribeListeners",
    "DescribeLoadBalancers",
    "DescribeRules",
    "DescribeTags",
    "DescribeTargetGroupAttributes",
    "DescribeTargetGroups",
    "DescribeTargetHealth",
    "ModifyListener",
    "ModifyRule",
    "ModifyTargetGroupAttributes",
    "RemoveTags",
];

/// Runs an operation.
pub fn dispatch(call: &mut Call<'_>, operation: &str, parameters: &Value) -> Result<Value, ApiError> {
    match operation {
        "CreateLoadBalancer" => load_balancers::create(call, decode(parameters)?),
        "DescribeLoadBalancers" => load_balancers::describe(call, &decode(parameters)?),
        "CreateTargetGroup" => target_groups::create(call, decode(parameters)?),
        "DescribeTargetGroups" => target_groups::describe(call, &decode(parameters)?),
        "DescribeTargetGroupAttributes" => target_attributes::describe(call, &decode(parameters)?),
        "ModifyTargetGroupAttributes" => target_attributes::modify(call, &decode(parameters)?),
        "DescribeTargetHealth" => target_health::describe(call, &decode(parameters)?),
        "CreateListener" => listeners::create(call, decode(parameters)?),
        "DescribeListeners" => listeners::describe(call, &decode(parameters)?),
        "ModifyListener" => listeners::modify(call, decode(parameters)?),
        "CreateRule" => rules::create(call, decode(parameters)?),
        "DescribeRules" => rules::describe(call, &decode(parameters)?),
        "ModifyRule" => rules::modify(call, decode(parameters)?),
        "DeleteRule" => deletions::rule(call, &decode(parameters)?),
        "DeleteListener" => deletions::listener(call, &decode(parameters)?),
        "DeleteTargetGroup" => deletions::target_group(call, &decode(parameters)?),
        "DeleteLoadBalancer" => deletions::load_balancer(call, &decode(parameters)?),
        "AddTags" => tags::add(call, &decode(parameters)?),
        "RemoveTags" => tags::remove(call, &decode(parameters)?),
        "DescribeTags" => tags::describe(call, &decode(parameters)?),
        _ => {
            Err(ApiError::new("InvalidAction", format!("Could not find operation {operation} for version 2015-12-01.")))
        }
    }
}

/// A tag, as Elastic Load Balancing spells it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Tag {
    key: String,
    value: Option<String>,
}

/// Cuts a list into pages, whose marker is the number of items before them.
fn page(name: &str, items: Vec<Value>, marker: Option<&str>, size: Option<usize>) -> Result<Value, ApiError> {
    if size.is_some_and(|size| !(1..=400).contains(&size)) {
        return Err(ApiError::validation("PageSize must be between 1 and 400."));
    }
    let before: usize = match marker {
        Some(marker) => marker.parse().map_err(|_| ApiError::validation(format!("Invalid marker '{marker}'.")))?,
        None => 0,
    };
    let size = size.unwrap_or(400);
    let total = items.len();
    let shown: Vec<Value> = items.into_iter().skip(before).take(size).collect();
    let next = (before + shown.len() < total).then(|| (before + shown.len()).to_string());
    Ok(json!({name: shown, "NextMarker": next}))
}

fn target_group_not_found() -> ApiError {
    ApiError::new("TargetGroupNotFound", "One or more target groups not found")
}

fn listener_not_found() -> ApiError {
    ApiError::new("ListenerNotFound", "One or more listeners not found")
}

fn rule_not_found() -> ApiError {
    ApiError::new("RuleNotFound", "One or more rules not found")
}

fn load_balancer_not_found(arn: &str) -> ApiError {
    ApiError::new("LoadBalancerNotFound", format!("Load balancer '{arn}' not found"))
}

/// Actions as a describe shows them, as a tree.
#[must_use]
pub fn shown_actions(actions: &[crate::world::action::Action]) -> Value {
    render::actions(actions).unwrap_or_default()
}
