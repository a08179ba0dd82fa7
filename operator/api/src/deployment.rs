//! Deployment: one release of one group.

use kube::{CustomResource, KubeSchema};
use serde::{Deserialize, Serialize};

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
