//! What there is in a namespace, and which of it a name means.

use sluice_api::{Application, Deployment, DeploymentGroup};

use crate::hints::Hints;
use crate::kind::Kind;
use crate::names::{listed, meant};
use crate::refusal::Refusal;

/// The objects of a namespace, as they were read.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// The namespace.
    pub namespace: String,
    /// What is released.
    pub applications: Vec<Application>,
    /// Where it is released.
    pub groups: Vec<DeploymentGroup>,
    /// The releases.
    pub deployments: Vec<Deployment>,
}

/// An object that a name means.
#[derive(Clone, Copy, Debug)]
pub enum Named<'a> {
    /// An Application.
    Application(&'a Application),
    /// A DeploymentGroup.
    Group(&'a DeploymentGroup),
    /// A Deployment.
    Deployment(&'a Deployment),
}

/// Which Deployment of a group a verb is about, where it is given the name of the group or of its Application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The one in progress, else the newest that waits.
    Open,
    /// The same, of those that are paused.
    Paused,
    /// The one that ended last, and did not succeed.
    EndedBadly,
    /// The one that ended last.
    Ended,
}

/// A Deployment that a name means, and how that came about where the name is another's.
#[derive(Clone, Debug)]
pub struct Chosen<'a> {
    /// The Deployment.
    pub deployment: &'a Deployment,
    /// Which one was chosen, for people; none where it was named.
    pub told: Option<String>,
}

impl Named<'_> {
    /// The name with the word before it that tells its kind.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.kind().prefix(), self.name())
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        let object = match self {
            Self::Application(one) => &one.metadata,
            Self::Group(one) => &one.metadata,
            Self::Deployment(one) => &one.metadata,
        };
        object.name.as_deref().unwrap_or_default()
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Application(_) => Kind::Application,
            Self::Group(_) => Kind::DeploymentGroup,
            Self::Deployment(_) => Kind::Deployment,
        }
    }
}

