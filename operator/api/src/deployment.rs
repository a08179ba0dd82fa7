//! Deployment: one release of one group.

use kube::{CustomResource, KubeSchema};
use serde::{Deserialize, Serialize};

use crate::deployment_overrides::Overrides;
use crate::deployment_status::DeploymentStatus;
use crate::input_rules;
use crate::revision::Revision;

/// One release of one DeploymentGroup. It ends once and stays ended.
#[derive(CustomResource, KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[kube(
    group = "sluice.dev",
    version = "v1alpha1",
    kind = "Deployment",
    doc = "One release of one DeploymentGroup, made by a change of revision or by hand, such as spec: {groupRef: prod, revision: {taskDefinition: shop:42}}. It ends once and stays ended.",
    namespaced,
    status = "DeploymentStatus",
    shortname = "sdep",
    category = "sluice",
    // An uninstall of their chart must not delete every object of the kind.
    annotation("helm.sh/resource-policy", "keep"),
    derive = "PartialEq",
    selectable = ".spec.groupRef",
    printcolumn(name = "Revision", type_ = "string", json_path = ".spec.revision.taskDefinition"),
    printcolumn(name = "Group", type_ = "string", json_path = ".spec.groupRef"),
    printcolumn(name = "Status", type_ = "string", json_path = ".status.summary.status"),
    printcolumn(name = "Step", type_ = "string", json_path = ".status.summary.step"),
    printcolumn(name = "Weight", type_ = "string", json_path = ".status.summary.weight"),
    printcolumn(name = "Health", type_ = "string", json_path = ".status.summary.health"),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp"),
    printcolumn(name = "Message", type_ = "string", json_path = ".status.message", priority = 1)
)]
#[x_kube(validation = Rule::new("!has(oldSelf.stop) || has(self.stop)")
    .message("stop: once set, it stays set: create another Deployment to release the revision after all"))]
#[x_kube(validation = Rule::new(
    "(has(self.overrides) && has(self.overrides.deploymentConfig)) == (has(oldSelf.overrides) && has(oldSelf.overrides.deploymentConfig))")
    .message("overrides.deploymentConfig is immutable: create another Deployment that moves its traffic otherwise"))]
#[x_kube(validation = Rule::new("has(self.retryOf) == has(oldSelf.retryOf)")
    .message("retryOf is immutable: create another Deployment"))]
#[serde(rename_all = "camelCase")]
pub struct DeploymentSpec {
    /// The DeploymentGroup in the same namespace.
    #[schemars(length(min = 1, max = 63))]
    #[x_kube(
        validation = input_rules::object_name(),
        validation = Rule::new("self == oldSelf")
            .message("groupRef is immutable: create another Deployment for another group")
    )]
    pub group_ref: String,
    /// What is released.
    #[x_kube(validation = Rule::new("self == oldSelf")
        .message("revision is immutable: create another Deployment for another revision"))]
    pub revision: Revision,
    /// Holds the deployment: traffic stays where it is. A failing replacement is rolled back all the same.
    #[serde(default)]
    pub paused: bool,
    /// Ends the deployment and returns all traffic to the original. Once set, it stays set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<Stop>,
    /// The Deployment of the same group and revision of which this one is a further try. Its group sets it where it tries
    /// again by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 253))]
    #[x_kube(
        validation = input_rules::object_name(),
        validation = Rule::new("self == oldSelf").message("retryOf is immutable: create another Deployment")
    )]
    pub retry_of: Option<String>,
    /// What it does otherwise than its group says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overrides: Option<Overrides>,
}

/// A request to stop.
#[derive(KubeSchema, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[x_kube(validation = Rule::new("self.rollback")
    .message("stop.rollback must be true: to leave traffic where it is, set spec.paused instead"))]
#[serde(rename_all = "camelCase")]
pub struct Stop {
    /// Whether traffic returns to the original. Always true.
    #[serde(default = "yes")]
    pub rollback: bool,
}

const fn yes() -> bool {
    true
}
