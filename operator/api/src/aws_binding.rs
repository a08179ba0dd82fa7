//! AwsBinding: which namespaces may use which AWS resources, and as whom.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Admits namespaces to AWS resources. Written by admins; without one that admits the namespace,
/// nothing in AWS is called.
#[derive(CustomResource, KubeSchema, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "sluice.dev",
    version = "v1alpha1",
    kind = "AwsBinding",
    shortname = "sab",
    category = "sluice",
    // An uninstall of their chart must not delete every object of the kind.
    annotation("helm.sh/resource-policy", "keep"),
    derive = "PartialEq",
    printcolumn(name = "Identity", type_ = "string", json_path = ".spec.identity"),
    printcolumn(name = "Regions", type_ = "string", json_path = ".spec.regions"),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp")
)]
#[serde(rename_all = "camelCase")]
pub struct AwsBindingSpec {
    /// As whom AWS is called.
    pub identity: BindingIdentity,
    /// Which namespaces may name this binding. An empty selector, {}, admits every namespace.
    pub namespace_selector: LabelSelector,
    /// The regions that may be used.
    #[schemars(length(min = 1, max = 40), inner(regex(pattern = "^[a-z]{2}(-[a-z]+)+-[0-9]$")))]
    pub regions: Vec<String>,
    /// Patterns that every ARN must match which a group names: its service, target groups, listeners and rules.
    /// A star stands for any run of characters.
    #[schemars(length(min = 1, max = 100), inner(regex(pattern = r"^(arn:.+|\*)$"), length(max = 400)))]
    pub allowed_arns: Vec<String>,
}

/// As whom AWS is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum BindingIdentity {
    /// The operator's own identity, as the AWS SDK finds it in its Pod.
    Operator,
}
