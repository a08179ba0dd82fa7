//! How often something is put back: with someone who undoes it each time, it would go on for ever.

use jiff::{SignedDuration, Timestamp};
use sluice_api::{DriftKind, RepairRecord, bounded_message};

/// How often a kind of change is put back within [`WITHIN`].
const MOST: usize = 5;

/// Longer than most timers of infrastructure as code run apart, so that one that runs every hour is put right each time.
const WITHIN: SignedDuration = SignedDuration::from_hours(1);

/// What is told of what was put back too often.
pub(super) const MESSAGE: &str = "put back 5 times within an hour and undone each time: CloudTrail names who writes it; once that is ended, put it back, or edit this group to have it tried again";

/// Whether this kind was put back too often by now.
pub(super) fn is_too_often(repairs: &[RepairRecord], kind: DriftKind, now: Timestamp) -> bool {
    repairs.iter().filter(|repair| repair.kind == kind && is_recent(repair, now)).count() >= MOST
}

/// Writes down what is put back. What is too old to count makes room.
pub(super) fn record(repairs: &mut Vec<RepairRecord>, kind: DriftKind, action: &str, now: Timestamp) {
    repairs.retain(|repair| repair.kind != kind || is_recent(repair, now));
    repairs.push(RepairRecord { kind, action: bounded_message(action), at: now });
}

fn is_recent(repair: &RepairRecord, now: Timestamp) -> bool {
    now.duration_since(repair.at) < WITHIN
}
