//! `deploy`: another revision is asked for.

use std::fmt::Write as _;

use serde_json::{Value, json};
use sluice_api::{Application, Concurrency, DeploymentGroup, Images, Revision, Source};

use super::change::{Change, replacing};
use crate::hints::Hints;
use crate::inventory::Inventory;
use crate::kind::Kind;
use crate::refusal::Refusal;

/// What is to be released, as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A revision in full.
    Revision(Box<Revision>),
    /// Images by the names of their containers: of this family, or of the one that is asked for now.
    Images {
        /// The family, where it was typed.
        family: Option<String>,
        /// Containers and images.
        containers: Vec<(String, String)>,
        /// Where they come from.
        source: Option<Source>,
    },
}

impl Asked {
    /// The revision, in place of what is asked for now.
    pub fn revision(&self, now: Option<&Revision>) -> Result<Revision, Refusal> {
        let (family, containers, source) = match self {
            Self::Revision(revision) => return Ok((**revision).clone()),
            Self::Images { family, containers, source } => (family, containers, source.clone()),
        };
        let known = now.filter(|now| now.app_spec.is_none()).map(Revision::short_name);
        let known = known.map(|name| name.split(':').next().unwrap_or(name)).filter(|family| !family.is_empty());
        let Some(family) = family.as_deref().or(known) else {
            return Err(Refusal::new(
                "--image: it is not known of which family, because none is asked for yet: add --family, such as --family shop",
            ));
        };
        let images = Images { family: family.to_owned(), containers: containers.iter().cloned().collect() };
        Ok(Revision { task_definition: None, images: Some(images), app_spec: None, source })
    }
}

/// What a revision is called in sentences: with its images, where it has some.
pub(super) fn told(revision: &Revision) -> String {
    let Some(images) = &revision.images else { return revision.short_name().to_owned() };
    let images: Vec<String> = images.containers.iter().map(|(name, image)| format!("{name}={image}")).collect();
    format!("{} with {}", revision.short_name(), images.join(", "))
}

/// An Application asks for another revision.
pub fn deploy(
    application: &Application,
    asked: &Asked,
    inventory: &Inventory,
    hints: &Hints,
) -> Result<Change, Refusal> {
    let (object, now) = (&application.metadata, application.spec.revision.as_ref());
    let (name, namespace) = (object.name.as_deref().unwrap_or_default(), inventory.namespace.as_str());
    let wanted = asked.revision(now)?;
    let patch = replacing(&written(now), &written(Some(&wanted)));
    let groups = inventory.groups_of(name);
    if patch == json!({}) {
        let next = hints.command(namespace, &["status", name]);
        let sentence = format!("{name} asks for {} already: how it stands is told by {next}", told(&wanted));
        return Ok(Change::nothing(Kind::Application, object, sentence));
    }
    let mut follows = Vec::new();
    let mut sentence = change_of(name, now, &wanted);
    for group in &groups {
        let own = group.metadata.name.as_deref().unwrap_or_default();
        match (&group.spec.revision, &application.spec.promotion) {
            (Some(pinned), _) => {
                let _ = write!(sentence, "; {own} is pinned to {} and does not follow", told(pinned));
            }
            (None, Some(promotion)) if !is_promoted(promotion, own) => {
                let _ = write!(sentence, "; {own} is not in the promotion and does not follow");
            }
            (None, _) => follows.push(*group),
        }
    }
    sentence.push_str(&what_follows(application, &follows, hints, namespace));
    Ok(Change::patch(Kind::Application, object, json!({"revision": patch}), sentence))
}

