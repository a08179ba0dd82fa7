//! What is known now of what is watched, and since when nothing more was heard.

use jiff::Timestamp;
use k8s_openapi::api::core::v1::Event as KubernetesEvent;
use kube::ResourceExt;
use sluice_api::{Application, Deployment, DeploymentGroup};

use super::store::Store;
use super::streams::Change;
use super::watched::Watched;
use crate::look::Found;
use crate::picture::{Frame, Lost, Picture, Seen, Told, of_application, of_deployment, of_group};

/// What is known of what is watched.
#[derive(Clone, Debug)]
pub struct Known {
    /// What it is.
    pub watched: Watched,
    applications: Store<Application>,
    groups: Store<DeploymentGroup>,
    deployments: Store<Deployment>,
    told: Store<KubernetesEvent>,
    untold: Option<String>,
    /// Since when nothing is heard, and why.
    lost: Option<Lost>,
    /// When the API server answered last.
    heard_at: Timestamp,
}

impl Known {
    /// What was read first.
    #[must_use]
    pub fn of(found: Found, now: Timestamp) -> Self {
        let mut known = Self {
            watched: Watched::of(&found),
            applications: Store::default(),
            groups: Store::default(),
            deployments: Store::default(),
            told: Store::default(),
            untold: None,
            lost: None,
            heard_at: now,
        };
        match found {
            Found::Application(one) => known.applications.seed(*one),
            Found::Group(one) => known.groups.seed(*one),
            Found::Deployment(one) => known.deployments.seed(*one),
        }
        known
    }

    /// Also what was read beside it.
    #[must_use]
    pub fn with(mut self, group: Option<DeploymentGroup>, deployment: Option<Deployment>) -> Self {
        if let Some(group) = group {
            self.groups.seed(group);
        }
        if let Some(deployment) = deployment {
            self.deployments.seed(deployment);
        }
        self
    }

    /// Takes in what a watch tells.
    pub fn learn(&mut self, change: Box<Change>, now: Timestamp) {
        match *change {
            Change::Lost(why) => return self.lose(why, now),
            Change::Untold(why) => {
                self.untold = Some(why);
                return;
            }
            Change::Application(event) => self.applications.learn(event),
            Change::Group(event) => self.groups.learn(event),
            Change::Deployment(event) => self.deployments.learn(event),
            Change::Told(event) => {
                self.untold = None;
                self.told.learn(event);
            }
        }
        self.hear(now);
    }

    /// The API server answered.
    pub fn hear(&mut self, now: Timestamp) {
        self.heard_at = now;
        self.lost = None;
    }

    /// It did not.
    pub fn lose(&mut self, why: String, now: Timestamp) {
        let since = self.lost.as_ref().map_or(now, |lost| lost.since);
        self.lost = Some(Lost { since, heard_at: self.heard_at, why });
    }

    /// Whether nothing is heard.
    #[must_use]
    pub const fn lost(&self) -> Option<&Lost> {
        self.lost.as_ref()
    }

    /// Forgets what was told of the Deployment that was shown before.
    pub fn forget_told(&mut self) {
        (self.told, self.untold) = (Store::default(), None);
    }

    /// Whether every list is complete, that of the Events too where there is one.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let applications = self.applications.is_complete() || !matches!(self.watched, Watched::Application(_));
        let told = self.told.is_complete() || self.untold.is_some() || self.current().is_none();
        applications && self.groups.is_complete() && self.deployments.is_complete() && told
    }

    /// Name of the Deployment that is shown with its Events.
    #[must_use]
    pub fn current(&self) -> Option<String> {
        match &self.watched {
            Watched::Application(_) => None,
            Watched::Group(name) => self.seen().current_of(name).map(ResourceExt::name_any),
            Watched::Deployment { name, .. } => Some(name.clone()),
        }
    }

    /// The Deployment that is shown.
    #[must_use]
    pub fn deployment(&self) -> Option<&Deployment> {
        self.current().and_then(|name| self.deployments.named(&name))
    }

    /// The group of the Deployment that is shown.
    #[must_use]
    pub fn group(&self) -> Option<&DeploymentGroup> {
        self.groups.named(&self.deployment()?.spec.group_ref)
    }

    /// Whether nothing more comes of what is followed.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        let is_over = |one: &Deployment| one.status.as_ref().is_some_and(|status| status.completed_at.is_some());
        match &self.watched {
            Watched::Deployment { name, .. } => self.deployments.named(name).is_none_or(is_over),
            Watched::Application(_) | Watched::Group(_) => false,
        }
    }

    /// What a picture is made of.
    #[must_use]
    pub fn seen(&self) -> Seen {
        let mut events: Vec<Told> = self.told.all().iter().filter_map(Told::of).collect();
        events.sort_by_key(|one| one.at);
        Seen {
            applications: self.applications.all(),
            groups: self.groups.all(),
            deployments: self.deployments.all(),
            events,
            untold: self.untold.clone(),
        }
    }

    /// The picture of it; none where it is gone.
    #[must_use]
    pub fn picture(&self, frame: &Frame) -> Option<Picture> {
        let seen = self.seen();
        match &self.watched {
            Watched::Application(_) => seen.applications.first().map(|one| of_application(&seen, one, frame)),
            Watched::Group(name) => seen.group(name).map(|one| of_group(&seen, one, frame)),
            Watched::Deployment { name, .. } => seen.deployment(name).map(|one| of_deployment(&seen, one, frame)),
        }
    }
}
