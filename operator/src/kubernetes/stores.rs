//! Local copies of all that a reconcile reads: what admins say, which is there before a replica leads, and what is
//! released, which is read anew by whoever leads.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::channel::mpsc::UnboundedReceiver;
use k8s_openapi::api::core::v1::Namespace;
use kube::core::PartialObjectMeta;
use kube::runtime::reflector::ObjectRef;
use kube::runtime::watcher;
use kube::{Api, Client, Resource, ResourceExt};
use sluice_api::{
    Application, AwsBinding, Concurrency, Deployment, DeploymentConfig, DeploymentGroup, DeploymentGroupSpec,
    DeploymentStatus, Revision, TrafficShift,
};
use sluice_plan::admission::bindings::authorize;
use sluice_plan::admission::queue::Entry;
use sluice_plan::admission::succession::{Terms, newer};
use sluice_plan::group::deployments::{entry, sequence};
use sluice_plan::group::rollback_of::is_asked_back;
use sluice_plan::group::wish::is_reverted;
use sluice_plan::multi::{Sibling, as_seen};
use sluice_plan::promotion::{Member, Promoted};
use sluice_plan::{Controls, Newer};

use super::changes::{Change, Changes};
use super::copies::Copies;
use super::kept::{claim, of_application, of_group};
use crate::metrics::Metrics;

/// Local copies, kept by one watch for each kind.
#[derive(Clone)]
pub struct Stores {
    /// Bindings of the cluster.
    pub bindings: Arc<Copies<AwsBinding>>,
    /// Configurations of the cluster.
    pub configs: Arc<Copies<DeploymentConfig>>,
    /// Labels of the namespaces.
    pub namespaces: Arc<Copies<PartialObjectMeta<Namespace>>>,
    /// Applications, in the watched namespaces.
    pub applications: Arc<Copies<Application>>,
    /// Groups, in the watched namespaces.
    pub groups: Arc<Copies<DeploymentGroup>>,
    /// Deployments, in the watched namespaces.
    pub deployments: Arc<Copies<Deployment>>,
}

impl Stores {
    /// Copies that are empty, and where it is heard what changes in them.
    pub fn new(client: &Client, metrics: &Metrics) -> (Self, UnboundedReceiver<Change>) {
        let (changes, heard) = Changes::new();
        let stores = Self {
            bindings: Copies::new(client.clone(), metrics.clone(), changes.clone()),
            configs: Copies::new(client.clone(), metrics.clone(), changes.clone()),
            namespaces: Copies::new(client.clone(), metrics.clone(), changes.clone()),
            applications: Copies::new(client.clone(), metrics.clone(), changes.clone()),
            groups: Copies::new(client.clone(), metrics.clone(), changes.clone()),
            deployments: Copies::new(client.clone(), metrics.clone(), changes),
        };
        (stores, heard)
    }

    /// Starts the watches of what admins say, and waits until each has been filled once.
    pub async fn fill_rules(&self, client: &Client, watch_namespace: Option<&str>) {
        // One namespace is watched by its name alone, which needs no permission on the others.
        let namespaces = watch_namespace.map_or_else(watcher::Config::default, |name| {
            watcher::Config::default().fields(&format!("metadata.name={name}"))
        });
        let everything = watcher::Config::default;
        tokio::join!(
            self.bindings.fill(Api::all(client.clone()), everything()),
            self.configs.fill(Api::all(client.clone()), everything()),
            self.namespaces.fill(Api::all(client.clone()), namespaces),
        );
    }

    /// Starts the watches of what is released, and waits until each has been filled once. To be called by whoever leads,
    /// once nobody else does: the lists with which the watches begin have all that the last leader has written.
    pub async fn fill_releases(&self, client: &Client, watch_namespace: Option<&str>) {
        let everything = watcher::Config::default;
        tokio::join!(
            self.applications.fill(scoped(client, watch_namespace), everything()),
            self.groups.fill(scoped(client, watch_namespace), everything()),
            self.deployments.fill(scoped(client, watch_namespace), everything()),
        );
    }

    /// The binding of that name.
    pub fn binding(&self, name: &str) -> Option<AwsBinding> {
        self.bindings.get(&ObjectRef::new(name)).map(|binding| (*binding).clone())
    }

    /// The configuration of the cluster that these settings name.
    pub fn named_config(&self, settings: &DeploymentGroupSpec) -> Option<TrafficShift> {
        let name = settings.deployment_config.as_ref()?.name.as_deref()?;
        self.configs.get(&ObjectRef::new(name)).map(|config| config.spec.shift.clone())
    }

    /// Names of the configurations of the cluster.
    pub fn config_names(&self) -> Vec<String> {
        self.configs.store().state().iter().map(|config| config.name_any()).collect()
    }

    /// Labels of the namespace; none while it is not known.
    pub fn namespace_labels(&self, name: &str) -> Option<BTreeMap<String, String>> {
        self.namespaces.get(&ObjectRef::new(name)).map(|namespace| namespace.labels().clone())
    }

    /// The Application of that name.
    pub fn application(&self, namespace: &str, name: &str) -> Option<Arc<Application>> {
        self.applications.get(&ObjectRef::new(name).within(namespace))
    }

    /// The revision that a group asks for: its own, or that of its Application.
    pub fn in_force(&self, namespace: &str, group: &DeploymentGroup) -> Option<Revision> {
        let application = || self.application(namespace, &group.spec.application_ref)?.spec.revision.clone();
        group.spec.revision.clone().or_else(application)
    }

