//! The watches: for each kind one list, and one watch from there on.

use std::fmt::Debug;
use std::pin::Pin;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::select_all;
use k8s_openapi::api::core::v1::Event as Told;
use kube::core::NamespaceResourceScope;
use kube::runtime::utils::Backoff;
use kube::runtime::watcher::{Config, Error, Event};
use kube::runtime::{WatchStreamExt, watcher};
use kube::{Api, Resource};
use serde::de::DeserializeOwned;
use sluice_api::{Application, Deployment, DeploymentGroup};

use super::watched::Watched;
use crate::cluster::Cluster;
use crate::error::chain;
use crate::look::about;

/// Something that a watch tells.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "each is boxed as it comes")]
pub enum Change {
    /// Of an Application.
    Application(Event<Application>),
    /// Of a group.
    Group(Event<DeploymentGroup>),
    /// Of a Deployment.
    Deployment(Event<Deployment>),
    /// An Event of the Deployment that is shown.
    Told(Event<Told>),
    /// The API server does not answer, and is asked again.
    Lost(String),
    /// The Events cannot be read, and are asked for again.
    Untold(String),
}

/// What several watches tell, in the order in which it comes.
pub type Stream = Pin<Box<dyn futures::Stream<Item = Box<Change>>>>;

/// How long it takes until the API server is asked again.
const AGAIN: Duration = Duration::from_secs(2);

/// Always as long: a person looks at it.
struct Steady;

impl Iterator for Steady {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        Some(AGAIN)
    }
}

impl Backoff for Steady {
    fn reset(&mut self) {}
}

/// All that belongs to what is watched, but for Events.
#[must_use]
pub fn streams_of(cluster: &Cluster, watched: &Watched) -> Stream {
    let named = |name: &str| format!("metadata.name={name}");
    let applications = |fields: &str| watch(cluster.named(), Some(fields), Change::Application, Change::Lost);
    let groups = |fields: &str| watch(cluster.named(), Some(fields), Change::Group, Change::Lost);
    let deployments = |fields: Option<&str>| watch(cluster.named(), fields, Change::Deployment, Change::Lost);
    let all = match watched {
        Watched::Application(name) => {
            vec![applications(&named(name)), groups(&format!("spec.applicationRef={name}")), deployments(None)]
        }
        Watched::Group(name) => vec![groups(&named(name)), deployments(Some(&format!("spec.groupRef={name}")))],
        Watched::Deployment { name, group } => vec![groups(&named(group)), deployments(Some(&named(name)))],
    };
    select_all(all).boxed_local()
}

/// The Events of a Deployment.
#[must_use]
pub fn events_of(cluster: &Cluster, deployment: &str) -> Stream {
    watch(cluster.named(), Some(&about(deployment)), Change::Told, Change::Untold)
}

fn watch<K>(api: Api<K>, fields: Option<&str>, change: fn(Event<K>) -> Change, lost: fn(String) -> Change) -> Stream
where
    K: Resource<Scope = NamespaceResourceScope, DynamicType = ()> + Clone + Debug + DeserializeOwned + Send + 'static,
{
    let config = Config { field_selector: fields.map(str::to_owned), ..Config::default() };
    let told = watcher(api, config).backoff(Steady);
    told.filter_map(move |event| std::future::ready(taken(event, change, lost).map(Box::new))).boxed_local()
}

/// What comes of an answer. That a watch is too old, and is begun anew by a list, is no loss.
fn taken<K>(
    event: Result<Event<K>, Error>,
    change: fn(Event<K>) -> Change,
    lost: fn(String) -> Change,
) -> Option<Change> {
    match event {
        Ok(event) => Some(change(event)),
        Err(Error::WatchError(status)) if status.code == 410 => None,
        Err(error) => Some(lost(chain(&error))),
    }
}
