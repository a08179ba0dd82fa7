//! What is kept of each kind: nothing that is not read. A tenant may write a megabyte into the metadata of an object.

use std::fmt::Debug;
use std::sync::Arc;

use k8s_openapi::api::core::v1::Namespace;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ManagedFieldsEntry;
use kube::api::ObjectMeta;
use kube::core::PartialObjectMeta;
use kube::{Resource, ResourceExt};
use serde::de::DeserializeOwned;
use sluice_api::{
    Application, AwsBinding, Deployment, DeploymentConfig, DeploymentGroup, DeploymentGroupSpec, FINALIZER,
    GROUP_LABEL, SEQUENCE_LABEL,
};
use sluice_plan::admission::claims::{resources, service_of};

use super::changes::{Change, Diff};

/// A kind of which copies are kept.
pub trait Kept: Resource<DynamicType = ()> + Clone + Debug + DeserializeOwned + Send + Sync + 'static {
    /// Takes away what is never read.
    fn trim(&mut self) {
        trim(self.meta_mut());
    }

    /// What it is found by, besides its name.
    fn keys(&self) -> Vec<String> {
        Vec::new()
    }

    /// A change of one of them, as it is told.
    fn change(old: Option<Arc<Self>>, new: Option<Arc<Self>>) -> Change;
}

/// Key of the Deployments of a group.
#[must_use]
pub fn of_group(namespace: &str, group: &str) -> String {
    format!("group {namespace}/{group}")
}

/// Key of the groups of an Application.
#[must_use]
pub fn of_application(namespace: &str, application: &str) -> String {
    format!("application {namespace}/{application}")
}

/// Keys of what only one group may have: its service, its routes and its target groups.
#[must_use]
pub fn claims(settings: &DeploymentGroupSpec) -> Vec<String> {
    resources(settings).iter().map(|resource| claim(resource)).collect()
}

/// Key of what only one group may have.
#[must_use]
pub fn claim(resource: &str) -> String {
    format!("claim {resource}")
}

/// Key of an ECS service.
#[must_use]
pub fn service(settings: &DeploymentGroupSpec) -> String {
    claim(&service_of(settings))
}

impl Kept for Deployment {
    /// Who made one by hand is told in the history of its group, as what the client called itself.
    fn trim(&mut self) {
        let first = self.metadata.managed_fields.take().and_then(|entries| {
            entries
                .into_iter()
                .filter(|one| one.subresource.is_none())
                .min_by_key(|one| one.time.as_ref().map(|at| at.0))
        });
        let owners = self.metadata.owner_references.take().map(|owners| {
            owners.into_iter().filter(|owner| owner.controller == Some(true)).take(1).collect::<Vec<_>>()
        });
        trim(self.meta_mut());
        // What a group made is deleted by that group alone.
        self.metadata.owner_references = owners.filter(|owners| !owners.is_empty());
        let is_made_by_hand = !self.labels().contains_key(SEQUENCE_LABEL);
        let manager = first.and_then(|first| first.manager).filter(|_| is_made_by_hand);
        self.metadata.managed_fields =
            manager.map(|manager| vec![ManagedFieldsEntry { manager: Some(manager), ..ManagedFieldsEntry::default() }]);
    }

    fn keys(&self) -> Vec<String> {
        let namespace = self.namespace().unwrap_or_default();
        let pinned = self.status.as_ref().and_then(|status| status.settings.as_ref()).map(service);
        std::iter::once(of_group(&namespace, &self.spec.group_ref)).chain(pinned).collect()
    }

    fn change(old: Option<Arc<Self>>, new: Option<Arc<Self>>) -> Change {
        Change::Deployment(Diff { old, new })
    }
}

impl Kept for DeploymentGroup {
    fn keys(&self) -> Vec<String> {
        let namespace = self.namespace().unwrap_or_default();
        let mut keys = claims(&self.spec);
        // What it has and does not name any more may still be in use.
        keys.extend(self.status.iter().flat_map(|status| &status.claims).map(|held| claim(&held.resource)));
        keys.push(of_application(&namespace, &self.spec.application_ref));
        keys
    }

    fn change(old: Option<Arc<Self>>, new: Option<Arc<Self>>) -> Change {
        Change::Group(Diff { old, new })
    }
}

impl Kept for Application {
    fn change(old: Option<Arc<Self>>, new: Option<Arc<Self>>) -> Change {
        Change::Application(Diff { old, new })
    }
}

