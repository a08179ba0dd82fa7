//! Reads what there is.

use kube::Api;
use kube::api::ListParams;
use serde::de::DeserializeOwned;
use sluice_api::{Application, Deployment, DeploymentGroup};

use crate::cluster::Cluster;
use crate::error::Error;
use crate::inventory::Inventory;

/// The objects of the namespace, in one list for each kind.
pub async fn inventory(cluster: &Cluster) -> Result<Inventory, Error> {
    let (applications, groups, deployments) = tokio::try_join!(
        list::<Application>(cluster, "applications"),
        list::<DeploymentGroup>(cluster, "deploymentgroups"),
        list::<Deployment>(cluster, "deployments"),
    )?;
    Ok(Inventory { namespace: cluster.namespace.clone(), applications, groups, deployments })
}

async fn list<K>(cluster: &Cluster, plural: &str) -> Result<Vec<K>, Error>
where
    K: kube::Resource<Scope = kube::core::NamespaceResourceScope, DynamicType = ()>
        + Clone
        + DeserializeOwned
        + std::fmt::Debug,
{
    let api: Api<K> = cluster.named();
    let found = api.list(&ListParams::default()).await;
    found.map(|list| list.items).map_err(|error| cluster.failed(&format!("list {plural}"), error))
}
