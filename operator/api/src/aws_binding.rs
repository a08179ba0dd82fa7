//! AwsBinding: which namespaces may use which AWS resources, and as whom.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::hook_host::AllowedHookHost;
use crate::input_rules;

/// Admits namespaces to AWS resources. Written by admins; without one that admits the namespace,
/// nothing in AWS is called.
#[derive(CustomResource, KubeSchema, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "sluice.dev",
    version = "v1alpha1",
    kind = "AwsBinding",
    doc = "Admits namespaces to AWS resources, such as those with the label team: shop to arn:aws:ecs:eu-west-1:123456789012:service/prod/*. Written by admins; without one that admits the namespace, nothing in AWS is called.",
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
    #[schemars(length(min = 1, max = 40), inner(length(max = 32)))]
    #[x_kube(validation = input_rules::regions())]
    pub regions: Vec<String>,
    /// Patterns that every ARN must match which a group names: its service, target groups, listeners and rules, and the
    /// service discovery registries of its task sets. A star stands for any run of characters.
    #[schemars(length(min = 1, max = 100), inner(length(max = 400)))]
    #[x_kube(validation = input_rules::arn_patterns())]
    pub allowed_arns: Vec<String>,
    /// Patterns of the families of task definitions that may be released, such as shop-*. They are of the account and the
    /// region of the group in any case. Without this list: every family.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 100), inner(length(max = 255)))]
    #[x_kube(validation = input_rules::name_patterns("shop-*"))]
    pub allowed_task_definitions: Option<Vec<String>>,
    /// Subnets that tasks may be put into, as ids or patterns of them. Without this list: every subnet that the account
    /// may use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 100), inner(length(max = 64)))]
    #[x_kube(validation = input_rules::name_patterns("subnet-0a1b2c3d4e5f60718"))]
    pub allowed_subnets: Option<Vec<String>>,
    /// Security groups that tasks may be given, as ids or patterns of them. Without this list: every one of the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 100), inner(length(max = 64)))]
    #[x_kube(validation = input_rules::name_patterns("sg-0a1b2c3d4e5f60718"))]
    pub allowed_security_groups: Option<Vec<String>>,
    /// Capacity providers that tasks may run on, as names or patterns of them. Without this list: every one of the
    /// cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 100), inner(length(max = 255)))]
    #[x_kube(validation = input_rules::name_patterns("FARGATE_SPOT"))]
    pub allowed_capacity_providers: Option<Vec<String>>,
    /// Hosts that HTTP hooks may be sent to, by https. Without this list: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 100))]
    pub allowed_hook_hosts: Option<Vec<AllowedHookHost>>,
    /// Lambda functions that hooks may be, as names or patterns of them, such as shop-*. They are of the account and the
    /// region of the group in any case. Without this list: every function that the operator's role may invoke.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 100), inner(length(max = 64)))]
    #[x_kube(validation = input_rules::name_patterns("shop-*"))]
    pub allowed_functions: Option<Vec<String>>,
    /// Repositories of ECR that are asked for the digest behind a tag, as names or patterns of them, such as acme/*. They are of
    /// the account and the region of the group in any case. Without this list: none, and a tag is released as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 100), inner(length(max = 256)))]
    #[x_kube(validation = input_rules::repository_patterns())]
    pub allowed_repositories: Option<Vec<String>>,
    /// Secrets that hooks may take headers from, or their Jobs may read, as names or patterns of them. Without this list:
    /// none, because a hook reads them by the operator's right and not by that of whoever wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 100), inner(length(max = 253)))]
    #[x_kube(validation = input_rules::object_name_patterns("allowedHookSecrets", "shop-hook-*"))]
    pub allowed_hook_secrets: Option<Vec<String>>,
    /// ServiceAccounts that Jobs of hooks may run as, with their token, as names or patterns of them. Without this list: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 100), inner(length(max = 253)))]
    #[x_kube(validation = input_rules::object_name_patterns("allowedHookServiceAccounts", "shop-hook"))]
    pub allowed_hook_service_accounts: Option<Vec<String>>,
}

/// As whom AWS is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum BindingIdentity {
    /// The operator's own identity, as the AWS SDK finds it in its Pod.
    Operator,
}
