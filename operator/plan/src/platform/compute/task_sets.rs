//! Task sets of an ECS service whose deployment controller is EXTERNAL.

use sluice_api::{Share, TaskSetStatus};

use crate::action::{Action, NewTaskSet};
use crate::identity::{client_token, external_id, tags};
use crate::input::Release;
use crate::names::short;
use crate::observation::{Observation, Service, TaskSet, TaskSetState};
use crate::platform::seam::Compute;
use crate::platform::side::{Presence, Side, Sides};
use crate::progress::steps::size_of;
use crate::progress::times::was_missing;

pub(crate) struct TaskSets;

impl Compute for TaskSets {
    fn sides<'a>(&self, release: &Release<'a>, observed: &'a Observation) -> Option<Sides<'a>> {
        let service = observed.service.as_ref().filter(|service| service.active)?;
        let progress = release.progress;
        let original = progress.original.as_ref().map_or(Presence::None, |pinned| {
            if pinned.is_adopted() {
                return adopted(release, observed, pinned);
            }
            presence(service, service.task_set(&pinned.task_set).filter(|set| set.is_live()), pinned)
        });
        let own = service.with_external_id(&external_id(release.identity.uid));
        let replacement = progress.replacement.as_ref().map_or(Presence::None, |pinned| presence(service, own, pinned));
        let is_ours = |set: &TaskSet| {
            [&original, &replacement].into_iter().filter_map(|one| one.side()).any(|side| side.id == set.id)
        };
        let has_foreign_primary = service.primary().is_some_and(|set| !is_ours(set));
        Some(Sides { original, replacement, tasks: service.desired_count, has_foreign_primary })
    }

    /// Its identity is derived from the Deployment's UID, so that a repeated call makes no second one.
    fn create(&self, release: &Release<'_>) -> Action {
        let identity = &release.identity;
        Action::CreateTaskSet(Box::new(NewTaskSet {
            client_token: client_token(identity.uid),
            external_id: external_id(identity.uid),
            task_definition: release.task_definition.to_owned(),
            target_group: release.replacement_group.to_owned(),
            container: release.settings.container.clone(),
            template: release.settings.task_set.clone(),
            size: release.progress.steps.first().map_or(Share::ALL, |step| size_of(release.settings, step)),
            tags: all_tags(release),
        }))
    }

    fn resize(&self, side: &Side<'_>, to: Share) -> Action {
        Action::ScaleTaskSet { task_set: side.id.to_owned(), size: to }
    }

    fn promote(&self, side: &Side<'_>) -> Action {
        Action::PromoteTaskSet { task_set: side.id.to_owned() }
    }

    fn delete(&self, side: &Side<'_>) -> Action {
        Action::DeleteTaskSet { task_set: side.id.to_owned() }
    }

    /// Rounded up, as ECS does (ECS API reference, Scale).
    fn tasks(&self, all: i32, size: Share) -> i32 {
        let product = i64::from(all.max(0)) * i64::from(size.tenths());
        i32::try_from((product + 999) / 1000).unwrap_or(i32::MAX)
    }
}

/// Tags of the task set: of its Deployment, its group and its revision, and the group's own.
fn all_tags(release: &Release<'_>) -> Vec<(String, String)> {
    let identity = &release.identity;
    let mut all = tags(identity.namespace, identity.name, identity.group, identity.uid);
    all.push(("sluice.dev/revision".to_owned(), short(release.task_definition).to_owned()));
    all.extend(release.settings.task_set.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())));
    all
}

/// Whether a task set is there, as it was found and as it was last shown.
fn presence<'a>(service: &Service, found: Option<&'a TaskSet>, shown: &TaskSetStatus) -> Presence<'a> {
    if let Some(set) = found {
        return Presence::There(side(set));
    }
    if shown.task_set.is_empty() {
        return Presence::None;
    }
    let drains = service.task_set(&shown.task_set).is_some_and(|set| !set.is_live());
    if drains || was_missing(shown) { Presence::Gone } else { Presence::Unseen }
}

/// Whether the service that is adopted is there: ECS says that it registers its tasks in the target group, or a target there
/// is healthy. What serves is never given up on what ECS alone says.
fn adopted<'a>(release: &Release<'a>, observed: &'a Observation, pinned: &'a TaskSetStatus) -> Presence<'a> {
    let service = observed.adopted.as_ref().filter(|service| service.stands_on(release.original_group));
    let healthy = observed.healthy(release.original_group);
    if service.is_some() || healthy.is_some_and(|healthy| healthy > 0) {
        return Presence::There(Side {
            id: &pinned.task_set,
            target: Some(release.original_group),
            primary: false,
            percent: Share::ALL.percent(),
            wanted: service.map_or(0, |service| service.desired_count),
            running: service.map_or_else(|| healthy.unwrap_or(0), |service| service.running),
            // Nobody answers for its targets but the load balancer.
            steady: false,
            is_adopted: true,
        });
    }
    if healthy.is_some() && was_missing(pinned) { Presence::Gone } else { Presence::Unseen }
}

fn side(set: &TaskSet) -> Side<'_> {
    Side {
        id: &set.id,
        target: set.target_group.as_deref(),
        primary: set.status == TaskSetState::Primary,
        percent: set.scale,
        wanted: set.computed_desired,
        running: set.running,
        steady: set.steady,
        is_adopted: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scaled_count_is_rounded_up_as_ecs_does() {
        let table = [(3, 500, 2), (10, 100, 1), (1, 1, 1), (0, 500, 0), (4, 1000, 4), (8, 125, 1), (8, 130, 2)];
        for (desired, tenths, expected) in table {
            assert_eq!(TaskSets.tasks(desired, Share::from_tenths(tenths)), expected, "{tenths} of {desired}");
        }
    }
}
