//! The wait that time ends, among the gates: until when, and the command that ends it before.

use sluice_api::{DeploymentStatus, GateKind, GateState, GateStatus, GateTimeout, LifecycleEventName};

use crate::asked::{BAKE, END, label};
use crate::commands::skip_to;
use crate::input::Release;
use crate::plan::Plan;
use crate::progress::events::event_started_at;
use crate::progress::gates::remember;
use crate::progress::position::{Position, position};
use crate::waiting::WaitKind;

/// Shows the hold, or the bake, in progress. What was shown of another is over.
pub(super) fn show(status: &mut DeploymentStatus, release: &Release<'_>, plan: &Plan) {
    let is_timed = |gate: &GateStatus| gate.is_waiting() && matches!(gate.kind, GateKind::Hold | GateKind::Bake);
    status.gates.retain(|gate| !is_timed(gate));
    let waits = plan.waiting.as_ref().filter(|waiting| waiting.kind != WaitKind::Paused);
    let until = waits.and_then(|waiting| waiting.until);
    if until.is_none() || status.gates.iter().any(GateStatus::is_waiting) {
        return;
    }
    let (kind, name, since, target) = match position(status) {
        Position::AllowTraffic(index) => {
            let since = status.steps.get(index).and_then(|step| step.verified_at);
            let is_last = index + 1 >= status.steps.len();
            let target = if is_last { BAKE.to_owned() } else { label(&status.steps, index + 1) };
            (GateKind::Hold, label(&status.steps, index), since, target)
        }
        Position::Bake => {
            let since = event_started_at(status, LifecycleEventName::Bake);
            (GateKind::Bake, BAKE.to_owned(), since, END.to_owned())
        }
        _ => return,
    };
    let Some(since) = since else { return };
    let how = skip_to(release, &target);
    let (state, on_timeout, why) = (GateState::Waiting, Some(GateTimeout::Continue), String::new());
    remember(status, GateStatus { name, kind, state, since, timeout_at: until, on_timeout, why, how });
}
