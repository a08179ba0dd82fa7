//! Decisions about a DeploymentGroup: whether a change of revision asks for a Deployment, what is kept of the
//! past, and what users see.

use jiff::Timestamp;
use sluice_api::{
    ConditionType, Deployment, DeploymentGroupSpec, DeploymentGroupStatus, DeploymentRecord, GROUP_LABEL, Health,
    Phase, Reason, Requested, Revision, RouteWeights, SEQUENCE_LABEL, State, bounded_message, set_condition,
    sorted_conditions,
};

use crate::health;
use crate::preflight::Refusal;
use crate::queue::Entry;
use crate::status::Trouble;
use crate::step::short;
use crate::world::Observed;

/// How many ended Deployments the status of a group lists.
const HISTORY: usize = 10;

/// The last number that a Deployment can have: ten digits at most, so that `group-number` stays a name.
pub const LAST_SEQUENCE: i64 = 9_999_999_999;

/// A Deployment that a change of revision asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Its name: the group's, and its number.
    pub name: String,
    /// Its number among the group's, from 1.
    pub sequence: i64,
    /// What it releases.
    pub revision: Revision,
}

/// What the revision in force asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Nothing: it was asked for before, or there is none.
    Nothing,
    /// The service runs it already, and Sluice never released here: it is adopted as it stands.
    Adopt(Requested),
    /// A Deployment.
    Make(Wanted),
    /// A Deployment, for which there is no number left.
    Refuse(Refusal),
}

/// What the revision in force asks for.
///
/// `primary` is the task definition of the primary task set, where it was observed. Each change of revision is
/// asked for once: a revision that failed is held until the revision changes, whatever GitOps applies again.
#[must_use]
pub fn request(
    group: &str,
    revision: Option<&Revision>,
    requested: Option<&Requested>,
    deployments: &[Deployment],
    primary: Option<&str>,
) -> Request {
    let Some(revision) = revision else {
        return Request::Nothing;
    };
    // A Deployment that was made and not yet recorded counts too: a crash between the two makes no second one.
    let newest = deployments.iter().filter_map(|one| Some((sequence(one)?, one))).max_by_key(|(number, _)| *number);
    let last = match (requested, newest) {
        (Some(requested), Some((number, _))) if number <= requested.sequence => Some(requested.clone()),
        (_, Some((number, made))) => {
            Some(Requested { task_definition: made.spec.revision.task_definition.clone(), sequence: number })
        }
        (requested, None) => requested.cloned(),
    };
    // By its short name: an ARN in place of family:revision, or the other way round, is no change.
    if last.as_ref().is_some_and(|last| short(&last.task_definition) == short(&revision.task_definition)) {
        return Request::Nothing;
    }
    if last.is_none() && primary.is_some_and(|primary| same_definition(primary, revision)) {
        return Request::Adopt(Requested { task_definition: revision.task_definition.clone(), sequence: 0 });
    }
    let last = last.map_or(0, |last| last.sequence);
    if last >= LAST_SEQUENCE {
        return Request::Refuse(Refusal::new(
            Reason::RequestRefused,
            format!(
                "metadata.labels of Deployment {}: {SEQUENCE_LABEL}={last} is the last number that there is: delete that Deployment if someone made it by hand, else make a new group",
                name_of(group, last)
            ),
        ));
    }
    let sequence = last.max(0) + 1;
    Request::Make(Wanted { name: name_of(group, sequence), sequence, revision: revision.clone() })
}

/// Whether a task definition's ARN is what the revision names.
fn same_definition(arn: &str, revision: &Revision) -> bool {
    arn == revision.task_definition || short(arn) == revision.task_definition
}

/// Number of a Deployment that the operator made.
///
/// Labels are anyone's to write, so a number counts only where it is the one that the operator would have given: in the
/// Deployment's name too, behind its group's, and no greater than [`LAST_SEQUENCE`].
#[must_use]
pub fn sequence(deployment: &Deployment) -> Option<i64> {
    let metadata = &deployment.metadata;
    let labels = metadata.labels.as_ref()?;
    let group = labels.get(GROUP_LABEL).filter(|group| **group == deployment.spec.group_ref)?;
    let number = labels.get(SEQUENCE_LABEL)?.parse().ok().filter(|number| (1..=LAST_SEQUENCE).contains(number))?;
    (metadata.name.as_deref() == Some(name_of(group, number).as_str())).then_some(number)
}

