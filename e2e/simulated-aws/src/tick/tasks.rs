//! Tasks go through their phases, follow their scripts, and register with their target groups.

use std::collections::BTreeMap;

use super::endings::{Ending, end};
use super::targets;
use crate::random::Random;
use crate::time::Moment;
use crate::world::balancing::Balancing;
use crate::world::behaviour::{Behaviour, End};
use crate::world::region::Region;
use crate::world::services::{Cluster, Owner, Service, ServiceKey};
use crate::world::task_definitions::TaskDefinitions;
use crate::world::tasks::{Phase, StopCause, Task};
use crate::world::timing::Timing;

/// The parts of a region that a task's life needs.
struct Surroundings<'a> {
    balancing: &'a mut Balancing,
    timing: &'a Timing,
    chance: &'a mut Random,
    behaviour: &'a Behaviour,
    zone: &'a str,
    cluster: &'a str,
}

/// Moves the tasks of a service on.
pub fn advance(region: &mut Region, key: &ServiceKey, now: Moment) {
    let Region { name, clusters, balancing, timing, chance, task_definitions, identifiers, .. } = region;
    let zone = format!("{name}a");
    let Some(Cluster { tasks, services, .. }) = clusters.get_mut(&key.0) else { return };
    let Some(service) = services.get_mut(&key.1) else { return };
    let mut registered: BTreeMap<(String, String), u32> = BTreeMap::new();
    for id in service.alive.clone() {
        let Some(task) = tasks.get_mut(&id) else { continue };
        let mut around = Surroundings {
            balancing: &mut *balancing,
            timing,
            chance: &mut *chance,
            behaviour: behaviour(task_definitions, task),
            zone: &zone,
            cluster: &key.0,
        };
        let news = live(task, &mut around, now);
        note(task, news, service, now, timing);
        if let (News::Succeeded, Some((group, _))) = (news, &task.target) {
            *registered.entry((task.task_set.clone(), group.clone())).or_default() += 1;
        }
    }
    service.alive.retain(|id| tasks.get(id).is_some_and(|task| task.phase != Phase::Stopped));
    for ((task_set, group), count) in registered {
        let message = format!(
            "(service {}, taskSet {task_set}) registered {count} targets in (target-group {group})",
            service.name
        );
        service.record(identifiers.uuid(), now, message);
    }
}

/// When something about a task can change next by itself.
#[must_use]
pub fn due(task: &Task, definitions: &TaskDefinitions, now: Moment) -> Moment {
    let phase = task.phase_ends.unwrap_or(Moment::NEVER);
    let Some(started) = task.started_at.filter(|_| task.phase == Phase::Running) else {
        return phase;
    };
    let behaviour = behaviour(definitions, task);
    let end = behaviour.end(started).map(|(at, _)| at);
    let ill = behaviour.falls_ill(started).filter(|at| *at > now);
    let well = behaviour.recovers(started).filter(|at| *at > now);
    [Some(phase), end, ill, well].into_iter().flatten().min().unwrap_or(Moment::NEVER)
}

/// How the task's containers behave; well, if nobody says otherwise.
fn behaviour<'a>(definitions: &'a TaskDefinitions, task: &Task) -> &'a Behaviour {
    definitions.find(&task.task_definition).map_or(&Behaviour::NONE, |definition| &definition.behaviour)
}

/// What a stretch of time brought a task.
#[derive(Clone, Copy, PartialEq, Eq)]
enum News {
    /// Nothing new.
    None,
    /// It reached RUNNING.
    Succeeded,
    /// It failed before RUNNING.
    Failed,
    /// Its essential container exited.
    Exited,
}

fn live(task: &mut Task, around: &mut Surroundings<'_>, now: Moment) -> News {
    let mut news = News::None;
    while let Some(at) = task.phase_ends.filter(|ends| *ends <= now) {
        match next_phase(task, around, at) {
            News::None => {}
            latest => news = latest,
        }
    }
    if task.phase == Phase::Running
        && let Some(started) = task.started_at
    {
        run(task, around, started, now);
        if task.stop.is_some() {
            news = News::Exited;
        }
    }
    news
}

