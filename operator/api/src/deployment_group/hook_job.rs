//! A hook that is a Job. These types hold what a Job may be made of, and nothing else: what gives a Pod a privilege, a part
//! of its node or an identity cannot be written, so that nobody gets by the operator what he may not make himself.
//!
//! What else a Job must be is no rule of the schema, whose budget it would take several times over, but asked by the operator
//! before anything begins (`admission/hook_jobs.rs` of the planner).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::hook_container::{HookContainer, HookVolume, NameReference};

/// A Job that is made in the group's namespace. That it completes is its verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct JobHook {
    /// What the Job is made from, as in a CronJob.
    pub template: HookJobTemplate,
}

/// What a Job is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HookJobTemplate {
    /// The Job. It runs one Pod, once: retries are those of the hook, and so is the time.
    pub spec: HookJobSpec,
}

/// A Job of one Pod.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HookJobSpec {
    /// The Pod.
    pub template: HookPodTemplate,
}

/// A Pod.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HookPodTemplate {
    /// Labels and annotations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<HookPodMetadata>,
    /// What runs.
    pub spec: HookPodSpec,
}

/// Labels and annotations of a Pod.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HookPodMetadata {
    /// Labels, but for those of Kubernetes and of Sluice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("maxProperties" = 16))]
    pub labels: Option<BTreeMap<String, String>>,
    /// Annotations, but for those of Kubernetes and of Sluice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("maxProperties" = 16))]
    pub annotations: Option<BTreeMap<String, String>>,
}

/// What a Pod of a hook may be: without privileges, without anything of its node, and without a token of its ServiceAccount
/// unless the AwsBinding lists that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HookPodSpec {
    /// Never, and it is so without being said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restart_policy: Option<HookRestartPolicy>,
    /// What runs side by side.
    #[schemars(length(min = 1, max = 4))]
    pub containers: Vec<HookContainer>,
    /// What runs before that, one after the other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 4))]
    pub init_containers: Option<Vec<HookContainer>>,
    /// Folders of the containers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 8))]
    pub volumes: Option<Vec<HookVolume>>,
    /// A ServiceAccount that the AwsBinding lists in allowedHookServiceAccounts. Default: the namespace's own, without its
    /// token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 253))]
    pub service_account_name: Option<String>,
    /// Secrets for the registries of the images, which the AwsBinding lists in allowedHookSecrets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 4))]
    pub image_pull_secrets: Option<Vec<NameReference>>,
    /// Labels that the node must have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("maxProperties" = 8))]
    pub node_selector: Option<BTreeMap<String, String>>,
    /// As whom the containers run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_context: Option<HookPodSecurityContext>,
}

/// That a Pod which fails is not started again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum HookRestartPolicy {
    /// It is not.
    Never,
}

/// As whom the containers of a Pod run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HookPodSecurityContext {
    /// Refuses images that run as root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_as_non_root: Option<bool>,
    /// Number of the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 4_294_967_294_i64))]
    pub run_as_user: Option<i64>,
    /// Number of the group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 4_294_967_294_i64))]
    pub run_as_group: Option<i64>,
    /// Group of the files in volumes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 4_294_967_294_i64))]
    pub fs_group: Option<i64>,
}

impl JobHook {
    /// The Pod.
    #[must_use]
    pub fn pod(&self) -> &HookPodSpec {
        &self.template.spec.template.spec
    }
}

impl HookPodSpec {
    /// Containers that run before the others, and these, with the field that they are in.
    pub fn all_containers(&self) -> impl Iterator<Item = (&'static str, &HookContainer)> {
        let init = self.init_containers.iter().flatten().map(|one| ("initContainers", one));
        init.chain(self.containers.iter().map(|one| ("containers", one)))
    }

    /// Every Secret that the Pod reads or is made with, and the field that names it.
    pub fn secrets(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let env = self.all_containers().flat_map(|(_, container)| container.secrets()).map(|name| ("env", name));
        let volumes = self.volumes.iter().flatten().filter_map(|volume| volume.secret.as_ref());
        let volumes = volumes.map(|secret| ("volumes", secret.secret_name.as_str()));
        let pulls = self.image_pull_secrets.iter().flatten().map(|secret| ("imagePullSecrets", secret.name.as_str()));
        env.chain(volumes).chain(pulls)
    }
}
