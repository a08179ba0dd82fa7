//! What is told of images: the copy that was made for a release, and tags that may be another image later.

use sluice_api::{Reason, Revision};

use crate::begin::copy::NewRevision;
use crate::begin::digests::{TagAnswer, TaggedImage};
use crate::names::short;
use crate::plan::Note;

/// What to tell of a copy that was registered.
#[must_use]
pub fn registered(new: &NewRevision, arn: &str) -> Note {
    let images: Vec<String> = new.wanted.images.iter().map(|(name, image)| format!("{name}={image}")).collect();
    let message = format!("Registered {}, a copy of {} with {}", short(arn), short(&new.base), images.join(" "));
    Note::normal(Reason::Installing, message)
}

/// What ECR answered of tags, once for each release.
#[must_use]
pub fn digests(answers: &[(TaggedImage, TagAnswer)]) -> Vec<Note> {
    let told = |(image, answer): &(TaggedImage, TagAnswer)| {
        let TaggedImage { container, name, tag, .. } = image;
        match answer {
            TagAnswer::Digest(digest) => {
                let message = format!("{container}={name}:{tag} is {digest} in this release, as ECR answered");
                Note::normal(Reason::Installing, message)
            }
            TagAnswer::Untold(why) => {
                let message = format!(
                    "{container}={name}:{tag} is released by its tag, which may be another image when a task starts: ECR does not tell its digest: {why}"
                );
                Note::warning(Reason::MutableTag, message)
            }
        }
    };
    answers.iter().map(told).collect()
}

/// What to tell of images that may be others tomorrow, once for each release; none where all have a digest. Of those that ECR
/// was asked about, that tells.
#[must_use]
pub fn mutable(revision: &Revision, asked: &[(TaggedImage, TagAnswer)]) -> Option<Note> {
    let images = revision.images.as_ref()?;
    let is_asked = |name: &str| asked.iter().any(|(image, _)| image.container == name);
    let mutable = images.mutable().filter(|(name, _)| !is_asked(name));
    let tags: Vec<String> = mutable.map(|(name, image)| format!("{name}={image}")).collect();
    let message = format!(
        "{} has no digest: the same tag may be another image when a task starts; write name@sha256:... to release one image",
        tags.join(" ")
    );
    (!tags.is_empty()).then(|| Note::warning(Reason::MutableTag, message))
}
