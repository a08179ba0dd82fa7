//! Is the replacement as the step in progress wants it; else what is waited for.

use sluice_api::{Reason, Share};

use super::deployment::View;
use crate::waiting::{Waiting, by};

impl View<'_> {
    /// Whether the replacement stands as the step in progress wants it: steady, complete and healthy (S2).
    /// Otherwise what it waits for.
    ///
    /// Complete is what the position began with, or fewer where fewer are wanted by now: while autoscaling moves the count,
    /// the newest task is never healthy, and ECS calls nothing steady.
    pub(crate) fn replacement_is_ready(&self) -> Result<(), Waiting> {
        self.replacement_is_ready_at(self.step().map_or(Share::ALL, |step| self.size_of(step)))
    }

    /// The same for a replacement of this size, as a part of the service's desired count.
    pub(crate) fn replacement_is_ready_at(&self, size: Share) -> Result<(), Waiting> {
        let deadline = self.deadline();
        let waiting = |message| Waiting::for_progress(Reason::Installing, message, deadline);
        if self.is_without_traffic() && self.replacement().is_some() {
            return Ok(());
        }
        let Some(replacement) = self.replacement() else {
            return Err(waiting(format!(
                "waiting for ECS to show the replacement task set{}",
                by(deadline, self.now())
            )));
        };
        let known = self.progress().position.as_ref().map(|position| position.tasks).filter(|tasks| *tasks >= 1);
        let began_with = known.unwrap_or(self.sides.tasks);
        let least = if self.is_by_size() { self.sides.tasks } else { self.sides.tasks.min(began_with) };
        let wanted = self.platform.compute.tasks(least, size);
        let healthy = self.healthy_replacement();
        // Without targets to count nobody but ECS says that they are healthy.
        let ready = (replacement.steady || (self.sides.tasks != began_with && !self.is_by_size()))
            && replacement.wanted >= wanted
            && replacement.running >= wanted
            && wanted >= 1
            && healthy >= wanted;
        if ready {
            return Ok(());
        }
        let running = replacement.running;
        let healthy = if self.is_by_size() {
            let steady = if replacement.steady { "" } else { ", and ECS does not call it steady yet" };
            format!("{running}/{wanted} tasks running{steady}")
        } else {
            format!("{running}/{wanted} tasks running, {healthy}/{wanted} targets healthy")
        };
        let symptom = self.symptom().map(|symptom| format!("; {symptom}")).unwrap_or_default();
        Err(waiting(format!(
            "waiting for the replacement: {healthy}{}{}{symptom}",
            by(deadline, self.now()),
            self.raised_count()
        )))
    }

    /// That the service wants more tasks than when the position began, as the end of a message; nothing where it does not.
    pub(crate) fn raised_count(&self) -> String {
        let known = self.progress().position.as_ref().map(|position| position.tasks).filter(|tasks| *tasks >= 1);
        match known {
            _ if self.sides.tasks < 1 && self.original_is_adopted() => {
                "; the service has desired count 0: scale it to at least 1".to_owned()
            }
            Some(before) if self.sides.tasks > before => {
                format!("; desired count raised from {before} to {} meanwhile", self.sides.tasks)
            }
            _ => String::new(),
        }
    }
}