fn name_of(group: &str, sequence: i64) -> String {
    format!("{group}-{sequence}")
}

/// A Deployment as the queue sees it.
#[must_use]
pub fn entry(deployment: &Deployment) -> Entry {
    let status = deployment.status.clone().unwrap_or_default();
    let metadata = &deployment.metadata;
    Entry {
        uid: metadata.uid.clone().unwrap_or_default(),
        name: metadata.name.clone().unwrap_or_default(),
        created_at: created_at(deployment),
        sequence: sequence(deployment),
        started: status.started_at.is_some(),
        ended: status.completed_at.is_some(),
        stalled: status.started_at.is_none()
            && sluice_api::status_of(&status.conditions, ConditionType::Stalled) == Some(true),
    }
}

fn created_at(deployment: &Deployment) -> Timestamp {
    deployment.metadata.creation_timestamp.as_ref().map_or(Timestamp::UNIX_EPOCH, |time| time.0)
}

/// Names of ended Deployments that the operator made and that are older than the newest `limit` of them.
#[must_use]
pub fn expired(deployments: &[Deployment], limit: i32) -> Vec<String> {
    let mut ended: Vec<(i64, String)> = deployments
        .iter()
        .filter(|one| one.status.as_ref().is_some_and(|status| status.completed_at.is_some()))
        .filter_map(|one| Some((sequence(one)?, one.metadata.name.clone()?)))
        .collect();
    ended.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    ended.into_iter().skip(usize::try_from(limit).unwrap_or(usize::MAX)).map(|(_, name)| name).collect()
}

/// What is known of a group at one moment.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// Its settings.
    pub settings: &'a DeploymentGroupSpec,
    /// Its generation.
    pub generation: Option<i64>,
    /// Its Deployments.
    pub deployments: &'a [Deployment],
    /// What was asked for last.
    pub requested: Option<Requested>,
    /// The observed world; none when it was not, or could not be, read.
    pub observed: Option<&'a Observed>,
    /// Why nothing is begun.
    pub refusal: Option<&'a Refusal>,
    /// Why AWS could not be read.
    pub trouble: Option<&'a Trouble>,
    /// The moment.
    pub now: Timestamp,
}

/// The next status of a group.
#[must_use]
pub fn status(previous: &DeploymentGroupStatus, facts: &Facts<'_>) -> DeploymentGroupStatus {
    let entries: Vec<Entry> = facts.deployments.iter().map(entry).collect();
    let current = entries.iter().find(|entry| entry.started && !entry.ended).map(|entry| entry.name.clone());
    let history = history(previous, facts.deployments);
    let mut status = DeploymentGroupStatus {
        observed_generation: facts.generation,
        queue: crate::queue::waiting(&entries),
        requested: facts.requested.clone(),
        last_succeeded: last_succeeded(previous, &history),
        held_revision: held(facts, &history),
        history,
        current,
        ..previous.clone()
    };
    if let Some(observed) = facts.observed {
        observe(&mut status, facts.settings, observed);
    }
    show(&mut status, facts);
    status
}

fn record(deployment: &Deployment) -> Option<DeploymentRecord> {
    let status = deployment.status.as_ref()?;
    Some(DeploymentRecord {
        deployment: deployment.metadata.name.clone()?,
        revision: deployment.spec.revision.short_name().to_owned(),
        state: status.state,
        completed_at: status.completed_at?,
    })
}

/// The ended Deployments, newest first. Those whose objects were deleted stay on the list.
fn history(previous: &DeploymentGroupStatus, deployments: &[Deployment]) -> Vec<DeploymentRecord> {
    let mut history: Vec<DeploymentRecord> = deployments.iter().filter_map(record).collect();
    for old in &previous.history {
        let known = |new: &DeploymentRecord| new.deployment == old.deployment && new.completed_at == old.completed_at;
        if !history.iter().any(known) {
            history.push(old.clone());
        }
    }
    history.sort_by(|a, b| b.completed_at.cmp(&a.completed_at).then_with(|| b.deployment.cmp(&a.deployment)));
    history.truncate(HISTORY);
    history
}

fn last_succeeded(previous: &DeploymentGroupStatus, history: &[DeploymentRecord]) -> Option<DeploymentRecord> {
    let newest = history.iter().find(|record| record.state == State::Succeeded);
    newest.or(previous.last_succeeded.as_ref()).cloned()
}

