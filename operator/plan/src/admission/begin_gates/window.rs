//! Releases of the group begin inside its windows only.

use sluice_api::{DeploymentGroupSpec, GateKind, Reason, Window, WindowsOverride};

use super::calendar::{Calendar, Opening};
use super::gate::{BeginGate, BeginWait, Moment, Verdict, patch};
use crate::refusal::Refusal;

pub(super) const GATE: BeginGate = BeginGate { name: "window", ask };

fn ask(moment: &Moment<'_>) -> Verdict {
    // What goes back does not wait for the hours in which something new may begin.
    if moment.deployment.spec.rollback_of.is_some() {
        return Verdict::Open;
    }
    let overrides = moment.deployment.spec.overrides.as_ref();
    if overrides.and_then(|overrides| overrides.windows) == Some(WindowsOverride::Ignore) {
        return Verdict::Open;
    }
    let calendars = match calendars(moment.settings) {
        Ok(calendars) => calendars,
        Err(refusal) => return Verdict::Refuse(refusal),
    };
    let mut next: Option<(Opening, &Window)> = None;
    for (window, calendar) in calendars {
        let Some(opening) = calendar.opening(moment.now) else { continue };
        if opening.from <= moment.now {
            return Verdict::Open;
        }
        if next.as_ref().is_none_or(|(known, _)| opening.from < known.from) {
            next = Some((opening, window));
        }
    }
    let Some((opening, window)) = next else {
        // Without windows it begins at any time.
        return if moment.settings.windows.is_empty() { Verdict::Open } else { Verdict::Refuse(none_opens()) };
    };
    let name = moment.deployment.metadata.name.as_deref().unwrap_or_default();
    Verdict::Wait(BeginWait {
        kind: GateKind::Window,
        name: window.name.clone(),
        reason: Reason::WindowClosed,
        what: format!(
            "waits for window {}, which opens at {} ({} {})",
            window.name,
            opening.from.strftime("%Y-%m-%d %H:%M:%SZ"),
            opening.local,
            window.schedule.time_zone
        ),
        until: Some(opening.from),
        how: patch(moment.deployment, ("sdep", name), r#"{"overrides":{"windows":"Ignore"}}"#),
    })
}

/// That windows are there means that not every time is one of theirs.
fn none_opens() -> Refusal {
    let message = "spec.windows: none of them opens in the days to come: write another, or leave windows out";
    Refusal::new(Reason::InvalidValue, message)
}

/// Whether the windows can be read, and each of them ever opens.
pub(super) fn check(settings: &DeploymentGroupSpec) -> Result<(), Refusal> {
    calendars(settings).map(|_| ())
}

fn calendars(settings: &DeploymentGroupSpec) -> Result<Vec<(&Window, Calendar)>, Refusal> {
    settings
        .windows
        .iter()
        .map(|window| {
            let calendar = Calendar::read(&window.schedule)
                .map_err(|what| Refusal::new(Reason::InvalidValue, format!("spec.windows, {}: {what}", window.name)))?;
            Ok((window, calendar))
        })
        .collect()
}
