//! What an observation has to read: nothing that could change nothing. [`missing`] is the one that asks.
//!
//! Elastic Load Balancing answers ten reads a second to a whole account, and DescribeTargetHealth takes one target group
//! a call. So the targets of a group are read only where a decision depends on them, or where ECS does not answer for them.
//!
//! An observation goes in rounds. What is read first is known before anything was; what is missing then follows from what
//! was seen, until nothing is. The rule does not repeat what the planner consults, or it would drift from it. It asks the
//! planner: the original's targets enter a plan only through whether one of them is healthy
//! (`View::original_is_healthy` and `settling::stickiness_ends_at` ask no more) and through whether their group is there
//! at all (`routing/listeners.rs`), so there are three plans, one for each answer. When they are the same plan, the answer
//! is not read. The action goes through `safety/` within each, so this holds for the second lock too. When they differ, it
//! is read:
//!
//! | what depends on the original's targets | when |
//! |---|---|
//! | `weights::next_weight_change`, `safety/weights.rs` (S2) | a weight of the original would be raised |
//! | `failures/unhealthy_replacement.rs` | the replacement has traffic and no healthy target |
//! | `rollback/cause.rs`, stranded | there is no way back, and the replacement cannot serve |
//! | `rollback/mod.rs` | traffic returns, and the replacement is healthy |
//! | `settling::stickiness_ends_at` (S12) | the delete of the original is due, and clients stick to it |
//! | `View::share_that_stays` | traffic returns: how many of them are healthy is asked then alone |
//! | `routing/listeners.rs` | a route does not name the original's target group |
//! | `remember.rs`, `View::original_is_down` | ECS does not call the original steady: then it is read anyway |
//!
//! The stopped tasks of the replacement are read while it is not steady, and right before the release goes past a
//! checkpoint, steady or not.
//!
//! The alarms of a release are read by a poll that many share, and once more right before a checkpoint: what was asked for
//! before the increment was made says nothing of it.
//!
//! The same is asked of what else the load balancer forwards, which costs a call for each of its listeners: before a
//! release begins, once nothing else stands in its way; and in it, when a task set would be promoted or deleted. A group in
//! which nothing happens asks too, and is content with what was listed a while ago.
//!
//! An end of an observation is therefore a proof: nothing is missing exactly when no reading that was left out could have
//! changed the plan.

mod supposed;

use std::collections::BTreeSet;

use sluice_api::{Arn, DeploymentGroupSpec, TaskSetStatus};

use crate::alarms::watched;
use crate::begin::preflight::{check_group, check_release, input::PreflightInput, needs_target_groups};
use crate::begin::released::Released;
use crate::drift;
use crate::entrance;
use crate::health::{counts_alarms, needs_targets};
use crate::identity::external_id;
use crate::input::{Input, Release};
use crate::observation::{FunctionName, HookNeed, Observation, Read, Service, TaskSet};
use crate::planner::plan;
use crate::progress::hooks;
use crate::progress::position::{Position, position};
use crate::reads_of_load_balancers::where_there_is_one;
use supposed::{healthy_target, unnamed_route, with_listed_routes, with_supposed_routes, with_targets};

/// What an observation is for.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one for a look, and it is not kept")]
pub enum ReadScope<'a> {
    /// A group in which nothing happens.
    Group,
    /// A Deployment that may begin.
    Begin {
        /// UID of the Deployment.
        uid: &'a str,
        /// What it releases.
        released: &'a Released,
    },
    /// A Deployment that waits behind one in progress, and would end something of it.
    Waits {
        /// What it releases.
        released: &'a Released,
    },
    /// A Deployment in progress.
    Progress(Release<'a>),
}

/// What has still to be read, side by side; empty when no missing answer could change the plan. It asks for nothing twice.
#[must_use]
pub fn missing(scope: &ReadScope<'_>, settings: &DeploymentGroupSpec, seen: &Observation) -> BTreeSet<Read> {
    let first = where_there_is_one(first(scope, settings), settings);
    if !first.is_subset(&seen.reads) {
        return first.difference(&seen.reads).cloned().collect();
    }
    if matches!(scope, ReadScope::Waits { .. }) {
        // What moves while a release is in progress is looked at once that has ended.
        return BTreeSet::new();
    }
    let pair = settings.load_balancer.target_groups.iter();
    let asks = matches!(scope, ReadScope::Group) && needs_target_groups(&PreflightInput { settings, observed: seen });
    let groups = asks.then_some(Read::TargetGroups);
    let adopted = matches!(scope, ReadScope::Group) && is_to_adopt(settings, seen);
    let targets = pair.filter(|group| needs(scope, group, settings, seen)).map(|group| Read::Targets(group.clone()));
    let tasks = replacement_with_stopped_tasks(scope, seen).map(|set| Read::StoppedTasks(set.id.clone()));
    let alarms = alarms_at_a_checkpoint(scope, seen);
    let mut missing: BTreeSet<Read> = groups
        .into_iter()
        .chain(adopted.then_some(Read::Adopted))
        .chain(targets)
        .chain(tasks)
        .chain(alarms)
        .filter(|read| !seen.reads.contains(read))
        .collect();
    // Beside the stopped tasks at a checkpoint, which is not to cost a round more.
    if missing.iter().all(|read| matches!(read, Read::StoppedTasks(_) | Read::AlarmsNow)) {
        missing.extend(listed_routes(scope, settings, seen));
        missing.extend(matches!(scope, ReadScope::Group).then(|| entrance::missing(settings, seen)).flatten());
    }
    missing
}

