//! For how long a group has run a revision in good health: what the next stage of a promotion waits for.
//!
//! It begins with the first look that finds the revision alone and healthy, and is over with the first such look after its
//! time. A look that finds it unwell begins it anew; one that nobody could make says nothing, and ends nothing.

use jiff::{SignedDuration, Timestamp};
use sluice_api::{DeploymentGroupStatus, Duration, Health, SoakStatus};

/// The status with what is known of the soak. `length` is none where no later stage waits for this group, and `is_seen` says
/// whether AWS was looked at for this status.
#[must_use]
pub fn with_soak(
    mut status: DeploymentGroupStatus,
    length: Option<Duration>,
    is_seen: bool,
    now: Timestamp,
) -> DeploymentGroupStatus {
    let known = status.soak.take();
    status.soak = length.and_then(|length| next(known, &status, length, is_seen, now));
    status
}

fn next(
    known: Option<SoakStatus>,
    status: &DeploymentGroupStatus,
    length: Duration,
    is_seen: bool,
    now: Timestamp,
) -> Option<SoakStatus> {
    if status.current.is_some() {
        return None;
    }
    if !is_seen || status.health == Health::Unknown {
        return known;
    }
    let serving = status.summary.as_ref().map_or("", |summary| summary.serving.as_str());
    // Alone: what has a part of the traffic is told with its share.
    let revision = status.revision.as_ref().filter(|revision| **revision == serving)?;
    if status.health != Health::Healthy || status.held_revision.as_ref() == Some(revision) {
        return None;
    }
    let known = known.filter(|known| known.revision == *revision);
    let since = known.as_ref().map_or(now, |known| known.since);
    let until = since + length.as_signed();
    let passed_at = known.and_then(|known| known.passed_at).filter(|at| *at >= until);
    let passed_at = passed_at.or_else(|| (now >= until).then_some(now));
    Some(SoakStatus { revision: revision.clone(), since, until, passed_at })
}

/// When the group has to be looked at, for its soak to be over: after a poll interval where that was due already.
#[must_use]
pub fn due(status: &DeploymentGroupStatus, now: Timestamp, poll: SignedDuration) -> Option<Timestamp> {
    let soak = status.soak.as_ref().filter(|soak| soak.passed_at.is_none())?;
    Some(if soak.until > now { soak.until } else { now + poll })
}
