//! Someone suspended the group or its Application: nothing begins. What ends what is in progress begins nothing, and is not
//! asked.

use sluice_api::{DeploymentGroupSpec, GateKind, Reason};

use super::gate::{BeginGate, BeginWait, Moment, Verdict, patch};

pub(super) const GATE: BeginGate = BeginGate { name: "suspension", ask };

fn ask(moment: &Moment<'_>) -> Verdict {
    let Some(who) = suspended_by(moment.settings, moment.application_is_suspended) else {
        return Verdict::Open;
    };
    let object = if moment.settings.suspend {
        ("sdg", moment.deployment.spec.group_ref.as_str())
    } else {
        ("sapp", moment.settings.application_ref.as_str())
    };
    let kind = if moment.settings.suspend { "DeploymentGroup" } else { "Application" };
    Verdict::Wait(BeginWait {
        kind: GateKind::Suspend,
        name: format!("{kind} {}", object.1),
        reason: Reason::Suspended,
        what: format!("suspended by {who}"),
        until: None,
        how: patch(moment.deployment, object, r#"{"suspend":false}"#),
    })
}

/// The field that suspends the group; none when nothing does.
#[must_use]
pub fn suspended_by(settings: &DeploymentGroupSpec, application_is_suspended: bool) -> Option<String> {
    if settings.suspend {
        return Some("spec.suspend of its group".to_owned());
    }
    application_is_suspended.then(|| format!("spec.suspend of Application {}", settings.application_ref))
}
