//! A service that something else deploys, from which a group takes the traffic.

use kube::KubeSchema;
use kube::core::Rule;
use serde::{Deserialize, Serialize};

use super::location::EcsService;
use crate::input_rules;

/// A service that something else deploys today, such as ECS, CodeDeploy or another group, and that serves.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Adoption {
    /// Name of the service, such as shop-rolling. Its target group is one of the pair.
    #[schemars(length(max = 255))]
    #[x_kube(validation = input_rules::service())]
    pub service: String,
    /// Name of its cluster. Default: that of ecs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 255))]
    #[x_kube(validation = input_rules::cluster())]
    pub cluster: Option<String>,
    /// That it is kept: it is never scaled or deleted, and the last message of the release says the command that retires it.
    /// Nothing but true can be written. Default: true.
    #[serde(default = "is_kept")]
    #[x_kube(validation = Rule::new("self")
        .message("adopt.keep must be true: the service that is adopted is never scaled or deleted; the last message of its release says the command that retires it"))]
    pub keep: bool,
}

impl Adoption {
    /// Name of its cluster, in a group with this service.
    #[must_use]
    pub fn cluster_of<'a>(&'a self, own: &'a EcsService) -> &'a str {
        self.cluster.as_deref().unwrap_or(&own.cluster)
    }
}

pub(super) fn is_of_another_service() -> Rule {
    Rule::new("!has(self.spec.adopt) || self.spec.adopt.service != self.spec.ecs.service || (has(self.spec.adopt.cluster) && self.spec.adopt.cluster != self.spec.ecs.cluster)")
        .message("adopt.service: it is the service of ecs itself: name the one that serves today, such as shop-rolling, and in ecs one with the EXTERNAL deployment controller")
}

pub(super) fn has_a_load_balancer() -> Rule {
    Rule::new("!has(self.spec.adopt) || has(self.spec.loadBalancer)").message(
        "adopt needs a load balancer, by whose weights the traffic moves: write loadBalancer and container, or leave adopt out",
    )
}

const fn is_kept() -> bool {
    true
}
