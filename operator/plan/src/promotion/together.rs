//! Which Deployments are released as one: `multi` of a stage. Who they are is pinned as the first of them begins.

use jiff::Timestamp;
use sluice_api::{
    ConditionType, Deployment, GateKind, Multi, MultiStatus, PromotionOverride, SEQUENCE_LABEL, SiblingRef, status_of,
};

use super::member_state::{MemberState, member_state};
use super::order::{Stage, stage_of, stages};
use super::promoted::{Member, Promoted};
use super::wait::{PromotionDecision, after, followed};

/// With whom a Deployment is released.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Together {
    /// By itself.
    Alone,
    /// As one with these.
    With(MultiStatus),
    /// As one with others, of which this one can not begin yet.
    Wait(PromotionDecision),
}

/// With whom this Deployment is released, which its group made and which is about to begin.
///
/// One that has begun and pinned this one decides: with it, and those that it pinned. Else each group of the stage that is to
/// release the same has made a Deployment, which nothing but these others keeps from beginning. A group that runs the revision
/// already, or is pinned to another one, is not waited for.
#[must_use]
pub fn together(promoted: &Promoted, deployment: &Deployment, now: Timestamp) -> Together {
    if let Some(pinned) = pinned_by(promoted, deployment) {
        return Together::With(pinned);
    }
    let Some((promotion, revision, own)) = followed(promoted, deployment) else { return Together::Alone };
    let stages = stages(promotion);
    let stage = stage_of(&stages, own.name()).map(|index| stages[index]);
    let Some((stage, multi)) =
        stage.and_then(|stage| Some((stage, stage.multi?))).filter(|_| !is_by_itself(deployment))
    else {
        return Together::Alone;
    };
    let mut siblings = Vec::new();
    for member in others(promoted, stage, own) {
        let stands = member_state(member, revision);
        match &stands {
            MemberState::Pinned
            | MemberState::Passed
            | MemberState::Soaks(_)
            | MemberState::Unwell(_)
            | MemberState::Unseen => {}
            MemberState::Waits(next) if can_begin(next) => siblings.push(reference(next)),
            _ => return Together::Wait(as_one(after(promoted, member, &stands, revision, now))),
        }
    }
    if siblings.is_empty() {
        return Together::Alone;
    }
    Together::With(pinned(siblings, multi))
}

/// Whether one that is released as one with it has begun.
pub(super) fn has_begun_with_it(promoted: &Promoted, deployment: &Deployment) -> bool {
    pinned_by(promoted, deployment).is_some()
}

/// Whether someone lets it begin without regard to the promotion.
fn is_by_itself(deployment: &Deployment) -> bool {
    let overrides = deployment.spec.overrides.as_ref();
    overrides.and_then(|overrides| overrides.promotion) == Some(PromotionOverride::Ignore)
}

fn others<'a>(promoted: &'a Promoted, stage: Stage<'a>, own: &Member) -> impl Iterator<Item = &'a Member> {
    let own = own.name().to_owned();
    stage.groups.iter().filter(move |name| **name != own).filter_map(|name| promoted.member(name))
}

/// What one pinned that has begun, and does not return, where this one is among it.
fn pinned_by(promoted: &Promoted, deployment: &Deployment) -> Option<MultiStatus> {
    let uid = deployment.metadata.uid.as_deref()?;
    let mut all = promoted.groups.iter().flat_map(|member| &member.deployments);
    all.find_map(|other| {
        let status = other.status.as_ref()?;
        let is_forward = status.started_at.is_some() && status.completed_at.is_none() && status.rollback.is_none();
        let multi = status.multi.as_ref().filter(|_| is_forward)?;
        multi.siblings.iter().any(|known| known.uid == uid).then(|| {
            let rest = multi.siblings.iter().filter(|known| known.uid != uid).cloned();
            let siblings = rest.chain([reference(other)]).collect();
            pinned(siblings, Multi { wait: multi.wait })
        })
    })
}

fn pinned(mut siblings: Vec<SiblingRef>, multi: Multi) -> MultiStatus {
    siblings.sort();
    MultiStatus { siblings, wait: multi.wait, ..MultiStatus::default() }
}

fn reference(deployment: &Deployment) -> SiblingRef {
    SiblingRef {
        group: deployment.spec.group_ref.clone(),
        deployment: deployment.metadata.name.clone().unwrap_or_default(),
        uid: deployment.metadata.uid.clone().unwrap_or_default(),
    }
}

/// Whether nothing is known to keep this one from beginning but those that it is released as one with: its group made it, and
/// it is neither held nor stopped, nor going away, nor let begin by itself.
fn can_begin(next: &Deployment) -> bool {
    let is_its_groups = next.metadata.labels.as_ref().is_some_and(|labels| labels.contains_key(SEQUENCE_LABEL))
        && next.spec.revision.is_some();
    let is_held = next.spec.paused || next.spec.stop.is_some() || next.metadata.deletion_timestamp.is_some();
    let status = next.status.as_ref();
    let waits = status.is_some_and(|status| {
        let is_stalled = status_of(&status.conditions, ConditionType::Stalled) == Some(true);
        is_stalled || status.gates.iter().any(|gate| gate.is_waiting() && gate.kind != GateKind::Promotion)
    });
    is_its_groups && !is_held && !waits && !is_by_itself(next)
}

/// The wait for another group, told as the one for those that are released as one.
fn as_one(decision: PromotionDecision) -> PromotionDecision {
    match decision {
        PromotionDecision::Begin => PromotionDecision::Begin,
        PromotionDecision::After { group, what, until, how } => {
            PromotionDecision::After { group, what: format!("{what} (they are released as one)"), until, how }
        }
    }
}
