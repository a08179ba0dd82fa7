//! What wakes a controller, and what lets it end.

use std::fmt::Debug;

use futures::Stream;
use kube::runtime::reflector::{self, Store};
use kube::runtime::{Predicate as _, PredicateConfig, WatchStreamExt, predicates, watcher};
use kube::{Api, Resource, ResourceExt};
use serde::de::DeserializeOwned;
use tokio::sync::watch;

/// A stream of what is worth a reconcile, and its store. Our own status writes change no generation, and so wake
/// no one.
pub fn watched<K>(api: Api<K>) -> (impl Stream<Item = Result<K, watcher::Error>> + Send, Store<K>)
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
pub async fn stopped(mut stop: watch::Receiver<bool>) {
    // The sender lives as long as the program; were it gone, the program would be ending too.
    let _ = stop.wait_for(|stopped| *stopped).await;
}
