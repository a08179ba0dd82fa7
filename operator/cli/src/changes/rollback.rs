//! `rollback`: back to what ran before.

use serde_json::json;
use sluice_api::{Deployment, DeploymentGroup, DeploymentRecord, Revision, State};

use super::change::Change;
use super::deploy::beginning;
use super::once::of_revision;
use crate::hints::Hints;
use crate::inventory::Inventory;
use crate::kind::Kind;
use crate::names::{listed, meant};
use crate::refusal::Refusal;

/// How far back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Back {
    /// To what this Deployment replaced; without a name, to what the last release replaced, or the one in progress does.
    From(Option<String>),
    /// To what a Deployment of this name released, or to this revision.
    To(String),
    /// To the last revision that was released well and from which nobody went back, other than what serves.
    LastGood,
}

/// Goes back in a group.
pub fn rollback(group: &DeploymentGroup, back: &Back, inventory: &Inventory, hints: &Hints) -> Result<Change, Refusal> {
    let scene = Scene::of(group, inventory, hints);
    match back {
        Back::From(Some(name)) => scene.from(name),
        Back::From(None) => {
            let from = match scene.in_progress() {
                Some(current) => name_of(current).to_owned(),
                None => scene.last_release()?,
            };
            scene.from(&from)
        }
        Back::To(to) => scene.to(&scene.revision_of(to)?),
        Back::LastGood => scene.to(&scene.last_good()?),
    }
}

struct Scene<'a> {
    group: &'a DeploymentGroup,
    name: &'a str,
    history: &'a [DeploymentRecord],
    deployments: Vec<&'a Deployment>,
    inventory: &'a Inventory,
    hints: &'a Hints,
}

impl<'a> Scene<'a> {
    fn of(group: &'a DeploymentGroup, inventory: &'a Inventory, hints: &'a Hints) -> Self {
        let name = group.metadata.name.as_deref().unwrap_or_default();
        let history = group.status.as_ref().map(|status| status.history.as_slice()).unwrap_or_default();
        Self { group, name, history, deployments: inventory.deployments_of(name), inventory, hints }
    }