impl Kept for AwsBinding {
    fn change(old: Option<Arc<Self>>, new: Option<Arc<Self>>) -> Change {
        Change::Binding(Diff { old, new })
    }
}

impl Kept for DeploymentConfig {
    fn change(old: Option<Arc<Self>>, new: Option<Arc<Self>>) -> Change {
        Change::Config(Diff { old, new })
    }
}

impl Kept for PartialObjectMeta<Namespace> {
    /// Selectors may ask for any label.
    fn trim(&mut self) {
        let labels = self.meta_mut().labels.take();
        trim(self.meta_mut());
        self.meta_mut().labels = labels;
    }

    fn change(old: Option<Arc<Self>>, new: Option<Arc<Self>>) -> Change {
        Change::Namespace(Diff { old, new })
    }
}

/// Leaves of the metadata what is read. Of labels and finalizers those are ours.
fn trim(metadata: &mut ObjectMeta) {
    let full = std::mem::take(metadata);
    let labels = full.labels.map(|mut labels| {
        labels.retain(|name, _| name == GROUP_LABEL || name == SEQUENCE_LABEL);
        labels
    });
    let finalizers = full.finalizers.map(|finalizers| finalizers.into_iter().filter(|one| one == FINALIZER).collect());
    *metadata = ObjectMeta {
        name: full.name,
        namespace: full.namespace,
        uid: full.uid,
        resource_version: full.resource_version,
        generation: full.generation,
        creation_timestamp: full.creation_timestamp,
        deletion_timestamp: full.deletion_timestamp,
        labels: labels.filter(|labels| !labels.is_empty()),
        finalizers,
        ..ObjectMeta::default()
    };
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn of_a_deployment_that_was_made_by_hand_the_client_that_made_it_is_kept() {
        let mut deployment: Deployment = serde_json::from_value(json!({
            "apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment",
            "metadata": {"name": "by-hand", "managedFields": [
                {"manager": "sluice/status", "subresource": "status", "time": "2026-11-21T12:00:00Z"},
                {"manager": "kubectl-edit", "time": "2026-11-21T12:00:02Z", "fieldsV1": {"f:spec": {}}},
                {"manager": "kubectl-create", "time": "2026-11-21T12:00:00Z", "fieldsV1": {"f:spec": {}}},
            ]},
            "spec": {"groupRef": "prod", "revision": {"taskDefinition": "shop:42"}},
        }))
        .unwrap();
        for _ in 0..2 {
            deployment.trim();
            let kept = serde_json::to_value(&deployment.metadata).unwrap();
            assert_eq!(kept, json!({"name": "by-hand", "managedFields": [{"manager": "kubectl-create"}]}));
        }
    }

    #[test]
    fn of_the_metadata_only_what_is_read_is_kept() {
        let owners: Vec<_> = (0..3)
            .map(|number| json!({"apiVersion": "v1", "kind": "ConfigMap", "name": "x", "uid": number.to_string()}))
            .collect();
        let mut deployment: Deployment = serde_json::from_value(json!({
            "apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment",
            "metadata": {
                "name": "prod-1", "namespace": "shop", "uid": "1", "resourceVersion": "7", "generation": 2,
                "creationTimestamp": "2026-11-21T12:00:00Z", "deletionTimestamp": "2026-11-21T12:00:01Z",
                "labels": {GROUP_LABEL: "prod", SEQUENCE_LABEL: "1", "team": "shop"},
                "annotations": {"note": "x"}, "ownerReferences": owners,
                "finalizers": [FINALIZER, "example.com/other"], "managedFields": [{"manager": "kubectl"}],
            },
            "spec": {"groupRef": "prod", "revision": {"taskDefinition": "shop:42"}},
        }))
        .unwrap();
        deployment.trim();
        assert_eq!(
            serde_json::to_value(&deployment.metadata).unwrap(),
            json!({
                "name": "prod-1", "namespace": "shop", "uid": "1", "resourceVersion": "7", "generation": 2,
                "creationTimestamp": "2026-11-21T12:00:00Z", "deletionTimestamp": "2026-11-21T12:00:01Z",
                "labels": {GROUP_LABEL: "prod", SEQUENCE_LABEL: "1"}, "finalizers": [FINALIZER],
            })
        );
    }
}
