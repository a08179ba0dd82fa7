//! Listener rules and listeners, and the weights of their forward actions.

use jiff::SignedDuration;
use serde::Serialize;

use crate::fraction::Fraction;

/// A listener rule, or a listener's default rule.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Route {
    /// ARN of the rule or the listener.
    pub arn: String,
    /// Whether it is a listener's default rule, or a rule.
    pub kind: RouteKind,
    /// What the load balancer answers about it.
    pub state: RouteState,
    /// How long a client sticks to the target group that it was sent to first, whatever the weights become; none when
    /// clients do not stick. (ELBv2 user guide, "Sticky sessions": target group stickiness of a forward action.)
    pub stickiness: Option<SignedDuration>,
}

impl Route {
    /// The weights; empty when it does not forward.
    #[must_use]
    pub fn weights(&self) -> &[Weight] {
        match &self.state {
            RouteState::Forward(weights) => weights,
            RouteState::Missing | RouteState::DefaultRule | RouteState::NoForward => &[],
        }
    }

    /// Weight of a target group; none when the route does not forward to it.
    #[must_use]
    pub fn weight_of(&self, target_group: &str) -> Option<i32> {
        self.weights().iter().find(|weight| weight.target_group == target_group).map(|weight| weight.weight)
    }

    /// Share of a target group; none of it where the route does not forward to it, or to nothing.
    pub(crate) fn share_of(&self, target_group: &str) -> Fraction {
        let sum = self.weights().iter().map(|weight| weight.weight).sum();
        Fraction::of(self.weight_of(target_group).unwrap_or(0), sum)
    }
}

/// Which call changes a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum RouteKind {
    /// A listener rule: ModifyRule.
    Rule,
    /// A listener's default rule: ModifyListener.
    Listener,
}

/// What the load balancer answers about a route.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum RouteState {
    /// It does not exist.
    Missing,
    /// It is a default rule, named by its rule ARN, on which ModifyRule is refused.
    DefaultRule,
    /// It has no forward action.
    NoForward,
    /// It forwards, with these weights.
    Forward(Vec<Weight>),
}

/// One target group of a forward action, and its weight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Weight {
    /// ARN of the target group.
    pub target_group: String,
    /// 0 to 999.
    pub weight: i32,
}
