//! Which object a name is of.

use std::fmt::Debug;

use kube::core::NamespaceResourceScope;
use kube::{Resource, ResourceExt};
use serde::de::DeserializeOwned;
use sluice_api::{Application, Deployment, DeploymentGroup};

use super::error::LookError;
use super::found::Found;
use super::read::everything;
use crate::cluster::Cluster;
use crate::kind::Kind;
use crate::names::meant;

/// The object of this name: of this kind, or of whichever has it. `verb` is what was typed, for hints.
pub async fn find(cluster: &Cluster, kind: Option<Kind>, name: &str, verb: &str) -> Result<Found, LookError> {
    if cluster.all_namespaces {
        return Err(LookError::NameInAllNamespaces);
    }
    let wants = |one: Kind| kind.is_none_or(|kind| kind == one);
    let (application, group, deployment) = futures::try_join!(
        get::<Application>(cluster, name, wants(Kind::Application)),
        get::<DeploymentGroup>(cluster, name, wants(Kind::DeploymentGroup)),
        get::<Deployment>(cluster, name, wants(Kind::Deployment)),
    )?;
    let found = [
        application.map(|one| Found::Application(Box::new(one))),
        group.map(|one| Found::Group(Box::new(one))),
        deployment.map(|one| Found::Deployment(Box::new(one))),
    ];
    let mut found: Vec<Found> = found.into_iter().flatten().collect();
    match (found.pop(), found.is_empty()) {
        (Some(only), true) => Ok(only),
        (Some(last), false) => {
            found.push(last);
            let command =
                |one: &Found| format!("kubectl sluice {verb} {} {name}{}", one.kind().prefix(), cluster.flags);
            let commands = found.iter().map(command).collect::<Vec<_>>().join(" or ");
            Err(LookError::Ambiguous { name: name.to_owned(), namespace: cluster.namespace.clone(), commands })
        }
        (None, _) => Err(not_found(cluster, kind, name).await),
    }
}

async fn get<K>(cluster: &Cluster, name: &str, wanted: bool) -> Result<Option<K>, LookError>
where
    K: Resource<Scope = NamespaceResourceScope, DynamicType = ()> + Clone + DeserializeOwned + Debug,
{
    if !wanted {
        return Ok(None);
    }
    let read = |source| LookError::Read { what: format!("{} {name}", K::plural(&())), source: Box::new(source) };
    cluster.named::<K>().get_opt(name).await.map_err(read)
}

async fn not_found(cluster: &Cluster, kind: Option<Kind>, name: &str) -> LookError {
    let seen = match everything(cluster).await {
        Ok(seen) => seen,
        Err(error) => return error,
    };
    let wants = |one: Kind| kind.is_none_or(|kind| kind == one);
    let mut names = Vec::new();
    if wants(Kind::Application) {
        names.extend(seen.applications.iter().map(ResourceExt::name_any));
    }
    if wants(Kind::DeploymentGroup) {
        names.extend(seen.groups.iter().map(ResourceExt::name_any));
    }
    if wants(Kind::Deployment) {
        names.extend(seen.deployments.iter().map(ResourceExt::name_any));
    }
    let meant = meant(name, names.iter().map(String::as_str)).map(|one| format!(": did you mean {one}?"));
    let elsewhere = || format!(": kubectl sluice get{} shows what there is, and -A of every namespace", cluster.flags);
    LookError::NotFound {
        what: kind.map_or("application, group or deployment", Kind::prefix),
        name: name.to_owned(),
        namespace: cluster.namespace.clone(),
        suggestion: meant.unwrap_or_else(elsewhere),
    }
}