impl Inventory {
    /// The objects of this name; of one kind where a word before it says which, as in `group/prod`. At least one.
    pub fn named(&self, typed: &str) -> Result<Vec<Named<'_>>, Refusal> {
        let (kind, name) = match typed.split_once('/') {
            Some((word, name)) => (Some(Kind::of_word(word).map_err(|error| Refusal::new(error.to_string()))?), name),
            None => (None, typed),
        };
        let all = self.all().into_iter();
        let found: Vec<Named<'_>> = all
            .filter(|(known, one)| *known == name && kind.is_none_or(|kind| kind == one.kind()))
            .map(|(_, one)| one)
            .collect();
        if found.is_empty() { Err(self.unknown(typed, name)) } else { Ok(found) }
    }

    /// Every object with its name.
    fn all(&self) -> Vec<(&str, Named<'_>)> {
        let applications = self.applications.iter().map(|one| (one.metadata.name.as_deref(), Named::Application(one)));
        let groups = self.groups.iter().map(|one| (one.metadata.name.as_deref(), Named::Group(one)));
        let deployments = self.deployments.iter().map(|one| (one.metadata.name.as_deref(), Named::Deployment(one)));
        applications.chain(groups).chain(deployments).map(|(name, one)| (name.unwrap_or_default(), one)).collect()
    }

    fn unknown(&self, typed: &str, name: &str) -> Refusal {
        let what = if typed.contains('/') { "nothing" } else { "no Application, DeploymentGroup or Deployment" };
        let all = self.all();
        let known = all.iter().map(|(known, _)| *known);
        let meant = meant(name, known).map(|one| format!(": did you mean {one}?"));
        let there = || {
            let names: Vec<&str> = self.applications.iter().filter_map(|one| one.metadata.name.as_deref()).collect();
            if names.is_empty() { ", and no Application".to_owned() } else { format!("; there are {}", listed(&names)) }
        };
        Refusal::new(format!(
            "there is {what} called {typed} in namespace {}{}",
            self.namespace,
            meant.unwrap_or_else(there)
        ))
    }

    /// The group of this name.
    #[must_use]
    pub fn group(&self, name: &str) -> Option<&DeploymentGroup> {
        self.groups.iter().find(|one| one.metadata.name.as_deref() == Some(name))
    }

    /// The Application of this name.
    #[must_use]
    pub fn application(&self, name: &str) -> Option<&Application> {
        self.applications.iter().find(|one| one.metadata.name.as_deref() == Some(name))
    }

    /// The Deployment of this name.
    #[must_use]
    pub fn deployment(&self, name: &str) -> Option<&Deployment> {
        self.deployments.iter().find(|one| one.metadata.name.as_deref() == Some(name))
    }

    /// The groups of an Application, by name.
    #[must_use]
    pub fn groups_of(&self, application: &str) -> Vec<&DeploymentGroup> {
        let mut groups: Vec<_> = self.groups.iter().filter(|one| one.spec.application_ref == application).collect();
        groups.sort_by(|one, other| one.metadata.name.cmp(&other.metadata.name));
        groups
    }

    /// The Deployments of a group, the newest first.
    #[must_use]
    pub fn deployments_of(&self, group: &str) -> Vec<&Deployment> {
        let mut of_it: Vec<_> = self.deployments.iter().filter(|one| one.spec.group_ref == group).collect();
        let made_at = |one: &Deployment| one.metadata.creation_timestamp.as_ref().map(|at| at.0);
        let number = |one: &Deployment| sluice_plan::group::deployments::sequence(one);
        of_it.sort_by(|one, other| {
            (made_at(other), number(other), &other.metadata.name).cmp(&(made_at(one), number(one), &one.metadata.name))
        });
        of_it
    }

    /// The Deployment that a name means: itself, or one of its group or Application.
    pub fn choose(&self, typed: &str, which: Which, hints: &Hints, verb: &str) -> Result<Chosen<'_>, Refusal> {
        let named = self.named(typed)?;
        let mut chosen: Vec<Chosen<'_>> = Vec::new();
        for one in &named {
            for found in self.candidates(*one, which) {
                if chosen.iter().all(|known| known.deployment.metadata.name != found.deployment.metadata.name) {
                    chosen.push(found);
                }
            }
        }
        let mut found = chosen.into_iter();
        match (found.next(), found.next()) {
            (Some(one), None) => Ok(one),
            (None, _) => Err(self.none_of(named.first(), which, hints)),
            (Some(one), Some(other)) => {
                let all = [one, other].into_iter().chain(found);
                let choices: Vec<String> = all.map(|one| self.choice(&one, hints, verb, named.len() > 1)).collect();
                Err(Refusal::new(format!("{typed} means more than one Deployment: type one of {}", listed(&choices))))
            }
        }
    }

    /// The group that a name means: itself, that of a Deployment, or the only one of an Application.
    pub fn choose_group(&self, typed: &str, hints: &Hints, verb: &str) -> Result<&DeploymentGroup, Refusal> {
        let mut groups: Vec<&DeploymentGroup> = Vec::new();
        for named in self.named(typed)? {
            let of_it = match named {
                Named::Application(one) => self.groups_of(one.metadata.name.as_deref().unwrap_or_default()),
                Named::Group(one) => vec![one],
                Named::Deployment(one) => self.group(&one.spec.group_ref).into_iter().collect(),
            };
            for group in of_it {
                if groups.iter().all(|known| known.metadata.name != group.metadata.name) {
                    groups.push(group);
                }
            }
        }
        match groups.as_slice() {
            [one] => Ok(one),
            [] => Err(Refusal::new(format!(
                "{typed} has no group: a DeploymentGroup names its Application by spec.applicationRef"
            ))),
            several => {
                let name =
                    |one: &&DeploymentGroup| format!("group/{}", one.metadata.name.as_deref().unwrap_or_default());
                let choices: Vec<String> =
                    several.iter().map(|one| hints.command(&self.namespace, &[verb, &name(one)])).collect();
                Err(Refusal::new(format!("{typed} has more than one group: type one of {}", listed(&choices))))
            }
        }
    }

    fn choice(&self, one: &Chosen<'_>, hints: &Hints, verb: &str, is_name_shared: bool) -> String {
        let name = one.deployment.metadata.name.as_deref().unwrap_or_default();
        let full = format!("deployment/{name}");
        let command = hints.command(&self.namespace, &[verb, if is_name_shared { &full } else { name }]);
        let summary = one.deployment.status.as_ref().and_then(|status| status.summary.as_ref()?.status);
        let word = summary.map(|word| format!(", {word}")).unwrap_or_default();
        format!("`{command}` ({}{word})", one.deployment.revision_name())
    }

    fn candidates<'a>(&'a self, named: Named<'a>, which: Which) -> Vec<Chosen<'a>> {
        let groups = match named {
            Named::Deployment(deployment) => return vec![Chosen { deployment, told: None }],
            Named::Group(group) => vec![group],
            Named::Application(application) => self.groups_of(application.metadata.name.as_deref().unwrap_or_default()),
        };
        let of = |group: &DeploymentGroup| {
            let name = group.metadata.name.clone().unwrap_or_default();
            let (deployment, what) = pick(&self.deployments_of(&name), which)?;
            let own = deployment.metadata.name.as_deref().unwrap_or_default();
            Some(Chosen { deployment, told: Some(format!("{own} is {what} of group {name}")) })
        };
        groups.into_iter().filter_map(of).collect()
    }

    fn none_of(&self, named: Option<&Named<'_>>, which: Which, hints: &Hints) -> Refusal {
        let name = named.map(Named::full_name).unwrap_or_default();
        let what = match which {
            Which::Open => "has no release in progress, and none that waits",
            Which::Paused => "has no release that is paused, and is not suspended",
            Which::EndedBadly => "has no release that ended otherwise than well",
            Which::Ended => "has no release that has ended",
        };
        let next = hints.command(&self.namespace, &["status", &name]);
        Refusal::new(format!("{name} {what}: how it stands is told by {next}"))
    }
}

/// The Deployment among those of a group, the newest first, and what it is.
fn pick<'a>(deployments: &[&'a Deployment], which: Which) -> Option<(&'a Deployment, &'static str)> {
    let status = |one: &Deployment| one.status.clone().unwrap_or_default();
    let has_begun = |one: &&&Deployment| status(one).started_at.is_some();
    let is_ended = |one: &&Deployment| status(one).completed_at.is_some();
    match which {
        Which::Open | Which::Paused => {
            let fits = |one: &&Deployment| !is_ended(one) && (which == Which::Open || one.spec.paused);
            let open: Vec<&Deployment> = deployments.iter().copied().filter(fits).collect();
            let begun = open.iter().find(has_begun).map(|one| (*one, "the release in progress"));
            begun.or_else(|| open.first().map(|one| (*one, "the newest release that waits")))
        }
        Which::EndedBadly | Which::Ended => {
            let badly = |one: &&Deployment| which == Which::Ended || status(one).state != sluice_api::State::Succeeded;
            let ended = deployments.iter().copied().filter(is_ended).filter(badly);
            let what = if which == Which::Ended { "the last release" } else { "the last release that did not succeed" };
            ended.max_by_key(|one| status(one).completed_at).map(|one| (one, what))
        }
    }
}
