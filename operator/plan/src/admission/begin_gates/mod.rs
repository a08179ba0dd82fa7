//! What holds a Deployment whose turn it is before it begins: a table, asked from the top. What is in progress, and what
//! ends it, never waits here.

mod calendar;
mod gate;
mod promotion;
mod suspension;
mod window;

use sluice_api::{ConditionType, Deployment, DeploymentGroupSpec, Reason, cause_of};

use crate::refusal::Refusal;

pub use gate::{BeginWait, Moment};
pub use suspension::suspended_by;

use gate::{BeginGate, Verdict};

/// In the order in which they are asked. A new gate is a new file and a line here.
const GATES: &[BeginGate] = &[suspension::GATE, promotion::GATE, window::GATE];

/// What the Deployment waits for before it begins; none when nothing holds it. An error is for someone to mend.
pub fn ask(moment: &Moment<'_>) -> Result<Option<BeginWait>, Refusal> {
    for gate in GATES {
        match (gate.ask)(moment) {
            Verdict::Open => {}
            Verdict::Wait(wait) => return Ok(Some(wait)),
            Verdict::Refuse(refusal) => return Err(refusal),
        }
    }
    Ok(None)
}

/// Whether what the gates are asked by makes sense, whether or not anything waits.
pub fn check(settings: &DeploymentGroupSpec) -> Result<(), Refusal> {
    window::check(settings)
}

/// Why a Deployment that has not begun waits at one of the gates, as its status tells; none when it does not.
#[must_use]
pub fn waits_at(deployment: &Deployment) -> Option<(Reason, &str)> {
    let status = deployment.status.as_ref().filter(|status| status.started_at.is_none())?;
    let cause = cause_of(&status.conditions, ConditionType::Reconciling);
    cause.filter(|(reason, _)| matches!(reason, Reason::Suspended | Reason::WindowClosed | Reason::WaitingForGroup))
}

/// Names of the gates, in their order.
pub(crate) fn names() -> Vec<&'static str> {
    GATES.iter().map(|gate| gate.name).collect()
}
