//! What belongs to an object: its groups, its Deployments, and what was told of the one that is shown.

use std::fmt::Debug;

use k8s_openapi::api::core::v1::Event;
use kube::api::ListParams;
use kube::core::NamespaceResourceScope;
use kube::{Resource, ResourceExt};
use serde::de::DeserializeOwned;
use sluice_api::{Application, Deployment, DeploymentGroup};

use super::error::LookError;
use super::found::Found;
use crate::cluster::Cluster;
use crate::picture::{Seen, Told};

/// Objects in one page of a list, as kubectl asks for them.
const PAGE: u32 = 500;

/// Everything in the namespace, or in all of them.
pub async fn everything(cluster: &Cluster) -> Result<Seen, LookError> {
    let (applications, groups, deployments) = futures::try_join!(
        list::<Application>(cluster, None),
        list::<DeploymentGroup>(cluster, None),
        list::<Deployment>(cluster, None),
    )?;
    Ok(Seen { applications, groups, deployments, ..Seen::default() })
}

/// What belongs to an object.
pub async fn seen_of(cluster: &Cluster, found: Found) -> Result<Seen, LookError> {
    match found {
        Found::Application(application) => {
            let of = format!("spec.applicationRef={}", application.name_any());
            let (groups, deployments) =
                futures::try_join!(list::<DeploymentGroup>(cluster, Some(&of)), list::<Deployment>(cluster, None),)?;
            Ok(Seen { applications: vec![*application], groups, deployments, ..Seen::default() })
        }
        Found::Group(group) => {
            let of = format!("spec.groupRef={}", group.name_any());
            let deployments = list::<Deployment>(cluster, Some(&of)).await?;
            let seen = Seen { groups: vec![*group], deployments, ..Seen::default() };
            let current =
                seen.groups.first().and_then(|group| seen.current_of(&group.name_any())).map(ResourceExt::name_any);
            Ok(match current {
                Some(name) => with_events(cluster, seen, &name).await,
                None => seen,
            })
        }
        Found::Deployment(deployment) => {
            let (group_name, name) = (deployment.spec.group_ref.clone(), deployment.name_any());
            let groups = cluster.named::<DeploymentGroup>();
            let (group, events) = futures::join!(groups.get_opt(&group_name), events_of(cluster, &name));
            let read = |source| LookError::Read { what: format!("group {group_name}"), source: Box::new(source) };
            let groups = group.map_err(read)?.into_iter().collect();
            Ok(told(Seen { groups, deployments: vec![*deployment], ..Seen::default() }, events))
        }
    }
}

async fn with_events(cluster: &Cluster, seen: Seen, name: &str) -> Seen {
    told(seen, events_of(cluster, name).await)
}

fn told(seen: Seen, events: Result<Vec<Told>, LookError>) -> Seen {
    match events {
        Ok(events) => Seen { events, ..seen },
        // Whoever may read releases need not be allowed to read Events.
        Err(error) => Seen { untold: Some(crate::error::chain(&error)), ..seen },
    }
}

/// What selects the Events of a Deployment. Those of Kubernetes' own kind of that name are of another API.
#[must_use]
pub fn about(name: &str) -> String {
    format!("involvedObject.kind=Deployment,involvedObject.name={name},involvedObject.apiVersion=sluice.dev/v1alpha1")
}

/// What was told of a Deployment, oldest first.
async fn events_of(cluster: &Cluster, name: &str) -> Result<Vec<Told>, LookError> {
    let events = list::<Event>(cluster, Some(&about(name))).await?;
    let mut told: Vec<Told> = events.iter().filter_map(Told::of).collect();
    told.sort_by_key(|one| one.at);
    Ok(told)
}

/// All objects of a kind, in the order of namespaces and names, page by page.
async fn list<K>(cluster: &Cluster, fields: Option<&str>) -> Result<Vec<K>, LookError>
where
    K: Resource<Scope = NamespaceResourceScope, DynamicType = ()> + Clone + DeserializeOwned + Debug,
{
    let api = cluster.listed::<K>();
    let mut parameters = ListParams { field_selector: fields.map(str::to_owned), ..ListParams::default().limit(PAGE) };
    let mut all = Vec::new();
    loop {
        let page = api.list(&parameters).await.map_err(|source| failed::<K>(source))?;
        all.extend(page.items);
        match page.metadata.continue_.filter(|token| !token.is_empty()) {
            Some(token) => parameters = parameters.continue_token(&token),
            None => return Ok(all),
        }
    }
}

fn failed<K: Resource<DynamicType = ()>>(source: kube::Error) -> LookError {
    let plural = K::plural(&()).into_owned();
    match &source {
        kube::Error::Api(status) if status.code == 404 => LookError::NotInstalled { plural },
        _ => LookError::Read { what: plural, source: Box::new(source) },
    }
}
