//! A Deployment in the words of simpler pipelines, from what its status says already.

use sluice_api::{
    DeployShape, DeploymentStatus, LifecycleEventName, LifecycleEventStatus, PipelineStatus, PipelineStep,
    PipelineStepName, Reported,
};

/// The first and the last lifecycle event of each step.
const STEPS: [(PipelineStepName, LifecycleEventName, LifecycleEventName); 3] = [
    (PipelineStepName::Provision, LifecycleEventName::BeforeInstall, LifecycleEventName::AfterInstall),
    (PipelineStepName::Deploy, LifecycleEventName::AllowTestTraffic, LifecycleEventName::AllowTraffic),
    (PipelineStepName::Verify, LifecycleEventName::AfterAllowTraffic, LifecycleEventName::TerminateOriginal),
];

/// The four words, the shape, and the five steps.
pub(super) fn of(status: &DeploymentStatus) -> PipelineStatus {
    let source = status.source.as_ref();
    let reported = |name, reported: Option<Reported>| Some(PipelineStep { name, status: reported?.into() });
    let build = reported(PipelineStepName::Build, source.and_then(|source| source.build));
    let push = reported(PipelineStepName::Push, source.and_then(|source| source.push));
    let own = STEPS.map(|(name, first, last)| PipelineStep { name, status: step(status, first, last) });
    let of_source = source.and_then(|source| source.shape);
    PipelineStatus {
        status: status.state.into(),
        shape: if status.multi.is_some() { Some(DeployShape::Multi) } else { of_source.map(DeployShape::from) },
        steps: build.into_iter().chain(push).chain(own).collect(),
    }
}

/// How a step stands, by its events: what failed goes before what is in progress, and that before what is over.
fn step(status: &DeploymentStatus, first: LifecycleEventName, last: LifecycleEventName) -> LifecycleEventStatus {
    let events = || status.lifecycle_events.iter().filter(|event| first <= event.name && event.name <= last);
    let any = |wanted| events().any(|event| event.status == wanted);
    if events().next().is_none() {
        let never_begins = status.completed_at.is_some();
        return if never_begins { LifecycleEventStatus::Skipped } else { LifecycleEventStatus::Pending };
    }
    let is_half_done = any(LifecycleEventStatus::Pending) && any(LifecycleEventStatus::Succeeded);
    if any(LifecycleEventStatus::Failed) {
        LifecycleEventStatus::Failed
    } else if any(LifecycleEventStatus::InProgress) || is_half_done {
        LifecycleEventStatus::InProgress
    } else if any(LifecycleEventStatus::Pending) {
        LifecycleEventStatus::Pending
    } else if any(LifecycleEventStatus::Succeeded) {
        LifecycleEventStatus::Succeeded
    } else {
        LifecycleEventStatus::Skipped
    }
}
