//! The way to AWS is closed in the middle of a release: its binding is gone, or does not admit the namespace any more.
//!
//! Nothing is read or written meanwhile (S16), and everything stays where it is. It goes on once the way is open again. But
//! what the user asks for is heard, and so is a deadline: the Deployment ends, tells who is in the way, and keeps every task
//! set, for no one can see which of them serves.

use jiff::Timestamp;
use sluice_api::{
    DeploymentStatus, Failure, FailureCategory, FailureCode, LifecycleEventName, Reason, RollbackTrigger, State,
};

use crate::failure::{failure, with_code};
use crate::input::Release;
use crate::multi::returns_by_itself;
use crate::plan::Note;
use crate::progress::events::{end, fail_events};
use crate::progress::position::{Position, position};
use crate::progress::times::past_point_of_no_return;
use crate::refusal::Refusal;
use crate::rollback::cause::{Cause, requested};
use crate::rollback::start::start;
use crate::status::{given_up, refused};
use crate::waiting::by;

/// The next status of a Deployment in progress that may not call AWS, and what to tell of it.
#[must_use]
pub fn without_access(
    release: &Release<'_>,
    refusal: &Refusal,
    generation: Option<i64>,
    now: Timestamp,
) -> (DeploymentStatus, Vec<Note>) {
    let begun = cause(release, refusal, now).map(|cause| start(release.progress, cause, now));
    let (mut progress, mut notes) =
        begun.map_or_else(|| (release.progress.clone(), Vec::new()), |(progress, note)| (progress, vec![note]));
    let is_asked = requested(release.controls).is_some();
    if progress.rollback.is_some() || is_asked {
        let deadline = deadline(release, &progress, now);
        if now >= deadline {
            let failure = ended_by(&progress, refusal);
            notes.push(Note::warning(Reason::Failed, failure.message.clone()));
            give_up(&mut progress, failure, now);
            return (given_up(&progress, generation, now), notes);
        }
        progress.deadline_at = Some(deadline);
        let until = Refusal::new(refusal.reason, format!("{}{}", refusal.message, by(Some(deadline), now)));
        return (refused(&progress, &until, release.controls, generation, now), notes);
    }
    (refused(&progress, refusal, release.controls, generation, now), notes)
}

/// Whether the release turns round now, and why: someone asks for it, or the deadline of its position passed. A user's hold
/// stops that clock.
fn cause(release: &Release<'_>, refusal: &Refusal, now: Timestamp) -> Option<Cause> {
    let progress = release.progress;
    let may_return = returns_by_itself(progress.multi.as_ref()) && !past_point_of_no_return(progress);
    if progress.rollback.is_some() || !may_return {
        return None;
    }
    requested(release.controls).or_else(|| {
        let is_held = release.controls.paused || progress.paused_at.is_some();
        let is_late = progress.deadline_at.is_some_and(|deadline| deadline <= now) && has_a_deadline(progress);
        (is_late && !is_held).then(|| {
            let deadline = release.settings.progress_deadline;
            let reason = format!("progress deadline of {deadline} passed while {}", refusal.message);
            let failure = failure(FailureCategory::Auth, &reason);
            Cause { trigger: RollbackTrigger::DeploymentFailure, reason, failure: Some(failure) }
        })
    })
}

/// Whether the position in progress must be done by its deadline: an increment that was read back is only held.
fn has_a_deadline(progress: &DeploymentStatus) -> bool {
    match position(progress) {
        Position::Install | Position::Event(LifecycleEventName::AllowTestTraffic) => true,
        Position::AllowTraffic(index) => progress.steps.get(index).is_some_and(|step| step.verified_at.is_none()),
        Position::Event(_) | Position::Bake | Position::TerminateOriginal | Position::Rollback | Position::Ended => {
            false
        }
    }
}

/// Until when the way is waited for, at most: for a progress deadline, and not longer than it must where it is deleted.
fn deadline(release: &Release<'_>, progress: &DeploymentStatus, now: Timestamp) -> Timestamp {
    let deadline = release.settings.progress_deadline.as_signed();
    let grace = if release.controls.deleted { release.limits.barrier.min(deadline) } else { deadline };
    progress.deadline_at.map_or(now + grace, |known| known.min(now + grace))
}

fn ended_by(progress: &DeploymentStatus, refusal: &Refusal) -> Failure {
    let code = match progress.rollback.as_ref().map(|rollback| rollback.trigger) {
        None => FailureCode::DeploymentFailedGeneric,
        Some(trigger) if trigger.is_automatic() => FailureCode::AutomaticRollbackFailed,
        Some(_) => FailureCode::ManualRollbackFailed,
    };
    let message = format!("every task set is kept, and traffic where it is: {}", refusal.message);
    let hint = "look at what serves the traffic now, and keep it".to_owned();
    Failure { hint, ..with_code(code, failure(FailureCategory::Auth, &message)) }
}

fn give_up(progress: &mut DeploymentStatus, failure: Failure, now: Timestamp) {
    fail_events(progress, now);
    progress.failure = Some(failure);
    if let Some(rollback) = &mut progress.rollback {
        rollback.ended_at = Some(now);
    }
    end(progress, State::Failed, now);
}
