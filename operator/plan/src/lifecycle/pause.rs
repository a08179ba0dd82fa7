//! Pause and resume.

use jiff::Timestamp;
use sluice_api::{Reason, Share};

use crate::input::Input;
use crate::plan::{Note, Plan};
use crate::progress::gates::move_timeouts;
use crate::progress::remembered::end_idleness;
use crate::waiting::{WaitKind, Waiting, clock};

/// Holds everything where it is. `weight` is the share of the replacement; none where it is not known, and
/// then the last that was.
pub(crate) fn pause(input: &Input<'_>, weight: Option<Share>) -> Plan {
    let mut progress = input.release.progress.clone();
    // No time counts twice: a service that still wants no tasks is idle anew once the hold is over.
    end_idleness(&mut progress, input.now());
    let since = *progress.paused_at.get_or_insert_with(|| input.now());
    let notes = match input.release.progress.paused_at {
        Some(_) => Vec::new(),
        None => vec![Note::normal(Reason::Paused, "Paused: traffic stays where it is")],
    };
    let weight = weight.unwrap_or_else(|| progress.traffic.as_ref().map_or(Share::NONE, |traffic| traffic.observed));
    let since = clock(since, input.now());
    let message = format!("paused since {since} at weight {weight}; set spec.paused to false to go on");
    let waiting = Waiting { reason: Reason::Paused, message, until: None, deadline: None, kind: WaitKind::Paused };
    Plan::wait(waiting, progress, input).with_notes(notes)
}

/// The time of the hold does not count against the deadline, and nobody had to answer in it.
pub(crate) fn resume(input: &Input<'_>, since: Timestamp) -> Plan {
    let mut progress = input.release.progress.clone();
    progress.paused_at = None;
    let held = input.now().duration_since(since);
    progress.deadline_at = progress.deadline_at.map(|deadline| deadline + held);
    move_timeouts(&mut progress, held);
    Plan::advance(progress, vec![Note::normal(Reason::Shifting, "Resumed")])
}
