//! What users see of an Application: the sum of its groups.

use jiff::Timestamp;
use sluice_api::{
    ApplicationGroup, ApplicationStatus, ApplicationSummary, ConditionType, Deployment, DeploymentGroup, GroupWait,
    Health, MESSAGE_LIMIT, Phase, Reason, Revision, StatusWord, bounded_message, cause_of, set_condition,
    sorted_conditions, status_of,
};

use crate::group::request::shown;
use crate::plan::Note;
use crate::promotion::{Member, Promoted, check};
use crate::refusal::Refusal;

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

/// From the word that most needs a look to the one that least does. The words of ended Deployments are no group's.
const WORDS: [StatusWord; 14] = [
    StatusWord::Stalled,
    StatusWord::Held,
    StatusWord::RollingBack,
    StatusWord::Unknown,
    StatusWord::Paused,
    StatusWord::Waiting,
    StatusWord::Installing,
    StatusWord::Shifting,
    StatusWord::Holding,
    StatusWord::Baking,
    StatusWord::Finishing,
    StatusWord::Queued,
    StatusWord::Pending,
    StatusWord::Running,
];

/// Most groups whose serving revisions the column names.
const MOST_SERVING: usize = 4;

/// From worst to best.
const HEALTHS: [Health; 4] = [Health::Unreachable, Health::Degraded, Health::Unknown, Health::Healthy];

/// The next status of an Application with these groups. `suspended` are its namespace and name, where it is suspended.
#[must_use]
pub fn status(
    previous: &ApplicationStatus,
    revision: Option<&Revision>,
    groups: &[DeploymentGroup],
    promoted: Option<&Promoted>,
    suspended: Option<(&str, &str)>,
    generation: Option<i64>,
    now: Timestamp,
) -> ApplicationStatus {
    let refused = promoted.and_then(|promoted| check(promoted).err());
    let mut lines: Vec<ApplicationGroup> = groups.iter().map(|group| line(group, promoted)).collect();
    lines.sort_by(|a, b| a.name.cmp(&b.name));
    let phase = first_of(&PHASES, |phase| lines.iter().any(|line| line.phase == phase)).unwrap_or_default();
    let health = first_of(&HEALTHS, |health| lines.iter().any(|line| line.health == health)).unwrap_or_default();
    let stalled = refused.is_some() || groups.iter().any(|group| stall(group, revision).is_some());
    let unready: Vec<&str> = groups
        .iter()
        .filter(|group| !condition(group, ConditionType::Ready) || !has_seen(group, revision))
        .filter_map(|group| group.metadata.name.as_deref())
        .collect();
    let ready = !groups.is_empty() && unready.is_empty() && refused.is_none();
    let (reason, message) = match refused {
        Some(Refusal { reason, message }) => (reason, bounded_message(&message)),
        None => status_line(groups, revision, &unready),
    };
    let message = with_suspension(message, suspended);
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
        summary: Some(ApplicationSummary {
            desired: revision.map(|revision| revision.short_name().to_owned()).unwrap_or_default(),
            serving: serving(groups),
            status: word(groups, revision, ready),
        }),
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
        Some(revision) => requested.is_some_and(|requested| requested.task_definition == revision.as_written()),
    }
}

/// What the group is stalled by; none where it is not, and where that was told of another revision than the Application asks
/// for by now. Whoever applies the way out of a stall, and waits, must not be answered with the stall that was there before.
fn stall<'a>(group: &'a DeploymentGroup, revision: Option<&Revision>) -> Option<(Reason, &'a str)> {
    cause(group, ConditionType::Stalled).filter(|_| has_looked(group, revision))
}

/// Whether what the group says of itself was said when the Application asked for this revision already, whatever came of it.
fn has_looked(group: &DeploymentGroup, revision: Option<&Revision>) -> bool {
    let Some(revision) = revision.filter(|_| group.spec.revision.is_none()) else { return true };
    let requested = group.status.as_ref().and_then(|status| status.requested.as_ref());
    summary(group).is_some_and(|summary| summary.desired == shown(revision, requested))
}

fn status_line(groups: &[DeploymentGroup], revision: Option<&Revision>, unready: &[&str]) -> (Reason, String) {
    if groups.is_empty() {
        return (Reason::NoGroup, "no DeploymentGroup names this Application: create one".to_owned());
    }
    let stalled: Vec<(&str, (Reason, &str))> =
        sorted(groups).into_iter().filter_map(|group| Some((name_of(group), stall(group, revision)?))).collect();
    if let [(name, (reason, message)), others @ ..] = stalled.as_slice() {
        // The first in full, and the others by name: each of them says the rest itself.
        let others: Vec<&str> = others.iter().map(|(name, _)| *name).collect();
        let also = if others.is_empty() { String::new() } else { format!("; also stalled: {}", others.join(", ")) };
        let room = MESSAGE_LIMIT.saturating_sub(also.chars().count());
        let first = cut(&format!("group {name}: {message}"), room);
        return (*reason, bounded_message(&format!("{first}{also}")));
    }
    if unready.is_empty() {
        return (Reason::Running, "every group is as it should be".to_owned());
    }
    let is_unknown = |group: &&&DeploymentGroup| summary(group).is_some_and(|it| it.status == StatusWord::Unknown);
    if let Some(group) = sorted(groups).iter().find(is_unknown)
        && let Some((reason, message)) = cause(group, ConditionType::Reconciling)
    {
        return (reason, bounded_message(&format!("group {}: {message}", name_of(group))));
    }
    let reason = groups.iter().find_map(|group| cause(group, ConditionType::Reconciling));
    let message = format!("groups in progress: {}{}", unready.join(", "), waits(groups));
    (reason.map_or(Reason::Shifting, |(reason, _)| reason), bounded_message(&message))
}

