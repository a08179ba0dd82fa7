//! Whom the release waited for, and nobody answered.

use sluice_api::{GateStatus, GateTimeout};

use super::deployment::View;

impl<'a> View<'a> {
    /// The gate whose time is over without an answer, where this follows from it. Who approved in the last moment, or after it
    /// and before this look, has answered. No time runs while a user holds the release, or while its service wants no tasks.
    pub(crate) fn unanswered(&self, then: GateTimeout) -> Option<&'a GateStatus> {
        let progress = self.progress();
        if self.input.release.controls.paused || progress.paused_at.is_some() || self.is_idle() {
            return None;
        }
        let is_over = |gate: &&GateStatus| {
            let is_late = gate.timeout_at.is_some_and(|at| at <= self.now());
            gate.is_waiting() && is_late && gate.on_timeout == Some(then)
        };
        let gate = progress.gates.iter().find(is_over)?;
        (!self.input.release.asked.ends(&progress.steps, gate)).then_some(gate)
    }
}