/// The revision that was asked for last, when its Deployment failed or was stopped.
fn held(facts: &Facts<'_>, history: &[DeploymentRecord]) -> Option<String> {
    let requested = facts.requested.as_ref()?;
    let revision = short(&requested.task_definition);
    let tried_again = facts.deployments.iter().any(|one| {
        let ended = one.status.as_ref().is_some_and(|status| status.completed_at.is_some());
        !ended && one.spec.revision.short_name() == revision
    });
    if tried_again {
        return None;
    }
    let last = history.iter().find(|record| record.revision == revision)?;
    (last.state != State::Succeeded).then(|| revision.to_owned())
}

fn observe(status: &mut DeploymentGroupStatus, settings: &DeploymentGroupSpec, observed: &Observed) {
    status.health = health::of(observed);
    status.service_arn = observed.service.as_ref().map(|service| service.arn.clone());
    status.primary_task_set =
        observed.service.as_ref().and_then(|service| service.primary()).map(|primary| primary.id.clone());
    status.revision = observed
        .service
        .as_ref()
        .and_then(|service| service.primary())
        .map(|primary| short(&primary.task_definition).to_owned());
    status.weights = observed
        .routes
        .iter()
        .map(|route| RouteWeights {
            route: route.arn.clone(),
            // A weight that was not read is not 0: of such a route none is shown.
            weights: settings
                .load_balancer
                .target_groups
                .iter()
                .map(|group| route.weight_of(group))
                .collect::<Option<_>>()
                .unwrap_or_default(),
        })
        .collect();
}

/// Phase, message and conditions.
fn show(status: &mut DeploymentGroupStatus, facts: &Facts<'_>) {
    let (phase, reason, message) = face(status, facts);
    status.phase = phase;
    status.message = bounded_message(&message);
    let stalled = facts.refusal.is_some() || facts.trouble.is_some_and(|trouble| trouble.stalled);
    let busy = !stalled && (status.current.is_some() || !status.queue.is_empty() || facts.trouble.is_some());
    let mut conditions = std::mem::take(&mut status.conditions);
    for (kind, value) in [
        (ConditionType::Ready, !stalled && !busy),
        (ConditionType::Reconciling, busy),
        (ConditionType::Stalled, stalled),
    ] {
        set_condition(&mut conditions, (kind, value, reason), &message, facts.generation, facts.now);
    }
    status.conditions = sorted_conditions(conditions);
}

fn face(status: &DeploymentGroupStatus, facts: &Facts<'_>) -> (Phase, Reason, String) {
    let settled = settled_phase(status);
    if let Some(refusal) = facts.refusal {
        return (settled, refusal.reason, refusal.message.clone());
    }
    if let Some(trouble) = facts.trouble {
        return (settled, trouble.reason, trouble.message.clone());
    }
    if let Some(current) = &status.current {
        let paused = facts.deployments.iter().any(|one| {
            one.metadata.name.as_ref() == Some(current)
                && one.status.as_ref().is_some_and(|status| status.phase == Phase::Paused)
        });
        let phase = if paused { Phase::Paused } else { Phase::Deploying };
        return (phase, Reason::Shifting, format!("Deployment {current} is in progress"));
    }
    if let Some(next) = status.queue.first() {
        return (settled, Reason::Queued, format!("Deployment {next} waits to begin"));
    }
    let message = match (&status.held_revision, &status.revision) {
        (Some(held), Some(serves)) => format!("{serves} serves; {held} failed and is held until the revision changes"),
        (Some(held), None) => format!("{held} failed and is held until the revision changes"),
        (None, Some(serves)) => format!("{serves} serves"),
        (None, None) => "nothing was released yet".to_owned(),
    };
    (settled, Reason::Running, message)
}

/// Phase of a group in which nothing happens: that of its service, whatever became of the last attempt.
fn settled_phase(status: &DeploymentGroupStatus) -> Phase {
    if status.primary_task_set.is_none() && status.last_succeeded.is_none() {
        return if status.held_revision.is_some() { Phase::Failed } else { Phase::Pending };
    }
    match status.health {
        Health::Degraded => Phase::Degraded,
        Health::Unreachable => Phase::Unreachable,
        Health::Healthy | Health::Unknown => Phase::Running,
    }
}
