//! What stands in the way of the replacement, by its name: the first that is known, of a short list.

use sluice_api::{Failure, FailureCategory, FailureStage};
use sluice_explain::{Explanation, Place, Question, explain};

use super::deployment::View;
use super::task_failure::{Ending, describe, last_failed, last_not_counted};
use crate::failure::{explained, failure};
use crate::names::target_group_name;
use crate::observation::{StoppedTask, TargetGroup};
use crate::platform::side::Side;

/// A cause: what it is, in words, and what kind of failure it makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cause {
    /// One line.
    pub what: String,
    kind: Kind,
}

/// What kind of failure a cause makes, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// What its words mean.
    Explained(Explanation),
    /// What was seen, in no words of AWS.
    Seen(FailureCategory, &'static str),
}

impl Cause {
    /// The end of a task, told in these words.
    pub(crate) fn of_task((what, ending): (String, Ending)) -> Self {
        Self { what, kind: Kind::Explained(ending.explanation) }
    }

    /// What AWS says in these words, read there, told in words of ours.
    fn said(words: &str, place: Place, what: String) -> Self {
        let question =
            Question { message: words, place: Some(place), phase: Some(FailureStage::Rollout), trigger: None };
        Self { what, kind: Kind::Explained(explain(&question)) }
    }

    /// The same, but for words that tell of no failure: what is unhealthy is, whatever it is called.
    fn or_health(self) -> Self {
        match self.kind {
            Kind::Explained(explanation) if !explanation.failure => Self {
                kind: Kind::Seen(
                    FailureCategory::HealthCheck,
                    "look at the health check of the target group and the logs of the tasks",
                ),
                ..self
            },
            _ => self,
        }
    }

    /// The failure that it makes of a release, after words that say what became of that.
    pub(crate) fn failure(&self, message: &str) -> Failure {
        let message = format!("{message}; {}", self.what);
        match &self.kind {
            Kind::Explained(explanation) => explained(explanation, &message),
            Kind::Seen(category, hint) => Failure { hint: (*hint).to_owned(), ..failure(*category, &message) },
        }
    }
}

impl View<'_> {
    /// What is known to stand in the way of the replacement; none when it is well, or nobody knows.
    pub(crate) fn cause(&self) -> Option<Cause> {
        let arn = self.input.release.replacement_group;
        let group = self.observed().target_group(arn);
        if group.is_some_and(|group| !group.exists) {
            return Some(Cause {
                what: format!("target group {} does not exist", target_group_name(arn)),
                kind: Kind::Seen(
                    FailureCategory::Unknown,
                    "make the pair of the group whole: name a target group that exists",
                ),
            });
        }
        let tasks = self.observed().stopped_tasks();
        let told = |found: Option<(&StoppedTask, Ending)>| {
            let (task, ending) = found.filter(|(task, _)| self.is_recent(task))?;
            Some(Cause::of_task((describe(task), ending)))
        };
        let (replacement, grace) = (self.replacement(), self.input.release.settings.health_grace);
        let is_incomplete = |side: &&Side<'_>| side.running < side.wanted || self.healthy_replacement() < side.wanted;
        let lacks_tasks = |side: &&Side<'_>| side.running < side.wanted;
        told(last_failed(tasks, grace))
            .or_else(|| group.and_then(unhealthy_target))
            .or_else(|| replacement.filter(is_incomplete).and_then(|_| told(last_not_counted(tasks, grace))))
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
            let hint = if self.is_by_size() {
                "look at the health checks of its containers and of service discovery, and at the events of the ECS service"
            } else {
                "look at the health check of the target group: how long it takes until a target is healthy"
            };
            (FailureCategory::HealthCheck, hint)
        };
        Failure { hint: hint.to_owned(), ..failure(category, message) }
    }

    /// What ECS says of tasks that it found no place for, since the release began.
    fn not_placed(&self, replacement: &Side<'_>) -> Option<Cause> {
        let said = self.observed().service.as_ref()?.placement_failure.as_ref()?;
        let since_then = self.progress().started_at.is_some_and(|started| said.at >= started);
        let is_its_own = said.task_set.as_deref().is_none_or(|task_set| task_set == replacement.id);
        (since_then && is_its_own).then(|| Cause::said(&said.message, Place::ServiceEvent, said.message.clone()))
    }
}

fn unhealthy_target(group: &TargetGroup) -> Option<Cause> {
    let target = group.unhealthy_target()?;
    let why = target.description.as_deref().or(target.reason.as_deref()).unwrap_or("no reason given");
    let what = format!("target {} is unhealthy: {why}", target.id);
    Some(Cause::said(why, Place::TargetHealth, what).or_health())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_aws_says_decides_the_kind_of_a_cause_and_whether_it_is_tried_again() {
        let table = [
            (
                Place::ServiceEvent,
                "unable to place a task because no container instance met all of its requirements.",
                true,
            ),
            (Place::ServiceEvent, "unable to place a task. Reason: Capacity is unavailable at this time.", true),
            // No more capacity ever gives a host an attribute, or a secret its name.
            (
                Place::ServiceEvent,
                "unable to place a task. The closest matching container-instance is missing an attribute required by your task.",
                false,
            ),
            (
                Place::ServiceEvent,
                "unable to place a task. Reason: ResourceInitializationError: secret not found",
                false,
            ),
            (Place::TargetHealth, "Request timed out", false),
            (Place::TargetHealth, "Health checks failed with these codes: [503]", false),
        ];
        for (place, words, retryable) in table {
            let failure = Cause::said(words, place, words.to_owned()).or_health().failure("too late");
            assert_eq!(failure.retryable, retryable, "{words}: {failure:?}");
            assert_eq!(failure.message, format!("too late; {words}"));
            assert!(failure.docs.ends_with(&format!("/{}.md", failure.code)), "{failure:?}");
        }
    }
}
