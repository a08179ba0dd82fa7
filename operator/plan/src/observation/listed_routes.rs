//! All that a load balancer forwards: its rules and its listeners' default actions, whether or not a group names them.

use serde::Serialize;
use sluice_api::LoadBalancer;

use super::routes::{RouteKind, Weight};

/// A rule, or a listener's default action, as a list of the whole load balancer shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListedRoute {
    /// The ARN by which a group names it: the rule's, or that of the listener whose default action it is.
    pub arn: String,
    /// Whether it is a rule, or a listener's default action.
    pub kind: RouteKind,
    /// Port of its listener.
    pub port: Option<i32>,
    /// Protocol of its listener, such as HTTPS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// The first host of its condition on hosts that is the name of one host, in lower case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Its place in the order of the listener's rules, 1 to 50000; none for a default action.
    pub priority: Option<String>,
    /// What a request must look like, such as `/api/*`; empty for a default action.
    pub conditions: String,
    /// Weights of its forward action; empty where it forwards nothing.
    pub weights: Vec<Weight>,
}

/// Longest part of the conditions that is told, in characters: what to do must have room beside them.
const LONGEST: usize = 32;

impl ListedRoute {
    /// Whether it sends requests to this target group. A weight of 0 sends none.
    #[must_use]
    pub fn sends_to(&self, target_group: &str) -> bool {
        self.weights.iter().any(|weight| weight.target_group == target_group && weight.weight > 0)
    }

    /// Whether a group names it, among its production routes or as its test route.
    #[must_use]
    pub fn is_named(&self, named: &LoadBalancer) -> bool {
        let test = named.test_route.iter().map(sluice_api::TestRoute::arn);
        named.production_routes.iter().map(sluice_api::ProductionRoute::arn).chain(test).any(|arn| arn == self.arn)
    }

    /// As people find it in the console: by priority and conditions, or by port.
    #[must_use]
    pub fn place(&self) -> String {
        let port = self.port.map(|port| format!(" of port {port}")).unwrap_or_default();
        let Some(priority) = &self.priority else { return format!("the default action{port}") };
        let mut conditions: String = self.conditions.chars().take(LONGEST).collect();
        if conditions.len() < self.conditions.len() {
            conditions.push('…');
        }
        if conditions.is_empty() {
            format!("priority {priority}")
        } else {
            format!("priority {priority} ({conditions})")
        }
    }

    /// The line that names it among the production routes of a group.
    #[must_use]
    pub fn line(&self) -> String {
        let field = match self.kind {
            RouteKind::Rule => "listenerRule",
            RouteKind::Listener => "listener",
        };
        format!("- {field}: {}", self.arn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_is_told_as_people_find_it() {
        let route = |priority: Option<&str>, conditions: &str| ListedRoute {
            arn: "arn".to_owned(),
            kind: RouteKind::Rule,
            port: Some(443),
            protocol: None,
            host: None,
            priority: priority.map(str::to_owned),
            conditions: conditions.to_owned(),
            weights: Vec::new(),
        };
        assert_eq!(route(Some("5"), "/api/*").place(), "priority 5 (/api/*)");
        assert_eq!(route(Some("5"), "").place(), "priority 5");
        assert_eq!(route(None, "").place(), "the default action of port 443");
        assert_eq!(route(Some("5"), &"x".repeat(300)).place().chars().count(), "priority 5 ()".len() + LONGEST + 1);
    }
}
