//! The controllers: thin shells that read, ask the planner, act and record.

pub mod application;
pub mod deployment;
pub mod deployment_group;
mod kubernetes;
mod tenant;

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use futures::Stream;
use kube::runtime::controller::Action;
use kube::runtime::reflector::{self, Store};
use kube::runtime::{Predicate as _, PredicateConfig, WatchStreamExt, predicates, watcher};
use kube::{Api, Resource, ResourceExt};
use serde::de::DeserializeOwned;
use tokio::sync::watch;

use crate::context::{Context, now};
use crate::error::ReconcileError;
use crate::metrics::Kind;
use crate::requeue::Requeue;

/// A stream of what is worth a reconcile, and its store. Our own status writes change no generation, and so wake
/// no one.
fn watched<K>(api: Api<K>) -> (impl Stream<Item = Result<K, watcher::Error>> + Send, Store<K>)
where
    K: Resource<DynamicType = ()> + Clone + Debug + DeserializeOwned + Send + Sync + 'static,
{
    let (store, writer) = reflector::store();
    let stream = watcher(api, watcher::Config::default())
        .default_backoff()
        .modify(|object| object.managed_fields_mut().clear())
        .reflect(writer)
        .applied_objects()
        .predicate_filter(predicates::generation.combine(predicates::finalizers), PredicateConfig::default());
    (stream, store)
}

/// Ends once the program is asked to stop: no reconcile begins any more, those in progress finish.
async fn stopped(mut stop: watch::Receiver<bool>) {
    // The sender lives as long as the program; were it gone, the program would be ending too.
    let _ = stop.wait_for(|stopped| *stopped).await;
}

/// What a failed reconcile comes to: logged once with its causes, and tried again with a growing pause.
fn on_error(kind: Kind, uid: Option<&str>, error: &ReconcileError, context: &Arc<Context>) -> Action {
    tracing::warn!(?kind, error = error.chain(), "failed to reconcile");
    context.metrics.reconciled(kind, true);
    uid.map_or_else(
        || Action::requeue(Duration::from_secs(5)),
        |uid| context.failures.action(uid, Requeue::BackOff, now()),
    )
}
