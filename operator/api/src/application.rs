//! Application: what is released.

use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::condition::UNSEEN;
use crate::promotion::Promotion;
use crate::revision::Revision;
use crate::vocabulary::{Health, Phase, StatusWord};

/// What is released. A change of its revision makes one Deployment in each of its DeploymentGroups.
#[derive(CustomResource, KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[kube(
    group = "sluice.dev",
    version = "v1alpha1",
    kind = "Application",
    doc = "What is released: change its revision, such as spec.revision.taskDefinition: shop:42, and each of its DeploymentGroups makes one Deployment.",
    namespaced,
    status = "ApplicationStatus",
    shortname = "sapp",
    category = "sluice",
    // An uninstall of their chart must not delete every object of the kind.
    annotation("helm.sh/resource-policy", "keep"),
    derive = "PartialEq",
    validation = Rule::new("size(self.metadata.name) <= 63")
        .message("metadata.name must have at most 63 characters"),
    printcolumn(name = "Desired", type_ = "string", json_path = ".status.summary.desired"),
    printcolumn(name = "Serving", type_ = "string", json_path = ".status.summary.serving"),
    printcolumn(name = "Status", type_ = "string", json_path = ".status.summary.status"),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp"),
    printcolumn(
        name = "Message", type_ = "string",
        json_path = ".status.conditions[?(@.type=='Ready')].message", priority = 1
    )
)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationSpec {
    /// Where it runs.
    pub compute_platform: ComputePlatform,
    /// What its groups release, unless a group pins a revision of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<Revision>,
    /// In which order its groups release a change of its revision. Default: all at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promotion: Option<Promotion>,
    /// How many ended Deployments are kept in each group. Older ones that the operator made are deleted.
    #[serde(default = "default_history_limit")]
    #[schemars(range(min = 1, max = 100))]
    pub revision_history_limit: i32,
    /// Begins no release in any of its groups while it is true. Releases in progress go on, and can be stopped.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub suspend: bool,
}

/// Where an Application runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ComputePlatform {
    /// Amazon ECS.
    #[default]
    #[serde(rename = "ECS")]
    Ecs,
}

/// What is seen of an Application.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("default" = {"observedGeneration": UNSEEN}))]
pub struct ApplicationStatus {
    /// Generation of the spec that this status is about; -1 until the operator has looked for the first time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// The group furthest from running decides.
    #[serde(default)]
    pub phase: Phase,
    /// The group in the worst health decides.
    #[serde(default)]
    pub health: Health,
    /// For the printer columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<ApplicationSummary>,
    /// One line per DeploymentGroup, in the order of their names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<ApplicationGroup>,
    /// Ready, Reconciling, Stalled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "crate::condition::sorted_conditions_schema")]
    pub conditions: Vec<Condition>,
}

/// What the printer columns of an Application show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationSummary {
    /// What is asked for, as family:revision, or a family; empty where nothing is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub desired: String,
    /// What receives traffic in its groups; each of them once.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub serving: String,
    /// The status of the group that most needs a look.
    pub status: StatusWord,
}

/// How one DeploymentGroup of an Application stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationGroup {
    /// Name of the DeploymentGroup.
    pub name: String,
    /// Where it stands.
    pub phase: Phase,
    /// Its runtime health.
    pub health: Health,
    /// The revision that serves most of its traffic, as family:revision; none where nothing does, or no one looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// The newest Deployment that was made for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment: Option<String>,
    /// What its next Deployment waits for before it begins. Only where the Application has a promotion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<GroupWait>,
}

/// What the next Deployment of a group waits for before it begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupWait {
    /// The Deployment.
    pub deployment: String,
    /// What it waits for.
    pub reason: String,
    /// Name of the group, the window or whatever else it is.
    pub name: String,
    /// Since when.
    pub since: Timestamp,
    /// Until when, where time ends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// The exact command that ends it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub how: String,
}

const fn default_history_limit() -> i32 {
    10
}
