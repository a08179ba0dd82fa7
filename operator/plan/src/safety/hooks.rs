//! S17 HookOnce: a hook starts only while it is recorded as running.

use sluice_api::HookEvent;

use crate::action::Action;
use crate::hooks::Execution;
use crate::progress::hooks::running;
use crate::view::View;

/// S17: recorded as running before this look, by this very id; known to nobody; and at its side of the turn: on the way back
/// once traffic is back, and no other hook from there on.
pub(super) fn starts_what_has_no_verdict(view: &View<'_>, action: &Action) -> bool {
    let Action::StartHook(call) = action else { return true };
    let progress = view.progress();
    let recorded = running(progress).find(|hook| hook.execution_id == call.execution_id);
    let is_of_the_way_back = call.payload.event == HookEvent::OnRollback;
    let traffic_is_back = progress.rollback.as_ref().map(|rollback| rollback.traffic_restored_at.is_some());
    recorded.is_some_and(|hook| hook.on == call.payload.event)
        && view.observed().executions.get(&call.execution_id) == Some(&Execution::Unknown)
        && traffic_is_back == is_of_the_way_back.then_some(true)
}
