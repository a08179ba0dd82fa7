//! Runtime health of what serves, from the targets of the load balancer and the counts of ECS.
//!
//! Targets that were not looked at are shown as ECS answers for them: STEADY_STATE says that every task of a task set
//! runs and is healthy for the load balancer too (ECS API reference, `TaskSet.stabilityStatus`). This is for users' eyes
//! only. No weight is raised on it.

use sluice_api::{Alarms, DeploymentGroupSpec, Health, ProbeState, ProbeStatus};

use crate::alarms::{Meaning, meaning};
use crate::observation::{Observation, Service, TargetGroup, TaskSet};

/// Health of what the routes send traffic to.
///
/// Unknown while nothing is deployed; unreachable when nothing that serves is healthy; degraded when a part of
/// it is not.
#[must_use]
pub fn runtime_health(observed: &Observation) -> Health {
    let Some(service) = &observed.service else {
        return Health::Unknown;
    };
    if !service.task_sets.iter().any(TaskSet::is_live) {
        return Health::Unknown;
    }
    if observed.target_groups.is_empty() {
        return health_of_tasks(service);
    }
    let serving: Vec<&TargetGroup> =
        observed.target_groups.iter().filter(|group| observed.serves(&group.arn)).collect();
    if serving.is_empty() {
        return Health::Unknown;
    }
    let healthy: i32 = serving.iter().map(|group| displayed_healthy(observed, &group.arn)).sum();
    let any_down =
        serving.iter().any(|group| displayed_healthy(observed, &group.arn) == 0 || group.unhealthy_target().is_some());
    match (healthy, any_down) {
        (0, _) if service.desired_count == 0 => Health::Unknown,
        (0, _) => Health::Unreachable,
        (_, true) => Health::Degraded,
        (_, false) => Health::Healthy,
    }
}

/// Without a load balancer: whether as many tasks run as the service wants, whatever task set they are of.
fn health_of_tasks(service: &Service) -> Health {
    let running: i32 = service.task_sets.iter().filter(|set| set.is_live()).map(|set| set.running).sum();
    match (service.desired_count, running) {
        (..=0, _) => Health::Unknown,
        (_, ..=0) => Health::Unreachable,
        (wanted, running) if running < wanted => Health::Degraded,
        _ => Health::Healthy,
    }
}

/// Runtime health of a group: of what serves, as ECS and the targets have it, together with the alarms of the group and its
/// probe, where it asks for these. The worst that is known counts. What nobody answered is not well: it is unknown, or as it
/// was where that was well.
pub(crate) fn group_health(
    settings: &DeploymentGroupSpec,
    observed: Option<&Observation>,
    serves: Health,
    (probe, before): (Option<&ProbeStatus>, Health),
) -> Health {
    if settings.health.is_none() {
        return serves;
    }
    let probe = probe.map_or(ProbeState::Passing, |probe| probe.state);
    let alarms = settings.alarms.as_ref().map_or(Meaning::Well, |alarms| worst_alarm(alarms, observed));
    match (serves, probe, alarms) {
        (Health::Unreachable, _, _) | (_, ProbeState::Failing, _) => Health::Unreachable,
        (Health::Degraded, _, _) | (Health::Healthy, _, Meaning::Active) => Health::Degraded,
        (Health::Unknown, _, _) | (_, ProbeState::Unknown, _) => Health::Unknown,
        (Health::Healthy, ProbeState::Passing, Meaning::Unknown) => match before {
            Health::Healthy | Health::Degraded => before,
            Health::Unreachable | Health::Unknown => Health::Unknown,
        },
        (Health::Healthy, ProbeState::Passing, Meaning::Well) => Health::Healthy,
    }
}

/// Whether the alarms of a group count while nothing is released.
pub(crate) const fn counts_alarms(settings: &DeploymentGroupSpec) -> bool {
    settings.alarms.is_some() && settings.health.is_some()
}

fn worst_alarm(alarms: &Alarms, observed: Option<&Observation>) -> Meaning {
    let reading = observed.and_then(|observed| observed.alarms.as_ref());
    let meanings = || alarms.names.iter().map(|name| meaning(alarms, reading.and_then(|reading| reading.answer(name))));
    [Meaning::Active, Meaning::Unknown]
        .into_iter()
        .find(|worst| meanings().any(|one| one == *worst))
        .unwrap_or(Meaning::Well)
}