/// A group is pinned to a revision of its own.
pub fn pin(group: &DeploymentGroup, asked: &Asked, inventory: &Inventory, hints: &Hints) -> Result<Change, Refusal> {
    let (object, now) = (&group.metadata, group.spec.revision.as_ref());
    let name = object.name.as_deref().unwrap_or_default();
    let application = &group.spec.application_ref;
    let of_application = inventory.application(application).and_then(|one| one.spec.revision.as_ref());
    let wanted = asked.revision(now.or(of_application))?;
    let patch = replacing(&written(now), &written(Some(&wanted)));
    if patch == json!({}) {
        let next = hints.command(&inventory.namespace, &["status", &format!("group/{name}")]);
        let sentence = format!("{name} is pinned to {} already: how it stands is told by {next}", told(&wanted));
        return Ok(Change::nothing(Kind::DeploymentGroup, object, sentence));
    }
    let unpin = hints.command(&inventory.namespace, &["deploy", &format!("group/{name}"), "--unpin"]);
    let sentence = format!(
        "{}, whatever {application} says, until {unpin}{}",
        change_of(name, now.or(of_application), &wanted),
        beginning(group, hints, &inventory.namespace)
    );
    Ok(Change::patch(Kind::DeploymentGroup, object, json!({"revision": patch}), sentence))
}

/// A group follows its Application again.
#[must_use]
pub fn unpin(group: &DeploymentGroup, inventory: &Inventory) -> Change {
    let (object, application) = (&group.metadata, &group.spec.application_ref);
    let name = object.name.as_deref().unwrap_or_default();
    if group.spec.revision.is_none() {
        let sentence = format!("{name} has no revision of its own: it follows {application} already");
        return Change::nothing(Kind::DeploymentGroup, object, sentence);
    }
    let asked = inventory.application(application).and_then(|one| one.spec.revision.as_ref());
    let asked = asked.map_or_else(|| "asks for nothing".to_owned(), |asked| format!("asks for {}", told(asked)));
    let sentence = format!("{name} follows {application} again, which {asked}");
    Change::patch(Kind::DeploymentGroup, object, json!({"revision": null}), sentence)
}

fn written(revision: Option<&Revision>) -> Value {
    revision.map_or_else(|| json!({}), |revision| json!(revision))
}

fn change_of(name: &str, now: Option<&Revision>, wanted: &Revision) -> String {
    let now = now.map_or_else(|| "nothing".to_owned(), told);
    format!("{name}: {now} -> {}", told(wanted))
}

fn is_promoted(promotion: &sluice_api::Promotion, group: &str) -> bool {
    let staged = promotion.stages.iter().flat_map(|stage| &stage.groups);
    promotion.groups.iter().chain(staged).any(|one| one == group)
}

fn what_follows(application: &Application, groups: &[&DeploymentGroup], hints: &Hints, namespace: &str) -> String {
    let name = application.metadata.name.as_deref().unwrap_or_default();
    if application.spec.suspend {
        let resume = hints.command(namespace, &["resume", &format!("application/{name}")]);
        return format!("; it is suspended: nothing begins before {resume}");
    }
    let names: Vec<&str> = groups.iter().filter_map(|one| one.metadata.name.as_deref()).collect();
    let follows = match (names.as_slice(), &application.spec.promotion) {
        ([], _) => return format!("; no group releases it: a DeploymentGroup with spec.applicationRef: {name} would"),
        ([one], _) => format!("; {one} releases it"),
        (several, None) => format!("; {} release it at once", several.join(", ")),
        (several, Some(_)) => format!("; {} release it in the order of the promotion", several.join(", ")),
    };
    let notes: String = groups.iter().map(|group| beginning(group, hints, namespace)).collect();
    follows + &notes
}

/// What stands before the beginning of the next release of a group; empty where nothing does.
pub(super) fn beginning(group: &DeploymentGroup, hints: &Hints, namespace: &str) -> String {
    let name = group.metadata.name.as_deref().unwrap_or_default();
    if group.spec.suspend {
        let resume = hints.command(namespace, &["resume", &format!("group/{name}")]);
        return format!("; {name} is suspended: nothing begins before {resume}");
    }
    let Some(current) = group.status.as_ref().and_then(|status| status.current.as_deref()) else {
        return String::new();
    };
    match group.spec.concurrency {
        Concurrency::Queue => format!("; in {name} it waits until {current} has ended"),
        Concurrency::EndBake => format!("; in {name} it waits for the increments of {current}, and ends its bake"),
        Concurrency::Supersede => format!("; in {name} it turns {current} round, and begins then"),
        Concurrency::Reject => {
            format!("; {name} takes no newer one while {current} is in progress: it ends as Rejected")
        }
    }
}
