//! Local copies of what every reconcile looks up: bindings, configurations, namespaces, groups.

use std::fmt::Debug;

use futures::StreamExt;
use k8s_openapi::api::core::v1::Namespace;
use kube::core::PartialObjectMeta;
use kube::runtime::reflector::{self, ObjectRef, Store};
use kube::runtime::{WatchStreamExt, watcher};
use kube::{Api, Client, Resource, ResourceExt};
use serde::de::DeserializeOwned;
use sluice_api::{AwsBinding, DeploymentConfig, DeploymentGroup, TrafficShift};

/// Local copies, kept by watches in the background.
#[derive(Clone)]
pub struct Stores {
    /// Bindings of the cluster.
    pub bindings: Store<AwsBinding>,
    /// Configurations of the cluster.
    pub configs: Store<DeploymentConfig>,
    /// Labels of the namespaces.
    pub namespaces: Store<PartialObjectMeta<Namespace>>,
    /// Groups, in the watched namespaces.
    pub groups: Store<DeploymentGroup>,
}

impl Stores {
    /// Starts the watches, and waits until each has been filled once.
    pub async fn start(client: &Client, watch_namespace: Option<&str>) -> Self {
        // One namespace is watched by its name alone, which needs no permission on the others.
        let namespaces = watch_namespace.map_or_else(watcher::Config::default, |name| {
            watcher::Config::default().fields(&format!("metadata.name={name}"))
        });
        let everything = watcher::Config::default;
        let stores = Self {
            bindings: reflect(Api::all(client.clone()), everything()),
            configs: reflect(Api::all(client.clone()), everything()),
            namespaces: reflect(Api::all(client.clone()), namespaces),
            groups: reflect(scoped(client, watch_namespace), everything()),
        };
        tokio::join!(ready(&stores.bindings), ready(&stores.configs), ready(&stores.namespaces), ready(&stores.groups));
        stores
    }

    /// The binding of that name.
    pub fn binding(&self, name: &str) -> Option<AwsBinding> {
        self.bindings.get(&ObjectRef::new(name)).map(|binding| (*binding).clone())
    }

    /// The configuration of that name.
    pub fn config(&self, name: &str) -> Option<TrafficShift> {
        self.configs.get(&ObjectRef::new(name)).map(|config| config.spec.shift.clone())
    }

    /// Labels of the namespace.
    pub fn namespace_labels(&self, name: &str) -> std::collections::BTreeMap<String, String> {
        self.namespaces.get(&ObjectRef::new(name)).map(|namespace| namespace.labels().clone()).unwrap_or_default()
    }

    /// The group of that name.
    pub fn group(&self, namespace: &str, name: &str) -> Option<DeploymentGroup> {
        self.groups.get(&ObjectRef::new(name).within(namespace)).map(|group| (*group).clone())
    }
}

/// Objects of all namespaces, or of the one that is watched.
pub fn scoped<K>(client: &Client, watch_namespace: Option<&str>) -> Api<K>
where
    K: Resource<Scope = kube::core::NamespaceResourceScope, DynamicType = ()>,
{
    match watch_namespace {
        Some(namespace) => Api::namespaced(client.clone(), namespace),
        None => Api::all(client.clone()),
    }
}

fn reflect<K>(api: Api<K>, config: watcher::Config) -> Store<K>
where
    K: Resource<DynamicType = ()> + Clone + Debug + DeserializeOwned + Send + Sync + 'static,
{
    let (store, writer) = reflector::store();
    let stream = watcher(api, config)
        .default_backoff()
        .modify(|object| object.managed_fields_mut().clear())
        .reflect(writer)
        .touched_objects();
    tokio::spawn(stream.for_each(|result| async move {
        if let Err(error) = result {
            tracing::warn!(%error, "failed to watch; trying again");
        }
    }));
    store
}

async fn ready<K>(store: &Store<K>)
where
    K: Resource<DynamicType = ()> + Clone + 'static,
{
    if store.wait_until_ready().await.is_err() {
        tracing::warn!("a watch ended before it was filled");
    }
}
