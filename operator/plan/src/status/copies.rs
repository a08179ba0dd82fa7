//! What is told of images: the copy that was made for a release, and tags that may be another image later.

use sluice_api::{Reason, Revision};

use crate::begin::copy::NewRevision;
use crate::names::short;
use crate::plan::Note;

/// What to tell of a copy that was registered.
#[must_use]
pub fn registered(new: &NewRevision, arn: &str) -> Note {
    let images: Vec<String> = new.wanted.images.iter().map(|(name, image)| format!("{name}={image}")).collect();
    let message = format!("Registered {}, a copy of {} with {}", short(arn), short(&new.base), images.join(" "));
    Note::normal(Reason::Installing, message)
}

/// What to tell of images that may be others tomorrow, once for each release; none where all have a digest.
#[must_use]
pub fn mutable(revision: &Revision) -> Option<Note> {
    let images = revision.images.as_ref()?;
    let tags: Vec<String> = images.mutable().map(|(name, image)| format!("{name}={image}")).collect();
    let message = format!(
        "{} has no digest: the same tag may be another image when a task starts; write name@sha256:... to release one image",
        tags.join(" ")
    );
    (!tags.is_empty()).then(|| Note::warning(Reason::MutableTag, message))
}
