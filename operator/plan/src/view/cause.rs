//! What stands in the way of the replacement, by its name: the first that is known, of a short list.

use sluice_api::{Failure, FailureCategory, FailureStage};

use super::deployment::View;
use super::task_failure::{Ending, describe, last_failed, last_taken_away, no_capacity};
use crate::failure::failure;
use crate::names::target_group_name;
use crate::observation::{StoppedTask, TargetGroup};
use crate::platform::side::Side;

/// A cause: what it is, in words, and what kind of failure it makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cause {
    pub category: FailureCategory,
    /// One line.
    pub what: String,
    /// What to do; none for what its category says.
    pub hint: Option<&'static str>,
}

impl Cause {
    /// The end of a task, told in these words.
    pub(crate) fn of_task((what, ending): (String, &Ending)) -> Self {
        Self { category: ending.category, what, hint: Some(ending.hint) }
    }

    /// The failure that it makes of a release, after words that say what became of that.
    pub(crate) fn failure(&self, message: &str) -> Failure {
        let by_category = failure(self.category, &format!("{message}; {}", self.what));
        // The operator's own identity is another thing than the one with which a task is started.
        let stage = if self.category == FailureCategory::Auth { FailureStage::Rollout } else { by_category.stage };
        Failure { stage, hint: self.hint.map_or_else(|| by_category.hint.clone(), str::to_owned), ..by_category }
    }
}

impl View<'_> {
    /// What is known to stand in the way of the replacement; none when it is well, or nobody knows.
    pub(crate) fn cause(&self) -> Option<Cause> {
        let arn = self.input.release.replacement_group;
        let group = self.observed().target_group(arn);
        if group.is_some_and(|group| !group.exists) {
            return Some(Cause {
                category: FailureCategory::Unknown,
                what: format!("target group {} does not exist", target_group_name(arn)),
                hint: Some("make the pair of the group whole: name a target group that exists"),
            });
        }
        let tasks = self.observed().stopped_tasks();
        let told = |found: Option<(&StoppedTask, &Ending)>| {
            let (task, ending) = found.filter(|(task, _)| self.is_recent(task))?;
            Some(Cause::of_task((describe(task), ending)))
        };
        let replacement = self.replacement();
        let is_incomplete = |side: &&Side<'_>| side.running < side.wanted || self.healthy_replacement() < side.wanted;
        let lacks_tasks = |side: &&Side<'_>| side.running < side.wanted;
        told(last_failed(tasks))
            .or_else(|| group.and_then(unhealthy_target))
            .or_else(|| replacement.filter(is_incomplete).and_then(|_| told(last_taken_away(tasks))))
            .or_else(|| replacement.filter(lacks_tasks).and_then(|side| self.not_placed(side)))
    }

    /// Whether a task stopped so lately that it may be why the replacement is not well now: ECS remembers more than that.
    fn is_recent(&self, task: &StoppedTask) -> bool {
        let length = self.input.release.settings.progress_deadline.as_signed();
        task.stopped_at.is_none_or(|at| at + length >= self.now())
    }

    /// The cause, in one line.
    pub(crate) fn symptom(&self) -> Option<String> {
        self.cause().map(|cause| cause.what)
    }

    /// The failure of a release whose replacement is not well: by its cause, or by what it lacks where none is known. A health
    /// check is named only where one spoke, or where only its word is missing.
    pub(crate) fn failure_of_replacement(&self, message: &str) -> Failure {
        if let Some(cause) = self.cause() {
            return cause.failure(message);
        }
        let lacks_tasks = self.replacement().is_none_or(|side| side.running < side.wanted);
        let (category, hint) = if lacks_tasks {
            (FailureCategory::Startup, "look at the events of the ECS service: its tasks did not get as far as running")
        } else {
            (
                FailureCategory::HealthCheck,
                "look at the health check of the target group: how long it takes until a target is healthy",
            )
        };
        Failure { hint: hint.to_owned(), ..failure(category, message) }
    }

    /// What ECS says of tasks that it found no place for, since the release began.
    fn not_placed(&self, replacement: &Side<'_>) -> Option<Cause> {
        let said = self.observed().service.as_ref()?.placement_failure.as_ref()?;
        let since_then = self.progress().started_at.is_some_and(|started| said.at >= started);
        let is_its_own = said.task_set.as_deref().is_none_or(|task_set| task_set == replacement.id);
        (since_then && is_its_own).then(|| Cause::of_task((said.message.clone(), no_capacity())))
    }
}

fn unhealthy_target(group: &TargetGroup) -> Option<Cause> {
    let target = group.unhealthy_target()?;
    let why = target.description.as_deref().or(target.reason.as_deref()).unwrap_or("no reason given");
    let what = format!("target {} is unhealthy: {why}", target.id);
    Some(Cause { category: FailureCategory::HealthCheck, what, hint: None })
}
