//! A lifecycle event in which something is done.

use sluice_api::LifecycleEventName;

use crate::plan::Plan;
use crate::view::View;

/// One event: a row of the table.
pub(crate) struct EventPlan {
    /// Its name, in CodeDeploy's words.
    pub name: LifecycleEventName,
    /// What the Deployment does while the event is in progress.
    pub next: fn(&View<'_>) -> Plan,
}
