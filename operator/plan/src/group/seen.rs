//! What a group shows of AWS: what was observed by itself or, while a release is in progress, by its Deployment. What no
//! one looked at is unknown, and never as it was.

use sluice_api::{
    DeploymentGroupSpec, DeploymentGroupStatus, Health, Reason, ServiceStatus, StatusWord, TaskSetStatus,
};

use super::facts::Facts;
use super::held::named;
use crate::adoption::full_name;
use crate::entrance;
use crate::health::{group_health, runtime_health};
use crate::names::short;
use crate::observation::{Observation, Service};
use crate::refusal::Refusal;
use crate::shares::{OF_ANOTHER, Receiver, in_words, revisions_on, route_weights, shares, shares_of_tasks};

/// Shows what is known, and answers with what is wrong with the traffic.
pub(super) fn show(status: &mut DeploymentGroupStatus, facts: &Facts<'_>) -> Option<Refusal> {
    let before = status.health;
    status.health = Health::Unknown;
    status.primary_task_set = None;
    status.weights = Vec::new();
    let summary = status.summary.get_or_insert_default();
    facts.desired.unwrap_or_default().clone_into(&mut summary.desired);
    (summary.step, summary.weight) = (String::new(), String::new());
    let shares = if status.current.is_some() {
        by_deployment(status, facts)
    } else {
        facts.observed.and_then(|observed| by_observation(status, facts, observed))
    };
    let revision = shares.iter().flatten().find(|one| one.is_a_revision());
    status.revision = revision.map(|one| one.who.clone());
    let is_baking = matches!(shares.as_deref(), Some([_])) && is_baking(status.current.as_deref(), facts);
    let summary = status.summary.get_or_insert_default();
    summary.serving = in_words(shares.as_deref());
    if is_baking {
        summary.serving.push_str(" (baking)");
    }
    if status.current.is_some() {
        return None;
    }
    let probe = status.probe.as_ref();
    status.health = group_health(facts.settings, facts.observed, status.health, (probe, before));
    let observed = facts.observed?;
    let symptom = super::symptom::first(status, facts.settings, observed);
    // Nothing is looked at where nothing has weight, or nothing is deployed; but something did serve, and all is lost.
    let is_lost = |symptom: &Refusal| matches!(symptom.reason, Reason::NothingServes | Reason::TrafficLost);
    if status.revision.is_none() && symptom.as_ref().is_some_and(is_lost) {
        status.health = Health::Unreachable;
    }
    symptom
}

fn by_observation(
    status: &mut DeploymentGroupStatus,
    facts: &Facts<'_>,
    observed: &Observation,
) -> Option<Vec<Receiver>> {
    let pair = &facts.settings.load_balancer.target_groups;
    status.health = runtime_health(observed);
    status.service = observed.service.as_ref().map(|seen| service(seen, status, facts, observed));
    status.primary_task_set =
        observed.service.as_ref().and_then(|service| service.primary()).map(|primary| primary.id.clone());
    if facts.settings.is_by_size() {
        let sets = observed.service.as_ref()?.task_sets.iter().filter(|set| set.is_live());
        return Some(shares_of_tasks(sets.map(|set| (short(&set.task_definition), set.running))));
    }
    status.weights = route_weights(observed, pair);
    let on = |group: &String| revisions_on(observed, group).or_else(|| adopted_on(facts.settings, observed, group));
    let revision_on = |index: usize| pair.get(index).and_then(on);
    shares(&status.weights, [revision_on(0).as_deref(), revision_on(1).as_deref()])
}

/// The service that is to be adopted, where it stands on this target group: in the place of a revision.
fn adopted_on(settings: &DeploymentGroupSpec, observed: &Observation, group: &str) -> Option<String> {
    let adoption = settings.adopt.as_ref()?;
    let stands = observed.adopted.as_ref().is_some_and(|old| old.stands_on(group) && old.running > 0);
    stands.then(|| format!("{OF_ANOTHER}{}", full_name(settings, adoption)))
}

/// The service as it was seen; of what was not looked at, as it was seen before.
fn service(seen: &Service, status: &DeploymentGroupStatus, facts: &Facts<'_>, observed: &Observation) -> ServiceStatus {
    let released = status.last_succeeded.as_ref().and_then(|last| named(facts, &last.deployment)?.status.as_ref());
    let reported = released.and_then(|status| status.source.as_ref()?.environment.clone());
    let known = status.service.as_ref().filter(|_| observed.listed_routes.is_none());
    ServiceStatus {
        arn: seen.arn.clone(),
        environment: seen.environment.clone().or(reported),
        url: entrance::url(facts.settings, observed).or_else(|| known?.url.clone()),
        stack_id: seen.stack_id.clone(),
    }
}

/// What the Deployment in progress saw last.
fn by_deployment(status: &mut DeploymentGroupStatus, facts: &Facts<'_>) -> Option<Vec<Receiver>> {
    let deployment = named(facts, status.current.as_deref()?)?.status.as_ref()?;
    status.health = deployment.health;
    let summary = status.summary.get_or_insert_default();
    if let Some(shown) = &deployment.summary {
        summary.step.clone_from(&shown.step);
        summary.weight.clone_from(&shown.weight);
    }
    let settings = deployment.settings.as_ref()?;
    status.weights = deployment.traffic.as_ref().map(|traffic| traffic.routes.clone()).unwrap_or_default();
    let sides = [&deployment.original, &deployment.replacement];
    if settings.is_by_size() {
        let sides = sides.into_iter().flatten();
        return Some(shares_of_tasks(sides.map(|side| (short(&side.task_definition), side.running))));
    }
    let revision_on = |index: usize| {
        let group = settings.load_balancer.target_groups.get(index)?;
        let serves = |side: &&TaskSetStatus| side.target_group == *group && side.healthy_targets > 0;
        sides.into_iter().flatten().find(serves).map(|side| short(&side.task_definition))
    };
    shares(&status.weights, [revision_on(0), revision_on(1)])
}

/// Whether the release in progress has all the traffic, and the original is kept.
fn is_baking(current: Option<&str>, facts: &Facts<'_>) -> bool {
    let deployment = current.and_then(|current| named(facts, current)?.status.as_ref());
    let summary = deployment.and_then(|status| status.summary.as_ref());
    summary.and_then(|summary| summary.status) == Some(StatusWord::Baking)
}
