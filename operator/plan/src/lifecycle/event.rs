//! A lifecycle event in which something is done.

use sluice_api::{DeploymentGroupSpec, DeploymentStatus, LifecycleEventName, LifecycleEventStatus};

use crate::plan::Plan;
use crate::progress::events::{end_event, skip_event};
use crate::view::View;

/// One event: a row of the table.
pub(crate) struct EventPlan {
    /// Its name, in CodeDeploy's words.
    pub name: LifecycleEventName,
    /// Whether the group asks for it; else it is passed over, at no cost.
    pub applies: fn(&DeploymentGroupSpec) -> bool,
    /// Begins it, by the progress that has it in progress already. The beginning is recorded before anything is written.
    pub begin: fn(&View<'_>, DeploymentStatus) -> Plan,
    /// What the Deployment does while the event is in progress.
    pub next: fn(&View<'_>) -> Plan,
}

/// Ends an event well. What comes next begins in the same plan.
pub(super) fn done(view: &View<'_>, mut progress: DeploymentStatus, event: LifecycleEventName) -> Plan {
    end_event(&mut progress, event, LifecycleEventStatus::Succeeded, view.now());
    Plan::advance(progress, Vec::new())
}

/// Passes over an event in which nothing is to be done. What comes next begins in the same plan.
pub(super) fn pass_over(mut progress: DeploymentStatus, event: LifecycleEventName) -> Plan {
    skip_event(&mut progress, event);
    Plan::advance(progress, Vec::new())
}
