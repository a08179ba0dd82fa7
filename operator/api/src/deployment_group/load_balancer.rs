//! The target groups of a group and its routes.

use kube::KubeSchema;
use serde::{Deserialize, Serialize};

use super::production_route::ProductionRoute;
use super::test_route::TestRoute;
use crate::arn::{Arn, LoadBalancerKind};
use crate::input_rules;

/// The pair of target groups and the routes that split traffic between them.
#[derive(KubeSchema, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[x_kube(validation = TestRoute::is_no_production_route(), validation = TestRoute::is_of_the_same_load_balancer())]
#[serde(rename_all = "camelCase")]
pub struct LoadBalancer {
    /// ARNs of the two target groups. The roles swap at each release.
    #[schemars(length(min = 2, max = 2), inner(length(max = 256)))]
    #[x_kube(
        validation = input_rules::target_groups(),
        validation = Rule::new("self[0] != self[1]")
            .message("loadBalancer.targetGroups: the two target groups must differ: a release needs one for each task set")
    )]
    pub target_groups: Vec<String>,
    /// The listener rules, or listeners for their default rule, that carry production traffic. Each must forward
    /// to both target groups.
    #[schemars(length(min = 1, max = 100))]
    #[x_kube(validation = Rule::new("self.all(r, self.exists_one(s, s == r))")
        .message("loadBalancer.productionRoutes: each route may be named once"))]
    pub production_routes: Vec<ProductionRoute>,
    /// The listener rule, or the listener, on which a replacement is tried before production traffic moves. It is switched
    /// to the replacement once that is healthy, returns with a rollback, and else stays where production is in the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_route: Option<TestRoute>,
}

impl LoadBalancer {
    /// Whether there is none: a list that is written has an item, so that this is what nobody wrote.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Every route that is named: those of production in their order, then the test route.
    #[must_use]
    pub fn named_routes(&self) -> Vec<ProductionRoute> {
        let test = self.test_route.as_ref().map(TestRoute::route);
        self.production_routes.iter().cloned().chain(test).collect()
    }

    /// Whether it is a Network Load Balancer, by the ARNs of its production routes: its weights count for new connections,
    /// and work late.
    #[must_use]
    pub fn is_network(&self) -> bool {
        let kind = |route: &ProductionRoute| Arn::parse(route.arn()).ok().and_then(|arn| arn.load_balancer_kind());
        self.production_routes.iter().any(|route| kind(route) == Some(LoadBalancerKind::Network))
    }
}
