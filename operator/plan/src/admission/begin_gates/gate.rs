//! What a gate before the beginning is asked, and what it answers.

use jiff::Timestamp;
use sluice_api::{Deployment, DeploymentGroupSpec, GateKind, Reason};

use crate::promotion::Promoted;
use crate::refusal::Refusal;

/// A Deployment whose turn it is, at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    /// The Deployment.
    pub deployment: &'a Deployment,
    /// Settings of its group.
    pub settings: &'a DeploymentGroupSpec,
    /// Whether its Application is suspended.
    pub application_is_suspended: bool,
    /// What its Application promotes, where the Deployment was made by a change of its revision.
    pub promoted: Option<&'a Promoted>,
    /// The moment.
    pub now: Timestamp,
}

/// What a Deployment waits for before it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BeginWait {
    /// What kind of wait it is.
    pub kind: GateKind,
    /// Name of the window, of the group that comes before, or of what is suspended.
    pub name: String,
    /// One word for conditions.
    pub reason: Reason,
    /// What it waits for.
    pub what: String,
    /// When it is over by itself, if it is.
    pub until: Option<Timestamp>,
    /// The command that ends it.
    pub how: String,
}

/// A row of the table.
pub(super) struct BeginGate {
    /// What it asks for, as the table of the documentation names it.
    pub name: &'static str,
    /// Whether the Deployment may pass.
    pub ask: fn(&Moment<'_>) -> Verdict,
}

/// What a gate answers.
pub(super) enum Verdict {
    /// It may pass.
    Open,
    /// It waits.
    Wait(BeginWait),
    /// Someone must mend something first.
    Refuse(Refusal),
}

/// A command that changes the spec of an object of the Deployment's namespace.
pub(super) fn patch(deployment: &Deployment, (kind, name): (&str, &str), spec: &str) -> String {
    let namespace = deployment.metadata.namespace.as_deref().unwrap_or_default();
    format!("kubectl patch {kind} {name} -n {namespace} --type merge -p '{{\"spec\":{spec}}}'")
}
