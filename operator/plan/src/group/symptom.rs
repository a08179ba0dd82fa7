//! What is wrong with the traffic of a group in which nothing is being released: told as it is seen, for as long as it is
//! seen, and put right by a person. No remedy takes anything from what serves.

use sluice_api::{DeploymentGroupSpec, DeploymentGroupStatus, Reason};

use crate::health::displayed_healthy;
use crate::names::{short, target_group_name};
use crate::observation::{Observation, Route, RouteState, Service};
use crate::refusal::Refusal;
use crate::shares::revisions_on;

/// What is wrong, the worst first; none when all is as it should be, or nothing was released yet.
pub(super) fn first(
    status: &DeploymentGroupStatus,
    settings: &DeploymentGroupSpec,
    observed: &Observation,
) -> Option<Refusal> {
    let service = observed.service.as_ref()?;
    let has_live_set = service.task_sets.iter().any(crate::observation::TaskSet::is_live);
    let released = released(status).or_else(|| has_live_set.then(|| "what was released".to_owned()))?;
    if !has_live_set && settings.adopt.is_some() && status.last_succeeded.is_none() {
        // It gave the traffic back to the service that it was to adopt.
        return None;
    }
    let name = format!("{}/{}", settings.ecs.cluster, settings.ecs.service);
    if has_live_set && service.desired_count == 0 {
        let message =
            format!("nothing serves: service {name} has desired count 0; scale it up when it is to serve again");
        return Some(Refusal::new(Reason::ServiceScaledToZero, message));
    }
    if !has_live_set {
        let message = format!(
            "nothing serves: service {name} has no task set, and {released} was released last; create a Deployment of it to bring it back"
        );
        return Some(Refusal::new(Reason::NothingServes, message));
    }
    lost(settings, observed, service)
}

/// The revision that was released last, as far as the group remembers.
fn released(status: &DeploymentGroupStatus) -> Option<String> {
    let adopted = status.requested.as_ref().filter(|requested| requested.adopted);
    let succeeded = status.last_succeeded.as_ref().map(|last| last.revision.clone());
    succeeded.or_else(|| adopted.map(|requested| requested.revision().to_owned()))
}

/// A target group with weight, and nothing healthy on it.
fn lost(settings: &DeploymentGroupSpec, observed: &Observation, service: &Service) -> Option<Refusal> {
    let pair = &settings.load_balancer.target_groups;
    let forwards = |route: &&Route| matches!(route.state, RouteState::Forward(_));
    observed.routes.iter().filter(forwards).find_map(|route| {
        let rule = short(&route.arn);
        let empty = pair
            .iter()
            .find(|group| route.weight_of(group).unwrap_or(0) > 0 && displayed_healthy(observed, group) == 0)?;
        let share = route.share_of(empty).rounded();
        let stands = observed.live_on(empty).next().map_or_else(
            || format!("no task set of service {} on it", short(&service.arn)),
            |set| {
                format!(
                    "{} on it with {} of {} tasks running",
                    short(&set.task_definition),
                    set.running,
                    set.computed_desired
                )
            },
        );
        let message = format!(
            "{share}% of {rule} is lost: it goes to {}, which has no healthy target ({stands}){}",
            target_group_name(empty),
            healthy(pair, observed)
        );
        Some(Refusal::new(Reason::TrafficLost, message))
    })
}

/// What could serve, and what to do.
fn healthy(pair: &[String], observed: &Observation) -> String {
    let found = pair.iter().find_map(|group| Some((group, revisions_on(observed, group)?)));
    match found {
        Some((group, revision)) => format!(
            "; {revision} stands on {} with {} healthy targets: give that target group the weight",
            target_group_name(group),
            displayed_healthy(observed, group)
        ),
        None => "; look at the logs of the tasks and at the health check of the target group".to_owned(),
    }
}
