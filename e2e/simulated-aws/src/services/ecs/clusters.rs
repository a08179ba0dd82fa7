//! Clusters.

use serde::Deserialize;
use serde_json::{Value, json};

use super::find::{self, DEFAULT_CLUSTER};
use super::tags::{Tag, includes_tags};
use super::{render, tags};
use crate::services::call::Call;
use crate::text::last_segment;
use crate::wire::error::ApiError;
use crate::world::services::{Cluster, ServiceStatus};
use crate::world::tasks::Phase;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Create {
    cluster_name: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

/// Creates a cluster; one that exists is returned as it is.
pub fn create(call: &mut Call<'_>, input: Create) -> Result<Value, ApiError> {
    let name = input.cluster_name.unwrap_or_else(|| DEFAULT_CLUSTER.to_owned());
    let tags = tags::map(&input.tags)?;
    let arn = call.region.ecs_arn(&format!("cluster/{name}"));
    // One that was deleted leaves nothing behind but its name.
    call.region.clusters.retain(|_, cluster| cluster.is_active || cluster.name != name);
    let cluster = call.region.clusters.entry(name.clone()).or_insert_with(|| Cluster::new(name, arn, tags));
    Ok(json!({"cluster": render::cluster(cluster, true)}))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Describe {
    #[serde(default)]
    clusters: Vec<String>,
    #[serde(default)]
    include: Vec<String>,
}

/// Describes clusters.
pub fn describe(call: &Call<'_>, input: &Describe) -> Result<Value, ApiError> {
    let with_tags =
        includes_tags(&input.include, &["ATTACHMENTS", "CONFIGURATIONS", "SETTINGS", "STATISTICS", "TAGS"])?;
    let mut found = Vec::new();
    let mut failures = Vec::new();
    let default = [DEFAULT_CLUSTER.to_owned()];
    let names = if input.clusters.is_empty() { default.as_slice() } else { &input.clusters };
    for name in names {
        match call.region.cluster(name) {
            Some(cluster) => found.push(render::cluster(cluster, with_tags)),
            None => failures.push(json!({
                "arn": call.region.ecs_arn(&format!("cluster/{}", last_segment(name))),
                "reason": "MISSING",
            })),
        }
    }
    Ok(json!({"clusters": found, "failures": failures}))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Delete {
    cluster: String,
}

/// Deletes a cluster that has neither services nor tasks. It stays describable, as INACTIVE.
pub fn delete(call: &mut Call<'_>, input: &Delete) -> Result<Value, ApiError> {
    let cluster = find::cluster(call, Some(&input.cluster))?;
    if cluster.services.values().any(|service| service.status == ServiceStatus::Active) {
        return Err(ApiError::new(
            "ClusterContainsServicesException",
            "The Cluster cannot be deleted while Services are active.",
        ));
    }
    if cluster.tasks.values().any(|task| task.phase != Phase::Stopped) {
        return Err(ApiError::new(
            "ClusterContainsTasksException",
            "The Cluster cannot be deleted while Tasks are active.",
        ));
    }
    cluster.is_active = false;
    Ok(json!({"cluster": render::cluster(cluster, true)}))
}
