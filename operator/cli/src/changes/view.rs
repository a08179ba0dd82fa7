//! A Deployment as a verb sees it.

use sluice_api::{
    Deployment, DeploymentGroup, DeploymentStatus, GateStatus, IntentOperation, State, StatusWord, StepState,
};

use crate::hints::Hints;
use crate::refusal::Refusal;

/// A Deployment, with its group and the way in which commands are written.
#[derive(Clone, Copy, Debug)]
pub struct DeploymentView<'a> {
    /// The Deployment.
    pub deployment: &'a Deployment,
    /// Its group; none where it does not exist.
    pub group: Option<&'a DeploymentGroup>,
    /// Writes commands.
    pub hints: &'a Hints,
}

impl<'a> DeploymentView<'a> {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.deployment.metadata.name.as_deref().unwrap_or_default()
    }

    /// Name of its group.
    #[must_use]
    pub fn group_name(&self) -> &'a str {
        &self.deployment.spec.group_ref
    }

    pub(crate) fn status(&self) -> Option<&'a DeploymentStatus> {
        self.deployment.status.as_ref()
    }

    pub(crate) fn has_begun(&self) -> bool {
        self.status().is_some_and(|status| status.started_at.is_some())
    }

    pub(crate) fn is_ended(&self) -> bool {
        self.status().is_some_and(|status| status.completed_at.is_some())
    }

    /// Where it stands, in one word.
    pub(crate) fn word(&self) -> StatusWord {
        let word = self.status().and_then(|status| status.summary.as_ref()?.status);
        word.unwrap_or_else(|| match self.status().map(|status| status.state) {
            Some(State::Succeeded) => StatusWord::Succeeded,
            Some(State::Failed) => StatusWord::Failed,
            Some(State::Stopped) => StatusWord::Stopped,
            _ => StatusWord::Pending,
        })
    }

    /// What it releases, for people.
    pub(crate) fn releases(&self) -> &'a str {
        let revision = self.deployment.revision_name();
        if revision.is_empty() { "what is to be gone back to" } else { revision }
    }

    /// What serves in its group, for people.
    pub(crate) fn serving(&self) -> String {
        let summary = self.group.and_then(|group| group.status.as_ref()?.summary.as_ref());
        match summary.map(|summary| summary.serving.as_str()) {
            Some("") | None => format!("what serves in {} is not known", self.group_name()),
            Some(serving) => format!("{} serves in {}", self.settled(serving), self.group_name()),
        }
    }

    /// What serves, less the bake of this Deployment where it is over: the group's record follows at a distance.
    fn settled<'b>(&self, serving: &'b str) -> &'b str {
        let baked = serving.strip_suffix(" (baking)").filter(|serving| *serving == self.deployment.revision_name());
        baked.filter(|_| self.is_ended()).unwrap_or(serving)
    }

    /// A command about it: `kubectl sluice VERB NAME MORE`.
    pub(crate) fn command(&self, verb: &str, more: &[&str]) -> String {
        self.command_of(self.name(), verb, more)
    }

    /// A command about something else in its namespace.
    pub(crate) fn command_of(&self, name: &str, verb: &str, more: &[&str]) -> String {
        let namespace = self.deployment.metadata.namespace.as_deref().unwrap_or_default();
        self.hints.command(namespace, &[&[verb, name], more].concat())
    }

    /// The waits that hold it now.
    pub(crate) fn waits(&self) -> impl Iterator<Item = &'a GateStatus> + use<'a> {
        let gates = self.status().map(|status| status.gates.as_slice()).unwrap_or_default();
        gates.iter().filter(|gate| gate.is_waiting())
    }

    /// Index of the increment that is in progress.
    pub(crate) fn step_in_progress(&self) -> Option<usize> {
        let steps = self.status().map(|status| status.steps.as_slice()).unwrap_or_default();
        steps.iter().position(|step| matches!(step.state, StepState::Shifting | StepState::Holding))
    }

    /// Why nothing can be asked of it any more; `what` is what was asked.
    pub(crate) fn refuse_ended(&self, what: &str) -> Result<(), Refusal> {
        if !self.is_ended() {
            return Ok(());
        }
        let (name, serving, word) = (self.name(), self.serving(), self.word());
        let next = match word {
            StatusWord::Succeeded => format!("to go back from it: {}", self.command("rollback", &[])),
            StatusWord::Replaced => {
                format!("to go back to it: {}", { self.command_of(self.group_name(), "rollback", &["--to", name]) })
            }
            _ => format!("to try it again: {}", self.command("retry", &[])),
        };
        Err(Refusal::new(format!("{name} has ended as {word}, so that {what}: {serving}; {next}")))
    }

    /// Why it cannot be held or turned any more: it goes back, or its original goes.
    pub(crate) fn refuse_past_point_of_no_return(&self, what: &str) -> Result<(), Refusal> {
        let name = self.name();
        if let Some(rollback) = self.status().and_then(|status| status.rollback.as_ref()) {
            let reason = &rollback.reason;
            return Err(Refusal::new(format!("{name} is rolled back already, so that {what}: {reason}")));
        }
        let intent = self.status().and_then(|status| status.intent.as_ref());
        if intent.is_some_and(|intent| intent.operation == IntentOperation::DeleteTaskSet) {
            return Err(Refusal::new(format!(
                "{name} has all traffic and its original goes already, so that {what}: once it has ended, go back by {}",
                self.command("rollback", &[])
            )));
        }
        Ok(())
    }
}