/// Whether the traffic is another service's, as far as it was seen: the group has none of its own yet.
fn is_to_adopt(settings: &DeploymentGroupSpec, seen: &Observation) -> bool {
    let has_none = |service: &Service| !service.task_sets.iter().any(TaskSet::is_live);
    settings.adopt.is_some() && seen.service.as_ref().is_some_and(has_none)
}

/// What else the load balancer forwards, where something depends on it.
fn listed_routes(scope: &ReadScope<'_>, settings: &DeploymentGroupSpec, seen: &Observation) -> Option<Read> {
    let load_balancer = settings.load_balancer.production_routes.iter().find_map(|route| {
        let arn = Arn::parse(route.arn()).ok()?;
        arn.load_balancer()
    })?;
    let read = Read::ListedRoutes(load_balancer);
    if seen.reads.contains(&read) {
        return None;
    }
    let matters = match scope {
        ReadScope::Group => {
            let observed = &with_listed_routes(seen, Vec::new());
            check_group(&PreflightInput { settings, observed }).is_none()
        }
        ReadScope::Begin { uid, released } => {
            let observed = &with_listed_routes(seen, Vec::new());
            check_release(&PreflightInput { settings, observed }, &released.task_definition, uid).is_none()
        }
        ReadScope::Waits { .. } => false,
        ReadScope::Progress(release) => {
            let answers = [Vec::new(), vec![unnamed_route(settings)]];
            let [none, some] = answers.map(|routes| {
                let observed = with_listed_routes(seen, routes);
                plan(&Input { observed: &observed, release: *release })
            });
            none != some
        }
    };
    matters.then_some(read)
}

/// What is known to be needed before anything was read.
fn first(scope: &ReadScope<'_>, settings: &DeploymentGroupSpec) -> BTreeSet<Read> {
    let mut reads = BTreeSet::from([Read::Service, Read::Routes]);
    match scope {
        ReadScope::Group => reads.extend(counts_alarms(settings).then_some(Read::Alarms)),
        ReadScope::Begin { released, .. } | ReadScope::Waits { released } => {
            reads.extend([Read::TargetGroups, released.definition()]);
            reads.extend(functions(settings).chain(settings.hooks.iter().flat_map(HookNeed::of).map(Read::HookNeed)));
            // What waits behind a release may well wait for what its alarm tells of.
            let begins = matches!(scope, ReadScope::Begin { .. });
            reads.extend(settings.adopt.as_ref().filter(|_| begins).map(|_| Read::Adopted));
            reads.extend(settings.alarms.iter().filter(|_| begins).map(|_| Read::AlarmsNow));
        }
        ReadScope::Progress(release) => {
            reads.insert(Read::Targets(release.replacement_group.to_owned()));
            // No call: what was started runs in this process, or not at all.
            reads.extend(hooks::running(release.progress).map(|hook| Read::Hook(hook.execution_id.clone())));
            let adopts = release.progress.original.as_ref().is_some_and(TaskSetStatus::is_adopted);
            reads.extend(adopts.then_some(Read::Adopted));
            // No task set answers for the targets of what is adopted.
            if adopts || way_back_is_foreseen(release) {
                reads.insert(Read::Targets(release.original_group.to_owned()));
            }
            reads.extend(watched(release).map(|_| Read::Alarms));
        }
    }
    reads
}

/// The functions of the hooks: one that is missing, or may not be invoked, is found before anything begins.
fn functions(settings: &DeploymentGroupSpec) -> impl Iterator<Item = Read> {
    settings.hooks.iter().filter_map(|hook| hook.lambda.as_ref()).map(|lambda| Read::Function(FunctionName::of(lambda)))
}

/// Whether traffic will return, so that the original's targets are not a round later.
fn way_back_is_foreseen(release: &Release<'_>) -> bool {
    let asked = release.controls.ask_for_return() || release.progress.failure.is_some();
    asked || position(release.progress) == Position::Rollback
}

