//! The groups that come before it in the promotion of its Application have not run its revision for long enough yet.

use sluice_api::{GateKind, Reason};

use super::gate::{BeginGate, BeginWait, Moment, Verdict, patch};
use crate::promotion::{PromotionDecision, decide};

pub(super) const GATE: BeginGate = BeginGate { name: "promotion", ask };

fn ask(moment: &Moment<'_>) -> Verdict {
    let Some(promoted) = moment.promoted else { return Verdict::Open };
    match decide(promoted, moment.deployment, moment.now) {
        Ok(PromotionDecision::Begin) => Verdict::Open,
        Ok(PromotionDecision::After { group, what, until, how }) => Verdict::Wait(BeginWait {
            kind: GateKind::Promotion,
            name: group,
            reason: Reason::WaitingForGroup,
            what,
            until,
            how: how.unwrap_or_else(|| {
                let name = moment.deployment.metadata.name.as_deref().unwrap_or_default();
                patch(moment.deployment, ("sdep", name), r#"{"overrides":{"promotion":"Ignore"}}"#)
            }),
        }),
        Err(refusal) => Verdict::Refuse(refusal),
    }
}
