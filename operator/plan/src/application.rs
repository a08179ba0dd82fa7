//! What users see of an Application: the sum of its groups.

use jiff::Timestamp;
use sluice_api::{
    ApplicationGroup, ApplicationStatus, ConditionType, DeploymentGroup, Health, Phase, Reason, Revision,
    set_condition, sorted_conditions, status_of,
};

/// From the phase that most needs a look to the one that least does.
const PHASES: [Phase; 7] = [
    Phase::Unreachable,
    Phase::Failed,
    Phase::Degraded,
    Phase::Paused,
    Phase::Deploying,
    Phase::Pending,
    Phase::Running,
];

/// From worst to best.
const HEALTHS: [Health; 4] = [Health::Unreachable, Health::Degraded, Health::Unknown, Health::Healthy];

/// The next status of an Application with these groups.
#[must_use]
pub fn status(
    previous: &ApplicationStatus,
    revision: Option<&Revision>,
    groups: &[DeploymentGroup],
    generation: Option<i64>,
    now: Timestamp,
) -> ApplicationStatus {
    let mut lines: Vec<ApplicationGroup> = groups.iter().map(line).collect();
    lines.sort_by(|a, b| a.name.cmp(&b.name));
    let phase = first_of(&PHASES, |phase| lines.iter().any(|line| line.phase == phase)).unwrap_or_default();
    let health = first_of(&HEALTHS, |health| lines.iter().any(|line| line.health == health)).unwrap_or_default();
    let any = |kind| groups.iter().any(|group| condition(group, kind));
    let stalled = any(ConditionType::Stalled);
    let unready: Vec<&str> = groups
        .iter()
        .filter(|group| !condition(group, ConditionType::Ready) || !has_seen(group, revision))
        .filter_map(|group| group.metadata.name.as_deref())
        .collect();
    let ready = !groups.is_empty() && unready.is_empty();
    let (reason, message) = status_line(groups, stalled, &unready);
    let mut conditions = previous.conditions.clone();
    for (kind, value) in [
        (ConditionType::Ready, ready),
        (ConditionType::Reconciling, !ready && !stalled),
        (ConditionType::Stalled, stalled),
    ] {
        set_condition(&mut conditions, (kind, value, reason), &message, generation, now);
    }
    ApplicationStatus {
        observed_generation: generation,
        phase,
        health,
        groups: lines,
        conditions: sorted_conditions(conditions),
    }
}

fn first_of<T: Copy>(order: &[T], holds: impl Fn(T) -> bool) -> Option<T> {
    order.iter().copied().find(|one| holds(*one))
}

fn condition(group: &DeploymentGroup, kind: ConditionType) -> bool {
    group.status.as_ref().and_then(|status| status_of(&status.conditions, kind)).unwrap_or(false)
}

/// Whether the group has answered the Application's revision. Right after a change it stands as it did before, and that
/// must not pass for an answer.
fn has_seen(group: &DeploymentGroup, revision: Option<&Revision>) -> bool {
    let requested = group.status.as_ref().and_then(|status| status.requested.as_ref());
    match revision.filter(|_| group.spec.revision.is_none()) {
        None => true,
        Some(revision) => requested.is_some_and(|requested| requested.task_definition == revision.task_definition),
    }
}

fn status_line(groups: &[DeploymentGroup], stalled: bool, unready: &[&str]) -> (Reason, String) {
    if groups.is_empty() {
        return (Reason::NoGroup, "no DeploymentGroup names this Application: create one".to_owned());
    }
    if stalled {
        let stalled: Vec<&str> = groups
            .iter()
            .filter(|group| condition(group, ConditionType::Stalled))
            .filter_map(|group| group.metadata.name.as_deref())
            .collect();
        return (Reason::Failed, format!("stalled groups: {}; see their message", stalled.join(", ")));
    }
    if unready.is_empty() {
        return (Reason::Running, "every group is as it should be".to_owned());
    }
    (Reason::Shifting, format!("groups in progress: {}", unready.join(", ")))
}

fn line(group: &DeploymentGroup) -> ApplicationGroup {
    let status = group.status.clone().unwrap_or_default();
    let name = group.metadata.name.clone().unwrap_or_default();
    let sequence = status.requested.as_ref().map(|requested| requested.sequence).filter(|number| *number > 0);
    ApplicationGroup {
        phase: status.phase,
        health: status.health,
        revision: status.revision,
        deployment: sequence.map(|number| format!("{name}-{number}")),
        name,
    }
}
