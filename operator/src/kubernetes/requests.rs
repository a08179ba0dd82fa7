//! Reads and writes of objects, each with a time-out and a name for its error.

use std::fmt::Debug;
use std::future::Future;

use kube::api::{Patch, PatchParams};
use kube::{Api, Resource, ResourceExt};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use sluice_api::FINALIZER;

use super::timeout::KUBERNETES_TIMEOUT;
use crate::error::ReconcileError;
use crate::metrics::{KubernetesWrite, Metrics};

/// Field manager of every status.
const STATUS_MANAGER: &str = "sluice/status";

/// Field manager of the finalizer.
const FINALIZER_MANAGER: &str = "sluice/finalizer";

/// Reads, within the time-out.
pub async fn read<T>(what: &'static str, request: impl Future<Output = kube::Result<T>>) -> Result<T, ReconcileError> {
    match tokio::time::timeout(KUBERNETES_TIMEOUT, request).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(source)) => Err(ReconcileError::Read { what, source: Box::new(source) }),
        Err(_) => Err(ReconcileError::Timeout { what, seconds: KUBERNETES_TIMEOUT.as_secs() }),
    }
}

/// Writes, within the time-out.
pub async fn write<T>(what: &'static str, request: impl Future<Output = kube::Result<T>>) -> Result<T, ReconcileError> {
    match tokio::time::timeout(KUBERNETES_TIMEOUT, request).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(source)) => Err(ReconcileError::Write { what, source: Box::new(source) }),
        Err(_) => Err(ReconcileError::Timeout { what, seconds: KUBERNETES_TIMEOUT.as_secs() }),
    }
}

/// Applies a status. The UID goes along, so that an object made anew under the same name is never written.
pub async fn apply_status<K, S>(metrics: &Metrics, api: &Api<K>, object: &K, status: &S) -> Result<(), ReconcileError>
where
    K: Resource<DynamicType = ()> + Clone + DeserializeOwned + Debug,
    S: Serialize + Sync,
{
    let body = json!({
        "apiVersion": K::api_version(&()),
        "kind": K::kind(&()),
        "metadata": { "name": object.name_any(), "uid": object.uid() },
        "status": status,
    });
    let parameters = PatchParams::apply(STATUS_MANAGER).force();
    write("a status", api.patch_status(&object.name_any(), &parameters, &Patch::Apply(body))).await?;
    metrics.wrote(KubernetesWrite::Status);
    Ok(())
}

/// Adds or takes away our finalizer; writes nothing when it is as wanted.
pub async fn set_finalizer<K>(metrics: &Metrics, api: &Api<K>, object: &K, wanted: bool) -> Result<(), ReconcileError>
where
    K: Resource<DynamicType = ()> + Clone + DeserializeOwned + Debug,
{
    let mut finalizers = object.finalizers().to_vec();
    if finalizers.iter().any(|one| one == FINALIZER) == wanted {
        return Ok(());
    }
    finalizers.retain(|one| one != FINALIZER);
    if wanted {
        finalizers.push(FINALIZER.to_owned());
    }
    // The resourceVersion goes along: another controller's finalizer is never lost.
    let body = json!({ "metadata": { "resourceVersion": object.resource_version(), "finalizers": finalizers } });
    let parameters = PatchParams { field_manager: Some(FINALIZER_MANAGER.to_owned()), ..PatchParams::default() };
    let patched = write("a finalizer", api.patch(&object.name_any(), &parameters, &Patch::Merge(body))).await;
    metrics.wrote(KubernetesWrite::Finalizer);
    match patched {
        // Gone meanwhile: nothing holds it any more.
        Err(ReconcileError::Write { source, .. }) if !wanted && is_not_found(&source) => Ok(()),
        other => other.map(|_| ()),
    }
}

fn is_not_found(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.is_not_found())
}
