//! `promote`: lets a release go on past the wait where it stands, whatever kind of wait that is.

use serde_json::json;
use sluice_api::GateKind;

use super::approve::{approved, pending};
use super::change::Change;
use super::skip::{END, next_place, skip_to};
use super::view::DeploymentView;
use crate::kind::Kind;
use crate::refusal::Refusal;

/// How far, and past what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Promote {
    /// Past every wait, to its end.
    pub full: bool,
    /// To begin outside of the windows of its group.
    pub ignore_windows: bool,
    /// To begin before its turn in the promotion of its Application.
    pub ignore_promotion: bool,
}

/// Lets a release go on: an approval is given, a hold or the bake is passed over. What said no, an alarm or a failed hook, takes
/// an approval by its name; and what its group or Application lays down before it begins takes a flag.
pub fn promote(view: &DeploymentView<'_>, how: Promote) -> Result<Change, Refusal> {
    view.refuse_ended("it cannot go on")?;
    view.refuse_past_point_of_no_return("it cannot go on")?;
    if how.ignore_windows || how.ignore_promotion {
        return begin_early(view, how);
    }
    let name = view.name();
    if view.deployment.spec.paused {
        let resume = view.command("resume", &[]);
        return Err(Refusal::new(format!("{name} is paused by hand: to let it go on: {resume}")));
    }
    let pending = pending(view);
    if let Some(warned) = pending.iter().find(|one| one.is_warned) {
        let approve = view.command("approve", &[&warned.word]);
        return Err(Refusal::new(format!("{name} is held by {}: to go on all the same: {approve}", warned.word)));
    }
    if how.full {
        return Ok(skip_to(view, END));
    }
    if let [one] = pending.as_slice() {
        return Ok(approved(view, &one.word, &format!("approved {}", one.what)));
    }
    if let Some(wait) = view.waits().find_map(|gate| before_it_begins(view, gate.kind, &gate.name)) {
        return Err(Refusal::new(wait));
    }
    if !view.has_begun() {
        let why = view.status().map(|status| status.message.as_str()).filter(|message| !message.is_empty());
        let why = why.unwrap_or("the operator has not looked at it yet");
        return Err(Refusal::new(format!("{name} has not begun: {why}")));
    }
    Ok(skip_to(view, &next_place(view)?))
}

/// What holds a release that has not begun, or that no word of a person ends, and what to do.
fn before_it_begins(view: &DeploymentView<'_>, kind: GateKind, gate: &str) -> Option<String> {
    let name = view.name();
    let again = |flag: &str| view.command("promote", &[flag]);
    match kind {
        GateKind::Window => Some(format!(
            "{name} waits for window {gate}: to begin outside of the windows of its group: {}",
            again("--ignore-windows")
        )),
        GateKind::Promotion => Some(format!(
            "{name} waits for group {gate}, which comes before it: to begin before its turn: {}",
            again("--ignore-promotion")
        )),
        GateKind::Suspend => {
            let resume = view.command_of(gate, "resume", &[]);
            Some(format!("{name} waits because {gate} is suspended: {resume}"))
        }
        GateKind::Multi => Some(format!(
            "{name} is ready to end, and waits for those that are released as one with it: {}",
            view.command("status", &[])
        )),
        GateKind::Ready | GateKind::Approval | GateKind::Hold | GateKind::Bake | GateKind::Alarm => None,
    }
}

/// The change by which it begins outside of the windows, or before its turn.
fn begin_early(view: &DeploymentView<'_>, how: Promote) -> Result<Change, Refusal> {
    let (name, object) = (view.name(), &view.deployment.metadata);
    if view.has_begun() {
        return Err(Refusal::new(format!("{name} has begun already: windows and promotion hold only what has not")));
    }
    let overrides = view.deployment.spec.overrides.clone().unwrap_or_default();
    let mut patch = serde_json::Map::new();
    let mut passed = Vec::new();
    if how.ignore_windows && overrides.windows.is_none() {
        patch.insert("windows".to_owned(), json!("Ignore"));
        passed.push("outside of the windows of its group");
    }
    if how.ignore_promotion && overrides.promotion.is_none() {
        patch.insert("promotion".to_owned(), json!("Ignore"));
        passed.push("before its turn in the promotion");
    }
    if passed.is_empty() {
        let sentence = format!("{name} waits for neither already; that stands in spec.overrides");
        return Ok(Change::nothing(Kind::Deployment, object, sentence));
    }
    let sentence = format!("{name} begins {}, once nothing else holds it", passed.join(" and "));
    Ok(Change::patch(Kind::Deployment, object, json!({"overrides": patch}), sentence))
}
