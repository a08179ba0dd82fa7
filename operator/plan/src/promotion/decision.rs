//! Whether a Deployment of a promotion may begin.

use jiff::Timestamp;
use sluice_api::{Deployment, Promotion, PromotionOverride, Reason, Revision};

use super::command::create;
use super::member_state::{MemberState, is_same, is_to_begin, is_unavailable, member_state};
use super::order::{Stage, check, stage_of, stages};
use super::promoted::{Member, Promoted};
use super::together::{Together, has_begun_with_it, together};
use super::wait::{PromotionDecision, after, followed};
use crate::refusal::Refusal;

/// Whether this Deployment may begin, which its group made of a change of the Application's revision, and which
/// has not begun. A user's own Deployment waits for nobody, and is not asked here.
pub fn decide(promoted: &Promoted, deployment: &Deployment, now: Timestamp) -> Result<PromotionDecision, Refusal> {
    let Some((promotion, revision, own)) = followed(promoted, deployment) else { return Ok(PromotionDecision::Begin) };
    let overrides = deployment.spec.overrides.as_ref().and_then(|overrides| overrides.promotion);
    if overrides == Some(PromotionOverride::Ignore) {
        return Ok(PromotionDecision::Begin);
    }
    check(promoted)?;
    let stages = stages(promotion);
    let Some(index) = stage_of(&stages, own.name()) else {
        let message = format!(
            "spec.promotion of Application {}: group {} is in no stage of it: name it there, or pin the group by a spec.revision of its own",
            promoted.name(),
            own.name()
        );
        return Err(Refusal::new(Reason::InvalidValue, message));
    };
    for stage in &stages[..index] {
        if let Some(after) = behind(promoted, stage, revision, now) {
            return Ok(after);
        }
    }
    let more = match together(promoted, deployment, now) {
        Together::Wait(decision) => return Ok(decision),
        // There was room for all of them as the first began.
        Together::With(_) if has_begun_with_it(promoted, deployment) => return Ok(PromotionDecision::Begin),
        Together::With(multi) => multi.siblings.len(),
        Together::Alone => 0,
    };
    Ok(unavailable(promoted, promotion, (revision, own), more).unwrap_or(PromotionDecision::Begin))
}

/// The revision that the Application asks for by now, where this Deployment, which has not begun, is of another one. It never
/// begins: the newer revision goes through the order from its first group.
#[must_use]
pub fn outdated<'a>(promoted: &'a Promoted, deployment: &Deployment) -> Option<&'a str> {
    let (_, revision, _) = followed(promoted, deployment)?;
    let is_of_it = deployment.spec.revision.as_ref().is_none_or(|own| is_same(own, revision));
    (is_to_begin(deployment) && !is_of_it).then(|| revision.short_name())
}

/// The other groups that release what this Deployment of a promotion does, the nearest first: those of its own stage, then
/// those before it, then those after it. None where its group is in no stage, or nothing is promoted there.
#[must_use]
pub fn others<'a>(promoted: &'a Promoted, deployment: &Deployment) -> Vec<&'a Member> {
    let Some((promotion, revision, own)) = followed(promoted, deployment) else { return Vec::new() };
    let stages = stages(promotion);
    let is_of_it = deployment.spec.revision.as_ref().is_some_and(|asked| is_same(asked, revision));
    let Some(index) = stage_of(&stages, own.name()).filter(|_| is_of_it) else { return Vec::new() };
    let names = stages[..=index].iter().rev().chain(&stages[index + 1..]).flat_map(|stage| stage.groups);
    let members = names.filter(|name| *name != own.name()).filter_map(|name| promoted.member(name));
    members.filter(|member| member.group.spec.revision.is_none()).collect()
}

/// What is waited for in a stage that comes before; none once all of it has passed. What failed is told first: it does not
/// pass by itself.
fn behind(promoted: &Promoted, stage: &Stage<'_>, revision: &Revision, now: Timestamp) -> Option<PromotionDecision> {
    let members = stage.groups.iter().filter_map(|name| promoted.member(name));
    let mut waits: Vec<(&Member, MemberState<'_>)> = members
        .map(|member| (member, member_state(member, revision)))
        .filter(|(_, state)| !matches!(state, MemberState::Passed | MemberState::Pinned))
        .collect();
    waits.sort_by_key(|(_, state)| !matches!(state, MemberState::Held | MemberState::NotServed));
    waits.first().map(|(member, state)| after(promoted, member, state, revision, now))
}

/// Waits while as many groups as may be are in the midst of a release, or have failed with the revision; so many more begin with
/// this one.
fn unavailable(
    promoted: &Promoted,
    promotion: &Promotion,
    (revision, own): (&Revision, &Member),
    more: usize,
) -> Option<PromotionDecision> {
    let most = usize::try_from(promotion.max_unavailable?).unwrap_or(usize::MAX);
    let stages = stages(promotion);
    let others = stages.iter().flat_map(|stage| stage.groups).filter(|name| *name != own.name());
    let busy: Vec<(&Member, MemberState<'_>)> = others
        .filter_map(|name| promoted.member(name))
        .map(|member| (member, member_state(member, revision)))
        .filter(|(_, state)| is_unavailable(state))
        .collect();
    let room = most.saturating_sub(more);
    if busy.len() < room {
        return None;
    }
    let failed = busy.iter().find(|(_, state)| matches!(state, MemberState::Held));
    let (first, _) = failed.or_else(|| busy.first())?;
    let told = |(member, state): &(&Member, MemberState<'_>)| {
        let how = if matches!(state, MemberState::Held) { "failed" } else { "in progress" };
        format!("{} ({how})", member.name())
    };
    let all: Vec<String> = busy.iter().map(told).collect();
    let what = format!(
        "waits until fewer than {room} groups are in the midst of a release or have failed (spec.promotion.maxUnavailable): {}",
        all.join(", ")
    );
    let how = failed.map(|(member, _)| create(promoted, member, revision));
    Some(PromotionDecision::After { group: first.name().to_owned(), what, until: None, how })
}
