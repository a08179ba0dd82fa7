//! What is seen now and cannot be seen later, remembered at every look: how long clients stick, how the alarms stand, how many
//! tasks the service wanted, and since when the original serves nobody.

use jiff::Timestamp;
use sluice_api::{DeploymentStatus, Duration, OnOriginalDown, Reason};

use crate::alarms::{statuses, symptom};
use crate::plan::Note;
use crate::platform::side::Split;
use crate::progress::position::{Position, desired_share, position};
use crate::progress::remembered::end_alarm_hold;
use crate::progress::steps::current_step;
use crate::view::View;

/// The progress with what this look adds to it, and what is to be told of it.
pub(crate) fn remember(view: &View<'_>) -> (DeploymentStatus, Vec<Note>) {
    let mut progress = view.progress().clone();
    stickiness(view, &mut progress);
    alarms(view, &mut progress);
    let at = position(&progress);
    let mut notes = Vec::new();
    if at.is_before_all_traffic() {
        raised_count(view, &mut progress);
        notes.extend(original_down(view, &mut progress));
    }
    (progress, notes)
}

/// Whether someone moved traffic that was where it is to stay, which has to be recorded before it is put back: clients may stick
/// to the wrong side from then on, and a process that died after the write would leave a successor that sees nothing of it.
/// What was read back once counts no more (S12 Barrier); every route in its place again is a new beginning of that time.
pub(crate) fn is_moved_anew(view: &View<'_>, progress: &mut DeploymentStatus) -> bool {
    if !is_settled(progress) {
        return false;
    }
    let desired = desired_share(progress);
    let is_away = view.known_routes().any(|split| !split.is_at(desired));
    let traffic = progress.traffic.get_or_insert_default();
    if is_away {
        let is_known = traffic.verified_at.is_none() && traffic.written_at.is_some();
        traffic.verified_at = None;
        traffic.written_at.get_or_insert_with(|| view.now());
        return !is_known;
    }
    if traffic.written_at.is_some() && view.traffic_is_at(desired) {
        traffic.verified_at.get_or_insert_with(|| view.now());
    }
    false
}

/// Whether production traffic is on the side where it is to stay.
fn is_settled(progress: &DeploymentStatus) -> bool {
    match position(progress) {
        Position::Event(_) | Position::Bake | Position::TerminateOriginal => {
            !position(progress).is_before_all_traffic()
        }
        Position::AllowTraffic(index) => {
            index + 1 == progress.steps.len()
                && progress.steps.get(index).is_some_and(|step| step.verified_at.is_some())
        }
        Position::Rollback => progress.rollback.as_ref().is_some_and(|rollback| rollback.traffic_restored_at.is_some()),
        Position::Install | Position::Ended => false,
    }
}

/// Clients keep what they were given: stickiness that is turned off, or made shorter, frees nobody who sticks already.
fn stickiness(view: &View<'_>, progress: &mut DeploymentStatus) {
    let of_original = longest(view.known_routes().filter(|split| split.original_share().is_above_none()));
    let of_replacement = longest(view.known_routes().filter(|split| split.share().is_above_none()));
    for (side, in_force) in [(&mut progress.original, of_original), (&mut progress.replacement, of_replacement)] {
        if let Some(side) = side {
            side.stickiness = side.stickiness.max(in_force);
        }
    }
}

fn longest<'v, 'a: 'v>(carrying: impl Iterator<Item = &'v Split<'a>>) -> Option<Duration> {
    carrying.filter_map(|split| split.stickiness).max().map(Duration::from_signed)
}

/// How the alarms stand, and since when one of them holds the release: no deadline runs meanwhile. A hold of the user's, and
/// that of a service that wants no tasks, stop the clock by themselves, so that no time counts twice.
fn alarms(view: &View<'_>, progress: &mut DeploymentStatus) {
    let (now, observed) = (view.now(), view.observed().alarms.as_ref());
    let Some(alarms) = view.watched_alarms() else { return };
    if let Some(reading) = observed {
        progress.alarms = statuses(alarms, &progress.alarms, reading, now);
    }
    let is_held_otherwise = view.input.release.controls.paused || progress.paused_at.is_some() || view.is_idle();
    let is_held = symptom(alarms, progress, observed, now).is_some() && !is_held_otherwise;
    if !is_held {
        end_alarm_hold(progress, now);
    } else if let Some(position) = &mut progress.position {
        position.alarm_since.get_or_insert(now);
    }
}

/// A count that is raised while the position is in progress moves its deadline by what it added, up to once more the
/// progress deadline. A deadline that has passed stays passed.
fn raised_count(view: &View<'_>, progress: &mut DeploymentStatus) {
    let index = current_step(progress);
    let is_made = matches!(position(progress), Position::AllowTraffic(_))
        && progress.steps.get(index).is_some_and(|step| step.verified_at.is_some());
    let (Some(position), Some(deadline)) = (&mut progress.position, progress.deadline_at) else { return };
    let (tasks, before) = (view.sides.tasks, position.most_tasks.max(1));
    if tasks <= before || deadline <= view.now() || is_made {
        return;
    }
    position.most_tasks = tasks;
    let length = view.input.release.settings.progress_deadline.as_signed();
    let added = f64::from(tasks - before) / f64::from(before);
    progress.deadline_at = Some(deadline + Duration::from_signed(length.mul_f64(added.min(1.0))).as_signed());
}

/// Told once for each time that it is seen down.
fn original_down(view: &View<'_>, progress: &mut DeploymentStatus) -> Option<Note> {
    let original = progress.original.as_mut()?;
    if view.is_idle() || !view.original_is_down() {
        original.unhealthy_since = None;
        return None;
    }
    let known: Option<Timestamp> = original.unhealthy_since;
    original.unhealthy_since.get_or_insert_with(|| view.now());
    known.is_none().then(|| {
        let then = match view.input.release.settings.on_original_down {
            OnOriginalDown::Advance => {
                "unless it recovers by the next look, all traffic moves to the replacement once that is complete and nothing holds it"
            }
            OnOriginalDown::Hold => "spec.onOriginalDown is Hold, so that the schedule goes on",
        };
        Note::warning(Reason::OriginalDown, format!("The original has no healthy target: {then}"))
    })
}
