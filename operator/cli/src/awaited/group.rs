//! How the release of a revision stands in one group.
//!
//! The group's status says which change of revision was answered, and by which Deployment. Before it does, the release is not
//! there yet, whatever else ran under that revision once: so a pipeline that has just asked for it is never told of an older one.

use jiff::Timestamp;
use sluice_api::{
    ConditionType, Deployment, DeploymentGroup, DeploymentGroupStatus, DeploymentRecord, LastRequest, Reason, State,
    cause_of, status_of,
};

use super::aim::asked_of;
use super::release;
use super::verdict::{Awaited, Verdict};
use crate::hints::Hints;
use crate::inventory::Inventory;

/// How the release of what is wanted stands in a group.
pub(super) fn of(
    inventory: &Inventory,
    group: &DeploymentGroup,
    wanted: Option<&str>,
    hints: &Hints,
    now: Timestamp,
) -> Awaited {
    let name = group.metadata.name.as_deref().unwrap_or_default();
    let Some(wanted) = wanted else {
        return Awaited::underway(name, format!("{name}: nothing is asked for yet"));
    };
    let none = DeploymentGroupStatus::default();
    let status = group.status.as_ref().unwrap_or(&none);
    let scene = Scene { inventory, group, name, status, wanted, hints, now };
    let of_it: Vec<&Deployment> = inventory.deployments_of(name).into_iter().filter(|one| is_of(one, wanted)).collect();
    if let Some(open) = of_it.iter().find(|one| completed_at(one).is_none()) {
        return scene.followed(open);
    }
    let is_it = |last: &&LastRequest| last.asked() == wanted || last.revision() == wanted;
    match status.requested.as_ref().filter(is_it) {
        Some(last) if last.adopted => scene.adopted(last),
        Some(last) => scene.requested(last, &of_it),
        None => scene.not_there_yet(),
    }
}

struct Scene<'a> {
    inventory: &'a Inventory,
    group: &'a DeploymentGroup,
    name: &'a str,
    status: &'a DeploymentGroupStatus,
    wanted: &'a str,
    hints: &'a Hints,
    now: Timestamp,
}

impl Scene<'_> {
    fn followed(&self, deployment: &Deployment) -> Awaited {
        let awaited = release::of(self.inventory, deployment, self.hints, self.now);
        Awaited { key: self.name.to_owned(), ..awaited }
    }

    /// What serves already, or what is in progress comes to it.
    fn adopted(&self, last: &LastRequest) -> Awaited {
        let (name, wanted) = (self.name, last.revision());
        if status_of(&self.status.conditions, ConditionType::Ready) == Some(true) {
            let line = format!("{name}: {wanted} serves, and nothing was released");
            let end = vec![line.clone()];
            return Awaited { verdict: Verdict::Succeeded, end, ..Awaited::underway(name, line) };
        }
        self.by_the_group(format!("{name}: {wanted} is to serve again"))
    }

    /// What was answered by a Deployment, which has ended, or is not seen yet.
    fn requested(&self, last: &LastRequest, of_it: &[&Deployment]) -> Awaited {
        let own = format!("{}-{}", self.name, last.sequence);
        let first = self.inventory.deployment(&own);
        let made_at = |one: &Deployment| one.metadata.creation_timestamp.as_ref().map(|at| at.0);
        let from = first.and_then(made_at);
        // It, and what came after it of the same: retries of the group, and further tries by hand.
        let later = of_it.iter().copied().filter(|one| from.is_some() && made_at(one) >= from);
        if let Some(newest) = later.max_by_key(|one| completed_at(one)) {
            return if self.is_tried_again(newest) { self.retried(newest) } else { self.followed(newest) };
        }
        match self.status.history.iter().find(|record| record.deployment == own) {
            Some(record) => self.remembered(record),
            None => self.by_the_group(format!("{}: {own} is to release {}", self.name, self.wanted)),
        }
    }

    /// Whether its group tries it again by itself, or has not said yet whether it does.
    fn is_tried_again(&self, ended: &Deployment) -> bool {
        let limit = self.group.spec.retry.map_or(0, |retry| retry.limit);
        let may_pass =
            ended.status.as_ref().and_then(|status| status.failure.as_ref()).is_some_and(|one| one.retryable);
        if limit == 0 || !may_pass || ended.spec.archived {
            return false;
        }
        let is_known =
            self.status.history.iter().any(|record| Some(&record.deployment) == ended.metadata.name.as_ref());
        let is_retrying = self.status.conditions.iter().any(|one| one.reason == Reason::Retrying.to_string());
        !is_known || is_retrying
    }

    fn retried(&self, ended: &Deployment) -> Awaited {
        let own = ended.metadata.name.as_deref().unwrap_or_default();
        let message = &self.status.message;
        let mut awaited = Awaited::underway(self.name, format!("{own} failed, and may be tried again: {message}"));
        awaited.deployment = Some(ended.clone());
        awaited
    }

    /// A Deployment that was deleted since.
    fn remembered(&self, record: &DeploymentRecord) -> Awaited {
        let was_turned = record.turned_round_by.is_some();
        let verdict = match record.state {
            State::Succeeded => Verdict::Succeeded,
            _ if was_turned => Verdict::RolledBack,
            _ => Verdict::Failed,
        };
        let line = format!("{} {} {}, and was deleted since", record.deployment, record.revision, record.state);
        Awaited { verdict, end: vec![line.clone()], ..Awaited::underway(self.name, line) }
    }

    /// Nothing of it is there: its group has not answered the change yet, or the change was not made yet, or not any more.
    fn not_there_yet(&self) -> Awaited {
        let (name, wanted) = (self.name, self.wanted);
        let line = match asked_of(self.inventory, self.group) {
            Some(asked) if asked != wanted => format!("{name}: waits for {wanted}; {asked} is asked for"),
            Some(_) | None => format!("{name}: {wanted} is asked for, and the operator has not answered yet"),
        };
        self.by_the_group(line)
    }

    /// What only the group can tell: that it cannot begin anything, as without a binding.
    fn by_the_group(&self, line: String) -> Awaited {
        let conditions = &self.status.conditions;
        // What is held, or does not serve, is an earlier one, and no hindrance to this.
        let is_of_earlier = |reason: Reason| matches!(reason, Reason::Held | Reason::NotServed | Reason::NothingServes);
        let cause = cause_of(conditions, ConditionType::Stalled).filter(|(reason, _)| !is_of_earlier(*reason));
        match cause.filter(|_| release::is_stalled(conditions, self.now)) {
            Some((reason, message)) => Awaited {
                verdict: Verdict::NeedsPerson,
                end: vec![
                    format!("{} is stalled, {reason}: {message}", self.name),
                    format!("  what that is: kubectl sluice explain {reason}"),
                ],
                ..Awaited::underway(self.name, format!("{line}; {reason}: {message}"))
            },
            None => Awaited::underway(self.name, line),
        }
    }
}

fn is_of(deployment: &Deployment, wanted: &str) -> bool {
    deployment.asked() == wanted || deployment.revision_name() == wanted
}

fn completed_at(deployment: &Deployment) -> Option<Timestamp> {
    deployment.status.as_ref()?.completed_at
}
