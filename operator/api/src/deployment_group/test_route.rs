//! The route of test traffic.

use kube::KubeSchema;
use kube::core::Rule;
use serde::{Deserialize, Serialize};

use super::production_route::ProductionRoute;
use crate::input_rules;

/// A listener rule, or a listener for its default rule, of the load balancer of the production routes. It may forward to
/// either of the pair, or to both; at what it stands before a release is of no account.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[x_kube(validation = Rule::new("has(self.listenerRule) != has(self.listener)")
    .message("testRoute: set either listenerRule or, for a listener's default rule, listener"))]
#[serde(rename_all = "camelCase")]
pub struct TestRoute {
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
    /// Where it is reached, as a URL with http or https, for hooks, which are told it as it stands. A listener does not know by which name it is
    /// meant to be called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 8, max = 256))]
    #[x_kube(validation = Rule::new("isURL(self) && self.matches('^https?://[^/?#@[:space:]]+([/?#][^[:space:]]*)?$')")
        .message("testRoute.url must be a URL with http or https and without a user or a password, such as https://test.shop.example.com"))]
    pub url: Option<String>,
}

impl TestRoute {
    /// As a route that can be read and written.
    #[must_use]
    pub fn route(&self) -> ProductionRoute {
        ProductionRoute { listener_rule: self.listener_rule.clone(), listener: self.listener.clone() }
    }

    /// ARN of the rule or the listener.
    #[must_use]
    pub fn arn(&self) -> &str {
        self.listener_rule.as_deref().or(self.listener.as_deref()).unwrap_or_default()
    }

    /// Test traffic that is production traffic would be moved before anyone has tried anything.
    pub(crate) fn is_no_production_route() -> Rule {
        Rule::new(
            "!has(self.testRoute) || !self.productionRoutes.exists(r, \
             (has(r.listenerRule) && has(self.testRoute.listenerRule) && r.listenerRule == self.testRoute.listenerRule) || \
             (has(r.listener) && has(self.testRoute.listener) && r.listener == self.testRoute.listener))",
        )
        .message("loadBalancer.testRoute: it is one of productionRoutes, and a test route carries no production traffic: name another rule or listener")
    }

    /// A target group fits one load balancer only.
    pub(crate) fn is_of_the_same_load_balancer() -> Rule {
        Rule::new(
            "!has(self.testRoute) || \
             (has(self.testRoute.listenerRule) ? self.testRoute.listenerRule : has(self.testRoute.listener) ? self.testRoute.listener : '').find('/(app|net)/[^/]+/[^/]+') == \
             (has(self.productionRoutes[0].listenerRule) ? self.productionRoutes[0].listenerRule : has(self.productionRoutes[0].listener) ? self.productionRoutes[0].listener : '').find('/(app|net)/[^/]+/[^/]+')",
        )
        .message("loadBalancer.testRoute: it belongs to another load balancer than productionRoutes, and a target group fits one only: name a rule or listener of the same one")
    }
}
