//! Decisions about a DeploymentGroup: whether a change of revision asks for a Deployment, what is kept of the
//! past, and what users see.

pub mod deployments;
pub mod facts;
mod history;
mod line;
pub mod request;
pub mod strategy;
pub mod wish;

use sluice_api::{DeploymentGroupSpec, DeploymentGroupStatus, RouteWeights, bounded_message};

use crate::admission::queue::{Entry, waiting};
use crate::health::runtime_health;
use crate::names::short;
use crate::observation::Observation;
use crate::plan::Note;
use crate::serving::current;
use deployments::entry;
use facts::Facts;
use strategy::{describe, taken_away};

/// The next status of a group.
#[must_use]
pub fn status(previous: &DeploymentGroupStatus, facts: &Facts<'_>) -> DeploymentGroupStatus {
    let entries: Vec<Entry> = facts.deployments.iter().map(entry).collect();
    let current = entries.iter().find(|entry| entry.started && !entry.ended).map(|entry| entry.name.clone());
    let history = history::history(previous, facts.deployments);
    let mut status = DeploymentGroupStatus {
        observed_generation: facts.generation,
        strategy: Some(bounded_message(&describe(facts.settings.deployment_config.as_ref(), facts.named_config))),
        queue: waiting(&entries),
        requested: facts.requested.clone(),
        last_succeeded: history::last_succeeded(previous, &history),
        current,
        ..previous.clone()
    };
    if let Some(observed) = facts.observed {
        observe(&mut status, facts.settings, observed);
    }
    status.held_revision = history::held_revision(facts, &history, status.revision.as_deref());
    status.history = history;
    line::show(&mut status, facts);
    status
}

/// What to tell of a group when its status changes, as Events.
#[must_use]
pub fn notes(previous: &DeploymentGroupStatus, next: &DeploymentGroupStatus) -> Vec<Note> {
    taken_away(previous.strategy.as_deref(), next.strategy.as_deref()).into_iter().collect()
}

fn observe(status: &mut DeploymentGroupStatus, settings: &DeploymentGroupSpec, observed: &Observation) {
    status.health = runtime_health(observed);
    status.service_arn = observed.service.as_ref().map(|service| service.arn.clone());
    status.primary_task_set =
        observed.service.as_ref().and_then(|service| service.primary()).map(|primary| primary.id.clone());
    let primary = observed.service.as_ref().and_then(|service| service.primary());
    let current = current(settings, observed).or(primary);
    status.revision = current.map(|set| short(&set.task_definition).to_owned());
    status.weights = observed
        .routes
        .iter()
        .map(|route| RouteWeights {
            route: route.arn.clone(),
            // A weight that was not read is not 0: of such a route none is shown.
            weights: settings
                .load_balancer
                .target_groups
                .iter()
                .map(|group| route.weight_of(group))
                .collect::<Option<_>>()
                .unwrap_or_default(),
        })
        .collect();
}
