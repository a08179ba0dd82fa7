//! A named route of which nothing is known: what is not seen is not known, and never taken for weight 0. And one of which
//! someone else has a share: all of the pair's weight is not all of the traffic then.
//!
//! While there is one, nothing is raised, promoted, deleted or called rolled back (S3, S4, S8). Traffic still returns on
//! the routes that are read, and nothing waits for ever: after a time the Deployment ends, and leaves all that may serve.

use jiff::Timestamp;
use sluice_api::{Failure, FailureCategory, FailureCode, Reason, State};

use crate::failure::{failure, with_code};
use crate::plan::{Note, Plan};
use crate::platform::side::UnreadRoute;
use crate::progress::events::{end, fail_events};
use crate::view::View;
use crate::waiting::{WaitKind, Waiting, by};

/// What is said of a route that holds a release, beside what is wrong with it and what to do.
pub(crate) struct Words {
    /// What is not done meanwhile.
    pub held: &'static str,
    /// The end of the failure: what was left as it is.
    pub kept: &'static str,
    /// What to do after the end.
    pub hint: &'static str,
}

const UNREAD: Words = Words {
    held: "nothing is raised, promoted or deleted while no one knows what it carries",
    kept: ", so that no one knows what it carries: every task set is kept",
    hint: "look where the traffic of the route goes now; keep what receives it",
};

const FOREIGN: Words = Words {
    held: "nothing is raised, promoted or deleted before that",
    kept: ", so that not all traffic could be moved: every task set is kept",
    hint: "look whose traffic that is; keep what receives it",
};

/// Waits for the route, at most until the position goes on by itself, if it does; none when every route is read.
pub(crate) fn wait_until(view: &View<'_>, until: Option<Timestamp>) -> Option<Plan> {
    let unread = view.blocked_route()?;
    let waiting = Waiting { until, ..waiting(unread, words(unread), None, view.now()) };
    Some(Plan::wait(waiting, view.progress().clone(), &view.input))
}

/// Waits for the route until the deadline of the position; none when every route is read.
pub(crate) fn wait(view: &View<'_>) -> Option<Plan> {
    let unread = view.blocked_route()?;
    let waiting = waiting(unread, words(unread), view.deadline(), view.now());
    Some(Plan::wait(waiting, view.progress().clone(), &view.input))
}

/// Waits for the route, and gives up after the progress deadline; none when every route is read. For positions that have no
/// deadline of their own. Right after the barrier it gives up when the Deployment is being deleted, and on its way back
/// when nobody could mend it: one answer alone never ends anything.
pub(crate) fn wait_or_end(view: &View<'_>) -> Option<Plan> {
    // What someone else has stands in the way of no return.
    let returns = view.progress().rollback.is_some();
    let unread = if returns { view.unread_route()? } else { view.blocked_route()? };
    Some(hold(view, unread, words(unread)))
}

fn words(unread: &UnreadRoute) -> &'static Words {
    if unread.reason == Reason::ForeignTraffic { &FOREIGN } else { &UNREAD }
}

/// Waits for this route, and gives up after a time.
pub(crate) fn hold(view: &View<'_>, unread: &UnreadRoute, words: &Words) -> Plan {
    let now = view.now();
    let release = &view.input.release;
    let nothing_to_wait_for = view.progress().rollback.is_some() && unread.is_final;
    let soon = release.controls.deleted || nothing_to_wait_for;
    let grace = if soon { now + release.limits.barrier } else { view.new_deadline() };
    let deadline = view.deadline().map_or(grace, |known| known.min(grace));
    let mut progress = view.progress().clone();
    if now < deadline {
        progress.deadline_at = Some(deadline);
        return Plan::wait(waiting(unread, words, Some(deadline), now), progress, &view.input);
    }
    fail_events(&mut progress, now);
    let failure = given_up(view, unread, words);
    let message = failure.message.clone();
    progress.failure = Some(failure);
    if let Some(rollback) = &mut progress.rollback {
        rollback.ended_at = Some(now);
        // Not on every route, or not any more.
        rollback.traffic_restored_at = None;
    }
    end(&mut progress, State::Failed, now);
    Plan::advance(progress, vec![Note::warning(Reason::Failed, message)])
}

fn waiting(unread: &UnreadRoute, words: &Words, deadline: Option<Timestamp>, now: Timestamp) -> Waiting {
    // What to do comes before what is held: the end of a long message may be cut.
    let message = format!("{}: {}; {}{}", unread.what, unread.remedy, words.held, by(deadline, now));
    Waiting { reason: unread.reason, message, until: None, deadline, kind: WaitKind::Person }
}

/// The failure at the end: nothing was taken from what may serve, and no one is asked to.
fn given_up(view: &View<'_>, unread: &UnreadRoute, words: &Words) -> Failure {
    let rollback = view.progress().rollback.as_ref();
    let category = if rollback.is_some() { FailureCategory::Rollback } else { FailureCategory::Unknown };
    let code = match rollback.map(|rollback| rollback.trigger) {
        None => FailureCode::DeploymentFailedGeneric,
        Some(trigger) if trigger.is_automatic() => FailureCode::AutomaticRollbackFailed,
        Some(_) => FailureCode::ManualRollbackFailed,
    };
    let because = rollback.map(|rollback| format!("; because {}", rollback.reason)).unwrap_or_default();
    let message = format!("{}{}{because}", unread.what, words.kept);
    Failure { hint: words.hint.to_owned(), ..with_code(code, failure(category, &message)) }
}