/// Healthy targets of a target group, for display: those that were seen, or else the tasks that ECS calls steady.
pub(crate) fn displayed_healthy(observed: &Observation, group: &str) -> i32 {
    observed
        .healthy(group)
        .unwrap_or_else(|| live_sets(observed, group).filter(|set| set.steady).map(|set| set.running).sum())
}

/// Whether the health of a group can only be told from its targets: it serves, and ECS does not answer for it.
pub(crate) fn needs_targets(observed: &Observation, group: &str) -> bool {
    let deployed = observed.service.as_ref().is_some_and(|service| service.task_sets.iter().any(TaskSet::is_live));
    let mut sets = live_sets(observed, group).peekable();
    let answered_for = sets.peek().is_some() && sets.all(|set| set.steady);
    deployed && observed.serves(group) && !answered_for
}

fn live_sets<'a>(observed: &'a Observation, group: &'a str) -> impl Iterator<Item = &'a TaskSet> {
    let sets = observed.service.iter().flat_map(|service| &service.task_sets);
    sets.filter(move |set| set.is_live() && set.target_group.as_deref() == Some(group))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::observation::{Alarm, AlarmAnswer, AlarmReading, AlarmValue};

    #[test]
    fn the_worst_that_is_known_counts_and_what_nobody_answered_is_not_well() {
        use Health::{Degraded, Healthy, Unknown, Unreachable};
        use ProbeState::{Failing, Passing};
        let settings: DeploymentGroupSpec = serde_json::from_value(json!({
            "applicationRef": "shop",
            "aws": {"binding": "shop", "region": "eu-west-1"},
            "ecs": {"cluster": "prod", "service": "shop"},
            "container": {"name": "web", "port": 8080},
            "loadBalancer": {"targetGroups": ["a", "b"], "productionRoutes": [{"listenerRule": "rule"}]},
            "alarms": {"names": ["5xx"]}, "health": {},
        }))
        .unwrap();
        let with = |answer: Option<AlarmAnswer>| {
            let alarms = answer.into_iter().map(|answer| Alarm { name: "5xx".to_owned(), answer }).collect();
            let at = jiff::Timestamp::UNIX_EPOCH;
            Observation { alarms: Some(AlarmReading { asked_at: at, alarms }), ..Observation::blank(at, &[]) }
        };
        let known = |value| Some(AlarmAnswer::Known { value, since: None, reason: String::new() });
        let (ok, alarm, unread) = (with(known(AlarmValue::Ok)), with(known(AlarmValue::Alarm)), with(None));
        for (serves, probe, observed, before, expected) in [
            (Healthy, Passing, &ok, Unknown, Healthy),
            (Healthy, Failing, &ok, Healthy, Unreachable),
            (Healthy, ProbeState::Unknown, &ok, Healthy, Unknown),
            (Healthy, Passing, &alarm, Healthy, Degraded),
            (Healthy, ProbeState::Unknown, &alarm, Healthy, Degraded),
            (Healthy, Failing, &alarm, Healthy, Unreachable),
            (Healthy, Passing, &unread, Healthy, Healthy),
            (Healthy, Passing, &unread, Degraded, Degraded),
            (Healthy, Passing, &unread, Unreachable, Unknown),
            (Healthy, Passing, &unread, Unknown, Unknown),
            (Degraded, Passing, &ok, Healthy, Degraded),
            (Degraded, Failing, &ok, Healthy, Unreachable),
            (Unreachable, Passing, &ok, Healthy, Unreachable),
            (Unknown, Passing, &ok, Healthy, Unknown),
            (Unknown, Failing, &ok, Healthy, Unreachable),
            (Unknown, Passing, &alarm, Healthy, Unknown),
        ] {
            let probe = ProbeStatus { state: probe, ..ProbeStatus::default() };
            let told = group_health(&settings, Some(observed), serves, (Some(&probe), before));
            assert_eq!(told, expected, "{serves} {:?} {before} {observed:?}", probe.state);
        }
        let silent = DeploymentGroupSpec { health: None, ..settings };
        let failing = ProbeStatus { state: Failing, ..ProbeStatus::default() };
        assert_eq!(group_health(&silent, Some(&alarm), Healthy, (Some(&failing), Unknown)), Healthy);
    }
}
