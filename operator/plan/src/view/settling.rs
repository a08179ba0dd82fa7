//! Until when nothing is deleted: a write may still land, clients may still stick, or a side is missing from one answer.

use jiff::Timestamp;
use sluice_api::{Duration, Reason, StepState};

use super::deployment::View;
use crate::names::target_group_name;
use crate::platform::side::Presence;
use crate::progress::times::last_write;
use crate::waiting::{Waiting, clock};

/// When no write can land any more that could break what is done next.
pub(crate) fn barrier_ends_at(view: &View<'_>) -> Option<Timestamp> {
    last_write(view.progress()).map(|at| at + view.input.release.limits.barrier)
}

/// When no client sticks any more to the target group that lost its traffic: stickiness outlives a weight of 0, and a
/// group without targets would answer its clients with errors. The longest counts that was in force while the group had
/// traffic, whatever the routes say by now. Nobody waits for a group that was seen without a healthy target.
pub(crate) fn stickiness_ends_at(view: &View<'_>, group: &str) -> Option<Timestamp> {
    let answers_no_one = view.observed().healthy(group) == Some(0);
    let in_force = view.known_routes().filter_map(|split| split.stickiness).max();
    let progress = view.progress();
    let sides = [&progress.original, &progress.replacement].into_iter().flatten();
    let remembered = sides.filter(|side| side.target_group == group).filter_map(|side| side.stickiness).max();
    let longest = in_force.max(remembered.map(Duration::as_signed)).filter(|_| !answers_no_one)?;
    let traffic = view.progress().traffic.as_ref()?;
    traffic.written_at.max(traffic.verified_at).map(|at| at + longest)
}

/// When the load balancer works by the weights that it was given, where that takes long; none where it does not, or where no
/// weight was ever written. Until then new connections may still go to the target group that has none any more.
///
/// Behind a Network Load Balancer the weights and what it does by them differ for a time, to which AWS gives no length. (ECS
/// developer guide, "Network Load Balancer resources for blue/green, linear and canary deployments": ECS waits ten minutes.)
pub(crate) fn weights_work_at(view: &View<'_>) -> Option<Timestamp> {
    let within = view.input.release.weights_work_within()?;
    let progress = view.progress();
    let traffic = progress.traffic.as_ref()?;
    // Of a process that died right after its writes, on the way there and on the way back, nothing is recorded but that they
    // may have been made.
    let began = progress.steps.iter().any(|step| step.state != StepState::Pending);
    let returned = progress.rollback.as_ref().filter(|_| began).map(|rollback| rollback.started_at);
    traffic.written_at.max(traffic.verified_at).max(returned).map(|at| at + within)
}

/// Until when nothing is deleted, and no end is declared: a write may still land, or a task set is missing from
/// one answer of ECS and may be there in the next.
pub(crate) fn quiet_until(view: &View<'_>) -> Option<Timestamp> {
    let unsure = [&view.sides.original, &view.sides.replacement].into_iter().any(|one| matches!(one, Presence::Unseen));
    let again = unsure.then(|| view.now() + view.input.release.limits.poll);
    barrier_ends_at(view).max(again).filter(|until| *until > view.now())
}

/// The wait for the last write to land.
pub(crate) fn barrier(view: &View<'_>, until: Timestamp) -> Waiting {
    let message = format!("waiting until {}, when no earlier write can land any more", clock(until, view.now()));
    Waiting::until(Reason::Terminating, message, until)
}

/// The wait for clients that still come to a target group: because they stick to it, or because the load balancer still
/// works by earlier weights. None when it is over.
pub(crate) fn late_clients(view: &View<'_>, group: &str) -> Option<Waiting> {
    let of = |until: Option<Timestamp>| until.filter(|until| *until > view.now());
    let (sticks, late) = (of(stickiness_ends_at(view, group)), of(weights_work_at(view)));
    let until = sticks.max(late)?;
    let what = if late > sticks {
        format!(
            "the Network Load Balancer works by the new weights; connections that are open stay at {} until they end, or until its deregistration delay is over",
            target_group_name(group)
        )
    } else {
        "no client sticks to the old target group any more".to_owned()
    };
    let message = format!("waiting until {}, when {what}", clock(until, view.now()));
    Some(Waiting::until(Reason::Terminating, message, until))
}

/// What is told beside weights that count for new connections alone; empty where they count for every request.
pub(crate) fn open_connections(view: &View<'_>) -> &'static str {
    match view.input.release.weights_work_within() {
        Some(_) => "; open connections stay where they are until they end",
        None => "",
    }
}
