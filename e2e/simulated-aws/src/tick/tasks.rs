//! Tasks go through their phases, follow their scripts, and register with their target groups.

use std::collections::BTreeMap;

use crate::random::Random;
use crate::time::Moment;
use crate::world::balancing::{Balancing, Health};
use crate::world::behaviour::Behaviour;
use crate::world::services::{Cluster, Service};
use crate::world::task_definitions::TaskDefinitions;
use crate::world::tasks::{Phase, StopCause, Task};
use crate::world::{Region, Timing};

/// How a task ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It is drained and then told to stop.
    Orderly,
    /// Its containers are gone already.
    Abrupt,
}

/// The parts of a region that a task's life needs.
struct Surroundings<'a> {
    balancing: &'a mut Balancing,
    timing: &'a Timing,
    chance: &'a mut Random,
    behaviour: &'a Behaviour,
    zone: &'a str,
}

/// Moves every task of the region on.
pub fn advance(region: &mut Region, now: Moment) {
    let Region { name, clusters, balancing, timing, chance, task_definitions, .. } = region;
    let zone = format!("{name}a");
    for Cluster { tasks, services, .. } in clusters.values_mut() {
        for task in tasks.values_mut().filter(|task| task.phase != Phase::Stopped) {
            let mut around = Surroundings {
                balancing: &mut *balancing,
                timing,
                chance: &mut *chance,
                behaviour: behaviour(task_definitions, task),
                zone: &zone,
            };
            let news = live(task, &mut around, now);
            note(task, news, services, now, timing);
        }
    }
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
    let script = &around.behaviour.script;
    let mut enter = |task: &mut Task, phase: Phase, duration| {
        task.phase = phase;
        task.phase_ends = Some(at.plus(around.chance.jitter(duration, timing.jitter)));
    };
    match task.phase {
        Phase::Provisioning if script.no_capacity.is_some() => {
            let reason =
                "Capacity is unavailable at this time. Please try again later or in a different availability zone";
            fail_to_start(task, reason.to_owned(), None, at, around);
            return News::Failed;
        }
        Phase::Provisioning => enter(task, Phase::Pending, timing.pending),
        Phase::Pending => {
            if let Some(never_pulls) = &script.never_pulls {
                let message = never_pulls.message.clone().unwrap_or_else(|| {
                    "pull image manifest has been retried 1 time(s): failed to resolve ref: not found".to_owned()
                });
                let reason = format!("CannotPullContainerError: {message}");
                fail_to_start(task, reason.clone(), Some(reason), at, around);
                return News::Failed;
            }
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
        group.register(&task.address, *port, around.zone, at.plus(around.timing.registration));
    }
}

/// A running task answers health checks as its script says, and may exit.
fn run(task: &mut Task, around: &mut Surroundings<'_>, started: Moment, now: Moment) {
    let passes = around.behaviour.passes_health_check(started, now);
    if let Some((arn, port)) = &task.target
        && let Some(group) = around.balancing.target_groups.get_mut(arn)
        && let Some(target) = group.targets.get_mut(&(task.address.clone(), *port))
    {
        target.answers = passes;
    }
    if let Some((at, code)) = around.behaviour.exit(started).filter(|(at, _)| *at <= now) {
        let cause = StopCause {
            code: "EssentialContainerExited",
            reason: "Essential container in task exited".to_owned(),
            container_reason: None,
            exit_code: Some(code),
        };
        end(task, cause, Ending::Abrupt, at, around.balancing, around.timing);
    }
}

/// Begins the end of a task. One that is ending already keeps its first cause.
pub fn end(task: &mut Task, cause: StopCause, ending: Ending, at: Moment, balancing: &mut Balancing, timing: &Timing) {
    if task.stop.is_some() {
        return;
    }
    let was_running = task.phase == Phase::Running;
    task.stop = Some(cause);
    task.stopping_at = Some(at);
    let drained = task
        .target
        .as_ref()
        .filter(|_| was_running)
        .and_then(|(arn, port)| balancing.target_groups.get_mut(arn)?.deregister(&task.address, *port, at));
    (task.phase, task.phase_ends) = match (ending, drained) {
        (Ending::Orderly, Some(until)) => (Phase::Deactivating, Some(until)),
        (Ending::Orderly, None) if was_running => (Phase::Stopping, Some(at.plus(timing.stopping))),
        _ => (Phase::Deprovisioning, Some(at.plus(timing.deprovisioning))),
    };
}

/// Tells the task set what became of a task: starts that fail in a row stretch the gap between launches.
fn note(task: &Task, news: News, services: &mut BTreeMap<String, Service>, now: Moment, timing: &Timing) {
    if news == News::None {
        return;
    }
    let Some(service) = services.get_mut(&task.service) else {
        return;
    };
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

/// Stops tasks that the load balancer has found unhealthy, once their service's grace period is over.
pub fn stop_failing(region: &mut Region, now: Moment) {
    let Region { clusters, balancing, timing, identifiers, .. } = region;
    for Cluster { tasks, services, .. } in clusters.values_mut() {
        for task in tasks.values_mut().filter(|task| task.phase == Phase::Running) {
            let Some((arn, port)) = task.target.clone() else {
                continue;
            };
            let Some(service) = services.get_mut(&task.service) else {
                continue;
            };
            let unhealthy = balancing
                .target_groups
                .get(&arn)
                .and_then(|group| group.targets.get(&(task.address.clone(), port)))
                .is_some_and(|target| target.health == Health::Unhealthy);
            let in_grace = task.started_at.is_some_and(|started| now.since(started) < service.health_check_grace);
            if !unhealthy || in_grace {
                continue;
            }
            let cause = StopCause {
                code: "ServiceSchedulerInitiated",
                reason: format!("Task failed ELB health checks in (target-group {arn})"),
                container_reason: None,
                exit_code: None,
            };
            end(task, cause, Ending::Orderly, now, balancing, timing);
            if let Some(task_set) = service.task_sets.iter_mut().find(|task_set| task_set.id == task.task_set) {
                task_set.failed_tasks += 1;
            }
            let message = format!(
                "(service {}) (port {port}) is unhealthy in (target-group {arn}) due to (reason Health checks failed with these codes: [503])",
                service.name
            );
            service.record(identifiers.uuid(), now, message);
        }
    }
}