/// What the first group waits for whose turn in a promotion has not come; empty where there is none.
fn waits(groups: &[DeploymentGroup]) -> String {
    let told = sorted(groups).into_iter().find_map(|group| {
        let (reason, message) = cause(group, ConditionType::Reconciling)?;
        (reason == Reason::WaitingForGroup).then(|| format!("; group {}: {message}", name_of(group)))
    });
    told.unwrap_or_default()
}

/// What stands, and then that nothing begins and the command that ends that, which is told whole.
fn with_suspension(message: String, suspended: Option<(&str, &str)>) -> String {
    let Some((namespace, name)) = suspended else { return message };
    let command =
        format!("kubectl patch sapp {name} -n {namespace} --type merge -p '{{\"spec\":{{\"suspend\":false}}}}'");
    let told = format!("nothing begins: suspended by spec.suspend; to end that: {command}");
    let room = MESSAGE_LIMIT.saturating_sub(told.chars().count() + 2);
    format!("{}; {told}", cut(&message, room))
}

/// As much of a text as there is room for.
fn cut(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    text.chars().take(room.saturating_sub(1)).chain(['…']).collect()
}

/// What to tell of an Application when its status changes, as Events.
#[must_use]
pub fn notes(previous: &ApplicationStatus, next: &ApplicationStatus) -> Vec<Note> {
    Note::of_stall(&previous.conditions, &next.conditions).into_iter().collect()
}

/// The word of the group that most needs a look. A group that has not answered the revision yet is not Running.
fn word(groups: &[DeploymentGroup], revision: Option<&Revision>, ready: bool) -> StatusWord {
    let is_of_before =
        |group: &DeploymentGroup| condition(group, ConditionType::Stalled) && !has_looked(group, revision);
    let shown = groups.iter().filter(|group| !is_of_before(group)).map(summary);
    let words: Vec<StatusWord> = shown.map(|it| it.map_or_else(StatusWord::default, |it| it.status)).collect();
    let worst = first_of(&WORDS, |word| words.contains(&word)).unwrap_or_default();
    if worst == StatusWord::Running && !ready { StatusWord::Pending } else { worst }
}

/// What serves in its groups, each of them once, in the order of the groups.
fn serving(groups: &[DeploymentGroup]) -> String {
    let mut all: Vec<&str> = Vec::new();
    for group in sorted(groups) {
        let serving = summary(group).map_or("", |summary| summary.serving.as_str());
        if !serving.is_empty() && !all.contains(&serving) {
            all.push(serving);
        }
    }
    let more = if all.len() > MOST_SERVING { ", ..." } else { "" };
    all.truncate(MOST_SERVING);
    format!("{}{more}", all.join(", "))
}

fn sorted(groups: &[DeploymentGroup]) -> Vec<&DeploymentGroup> {
    let mut sorted: Vec<&DeploymentGroup> = groups.iter().collect();
    sorted.sort_by_key(|group| name_of(group));
    sorted
}

fn name_of(group: &DeploymentGroup) -> &str {
    group.metadata.name.as_deref().unwrap_or_default()
}

fn summary(group: &DeploymentGroup) -> Option<&sluice_api::GroupSummary> {
    group.status.as_ref()?.summary.as_ref()
}

fn cause(group: &DeploymentGroup, kind: ConditionType) -> Option<(Reason, &str)> {
    cause_of(&group.status.as_ref()?.conditions, kind)
}

fn line(group: &DeploymentGroup, promoted: Option<&Promoted>) -> ApplicationGroup {
    let status = group.status.clone().unwrap_or_default();
    let name = group.metadata.name.clone().unwrap_or_default();
    let sequence = status.requested.as_ref().map(|requested| requested.sequence).filter(|number| *number > 0);
    ApplicationGroup {
        phase: status.phase,
        health: status.health,
        revision: status.revision,
        deployment: sequence.map(|number| format!("{name}-{number}")),
        waiting: promoted.and_then(|promoted| waiting(promoted.groups.iter().find(|member| member.name() == name)?)),
        name,
    }
}

/// What the next Deployment of a group waits for before it begins.
fn waiting(member: &Member) -> Option<GroupWait> {
    let next = member.group.status.as_ref()?.queue.first()?;
    let is_next = |one: &&Deployment| one.metadata.name.as_ref() == Some(next);
    let status = member.deployments.iter().map(|one| &**one).find(is_next)?.status.as_ref()?;
    let gate = status.gates.iter().find(|gate| gate.is_waiting()).filter(|_| status.started_at.is_none())?;
    Some(GroupWait {
        deployment: next.clone(),
        reason: gate.kind.to_string(),
        name: gate.name.clone(),
        since: gate.since,
        until: gate.timeout_at,
        how: gate.how.clone(),
    })
}
