//! What someone else changed of what the last release of a group left, while nothing is released: it is told, and put back
//! where the group asks for that.
//!
//! Each kind of change is a row of [`KINDS`]: whether it is there, and what would put it back. Put back is what the release
//! has set and read back itself, by one mutation a look; nothing that serves loses traffic or tasks by it, and what others
//! made is never ended. What is seen by two looks in a row is so; what is put back is recorded before it is; and who is undone
//! too often gives up and says so.

mod baseline;
mod foreign_task_set;
mod kind;
mod lock;
mod notes;
mod often;
mod primary;
mod scale;
mod stickiness;
mod task_set;
mod third_target_group;
mod weights;

use jiff::Timestamp;
use sluice_api::{
    Deployment, DeploymentGroupSpec, DeploymentGroupStatus, DeploymentRecord, DriftPolicy, DriftState, DriftStatus,
    Reason, RepairRecord, bounded_message,
};

use crate::action::Action;
use crate::health::displayed_healthy;
use crate::observation::{Observation, Route, RouteState};
use crate::refusal::Refusal;
use baseline::baseline;
use kind::{Kind, Scene};

pub(crate) use notes::{notes, words};

/// Every kind of change, in the order in which they are put back: what is to serve is complete before it receives traffic.
const KINDS: &[Kind] = &[
    scale::KIND,
    weights::KIND,
    primary::KIND,
    third_target_group::KIND,
    task_set::KIND,
    foreign_task_set::KIND,
    stickiness::KIND,
];

/// Names of the kinds, in the order in which they are put back.
pub(crate) fn names() -> Vec<&'static str> {
    KINDS.iter().map(|kind| kind.of.as_str()).collect()
}

/// What is known of a group in which nothing happens.
pub(crate) struct DriftFacts<'a> {
    pub settings: &'a DeploymentGroupSpec,
    pub generation: Option<i64>,
    pub deployments: &'a [Deployment],
    /// All that ended, newest first.
    pub history: &'a [DeploymentRecord],
    pub observed: &'a Observation,
    /// Why the group could release nothing.
    pub refusal: Option<&'a Refusal>,
    /// The field by which nothing begins.
    pub suspended_by: Option<&'a str>,
    /// The Deployment that is about to begin.
    pub next: Option<&'a str>,
    pub now: Timestamp,
}

/// What drifted, what was put back of it so far, and what is put back now.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Judgement {
    pub drift: Vec<DriftStatus>,
    pub repairs: Vec<RepairRecord>,
    /// The one mutation. It stands in `repairs` already.
    pub action: Option<Action>,
}

/// Judges what was seen, by what the status before says.
pub(crate) fn judge(previous: &DeploymentGroupStatus, facts: &DriftFacts<'_>) -> Judgement {
    let Some(baseline) = baseline(facts.settings, facts.deployments, facts.history) else {
        return Judgement::default();
    };
    let is_edited = previous.observed_generation != facts.generation;
    let mut repairs = if is_edited { Vec::new() } else { previous.repairs.clone() };
    // What was put back before the last release says nothing of what it left.
    repairs.retain(|repair| repair.at > baseline.completed_at);
    let scene = Scene { settings: facts.settings, observed: facts.observed, baseline };
    let (mut drift, mut action) = (Vec::new(), None);
    for kind in KINDS {
        let Some(what) = (kind.find)(&scene) else { continue };
        let before = previous.drift.iter().find(|known| known.kind == kind.of);
        let had_given_up = !is_edited && before.is_some_and(|known| known.state == DriftState::GivenUp);
        let (state, told) = match (before, decide(kind, &scene, facts)) {
            (None, _) => (DriftState::Seen, what),
            (Some(_), Decision::Tell) => (DriftState::Reported, what),
            (Some(_), Decision::Withhold(why)) => (DriftState::Withheld, format!("{what}; not put back: {why}")),
            (Some(_), Decision::PutBack(_)) if had_given_up || often::is_too_often(&repairs, kind.of, facts.now) => {
                (DriftState::GivenUp, format!("{what}; {}", often::MESSAGE))
            }
            (Some(_), Decision::PutBack(next)) => {
                if action.is_none() {
                    often::record(&mut repairs, kind.of, &next.describe(), facts.now);
                    action = Some(next);
                }
                (DriftState::Repairing, what)
            }
        };
        let since = before.map_or(facts.now, |known| known.since);
        drift.push(DriftStatus { kind: kind.of, state, message: bounded_message(&told), since });
    }
    Judgement { drift, repairs, action }
}

/// What is done about a change.
enum Decision {
    Tell,
    Withhold(String),
    PutBack(Action),
}

fn decide(kind: &Kind, scene: &Scene<'_>, facts: &DriftFacts<'_>) -> Decision {
    if scene.settings.drift == DriftPolicy::Report {
        return Decision::Tell;
    }
    if let Some(why) = withheld(scene, facts) {
        return Decision::Withhold(why);
    }
    match (kind.repair)(scene) {
        Ok(action) if lock::allows(scene, &action) => Decision::PutBack(action),
        Ok(_) => Decision::Withhold("a safety check holds it back".to_owned()),
        Err(why) => Decision::Withhold(why),
    }
}

/// Why nothing at all is put back now.
fn withheld(scene: &Scene<'_>, facts: &DriftFacts<'_>) -> Option<String> {
    if let Some(field) = facts.suspended_by {
        return Some(format!("suspended by {field}"));
    }
    if scene.baseline.was_stopped {
        return Some(format!("{} was stopped by someone, who may be at work", scene.baseline.deployment));
    }
    if let Some(next) = facts.next {
        return Some(format!("Deployment {next} is about to begin"));
    }
    // These are what drift itself looks like.
    let is_drift = |reason| {
        matches!(reason, Reason::NoWeight | Reason::TrafficDivided | Reason::ForeignTraffic | Reason::UnnamedRoute)
    };
    let refusal = facts.refusal.filter(|refusal| !is_drift(refusal.reason))?;
    Some(format!("the group is stalled ({})", refusal.reason))
}

/// Whether weights may have to be put back, so that it matters who of the pair is healthy: a target group with weight has
/// nobody, or none has any weight.
pub(crate) fn needs_targets(settings: &DeploymentGroupSpec, observed: &Observation) -> bool {
    let pair = &settings.load_balancer.target_groups;
    let is_lost = |route: &Route| {
        let weight = |group: &String| route.weight_of(group).unwrap_or(0);
        matches!(route.state, RouteState::Forward(_))
            && (pair.iter().all(|group| weight(group) == 0)
                || pair.iter().any(|group| weight(group) > 0 && displayed_healthy(observed, group) == 0))
    };
    settings.drift == DriftPolicy::Repair && observed.routes.iter().any(is_lost)
}

/// Whether the next look is soon: something was seen once, or is being put back.
pub(crate) fn is_pending(status: &DeploymentGroupStatus) -> bool {
    status.drift.iter().any(|drift| matches!(drift.state, DriftState::Seen | DriftState::Repairing))
}