/// The phase that follows the one that ended at `at`.
fn next_phase(task: &mut Task, around: &mut Surroundings<'_>, at: Moment) -> News {
    let timing = around.timing;
    if let Some((reason, container_reason)) = failure_to_start(task.phase, around.behaviour) {
        fail_to_start(task, reason, container_reason, at, around);
        return News::Failed;
    }
    let mut enter = |task: &mut Task, phase: Phase, duration| {
        task.phase = phase;
        task.phase_ends = Some(at.plus(around.chance.jitter(duration, timing.jitter)));
    };
    match task.phase {
        Phase::Provisioning => {
            task.pulled.0 = Some(at);
            enter(task, Phase::Pending, timing.pending);
        }
        Phase::Pending => {
            task.pulled.1 = Some(at);
            enter(task, Phase::Activating, timing.activating);
        }
        Phase::Activating => {
            task.phase = Phase::Running;
            task.phase_ends = None;
            task.started_at = Some(at);
            register(task, around, at);
            return News::Succeeded;
        }
        Phase::Deactivating => enter(task, Phase::Stopping, timing.stopping),
        Phase::Stopping => {
            if let Some(stop) = &mut task.stop {
                stop.exit_code.get_or_insert(0);
            }
            enter(task, Phase::Deprovisioning, timing.deprovisioning);
        }
        Phase::Deprovisioning => {
            task.phase = Phase::Stopped;
            task.phase_ends = None;
            task.stopped_at = Some(at);
        }
        Phase::Running | Phase::Stopped => task.phase_ends = None,
    }
    News::None
}

/// Why a task does not get beyond a phase, as its script says: the task's reason, and that of its container.
fn failure_to_start(phase: Phase, behaviour: &Behaviour) -> Option<(String, Option<String>)> {
    let script = &behaviour.script;
    match phase {
        Phase::Provisioning if script.no_capacity.is_some() => {
            let reason =
                "Capacity is unavailable at this time. Please try again later or in a different availability zone";
            Some((reason.to_owned(), None))
        }
        Phase::Pending => {
            let never_pulls = script.never_pulls.as_ref()?;
            let message = never_pulls.message.clone().unwrap_or_else(|| {
                "pull image manifest has been retried 1 time(s): failed to resolve ref: not found".to_owned()
            });
            let reason = format!("CannotPullContainerError: {message}");
            Some((reason.clone(), Some(reason)))
        }
        _ => None,
    }
}

fn fail_to_start(
    task: &mut Task,
    reason: String,
    container_reason: Option<String>,
    at: Moment,
    around: &mut Surroundings<'_>,
) {
    let cause = StopCause { code: "TaskFailedToStart", reason, container_reason, exit_code: None };
    end(task, cause, Ending::Abrupt, at, around.balancing, around.timing);
}

fn register(task: &Task, around: &mut Surroundings<'_>, at: Moment) {
    if let Some((arn, port)) = &task.target
        && let Some(group) = around.balancing.target_groups.get_mut(arn)
    {
        let owner = Owner {
            cluster: around.cluster.to_owned(),
            service: task.service.clone(),
            task_set: task.task_set.clone(),
        };
        let first_check = at.plus(around.timing.registration);
        group.register(&task.address, *port, around.zone, first_check, Some((owner, task.task_definition.clone())));
    }
}

/// A running task answers health checks as its script says, and may exit.
fn run(task: &mut Task, around: &mut Surroundings<'_>, started: Moment, now: Moment) {
    let passes = around.behaviour.passes_health_check(started, now);
    if let Some((arn, port)) = &task.target
        && let Some(group) = around.balancing.target_groups.get_mut(arn)
    {
        targets::answers(group, &task.address, *port, passes, now);
    }
    if let Some((at, how)) = around.behaviour.end(started).filter(|(at, _)| *at <= now) {
        let (code, reason, exit_code, ending) = match how {
            End::Exit(code) => {
                ("EssentialContainerExited", "Essential container in task exited", Some(code), Ending::Abrupt)
            }
            End::Interruption => ("SpotInterruption", "Your Spot Task was interrupted.", None, Ending::Orderly),
        };
        let cause = StopCause { code, reason: reason.to_owned(), container_reason: None, exit_code };
        end(task, cause, ending, at, around.balancing, around.timing);
    }
}

/// Tells the task set what became of a task: starts that fail in a row stretch the gap between launches.
fn note(task: &Task, news: News, service: &mut Service, now: Moment, timing: &Timing) {
    if news == News::None {
        return;
    }
    let Some(task_set) = service.task_sets.iter_mut().find(|task_set| task_set.id == task.task_set) else {
        return;
    };
    match news {
        News::None => {}
        News::Succeeded => task_set.failed_rounds = 0,
        // A task that fails after RUNNING never slows the launches down.
        News::Exited => task_set.failed_tasks += 1,
        News::Failed => {
            task_set.failed_tasks += 1;
            // Tasks that were launched together fail together: they count as one round.
            if now >= task_set.next_launch {
                task_set.failed_rounds += 1;
                let gap = timing.launch_backoff * 2_u32.saturating_pow(task_set.failed_rounds - 1);
                task_set.next_launch = now.plus(gap.min(timing.launch_backoff_limit));
            }
        }
    }
}
