//! A route of production traffic.

use kube::KubeSchema;
use serde::{Deserialize, Serialize};

use crate::input_rules;

/// A route of production traffic: a listener rule, or a listener for its default rule, of an Application Load Balancer.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[x_kube(validation = Rule::new("has(self.listenerRule) != has(self.listener)")
    .message("productionRoutes: set either listenerRule or, for a listener's default rule, listener"))]
#[x_kube(validation = Rule::new(
    "![has(self.listenerRule) ? self.listenerRule : '', has(self.listener) ? self.listener : ''].exists(arn, arn.matches(':listener(-rule)?/(net|gwy)/'))")
    .message("productionRoutes: a Network or Gateway Load Balancer is not supported yet: name a rule or listener of an Application Load Balancer, such as listener/app/..."))]
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
