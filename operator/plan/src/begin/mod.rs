//! The beginning of a Deployment: it is checked against the observed world, and what it will do is pinned.

mod asked;
pub mod copy;
pub mod digests;
mod network;
pub mod overrides;
mod pending;
pub mod preflight;
pub mod released;
pub(crate) mod roles;
pub mod schedule;

use sluice_api::{
    DeploymentGroupSpec, DeploymentStatus, HookEvent, Intent, IntentOperation, LifecycleEvent, LifecycleEventName,
    LifecycleEventStatus, PositionStatus, Summary, TaskSetStatus, Traffic,
};

use crate::alarms::at_start;
use crate::identity::client_token;
use crate::names::short;
use crate::observation::Observation;
use crate::refusal::Refusal;
use pending::pending;
use preflight::check_release;
use preflight::input::PreflightInput;
use released::Released;
use schedule::{Increment, all_at_once};

pub use asked::check_asked;
pub use network::check_holds;

/// A Deployment whose turn it is.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// UID of the Deployment.
    pub uid: &'a str,
    /// What it releases.
    pub released: &'a Released,
    /// Settings of its group, which are pinned.
    pub settings: &'a DeploymentGroupSpec,
    /// The increments of its configuration.
    pub increments: &'a [Increment],
    /// The observed world.
    pub observed: &'a Observation,
}

/// Checks the candidate and pins what it will do: settings, increments, roles, deadline, and the intent to
/// create its task set. The result is recorded before the first call that changes anything.
pub fn begin(candidate: &Candidate<'_>) -> Result<DeploymentStatus, Refusal> {
    let Candidate { uid, released, settings, increments, observed } = *candidate;
    let preflight = PreflightInput { settings, observed };
    if let Some(refusal) = check_release(&preflight, &released.task_definition, uid) {
        return Err(refusal);
    }
    if let Some(refusal) = check_increments(settings, increments) {
        return Err(refusal);
    }
    // Of which a copy has yet to be made is not what is released.
    let definition = observed.task_definition.as_ref().filter(|_| !observed.unregistered);
    let (Some(roles), Some(definition)) = (preflight.roles(uid), definition) else {
        // The checks above have refused both cases already.
        return Err(Refusal::new(sluice_api::Reason::RequestRefused, "the service cannot take this release"));
    };
    let now = observed.at;
    let tasks = observed.service.as_ref().map_or(0, |service| service.desired_count);
    let read = settings.alarms.as_ref().zip(observed.alarms.as_ref());
    let alarms = read.map(|(alarms, reading)| at_start(alarms, reading, now));
    let first_deployment = all_at_once();
    // Nor has a service that wants no tasks any traffic to compare.
    let original = roles.original_status(settings);
    let increments = if original.is_some() && tasks > 0 { increments } else { &first_deployment };
    Ok(DeploymentStatus {
        started_at: Some(now),
        deadline_at: Some(now + settings.progress_deadline.as_signed()),
        lifecycle_events: lifecycle_events(settings, now),
        steps: increments
            .iter()
            .zip(0..)
            .map(|(increment, index)| pending(increment, index, settings.sizing()))
            .collect(),
        summary: Some(Summary { revision: short(&definition.arn).to_owned(), ..Summary::default() }),
        position: Some(PositionStatus { tasks, most_tasks: tasks, ..PositionStatus::default() }),
        traffic: Some(Traffic::default()),
        original,
        replacement: Some(TaskSetStatus {
            task_definition: definition.arn.clone(),
            target_group: roles.replacement_group.to_owned(),
            ..TaskSetStatus::default()
        }),
        intent: Some(Intent { operation: IntentOperation::CreateTaskSet, token: client_token(uid), issued_at: now }),
        source: released.revision.source.clone(),
        images: released.images.as_ref().map(|wanted| wanted.images.clone()).unwrap_or_default(),
        alarms: alarms.unwrap_or_default(),
        settings: Some(settings.clone()),
        ..DeploymentStatus::default()
    })
}

/// Whether the settings fit the increments: whoever has both can ask, without an observation.
#[must_use]
pub fn check_increments(settings: &DeploymentGroupSpec, increments: &[Increment]) -> Option<Refusal> {
    let checks = [preflight::hooks::steps_exist, preflight::capacity::sizes_follow_weights];
    checks.into_iter().find_map(|check| check(settings, increments))
}

/// The event that a release begins with.
fn first(settings: &DeploymentGroupSpec) -> LifecycleEventName {
    let is_asked = settings.hooks.iter().any(|hook| hook.on == HookEvent::BeforeInstall);
    if is_asked { LifecycleEventName::BeforeInstall } else { LifecycleEventName::Install }
}

fn lifecycle_events(settings: &DeploymentGroupSpec, now: jiff::Timestamp) -> Vec<LifecycleEvent> {
    let first = first(settings);
    LifecycleEventName::ALL
        .iter()
        .map(|name| {
            let status = match name {
                name if *name < first => LifecycleEventStatus::Skipped,
                name if *name == first => LifecycleEventStatus::InProgress,
                _ => LifecycleEventStatus::Pending,
            };
            let started_at = (status == LifecycleEventStatus::InProgress).then_some(now);
            LifecycleEvent { name: *name, status, started_at, ended_at: None, hooks: Vec::new() }
        })
        .collect()
}