    /// What is asked of a Deployment, at the object itself and by its group. What a group asks for carries a number that
    /// says of which Deployments it speaks.
    pub fn controls(&self, deployment: &Deployment) -> Controls {
        let group = self.group(&deployment.namespace().unwrap_or_default(), &deployment.spec.group_ref);
        let requested = group.as_ref().and_then(|group| group.status.as_ref()?.requested.as_ref());
        let controls = Controls::of(deployment, is_reverted(deployment, requested));
        let newer = || self.newer(deployment).map(|(newer, _)| newer);
        let goes_back = group.is_some_and(|group| self.goes_back(deployment, &group));
        Controls { newer: if goes_back { Some(Newer::GoesBack) } else { newer() }, ..controls }
    }

    /// Whether another Deployment goes back from this one, which is in progress. Who is not admitted asks for nothing.
    fn goes_back(&self, deployment: &Deployment, group: &DeploymentGroup) -> bool {
        let namespace = group.namespace().unwrap_or_default();
        if deployment.status.as_ref().is_none_or(|status| status.settings.is_none()) {
            return false;
        }
        let others = self.deployments_of(&namespace, &group.name_any());
        if !is_asked_back(deployment, others.iter().map(|other| &**other)) {
            return false;
        }
        let (binding, labels) = (self.binding(&group.spec.aws.binding), self.namespace_labels(&namespace));
        authorize(binding.as_ref().map(|binding| &binding.spec), &group.spec, &namespace, labels.as_ref()).is_ok()
    }

    /// What a newer Deployment of its group, which waits and could begin, asks of this one, with its name and revision.
    pub fn newer(&self, deployment: &Deployment) -> Option<(Newer, String)> {
        let namespace = deployment.namespace().unwrap_or_default();
        let group = self.group(&namespace, &deployment.spec.group_ref)?;
        // Most groups ask nothing, and then nothing is looked at.
        if matches!(group.spec.concurrency, Concurrency::Queue | Concurrency::Reject) {
            return None;
        }
        let line: Vec<Entry> =
            self.deployments_of(&namespace, &group.name_any()).iter().map(|one| entry(one)).collect();
        let (newer, by) = newer(&line, &deployment.uid().unwrap_or_default(), self.terms(&group))?;
        Some((newer, format!("{} ({})", by.name, by.revision)))
    }

    /// What a group says now of a newer Deployment, and by which versions of it and its binding one is checked.
    pub fn terms(&self, group: &DeploymentGroup) -> Terms {
        Terms::of(group, self.binding(&group.spec.aws.binding).as_ref())
    }

    /// The group of that name.
    pub fn group(&self, namespace: &str, name: &str) -> Option<Arc<DeploymentGroup>> {
        self.groups.get(&ObjectRef::new(name).within(namespace))
    }

    /// The Deployment of that name.
    pub fn deployment(&self, namespace: &str, name: &str) -> Option<Arc<Deployment>> {
        self.deployments.get(&ObjectRef::new(name).within(namespace))
    }

    /// What an Application promotes, with its groups and those that it names; none where it promotes nothing.
    pub fn promoted(&self, application: &Arc<Application>) -> Option<Promoted> {
        let promotion = application.spec.promotion.as_ref()?;
        let namespace = application.namespace().unwrap_or_default();
        let named = promotion.groups.iter().chain(promotion.stages.iter().flat_map(|stage| &stage.groups));
        let mut groups = self.groups_of(&namespace, &application.name_any());
        groups.extend(named.filter_map(|name| self.group(&namespace, name)));
        groups.sort_by_key(|group| group.name_any());
        groups.dedup_by_key(|group| group.name_any());
        let member = |group: Arc<DeploymentGroup>| Member {
            deployments: self.deployments_of(&namespace, &group.name_any()),
            group,
        };
        Some(Promoted { application: Arc::clone(application), groups: groups.into_iter().map(member).collect() })
    }

    /// What is promoted by the Application of this Deployment, where its group made it; what someone makes by hand waits for no
    /// turn.
    pub fn promoted_for(&self, deployment: &Deployment, group: &DeploymentGroup) -> Option<Promoted> {
        sequence(deployment)?;
        let namespace = group.namespace().unwrap_or_default();
        self.promoted(&self.application(&namespace, &group.spec.application_ref)?)
    }

    /// Those that are released as one with this Deployment, as they stand in the copies.
    pub fn siblings(&self, deployment: &Deployment, status: &DeploymentStatus) -> Vec<Sibling> {
        let Some(multi) = &status.multi else { return Vec::new() };
        let namespace = deployment.namespace().unwrap_or_default();
        as_seen(&deployment.uid().unwrap_or_default(), multi, |known| self.deployment(&namespace, &known.deployment))
    }

    /// The groups of an Application.
    pub fn groups_of(&self, namespace: &str, application: &str) -> Vec<Arc<DeploymentGroup>> {
        self.groups.by_key(&of_application(namespace, application))
    }

    /// The groups that name, or have claimed, one of these services, routes and target groups.
    pub fn rivals(&self, resources: &BTreeSet<String>) -> Vec<Arc<DeploymentGroup>> {
        let mut rivals: Vec<_> = resources.iter().flat_map(|resource| self.groups.by_key(&claim(resource))).collect();
        rivals.sort_by_key(|group| group.uid());
        rivals.dedup_by_key(|group| group.uid());
        rivals
    }

    /// The Deployments of a group.
    pub fn deployments_of(&self, namespace: &str, group: &str) -> Vec<Arc<Deployment>> {
        self.deployments.by_key(&of_group(namespace, group))
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
