//! A named route of which nothing is known: what is not seen is not known, and never taken for weight 0.
//!
//! While there is one, nothing is raised, promoted, deleted or called rolled back (S3, S4, S8). Traffic still returns on
//! the routes that are read, and nothing waits for ever: after a time the Deployment ends, and leaves all that may serve.

use jiff::Timestamp;
use serde::Serialize;
use sluice_api::{Failure, FailureCategory, FailureCode, Reason, RollbackTrigger, State, bounded_message};

use crate::breaker;
use crate::memory::{Position, fail_events, position};
use crate::planner::{Note, Plan, end};
use crate::step::{short, target_group_name};
use crate::view::View;
use crate::waiting::Waiting;
use crate::world::{Route, RouteState};

/// A named route that is not read with both target groups in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnreadRoute {
    /// One word for it, as a preflight would refuse it.
    #[serde(serialize_with = "crate::planner::reason_word")]
    pub reason: Reason,
    /// The route, and what is wrong with it.
    pub what: String,
    /// What to do.
    pub remedy: &'static str,
}

/// The first named route that is not read with both target groups in it; none when all are.
///
/// A target group of the replacement that is gone is in no route: Elastic Load Balancing deletes none that a route uses
/// (ELBv2 API reference, DeleteTargetGroup: ResourceInUse). So nothing but its absence is to be read of it.
pub(crate) fn first_unread(view: &View<'_>) -> Option<UnreadRoute> {
    let named = &view.input.begun.settings.load_balancer.production_routes;
    named.iter().find_map(|named| {
        let route = view.observed().routes.iter().find(|route| route.arn == named.arn());
        problem(view, short(named.arn()), route)
    })
}

fn problem(view: &View<'_>, name: &str, route: Option<&Route>) -> Option<UnreadRoute> {
    let (reason, what, remedy) = match route.map(|route| (route, &route.state)) {
        None | Some((_, RouteState::Missing)) => (
            Reason::RouteNotFound,
            format!("route {name} does not exist"),
            "bring it back, or stop this Deployment and name another one in the group",
        ),
        Some((_, RouteState::DefaultRule)) => (
            Reason::DefaultRule,
            format!("route {name} is a listener's default rule, which no one may modify"),
            "stop this Deployment and name the listener in the group",
        ),
        Some((_, RouteState::NoForward)) => (
            Reason::NoForwardAction,
            format!("route {name} has no forward action"),
            "give it one with both target groups",
        ),
        Some((route, RouteState::Forward(_))) => {
            let is_outside = |group: &&str| route.weight_of(group).is_none() && !is_known_to_be_gone(view, group);
            let outside = target_group_name(view.pair().into_iter().find(is_outside)?);
            (
                Reason::TargetGroupOutsideRoute,
                format!("route {name} does not forward to {outside}"),
                "add that target group to it with weight 0",
            )
        }
    };
    Some(UnreadRoute { reason, what, remedy })
}

/// Whether the replacement's target group was seen to be gone. The original's is never given up on.
fn is_known_to_be_gone(view: &View<'_>, group: &str) -> bool {
    group == view.replacement_group && view.observed().target_group(group).is_some_and(|group| !group.exists)
}

/// Waits for the route, and gives up after the progress deadline, or right after the barrier when the Deployment is
/// being deleted. For positions that have no deadline of their own.
pub(crate) fn wait_or_end(view: &View<'_>, unread: UnreadRoute) -> Plan {
    let now = view.now();
    let begun = &view.input.begun;
    let grace =
        if begun.controls.deleted { begun.limits.barrier } else { begun.settings.progress_deadline.as_signed() };
    let deadline = view.memory().deadline_at.unwrap_or(now + grace).min(now + grace);
    let mut memory = view.memory().clone();
    if now < deadline {
        memory.deadline_at = Some(deadline);
        return Plan::wait(Waiting::RouteRead { unread, until: None, deadline: Some(deadline) }, memory, view.input);
    }
    fail_events(&mut memory, now);
    let failure = given_up(view, &unread);
    let message = failure.message.clone();
    memory.failure = Some(failure);
    if let Some(rollback) = &mut memory.rollback {
        rollback.ended_at = Some(now);
    }
    end(&mut memory, State::Failed, now);
    Plan::advance(memory, vec![Note::warning(Reason::Failed, message)])
}

/// Waits for the route until the position goes on by itself.
pub(crate) fn wait(view: &View<'_>, unread: UnreadRoute, until: Option<Timestamp>) -> Plan {
    let deadline = if until.is_some() { None } else { view.deadline() };
    Plan::wait(Waiting::RouteRead { unread, until, deadline }, view.memory().clone(), view.input)
}

/// The failure at the end: nothing was taken from what may serve, and no one is asked to.
fn given_up(view: &View<'_>, unread: &UnreadRoute) -> Failure {
    let rollback = view.memory().rollback.as_ref();
    let rolling_back = position(view.memory()) == Position::Rollback;
    let category = if rolling_back { FailureCategory::Rollback } else { FailureCategory::Infrastructure };
    let code = match rollback.map(|rollback| rollback.trigger) {
        None => FailureCode::DeploymentFailedGeneric,
        Some(RollbackTrigger::DeploymentFailure) => FailureCode::AutomaticRollbackFailed,
        Some(_) => FailureCode::ManualRollbackFailed,
    };
    let because = rollback.map(|rollback| format!("; because {}", rollback.reason)).unwrap_or_default();
    let failure = breaker::failure(category, "");
    Failure {
        code,
        retryable: code.is_retryable(),
        message: bounded_message(&format!(
            "{}, so that no one knows what it carries: every task set is kept{because}",
            unread.what
        )),
        hint: "look where the traffic of the route goes now; keep what receives it".to_owned(),
        ..failure
    }
}
