//! What is followed: which groups, and the release of which revision.

use sluice_api::{Application, DeploymentGroup, Promotion, Revision};

use crate::inventory::{Inventory, Named};
use crate::names::listed;
use crate::refusal::Refusal;

/// What is followed. It is fixed at the start, so that a change that somebody else makes later is not taken for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Aim {
    /// A Deployment.
    Deployment(String),
    /// The release of a revision in a group.
    Group {
        /// Name of the group.
        name: String,
        /// The revision as it is asked for; none where nothing was asked for at the start.
        revision: Option<String>,
    },
    /// The release of a revision in the groups of an Application that follow it.
    Application {
        /// Name of the Application.
        name: String,
        /// The revision as it is asked for.
        revision: Option<String>,
    },
}

impl Aim {
    /// What a name means, and the revision that was typed, or that is asked for now.
    pub fn of(inventory: &Inventory, typed: &str, revision: Option<&str>) -> Result<Self, Refusal> {
        let named = inventory.named(typed)?;
        let one = match named.as_slice() {
            [one] => *one,
            several => alike(inventory, several).ok_or_else(|| {
                let full: Vec<String> = several.iter().map(Named::full_name).collect();
                Refusal::new(format!("{typed} means more than one thing here: name one of {}", listed(&full)))
            })?,
        };
        let short = |revision: &str| revision.rsplit('/').next().unwrap_or(revision).to_owned();
        let name = one.name().to_owned();
        Ok(match one {
            Named::Deployment(_) => Self::Deployment(name),
            Named::Group(group) => {
                Self::Group { name, revision: revision.map(short).or_else(|| asked_of(inventory, group)) }
            }
            Named::Application(application) => {
                let asked = application.spec.revision.as_ref().map(asked);
                Self::Application { name, revision: revision.map(short).or(asked) }
            }
        })
    }

    /// The groups that it is about, by name.
    pub(super) fn groups<'a>(&self, inventory: &'a Inventory) -> Vec<&'a DeploymentGroup> {
        match self {
            Self::Deployment(_) => Vec::new(),
            Self::Group { name, .. } => inventory.group(name).into_iter().collect(),
            Self::Application { name, .. } => {
                let Some(application) = inventory.application(name) else { return Vec::new() };
                let follows = |group: &&DeploymentGroup| follows(application, group);
                inventory.groups_of(name).into_iter().filter(follows).collect()
            }
        }
    }
}

/// What is asked of a group now.
pub(super) fn asked_of(inventory: &Inventory, group: &DeploymentGroup) -> Option<String> {
    let application = inventory.application(&group.spec.application_ref);
    let of_application = application.and_then(|one| one.spec.revision.as_ref());
    group.spec.revision.as_ref().or(of_application).map(asked)
}

fn asked(revision: &Revision) -> String {
    revision.asked().into_owned()
}

/// Whether a group releases what its Application asks for.
fn follows(application: &Application, group: &DeploymentGroup) -> bool {
    let is_named = |promotion: &Promotion| {
        let staged = promotion.stages.iter().flat_map(|stage| &stage.groups);
        promotion.groups.iter().chain(staged).any(|one| Some(one) == group.metadata.name.as_ref())
    };
    group.spec.revision.is_none() && application.spec.promotion.as_ref().is_none_or(is_named)
}

/// The group, where the others of its name are only its Application.
fn alike<'a>(inventory: &Inventory, several: &[Named<'a>]) -> Option<Named<'a>> {
    let [Named::Application(application), Named::Group(group)] = several else { return None };
    let own = inventory.groups_of(application.metadata.name.as_deref()?);
    (own.len() == 1 && own[0].metadata.name == group.metadata.name).then_some(several[1])
}
