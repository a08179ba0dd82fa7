//! A route of production traffic.

use kube::KubeSchema;
use serde::{Deserialize, Serialize};

use crate::input_rules;

/// A route of production traffic: a listener rule, or a listener for its default rule, of an Application Load Balancer, or a
/// listener of a Network Load Balancer.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[x_kube(validation = Rule::new("has(self.listenerRule) != has(self.listener)")
    .message("productionRoutes: set either listenerRule or, for a listener's default rule, listener"))]
#[x_kube(validation = Rule::new("![has(self.listenerRule) ? self.listenerRule : '', has(self.listener) ? self.listener : ''].exists(arn, arn.matches(':listener(-rule)?/gwy/'))")
    .message("productionRoutes: a Gateway Load Balancer divides nothing by weights: name a rule or listener of an Application Load Balancer, or a listener of a Network Load Balancer, such as listener/net/..."))]
#[x_kube(validation = Rule::new("!has(self.listenerRule) || !self.listenerRule.matches(':listener-rule/net/')")
    .message("productionRoutes: a rule of a Network Load Balancer chooses by the kind of address alone: name its listener, such as listener: arn:...:listener/net/..."))]
#[serde(rename_all = "camelCase")]
pub struct ProductionRoute {
    /// ARN of a listener rule that is no default rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 256))]
    #[x_kube(validation = input_rules::rule_is_no_listener(), validation = input_rules::listener_rule())]
    pub listener_rule: Option<String>,
    /// ARN of a listener, whose default rule it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 256))]
    #[x_kube(validation = input_rules::listener_is_no_rule(), validation = input_rules::listener())]
    pub listener: Option<String>,
}

impl ProductionRoute {
    /// ARN of the rule or the listener.
    #[must_use]
    pub fn arn(&self) -> &str {
        self.listener_rule.as_deref().or(self.listener.as_deref()).unwrap_or_default()
    }
}
