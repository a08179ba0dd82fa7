//! What a group's reconcile writes down, and when the group is looked at again.

use std::time::Duration;

use jiff::Timestamp;
use kube::Resource;
use sluice_api::DeploymentGroupStatus;
use sluice_plan::group::facts::Facts;
use sluice_plan::group::{has_symptom, notes, only_comes_further, runtime};

use super::check::Check;
use super::reconcile::Reconcile;
use crate::clock::now;
use crate::error::ReconcileError;
use crate::pipeline::next_wave;
use crate::pipeline::requeue::Requeue;

impl Reconcile<'_> {
    /// Writes the status where it has changed, and tells what happened. What only comes further waits for so long as is
    /// returned, so that the row of a group is not written at each step of its Deployment.
    pub async fn record(
        &self,
        previous: &DeploymentGroupStatus,
        next: &DeploymentGroupStatus,
        facts: &Facts<'_>,
    ) -> Result<Option<Duration>, ReconcileError> {
        if next == previous {
            return Ok(None);
        }
        let longest = self.context.longest_unwritten();
        if only_comes_further(previous, next)
            && let Some(rest) = self.context.rows.rest(&self.uid(), longest)
        {
            return Ok(Some(rest));
        }
        self.context.stores.groups.apply_status(self.group, next).await?;
        self.context.rows.now(&self.uid(), longest);
        let fared = runtime::note(&self.group.spec, previous, next);
        let notes = notes(previous, next).into_iter().chain(fared).collect();
        self.context.events.publish(&self.group.object_ref(&()), facts.desired.unwrap_or_default(), notes);
        if next.health != previous.health {
            self.context.metrics.health.became(next.health);
        }
        Ok(None)
    }

    /// When the group is looked at again; `due` is when something of it is over, if that is known.
    pub fn look_again(&self, check: &Check, next: &DeploymentGroupStatus, due: Option<Timestamp>) -> Requeue {
        let groups = self.context.stores.groups.store().len();
        let wave = || next_wave(now(), self.context.resync, &self.uid(), groups);
        match check {
            Check { call_error: Some(_), .. } => Requeue::BackOff,
            // What is in AWS does not allow it, or is not as it should be, and nobody tells when that changes.
            Check { refusal: Some(_), refused_by_kubernetes: false, .. } => Requeue::After(self.context.poll()),
            _ if has_symptom(next) => Requeue::After(self.context.poll()),
            _ => Requeue::At(due.map_or_else(wave, |due| due.min(wave()))),
        }
    }
}