    fn in_progress(&self) -> Option<&'a Deployment> {
        self.deployments.iter().copied().find(|one| has_begun(one) && !is_ended(one))
    }

    /// The release that took what serves into use.
    fn last_release(&self) -> Result<String, Refusal> {
        let last = self.history.iter().find(|record| record.state == State::Succeeded && record.replaced.is_some());
        last.map(|record| record.deployment.clone()).ok_or_else(|| {
            Refusal::new(format!(
                "group {} remembers no release that replaced something: release another revision, such as {}",
                self.name,
                self.command(&["deploy", &format!("group/{}", self.name), "--once", "--task-definition", "shop:41"])
            ))
        })
    }

    fn command(&self, words: &[&str]) -> String {
        self.hints.command(&self.inventory.namespace, words)
    }

    /// What serves, as far as it is known.
    fn serves(&self) -> Option<&'a str> {
        self.group.status.as_ref()?.revision.as_deref()
    }

    /// Goes back from a Deployment.
    fn from(&self, from: &str) -> Result<Change, Refusal> {
        let named = self.deployments.iter().copied().find(|one| name_of(one) == from);
        let record = self.history.iter().find(|record| record.deployment == from);
        let replaced = match named {
            Some(one) if has_begun(one) => original(one),
            Some(one) if !is_ended(one) => {
                let stop = self.command(&["stop", from]);
                return Err(Refusal::new(format!("{from} has not begun, and replaced nothing yet: to end it: {stop}")));
            }
            Some(_) | None => record.and_then(|record| record.replaced.clone()),
        };
        if named.is_none() && record.is_none() {
            let known: Vec<&str> = self.history.iter().map(|record| record.deployment.as_str()).collect();
            let meant = meant(from, known.iter().copied()).map(|one| format!("did you mean {one}? "));
            let known = if known.is_empty() { "none yet".to_owned() } else { listed(&known) };
            return Err(Refusal::new(format!(
                "group {} knows no Deployment {from}: {}it knows {known}",
                self.name,
                meant.unwrap_or_default()
            )));
        }
        let Some(replaced) = replaced else {
            return Err(Refusal::new(format!(
                "{from} replaced nothing, so that there is nothing to go back to: release another revision: {}",
                self.command(&["deploy", &format!("group/{}", self.name), "--once", "--task-definition", "shop:41"])
            )));
        };
        if let Some(other) =
            self.deployments.iter().find(|one| !is_ended(one) && one.spec.rollback_of.as_deref() == Some(from))
        {
            let sentence = format!(
                "{} goes back from {from} already: {}",
                name_of(other),
                self.command(&["status", name_of(other)])
            );
            return Ok(Change::nothing(Kind::Deployment, &other.metadata, sentence));
        }
        let is_running = named.is_some_and(|one| has_begun(one) && !is_ended(one));
        if !is_running && self.in_progress().is_none() && self.serves() == Some(replaced.as_str()) {
            let sentence = format!("{replaced} serves in {} already: nothing to go back to", self.name);
            return Ok(Change::nothing(Kind::DeploymentGroup, &self.group.metadata, sentence));
        }
        let what = if is_running {
            format!("{from} is rolled back: its traffic returns to {replaced}, and nothing is released")
        } else {
            format!(
                "{} goes back from {from} to {replaced}, as a release by its own strategy{}",
                self.name,
                self.beginning()
            )
        };
        let sentence = format!("{what}; what is asked for is Held then, so bring Git to {replaced}");
        let spec = json!({"groupRef": self.name, "rollbackOf": from});
        Ok(Change::create(&self.group.metadata, &format!("{}-back-", self.name), spec, sentence))
    }

    /// Goes to a revision: from a Deployment that replaced it, where there is one, so that what is asked for is held.
    fn to(&self, revision: &str) -> Result<Change, Refusal> {
        if let Some(current) = self.in_progress() {
            if original(current).as_deref() == Some(revision) {
                return self.from(name_of(current));
            }
        } else if self.serves() == Some(revision) {
            let sentence = format!("{revision} serves in {} already: nothing to go back to", self.name);
            return Ok(Change::nothing(Kind::DeploymentGroup, &self.group.metadata, sentence));
        }
        let replaced_it = |record: &&DeploymentRecord| record.replaced.as_deref() == Some(revision);
        if let Some(record) = self.history.iter().find(replaced_it) {
            return self.from(&record.deployment);
        }
        let sentence = format!(
            "{} releases {revision} once; what is asked for stays so, and is Held then, so bring Git to {revision}{}",
            self.name,
            self.beginning()
        );
        Ok(of_revision(self.group, &format!("{}-back-", self.name), &Revision::of(revision), sentence))
    }

    fn beginning(&self) -> String {
        beginning(self.group, self.hints, &self.inventory.namespace)
    }

    /// The revision that is named, or that a Deployment of this name released.
    fn revision_of(&self, to: &str) -> Result<String, Refusal> {
        if to.contains(':') {
            return Ok(to.rsplit('/').next().unwrap_or(to).to_owned());
        }
        let named = self.deployments.iter().find(|one| name_of(one) == to);
        let record = self.history.iter().find(|record| record.deployment == to);
        let known = named.map(|one| one.revision_name().to_owned()).or_else(|| record.map(|one| one.revision.clone()));
        let known = known.filter(|revision| revision.contains(':'));
        known.ok_or_else(|| {
            let remembered: Vec<&str> = self.history.iter().map(|record| record.deployment.as_str()).collect();
            let meant = meant(to, remembered.iter().copied()).map(|one| format!("did you mean {one}? "));
            Refusal::new(format!(
                "--to: group {} knows no Deployment {to} and what it released: {}name one of {}, or a revision such as shop:41",
                self.name,
                meant.unwrap_or_default(),
                if remembered.is_empty() { "its history, once there is some".to_owned() } else { listed(&remembered) }
            ))
        })
    }

    /// The newest revision that was released well and is another than what serves, or is being released.
    fn last_good(&self) -> Result<String, Refusal> {
        let left: Vec<&str> = self.history.iter().filter_map(|record| record.rollback_of.as_deref()).collect();
        let current = self.in_progress().map(Deployment::revision_name);
        // In the middle of a release what it replaces serves still, and is what was good last.
        let serves = if current.is_some() { None } else { self.serves() };
        let is_good = |record: &&DeploymentRecord| {
            record.state == State::Succeeded
                && !left.contains(&record.deployment.as_str())
                && Some(record.revision.as_str()) != serves
                && Some(record.revision.as_str()) != current
        };
        let good = self.history.iter().find(is_good).map(|record| record.revision.clone());
        good.ok_or_else(|| {
            Refusal::new(format!(
                "--last-good: group {} remembers no other revision that was released well: name one by --to, such as --to shop:41; what it remembers is told by {}",
                self.name,
                self.command(&["history", &format!("group/{}", self.name)])
            ))
        })
    }
}

fn name_of(deployment: &Deployment) -> &str {
    deployment.metadata.name.as_deref().unwrap_or_default()
}

fn has_begun(deployment: &Deployment) -> bool {
    deployment.status.as_ref().is_some_and(|status| status.started_at.is_some())
}

fn is_ended(deployment: &Deployment) -> bool {
    deployment.status.as_ref().is_some_and(|status| status.completed_at.is_some())
}

/// What it replaces, as family:revision.
fn original(deployment: &Deployment) -> Option<String> {
    let original = deployment.status.as_ref()?.original.as_ref()?;
    Some(sluice_plan::names::short(&original.task_definition).to_owned())
}
