//! Which Jobs hooks may be: what the definitions cannot tell of one, and what the binding lists for it. The types of the
//! API hold no privilege and nothing of a node; what is left are names of Secrets and ServiceAccounts, which the operator
//! would put into a Pod for somebody who may not do that himself.

use std::collections::BTreeSet;

use sluice_api::well_formed::is_object_name;
use sluice_api::{AwsBindingSpec, DeploymentGroupSpec, HookContainer, HookPodSpec, JobHook, Reason, matches_pattern};

use super::hook_hosts::authorize_hook_url;
use crate::refusal::Refusal;

/// Longest template of one Job, in bytes of JSON: it is pinned in the status of each Deployment.
pub const LONGEST_TEMPLATE: usize = 4 * 1024;

/// Beginning of the variables that tell of the release.
const OURS: &str = "SLUICE_";

/// Whether the Job of a hook can be made, as far as it can be told from its template.
pub fn check_job(hook: &str, job: &JobHook) -> Result<(), Refusal> {
    let refuse =
        |message: String| Err(Refusal::new(Reason::InvalidValue, format!("spec.hooks: the Job of {hook}: {message}")));
    let length = template_length(job);
    if length > LONGEST_TEMPLATE {
        return refuse(format!(
            "its template has {length} bytes: write at most {LONGEST_TEMPLATE}; keep scripts in the image, or in a ConfigMap"
        ));
    }
    let pod = job.pod();
    if pod.containers.is_empty() {
        return refuse("containers: write at least one".to_owned());
    }
    match containers(pod).or_else(|| volumes(pod)).or_else(|| metadata(job)).or_else(|| names(pod)) {
        Some(message) => refuse(message),
        None => Ok(()),
    }
}

/// How long the template is, in bytes of JSON.
#[must_use]
pub fn template_length(job: &JobHook) -> usize {
    serde_json::to_string(job).map_or(LONGEST_TEMPLATE + 1, |text| text.len())
}

/// Whether the binding admits what the hooks name outside of AWS: hosts, Secrets, ServiceAccounts.
pub fn authorize_hooks(binding: &AwsBindingSpec, settings: &DeploymentGroupSpec) -> Result<(), Refusal> {
    let binding = (settings.aws.binding.as_str(), binding);
    for hook in &settings.hooks {
        if let Some(job) = &hook.job {
            authorize_job(binding, &hook.name, job)?;
        }
        if let Some(http) = &hook.http {
            authorize_hook_url(binding, &format!("spec.hooks: {}.http.url", hook.name), &http.url)?;
            if let Some(from) = &http.headers_from {
                authorize_headers(binding, &hook.name, &from.secret_ref.name)?;
            }
        }
    }
    Ok(())
}

/// Whether the binding lists every Secret and the ServiceAccount of a hook's Job.
pub fn authorize_job(
    (binding_name, binding): (&str, &AwsBindingSpec),
    hook: &str,
    job: &JobHook,
) -> Result<(), Refusal> {
    let pod = job.pod();
    let account = pod.service_account_name.iter().map(|name| ("serviceAccountName", name.as_str()));
    let accounts = account.map(|named| (named, "allowedHookServiceAccounts", &binding.allowed_hook_service_accounts));
    let secrets = pod.secrets().map(|named| (named, "allowedHookSecrets", &binding.allowed_hook_secrets));
    for ((field, name), list, allowed) in accounts.chain(secrets) {
        authorize_name((binding_name, (list, allowed.as_deref())), &format!("spec.hooks: {hook}.job: {field}"), name)?;
    }
    Ok(())
}

/// Whether the binding lists the Secret that the headers of a hook come from.
pub fn authorize_headers(
    (binding_name, binding): (&str, &AwsBindingSpec),
    hook: &str,
    secret: &str,
) -> Result<(), Refusal> {
    let list = ("allowedHookSecrets", binding.allowed_hook_secrets.as_deref());
    authorize_name((binding_name, list), &format!("spec.hooks: {hook}.http.headersFrom"), secret)
}

/// A list that is not there lists nothing.
fn authorize_name(
    (binding, (list, allowed)): (&str, (&str, Option<&[String]>)),
    field: &str,
    name: &str,
) -> Result<(), Refusal> {
    let allowed = allowed.unwrap_or_default();
    if allowed.iter().any(|pattern| matches_pattern(pattern, name)) {
        return Ok(());
    }
    let known = if allowed.is_empty() { "none".to_owned() } else { allowed.join(", ") };
    let message = format!(
        "{field}: AwsBinding {binding} does not admit {name}: leave it out, or ask an admin to add it to {list}, which has {known}"
    );
    Err(Refusal::new(Reason::NotAdmitted, message))
}

