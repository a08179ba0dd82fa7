//! Follows what there is: one list and one watch for each kind.

use std::fmt::Debug;
use std::hash::Hash;

use futures::stream::{BoxStream, select_all};
use futures::{FutureExt as _, StreamExt as _};
use kube::core::NamespaceResourceScope;
use kube::runtime::reflector::{Store, store};
use kube::runtime::{WatchStreamExt as _, watcher};
use kube::{Api, Resource};
use serde::de::DeserializeOwned;
use sluice_api::{Application, Deployment, DeploymentGroup};

use crate::cluster::Cluster;
use crate::error::Error;
use crate::inventory::Inventory;

/// What is followed of a namespace.
pub struct Following {
    namespace: String,
    applications: Store<Application>,
    groups: Store<DeploymentGroup>,
    deployments: Store<Deployment>,
    changes: BoxStream<'static, Result<(), watcher::Error>>,
}

impl Following {
    /// Begins to follow the namespace of a cluster.
    #[must_use]
    pub fn begin(cluster: &Cluster) -> Self {
        let (applications, first) = watched(cluster.named::<Application>());
        let (groups, second) = watched(cluster.named::<DeploymentGroup>());
        let (deployments, third) = watched(cluster.named::<Deployment>());
        let changes = select_all([first, second, third]).boxed();
        Self { namespace: cluster.namespace.clone(), applications, groups, deployments, changes }
    }

    /// Waits for the next change. A watch that breaks is begun anew by itself; one that is not allowed is an error.
    pub async fn changed(&mut self, cluster: &Cluster) -> Result<(), Error> {
        match self.changes.next().await {
            Some(Err(watcher::Error::InitialListFailed(error) | watcher::Error::WatchStartFailed(error))) if matches!(&error, kube::Error::Api(status) if [401, 403].contains(&status.code)) => {
                Err(cluster.failed("watch what is released", error))
            }
            _ => Ok(()),
        }
    }

    /// What there is; none before each kind was listed once.
    #[must_use]
    pub fn inventory(&self) -> Option<Inventory> {
        Some(Inventory {
            namespace: self.namespace.clone(),
            applications: all(&self.applications)?,
            groups: all(&self.groups)?,
            deployments: all(&self.deployments)?,
        })
    }
}

fn watched<K>(api: Api<K>) -> (Store<K>, BoxStream<'static, Result<(), watcher::Error>>)
where
    K: Resource<Scope = NamespaceResourceScope, DynamicType = ()>
        + Clone
        + Debug
        + DeserializeOwned
        + Send
        + Sync
        + 'static,
{
    let (reader, writer) = store();
    let stream = watcher(api, watcher::Config::default()).default_backoff().reflect(writer);
    (reader, stream.map(|event| event.map(|_| ())).boxed())
}

fn all<K>(store: &Store<K>) -> Option<Vec<K>>
where
    K: Resource<DynamicType = ()> + Clone + 'static,
    K::DynamicType: Eq + Hash + Clone,
{
    store.wait_until_ready().now_or_never()?.ok()?;
    Some(store.state().iter().map(|one| (**one).clone()).collect())
}
