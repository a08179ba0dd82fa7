//! Is the replacement as the step in progress wants it; else what is waited for.

use sluice_api::Reason;

use super::deployment::View;
use crate::waiting::{Waiting, by};

impl View<'_> {
    /// Whether the replacement stands as the step in progress wants it: steady, complete and healthy (S2).
    /// Otherwise what it waits for.
    pub(crate) fn replacement_is_ready(&self) -> Result<(), Waiting> {
        let deadline = self.deadline();
        let waiting = |message| Waiting::for_progress(Reason::Installing, message, deadline);
        let Some(replacement) = self.replacement() else {
            return Err(waiting(format!(
                "waiting for ECS to show the replacement task set{}",
                by(deadline, self.now())
            )));
        };
        let scale = self.step().map_or(100, |step| step.scale);
        let wanted = self.platform.compute.tasks(self.sides.tasks, scale);
        let healthy = self.healthy_replacement();
        let ready = replacement.steady
            && replacement.wanted == wanted
            && replacement.running >= wanted
            && wanted >= 1
            && healthy >= wanted;
        if ready {
            return Ok(());
        }
        let running = replacement.running;
        let symptom = self.symptom().map(|symptom| format!("; {symptom}")).unwrap_or_default();
        Err(waiting(format!(
            "waiting for the replacement: {running}/{wanted} tasks running, {healthy}/{wanted} targets healthy{}{symptom}",
            by(deadline, self.now())
        )))
    }
}