/// What is no name of an object, or none of a container or a volume.
fn names(pod: &HookPodSpec) -> Option<String> {
    let account = pod.service_account_name.iter().map(|name| ("serviceAccountName", name.as_str()));
    let maps = pod.volumes.iter().flatten().filter_map(|volume| volume.config_map.as_ref());
    let maps = maps.map(|map| ("volumes", map.name.as_str()));
    let objects = account.chain(maps).chain(pod.secrets()).find(|(_, name)| !is_object_name(name));
    let containers = pod.all_containers().map(|(field, container)| (field, container.name.as_str()));
    let volumes = pod.volumes.iter().flatten().map(|volume| ("volumes", volume.name.as_str()));
    let is_label = |name: &str| is_object_name(name) && !name.contains('.') && name.len() <= 63;
    let labels = || containers.chain(volumes).find(|(_, name)| !is_label(name));
    let (field, name) = objects.or_else(labels)?;
    Some(format!("{field}: {name:?} is no name: write lower case letters, digits and hyphens, such as smoke"))
}

/// Whether a text is the name of a variable.
fn is_variable(name: &str) -> bool {
    let is_of_a_name = |one: char| one.is_ascii_alphanumeric() || one == '_';
    !name.is_empty() && !name.starts_with(|one: char| one.is_ascii_digit()) && name.chars().all(is_of_a_name)
}

fn containers(pod: &HookPodSpec) -> Option<String> {
    let mut names = BTreeSet::new();
    let volumes: BTreeSet<&str> = pod.volumes.iter().flatten().map(|volume| volume.name.as_str()).collect();
    pod.all_containers().find_map(|(field, container)| {
        if !names.insert(container.name.as_str()) {
            return Some(format!("{field}: two have the name {}: give each a name of its own", container.name));
        }
        let mounted = container.volume_mounts.iter().flatten().find(|mount| !volumes.contains(mount.name.as_str()));
        if let Some(mount) = mounted {
            return Some(format!(
                "{field}: {} mounts {}, which is no volume: add it to volumes",
                container.name, mount.name
            ));
        }
        variables(container).map(|message| format!("{field}: {}: env: {message}", container.name))
    })
}

fn variables(container: &HookContainer) -> Option<String> {
    container.env.iter().flatten().find_map(|variable| {
        let name = &variable.name;
        if !is_variable(name) {
            return Some(format!("{name:?} is no name: write letters, digits and underscores, such as SUITE"));
        }
        if name.starts_with(OURS) {
            return Some(format!("{name} begins with {OURS}, as what the operator sets does: give it another name"));
        }
        let sources =
            variable.value_from.as_ref().map(|from| [from.config_map_key_ref.is_some(), from.secret_key_ref.is_some()]);
        let count = sources.map(|each| each.into_iter().filter(|is_set| *is_set).count());
        let is_clear = match count {
            None => true,
            Some(count) => count == 1 && variable.value.is_none(),
        };
        (!is_clear).then(|| format!("{name} has more or less than one value: write value, or one source in valueFrom"))
    })
}

fn volumes(pod: &HookPodSpec) -> Option<String> {
    pod.volumes.iter().flatten().find_map(|volume| {
        let kinds = [volume.empty_dir.is_some(), volume.config_map.is_some(), volume.secret.is_some()];
        let is_clear = kinds.into_iter().filter(|is_set| *is_set).count() == 1;
        (!is_clear)
            .then(|| format!("volumes: {} is none of emptyDir, configMap and secret: write one of these", volume.name))
    })
}

fn metadata(job: &JobHook) -> Option<String> {
    let metadata = job.template.spec.template.metadata.as_ref()?;
    let keys = metadata.labels.iter().chain(&metadata.annotations).flat_map(|map| map.keys());
    let is_reserved = |key: &&String| {
        let domain = key.split_once('/').map_or("", |(domain, _)| domain);
        ["kubernetes.io", "k8s.io", "sluice.dev"]
            .iter()
            .any(|own| domain == *own || domain.ends_with(&format!(".{own}")))
            || ["job-name", "controller-uid"].contains(&key.as_str())
    };
    keys.into_iter()
        .find(is_reserved)
        .map(|key| format!("metadata: {key} is for Kubernetes and Sluice to set: leave it out"))
}
