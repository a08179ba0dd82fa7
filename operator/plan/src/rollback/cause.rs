//! Why traffic must return to the original: someone asked for it, or a failure was seen.

use sluice_api::{Failure, FailureCategory, GateTimeout, RollbackTrigger, bounded_message};

use crate::failure::failure;
use crate::failures;
use crate::input::{Controls, Newer};
use crate::multi::{Stands, returns_by_itself, turned_round_by};
use crate::names::short;
use crate::progress::times::past_point_of_no_return;
use crate::view::View;

/// Why traffic must return.
pub(crate) struct Cause {
    pub trigger: RollbackTrigger,
    pub reason: String,
    /// None where someone asked for it.
    pub failure: Option<Failure>,
}

/// Whether a release on its way forward turns round now, and why. A failure comes before a user's hold: traffic goes
/// to what is healthy, always. Once turned round it ends, whatever is asked for then.
pub(crate) fn cause(view: &View<'_>) -> Option<Cause> {
    let progress = view.progress();
    if progress.rollback.is_some() {
        return None;
    }
    let requested = requested(view.input.release.controls);
    // Past the point of no return the original may be on its way out. But while it is seen to serve, and the
    // replacement does not, nothing is lost by the way back.
    let stranded = view.original_can_serve() && !view.replacement_can_serve();
    if past_point_of_no_return(progress) && !stranded {
        // Where neither is left to wait for, who asks for the end gets it, and is told that there was nothing to return to.
        return requested.filter(|_| view.has_no_original() && !view.replacement_can_serve());
    }
    if !returns_by_itself(progress.multi.as_ref()) && !stranded {
        return with_a_sibling(view).or_else(|| requested.filter(|_| is_left_alone(view)));
    }
    // One that fails is told as such, also where a newer one, or another that is released as one with it, would have turned
    // it round.
    let asked = requested.or_else(|| reverted(view));
    let found = asked.or_else(|| failed(view)).or_else(|| unanswered(view));
    found.or_else(|| with_a_sibling(view)).or_else(|| superseded(view))
}

/// Whether one that is released as one with it returns.
fn with_a_sibling(view: &View<'_>) -> Option<Cause> {
    let multi = view.progress().multi.as_ref()?;
    let sibling = turned_round_by(multi, view.input.release.siblings)?;
    let (deployment, group) = (&sibling.deployment, &sibling.group);
    let why = sibling.returned.clone().unwrap_or_else(|| sibling.in_words());
    let reason = format!("{deployment} of group {group} returned, and they are released as one: {why}");
    let of_it = sibling.failure.clone().unwrap_or_else(|| failure(FailureCategory::Unknown, ""));
    let failure = Failure { message: bounded_message(&reason), hint: format!("look at {deployment}"), ..of_it };
    Some(Cause { trigger: RollbackTrigger::Sibling, reason, failure: Some(failure) })
}

/// Whether it has promised to end with others and cannot: its replacement is not complete, or one of them is not there any more,
/// so that nobody will ever know what became of it. Then who asks for the return gets it.
fn is_left_alone(view: &View<'_>) -> bool {
    let has_passed = view.progress().multi.as_ref().is_some_and(|multi| multi.passed_at.is_some());
    if has_passed {
        return view.replacement_is_ready().is_err();
    }
    view.input.release.siblings.iter().any(|one| one.stands == Stands::Gone)
}

fn failed(view: &View<'_>) -> Option<Cause> {
    let (trigger, failure) = failures::first(view)?;
    let reason = failure.message.clone();
    Some(Cause { trigger, reason, failure: Some(failure) })
}

/// Whether someone asked for the return.
pub(crate) fn requested(controls: Controls) -> Option<Cause> {
    let (trigger, reason) = match controls {
        Controls { deleted: true, .. } => (RollbackTrigger::Deleted, "the Deployment is being deleted"),
        Controls { stop: true, .. } => (RollbackTrigger::StopOnRequest, "spec.stop was set"),
        Controls { newer: Some(Newer::GoesBack), .. } => {
            (RollbackTrigger::StopOnRequest, "another Deployment goes back from it, by spec.rollbackOf")
        }
        Controls { .. } => return None,
    };
    Some(Cause { trigger, reason: reason.to_owned(), failure: None })
}

/// Whether nobody let traffic move in time, and the group says that the release is stopped then, as CodeDeploy does: it has
/// not failed.
fn unanswered(view: &View<'_>) -> Option<Cause> {
    view.unanswered(GateTimeout::Stop)?;
    let reason = "nobody approved the first traffic in time, and spec.ready.onTimeout is Stop".to_owned();
    Some(Cause { trigger: RollbackTrigger::StopOnRequest, reason, failure: None })
}

/// Whether what the original runs was asked for again, and the original is there and can take its traffic: else there is
/// nothing to return to, and what it ran is made anew once this has ended.
fn reverted(view: &View<'_>) -> Option<Cause> {
    let original = view.progress().original.as_ref()?;
    let is_reverted = view.input.release.controls.reverted && can_return(view);
    let reason = format!("{} was asked for again", short(&original.task_definition));
    is_reverted.then_some(Cause { trigger: RollbackTrigger::Reverted, reason, failure: None })
}

/// Whether a newer Deployment takes its place, and the original is there and can take its traffic: else it goes on, and the
/// newer one waits. A user's hold is heard first.
fn superseded(view: &View<'_>) -> Option<Cause> {
    let release = &view.input.release;
    let asked = release.controls.newer == Some(Newer::Supersedes) && !release.controls.paused;
    let reason = format!("superseded by {}", release.newer_in_words());
    (asked && can_return(view)).then_some(Cause { trigger: RollbackTrigger::Superseded, reason, failure: None })
}

/// Whether the original is there and can take the traffic, or at least as well as the replacement.
fn can_return(view: &View<'_>) -> bool {
    view.original_can_serve() || (view.original().is_some() && !view.replacement_can_serve())
}
