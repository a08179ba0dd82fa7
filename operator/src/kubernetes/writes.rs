//! Writes of objects, and reads that must be as of now. Whatever the API server answers is in the copy before they return.

use std::fmt::Debug;

use kube::api::{DeleteParams, ListParams, Patch, PatchParams, PostParams, Preconditions};
use kube::core::object::HasStatus;
use kube::core::{NamespaceResourceScope, Request};
use kube::runtime::reflector::ObjectRef;
use kube::{Api, ResourceExt};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sluice_api::FINALIZER;

use super::copies::Copies;
use super::kept::Kept;
use super::requests::{is_conflict, is_invalid, is_not_found, read, write};
use crate::error::ReconcileError;
use crate::metrics::KubernetesWrite;

/// Field manager of every status.
const STATUS_MANAGER: &str = "sluice/status";

/// Field manager of the finalizer.
const FINALIZER_MANAGER: &str = "sluice/finalizer";

/// A status as it is applied.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Applied<'a, S> {
    api_version: &'a str,
    kind: &'a str,
    metadata: &'a Value,
    status: &'a S,
}

/// What is read of the answer to a write: the rest is known, or comes by the watch.
#[derive(Debug, Deserialize)]
struct Written {
    metadata: WrittenMetadata,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenMetadata {
    resource_version: String,
    #[serde(default)]
    finalizers: Vec<String>,
}

impl<K> Copies<K>
where
    K: Kept + kube::Resource<Scope = NamespaceResourceScope>,
{
    /// Objects of a namespace.
    pub fn api(&self, namespace: &str) -> Api<K> {
        Api::namespaced(self.client.clone(), namespace)
    }

    /// Objects of a namespace as they are now, at most as old as this call.
    pub async fn list_anew(&self, what: &'static str, namespace: &str, fields: &str) -> Result<Vec<K>, ReconcileError> {
        let listed = read(what, self.api(namespace).list(&ListParams::default().fields(fields))).await?.items;
        for object in &listed {
            self.learn(object.clone());
        }
        Ok(listed)
    }

    /// Makes an object.
    pub async fn create(&self, what: &'static str, object: &K) -> Result<(), ReconcileError>
    where
        K: Serialize,
    {
        let api = self.api(&object.namespace().unwrap_or_default());
        let created = write(what, api.create(&PostParams::default(), object)).await;
        self.metrics.wrote(KubernetesWrite::Object);
        created.map(|object| self.learn(object))
    }

    /// Deletes an object. One that is gone already is a success.
    pub async fn delete(&self, what: &'static str, namespace: &str, name: &str) -> Result<(), ReconcileError> {
        let deleted = write(what, self.api(namespace).delete(name, &DeleteParams::background())).await;
        self.metrics.wrote(KubernetesWrite::Object);
        match deleted {
            Err(ReconcileError::Write { source, .. }) if is_not_found(&source) => Ok(()),
            other => other.map(|_| ()),
        }
    }

    /// Deletes this very object in this version: what was made anew under its name, or edited meanwhile, stays. One that is gone
    /// already is a success.
    pub async fn delete_exactly(&self, what: &'static str, object: &K) -> Result<(), ReconcileError> {
        let (namespace, name) = (object.namespace().unwrap_or_default(), object.name_any());
        let exactly = Preconditions { uid: object.uid(), resource_version: object.resource_version() };
        let parameters = DeleteParams::background().preconditions(exactly);
        let deleted = write(what, self.api(&namespace).delete(&name, &parameters)).await;
        self.metrics.wrote(KubernetesWrite::Object);
        match deleted {
            Err(ReconcileError::Write { source, .. }) if is_not_found(&source) || is_conflict(&source) => Ok(()),
            other => other.map(|_| ()),
        }
    }

    /// Adds our finalizer, and no other; writes nothing when it is there.
    pub async fn add_finalizer(&self, object: &K) -> Result<(), ReconcileError> {
        let next = self.latest(object);
        if has_ours(next.finalizers()) {
            return Ok(());
        }
        let added = self.apply_finalizers(&next, &[FINALIZER]).await;
        if let Some(metadata) = self.unless_gone(&next, added, false)? {
            self.learn_finalizers(next, metadata);
        }
        Ok(())
    }

    /// Takes away our finalizer, and no other; writes nothing when it is not there.
    pub async fn remove_finalizer(&self, object: &K) -> Result<(), ReconcileError> {
        let next = self.latest(object);
        if !has_ours(next.finalizers()) {
            return Ok(());
        }
        // The first of all, as it is where no one else has one: by one request, which is refused where it is another.
        let removed = match self.remove_first_finalizer(&next).await {
            Err(ReconcileError::Write { source, .. }) if is_invalid(&source) => self.remove_among_others(&next).await,
            removed => removed,
        };
        let Some(metadata) = self.unless_gone(&next, removed, true)? else { return Ok(()) };
        // An object that goes is gone once it has no finalizer, and the watch tells.
        if next.meta().deletion_timestamp.is_none() {
            self.learn_finalizers(next, metadata);
        }
        Ok(())
    }

    /// Refused as invalid where ours is not the first, or the object is another one.
    async fn remove_first_finalizer(&self, object: &K) -> Result<WrittenMetadata, ReconcileError> {
        let what = "a finalizer";
        let first = "/metadata/finalizers/0";
        let removal = json!([
            {"op": "test", "path": "/metadata/uid", "value": object.uid()},
            {"op": "test", "path": first, "value": FINALIZER},
            {"op": "remove", "path": first},
        ]);
        let removal = serde_json::from_value(removal).map_err(kube::Error::SerdeError);
        let removal = removal.map_err(|source| ReconcileError::Write { what, source: Box::new(source) })?;
        let parameters = PatchParams { field_manager: Some(FINALIZER_MANAGER.to_owned()), ..PatchParams::default() };
        let removed = self.patch(what, object, None, &parameters, &Patch::<()>::Json(removal)).await;
        self.metrics.wrote(KubernetesWrite::Finalizer);
        removed
    }

    /// Takes away what was applied; and what was merged, as earlier versions did, or made with the object.
    async fn remove_among_others(&self, object: &K) -> Result<WrittenMetadata, ReconcileError> {
        let mut metadata = self.apply_finalizers(object, &[]).await?;
        if !has_ours(&metadata.finalizers) {
            return Ok(metadata);
        }
        // The version goes along: another controller's finalizer is never lost.
        metadata.finalizers.retain(|one| one != FINALIZER);
        let body =
            json!({"metadata": {"resourceVersion": metadata.resource_version, "finalizers": metadata.finalizers}});
        let parameters = PatchParams { field_manager: Some(FINALIZER_MANAGER.to_owned()), ..PatchParams::default() };
        let merged = self.patch("a finalizer", object, None, &parameters, &Patch::Merge(body)).await;
        self.metrics.wrote(KubernetesWrite::Finalizer);
        merged
    }

    async fn apply_finalizers(&self, object: &K, ours: &[&str]) -> Result<WrittenMetadata, ReconcileError> {
        let body = json!({
            "apiVersion": K::api_version(&()),
            "kind": K::kind(&()),
            "metadata": {"name": object.name_any(), "uid": object.uid(), "finalizers": ours},
        });
        let parameters = PatchParams::apply(FINALIZER_MANAGER).force();
        let applied = self.patch("a finalizer", object, None, &parameters, &Patch::Apply(body)).await;
        self.metrics.wrote(KubernetesWrite::Finalizer);
        applied
    }

    fn learn_finalizers(&self, mut next: K, written: WrittenMetadata) {
        next.meta_mut().resource_version = Some(written.resource_version);
        next.meta_mut().finalizers = Some(written.finalizers);
        self.learn(next);
    }

    /// Applies a status. The UID goes along, so that an object made anew under the same name is never written.
    pub async fn apply_status<S>(&self, object: &K, status: &S) -> Result<(), ReconcileError>
    where
        K: HasStatus<Status = S>,
        S: Serialize + Clone + Debug + Sync,
    {
        let applied = self.status(object, &json!({"name": object.name_any(), "uid": object.uid()}), status).await;
        if let Some(metadata) = self.unless_gone(object, applied, false)? {
            self.learn_status(object, status, metadata);
        }
        Ok(())
    }

    /// Applies a status to this version of an object, and to no later one: what was decided of it may not hold of that. A
    /// write that was given up and lands late finds another version as well.
    pub async fn apply_status_if_unchanged<S>(&self, object: &K, status: &S) -> Result<(), ReconcileError>
    where
        K: HasStatus<Status = S>,
        S: Serialize + Clone + Debug + Sync,
    {
        let version = object.resource_version();
        let metadata = json!({"name": object.name_any(), "uid": object.uid(), "resourceVersion": version});
        let applied = self.status(object, &metadata, status).await?;
        self.learn_status(object, status, applied);
        Ok(())
    }

    async fn status<S: Serialize + Debug + Sync>(
        &self,
        object: &K,
        metadata: &Value,
        status: &S,
    ) -> Result<WrittenMetadata, ReconcileError> {
        let (api_version, kind) = (K::api_version(&()), K::kind(&()));
        let patch = Patch::Apply(Applied { api_version: &api_version, kind: &kind, metadata, status });
        let parameters = PatchParams::apply(STATUS_MANAGER).force();
        let applied = self.patch("a status", object, Some("status"), &parameters, &patch).await;
        self.metrics.wrote(KubernetesWrite::Status);
        applied
    }

    fn learn_status<S>(&self, object: &K, status: &S, written: WrittenMetadata)
    where
        K: HasStatus<Status = S>,
        S: Clone,
    {
        let mut next = self.latest(object);
        next.meta_mut().resource_version = Some(written.resource_version);
        *next.status_mut() = Some(status.clone());
        self.learn(next);
    }

    /// The copy of this very object, or what is at hand where there is none.
    pub fn latest(&self, object: &K) -> K {
        let copy = self.get(&ObjectRef::from_obj(object)).filter(|copy| copy.uid() == object.uid());
        copy.map_or_else(|| object.clone(), |copy| (*copy).clone())
    }

    async fn patch<P: Serialize + Debug + Sync>(
        &self,
        what: &'static str,
        object: &K,
        subresource: Option<&str>,
        parameters: &PatchParams,
        patch: &Patch<P>,
    ) -> Result<WrittenMetadata, ReconcileError> {
        let request = Request::new(K::url_path(&(), object.namespace().as_deref()));
        let name = object.name_any();
        let request = match subresource {
            Some(subresource) => request.patch_subresource(subresource, &name, parameters, patch),
            None => request.patch(&name, parameters, patch),
        };
        let sent = async { self.client.request::<Written>(request.map_err(kube::Error::BuildRequest)?).await };
        write(what, sent).await.map(|written| written.metadata)
    }

    /// What was written; none of an object that is gone, where that is as well. The API server answers with a conflict to a
    /// write of an object whose UID is not there any more.
    fn unless_gone(
        &self,
        object: &K,
        written: Result<WrittenMetadata, ReconcileError>,
        may_be_gone: bool,
    ) -> Result<Option<WrittenMetadata>, ReconcileError> {
        match written {
            Err(ReconcileError::Write { what, source }) if is_not_found(&source) || is_conflict(&source) => {
                self.forget(object);
                if may_be_gone { Ok(None) } else { Err(ReconcileError::Write { what, source }) }
            }
            other => other.map(Some),
        }
    }
}

fn has_ours(finalizers: &[String]) -> bool {
    finalizers.iter().any(|one| one == FINALIZER)
}

#[cfg(test)]
#[path = "writes_tests.rs"]
mod tests;
