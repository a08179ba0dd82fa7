//! What is done while a gate holds the release where it is: nothing, and what stands in the way of it is told.

use sluice_api::DeploymentStatus;

use crate::plan::Plan;
use crate::unread_route;
use crate::view::View;
use crate::waiting::Waiting;

/// Waits, with what the gates wrote down; for a route first, where one is not read.
pub(super) fn wait(view: &View<'_>, waiting: Waiting, progress: &DeploymentStatus) -> Plan {
    let input = view.input.with_progress(progress);
    let unread = View::new(&input).and_then(|view| unread_route::wait_until(&view, waiting.until));
    unread.unwrap_or_else(|| Plan::wait(waiting, progress.clone(), &view.input))
}
