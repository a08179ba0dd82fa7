//! A route of the supposed load balancer.

use sluice_api::Arn;
use sluice_plan::WeightChange;
use sluice_plan::observation::{ListedRoute, Route, RouteKind, RouteState, Weight};

/// A route, and the weights of its target groups.
#[derive(Clone, Debug)]
pub(super) struct SupposedRoute {
    pub arn: String,
    pub weights: Vec<(String, i32)>,
}

impl SupposedRoute {
    pub(super) fn change(&mut self, change: &WeightChange) {
        if change.route == self.arn {
            self.weights.clone_from(&change.weights);
        }
    }

    pub(super) fn seen(&self) -> Route {
        Route { arn: self.arn.clone(), kind: self.kind(), state: RouteState::Forward(self.listed()), stickiness: None }
    }

    pub(super) fn as_listed(&self) -> ListedRoute {
        let is_rule = self.kind() == RouteKind::Rule;
        ListedRoute {
            arn: self.arn.clone(),
            kind: self.kind(),
            port: Some(443),
            protocol: None,
            host: None,
            priority: is_rule.then(|| "1".to_owned()),
            conditions: String::new(),
            weights: self.listed(),
        }
    }

    /// ARN of its load balancer.
    pub(super) fn load_balancer(&self) -> Option<String> {
        Arn::parse(&self.arn).ok()?.load_balancer()
    }

    fn kind(&self) -> RouteKind {
        if self.arn.contains(":listener/") { RouteKind::Listener } else { RouteKind::Rule }
    }

    fn listed(&self) -> Vec<Weight> {
        self.weights.iter().map(|(group, weight)| Weight { target_group: group.clone(), weight: *weight }).collect()
    }
}
