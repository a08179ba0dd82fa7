//! What was read of the API server, of which a picture is made.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use k8s_openapi::api::core::v1::Event;
use kube::ResourceExt;
use sluice_api::{Application, Deployment, DeploymentGroup};

/// All that a picture is made of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    /// Applications, in the order of their names.
    pub applications: Vec<Application>,
    /// Groups, in the order of their names.
    pub groups: Vec<DeploymentGroup>,
    /// Deployments.
    pub deployments: Vec<Deployment>,
    /// Events of the Deployment that is shown, oldest first.
    pub events: Vec<Told>,
    /// Why its Events could not be read, where they could not.
    pub untold: Option<String>,
}

/// Something that was told of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// When it was told last.
    pub at: Timestamp,
    /// Whether it is a Warning.
    pub warning: bool,
    /// In one word.
    pub reason: String,
    /// In a line.
    pub message: String,
}

/// How a picture is drawn.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The moment that is shown.
    pub now: Timestamp,
    /// Cells of a line.
    pub width: usize,
    /// Whether everything is shown that there is room for: `-o wide`.
    pub wide: bool,
    /// The flags that a hint needs to reach the same cluster and namespace, with a space before each.
    pub flags: String,
}

impl Frame {
    /// A command of the plugin, as it has to be typed to reach this object.
    #[must_use]
    pub fn command(&self, words: &str) -> String {
        format!("kubectl sluice {words}{}", self.flags)
    }
}

impl Told {
    /// Of an Event; none where nothing says when.
    #[must_use]
    pub fn of(event: &Event) -> Option<Self> {
        let series = event.series.as_ref().and_then(|series| series.last_observed_time.as_ref().map(|at| at.0));
        let last = event.last_timestamp.as_ref().map(|at| at.0);
        let at = series.or(last).or_else(|| event.event_time.as_ref().map(|at| at.0))?;
        Some(Self {
            at,
            warning: event.type_.as_deref() == Some("Warning"),
            reason: event.reason.clone().unwrap_or_default(),
            message: event.message.clone().unwrap_or_default(),
        })
    }
}

impl Seen {
    /// The group of this name.
    #[must_use]
    pub fn group(&self, name: &str) -> Option<&DeploymentGroup> {
        self.groups.iter().find(|group| group.metadata.name.as_deref() == Some(name))
    }

    /// The Deployment of this name.
    #[must_use]
    pub fn deployment(&self, name: &str) -> Option<&Deployment> {
        self.deployments.iter().find(|deployment| deployment.metadata.name.as_deref() == Some(name))
    }

    /// The Deployment of a group that its picture shows: the one in progress, or else the newest.
    #[must_use]
    pub fn current_of(&self, group: &str) -> Option<&Deployment> {
        self.current().into_iter().find(|((_, name), _)| *name == group).map(|(_, one)| one)
    }

    /// The same of every group, by its namespace and name.
    #[must_use]
    pub fn current(&self) -> BTreeMap<(Option<&str>, &str), &Deployment> {
        let named = |group: &DeploymentGroup| {
            let current = group.status.as_ref()?.current.clone()?;
            Some((group.metadata.namespace.clone(), group.name_any(), current))
        };
        let named: BTreeSet<_> = self.groups.iter().filter_map(named).collect();
        let rank = |one: &Deployment| {
            let key = (one.metadata.namespace.clone(), one.spec.group_ref.clone(), one.name_any());
            (named.contains(&key), begun(one), one.creation_timestamp().map(|at| at.0), key.2)
        };
        let mut current: BTreeMap<_, &Deployment> = BTreeMap::new();
        for one in &self.deployments {
            let place = current.entry((one.metadata.namespace.as_deref(), one.spec.group_ref.as_str())).or_insert(one);
            if rank(one) > rank(place) {
                *place = one;
            }
        }
        current
    }
}

/// What has begun and not ended comes before what waits, and that before what has ended.
fn begun(deployment: &Deployment) -> u8 {
    let status = deployment.status.as_ref();
    let has = |moment: fn(&sluice_api::DeploymentStatus) -> Option<Timestamp>| status.and_then(moment).is_some();
    match (has(|status| status.started_at), has(|status| status.completed_at)) {
        (true, false) => 2,
        (false, false) => 1,
        (_, true) => 0,
    }
}

/// Where a name stands, as people write it: `shop/prod-1`.
#[must_use]
pub fn full_name(object: &impl ResourceExt) -> String {
    object.namespace().map_or_else(|| object.name_any(), |namespace| format!("{namespace}/{}", object.name_any()))
}