/// Whether something depends on the targets of this group. None of a group that is known not to exist.
fn needs(scope: &ReadScope<'_>, group: &str, settings: &DeploymentGroupSpec, seen: &Observation) -> bool {
    if seen.target_group(group).is_some_and(|known| !known.exists) {
        return false;
    }
    if needs_targets(seen, group) {
        return true;
    }
    match scope {
        ReadScope::Group => drift::needs_targets(settings, seen),
        ReadScope::Waits { .. } => false,
        ReadScope::Begin { uid, .. } => {
            let roles = PreflightInput { settings, observed: seen }.roles(uid);
            // What is registered in the replacement's group already would receive its traffic.
            roles.is_some_and(|roles| {
                // And what a route serves already, where this service has nothing that could be it.
                let is_served_by_others = roles.original.is_none() && seen.serves(group);
                group == roles.replacement_group || is_unsteady(roles.original, group) || is_served_by_others
            })
        }
        ReadScope::Progress(release) => {
            let Some(service) = seen.service.as_ref().filter(|service| service.active) else { return false };
            let original = release.progress.original.as_ref().and_then(|pinned| service.task_set(&pinned.task_set));
            group == release.replacement_group
                || is_unsteady(original.filter(|set| set.is_live()), group)
                || (group == release.original_group && depends_on(group, &Input { release: *release, observed: seen }))
        }
    }
}

/// The replacement, where its stopped tasks are worth a read: it is there, and not steady, or the release would go past a
/// checkpoint. Tasks that fail and are replaced between two looks leave a task set that is steady at each of them.
fn replacement_with_stopped_tasks<'b>(scope: &ReadScope<'_>, seen: &'b Observation) -> Option<&'b TaskSet> {
    let ReadScope::Progress(release) = scope else { return None };
    let service = seen.service.as_ref().filter(|service| service.active && seen.stopped_tasks.is_none())?;
    let replacement = service.with_external_id(&external_id(release.identity.uid))?;
    let input = Input { release: *release, observed: seen };
    (!replacement.steady || passes_a_checkpoint(&input)).then_some(replacement)
}

/// The alarms as they are now, where the release would go past a checkpoint and they were asked for before this look.
fn alarms_at_a_checkpoint(scope: &ReadScope<'_>, seen: &Observation) -> Option<Read> {
    let ReadScope::Progress(release) = scope else { return None };
    watched(release)?;
    let is_old = seen.alarms.as_ref().is_none_or(|reading| reading.asked_at < seen.at);
    let input = Input { release: *release, observed: seen };
    (is_old && !seen.reads.contains(&Read::AlarmsNow) && passes_a_checkpoint(&input)).then_some(Read::AlarmsNow)
}

/// Whether the release would go past a checkpoint now, by what was seen: to an increment, from the bake to a promise or the
/// end of the original, to the promotion, or to another size of the original.
fn passes_a_checkpoint(input: &Input<'_>) -> bool {
    let before = position(input.release.progress);
    if matches!(before, Position::Rollback | Position::Ended) {
        return false;
    }
    // Whether another route stands in the way is read after this, where it still matters.
    let supposed = with_supposed_routes(input.observed);
    let plan = plan(&Input { observed: &supposed, ..*input });
    let after = plan.position();
    let moves = match after {
        Position::AllowTraffic(_) => after != before,
        Position::TerminateOriginal => before == Position::Bake,
        Position::Bake => plan.progress.multi != input.release.progress.multi,
        Position::Install | Position::Event(_) | Position::Rollback | Position::Ended => false,
    };
    moves || (plan.takes_over() && after != Position::Rollback)
}

/// Whether this task set stands on the group, and ECS does not answer for its targets.
fn is_unsteady(set: Option<&TaskSet>, group: &str) -> bool {
    set.is_some_and(|set| !set.steady && set.target_group.as_deref() == Some(group))
}

/// Whether what is done now depends on the original's targets. A way back is never taken on less than both groups.
fn depends_on(original_group: &str, input: &Input<'_>) -> bool {
    if input.observed.reads.contains(&Read::Targets(original_group.to_owned())) {
        return false;
    }
    // Whether another route stands in the way is read after this, where it still matters.
    let supposed = with_supposed_routes(input.observed);
    let answers = [Some(Vec::new()), Some(vec![healthy_target()]), None];
    let [none, some, gone] = answers.map(|targets| {
        let observed = with_targets(&supposed, original_group, targets);
        plan(&Input { observed: &observed, ..*input })
    });
    none != some || none != gone || none.position() == Position::Rollback
}
