//! The status of a release that ended well, once a later one took its place.

use sluice_api::{DeploymentStatus, Health, Phase, StatusWord, bounded_message};

/// It does not read as running any more. When and how it ended stays.
#[must_use]
pub fn replaced(previous: &DeploymentStatus, by: &str) -> DeploymentStatus {
    let mut status = previous.clone();
    status.replaced_by = Some(by.to_owned());
    (status.phase, status.health) = (Phase::Running, Health::Unknown);
    let summary = status.summary.get_or_insert_default();
    summary.health = None;
    summary.status = Some(StatusWord::Replaced);
    summary.weight = String::new();
    let message = bounded_message(&format!("released {}; replaced by {by}", summary.revision));
    for condition in status.conditions.iter_mut().filter(|condition| condition.message == previous.message) {
        condition.message.clone_from(&message);
    }
    status.message = message;
    status
}
