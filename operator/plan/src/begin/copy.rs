//! A task definition with other images, before a release of it begins: whether it can be made, and that it is.

use sluice_api::Reason;

use super::preflight::check_release;
use super::preflight::input::PreflightInput;
use super::released::Released;
use crate::names::short;
use crate::observation::{Observation, WantedImages};
use crate::refusal::Refusal;

/// A copy of a revision with other images. Registering has no token by which ECS would know a call that comes twice: whoever
/// asks for it has looked for one with the same content, and it is sent once.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRevision {
    /// ARN of the revision that is copied.
    pub base: String,
    /// The family and the images.
    pub wanted: WantedImages,
}

/// Whether the family has the containers for which there are images, as far as it was looked at.
pub fn check_containers(released: &Released, observed: &Observation) -> Result<(), Refusal> {
    let (Some(wanted), Some(base)) = (&released.images, &observed.task_definition) else { return Ok(()) };
    let names = || base.containers.iter().map(|container| container.name.as_str());
    let unknown: Vec<&str> =
        wanted.images.keys().map(String::as_str).filter(|name| !names().any(|known| known == *name)).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let message = format!(
        "spec.revision.images.containers: family {} has no container {}: name those that it has, {}",
        wanted.family,
        unknown.join(", "),
        names().collect::<Vec<_>>().join(", ")
    );
    Err(Refusal::new(Reason::ContainerNotFound, message))
}

/// The copy that has to be registered before the release can begin; none where there is one, or none is asked for. Nothing is
/// registered for a release that could not begin, and for containers that the family does not have.
pub fn to_register(
    released: &Released,
    preflight: &PreflightInput<'_>,
    uid: &str,
) -> Result<Option<NewRevision>, Refusal> {
    let observed = preflight.observed;
    check_containers(released, observed)?;
    let (Some(wanted), Some(base)) = (&released.images, &observed.task_definition) else { return Ok(None) };
    if !observed.unregistered {
        return Ok(None);
    }
    match check_release(preflight, &released.task_definition, uid) {
        Some(refusal) => Err(refusal),
        None => Ok(Some(NewRevision { base: base.arn.clone(), wanted: wanted.clone() })),
    }
}

/// What ECS said where it refused the copy.
#[must_use]
pub fn not_registered(new: &NewRevision, said: &str) -> Refusal {
    let message = format!(
        "spec.revision.images: the copy of {} is refused: correct the images, or the revision; {said}",
        short(&new.base)
    );
    Refusal::new(Reason::RequestRefused, message)
}
