//! A hook that is asked by HTTP.

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::free_form::FreeForm;
use crate::input_rules;

/// A host that is asked by POST, with JSON.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpHook {
    /// An https URL of a host that the AwsBinding lists in allowedHookHosts.
    #[schemars(length(min = 1, max = 2048))]
    #[x_kube(validation = input_rules::hook_url())]
    pub url: String,
    /// Headers besides, such as Authorization. Needs the operator's right to read the Secret: hooks.secretNames of its chart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headers_from: Option<HeadersFrom>,
    /// What the host is told besides, as it is, such as {suite: quick}. At most 1 KiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<FreeForm>,
}

/// Where headers come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HeadersFrom {
    /// A Secret of the group's namespace: its keys are names of headers. The AwsBinding lists it in allowedHookSecrets.
    pub secret_ref: SecretReference,
}

/// A Secret of the group's namespace.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SecretReference {
    /// Its name.
    #[schemars(length(min = 1, max = 253))]
    #[x_kube(validation = input_rules::object_name())]
    pub name: String,
}
