//! The wait of a group for another one, in words and with the command that leads on.

use jiff::Timestamp;
use sluice_api::{ConditionType, Deployment, Health, Promotion, Revision, cause_of};

use super::command::create;
use super::member_state::MemberState;
use super::promoted::{Member, Promoted};
use crate::waiting::clock;

/// Whether a Deployment of a promotion may begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PromotionDecision {
    /// It may, or nothing is promoted there.
    Begin,
    /// It waits for this group.
    After {
        /// Name of the group.
        group: String,
        /// What it is waited for.
        what: String,
        /// When that may be over by itself.
        until: Option<Timestamp>,
        /// The command that leads on, where another one does than to ignore the promotion.
        how: Option<String>,
    },
}

/// What a Deployment follows; none where its group is pinned, or nothing is promoted.
pub(super) fn followed<'a>(
    promoted: &'a Promoted,
    deployment: &Deployment,
) -> Option<(&'a Promotion, &'a Revision, &'a Member)> {
    let spec = &promoted.application.spec;
    let own = promoted.member(&deployment.spec.group_ref).filter(|own| own.group.spec.revision.is_none())?;
    Some((spec.promotion.as_ref()?, spec.revision.as_ref()?, own))
}

/// What is told of the wait for a group that stands so.
pub(super) fn after(
    promoted: &Promoted,
    member: &Member,
    state: &MemberState<'_>,
    asked: &Revision,
    now: Timestamp,
) -> PromotionDecision {
    let (group, revision) = (member.name(), named(member, asked));
    let again = || Some(create(promoted, member, asked));
    let name = |deployment: &Deployment| deployment.metadata.name.clone().unwrap_or_default();
    let (what, until, how) = match state {
        MemberState::Passed | MemberState::Pinned => return PromotionDecision::Begin,
        MemberState::Soaks(until) if *until > now => {
            let what = format!("waits for group {group}, which soaks {revision} until {}", clock(*until, now));
            (what, Some(*until), None)
        }
        MemberState::Soaks(_) => {
            (format!("waits until group {group} is seen in good health after its soak"), None, None)
        }
        // Its release has just ended, and the group has not looked since.
        MemberState::Unwell(Health::Healthy) => {
            (format!("waits for group {group}, whose soak of {revision} begins with its next look"), None, None)
        }
        MemberState::Unwell(health) => (
            format!(
                "waits for group {group}, whose health is {health}: its soak of {revision} begins once it is healthy"
            ),
            None,
            None,
        ),
        MemberState::Unseen => (format!("waits for group {group}, whose health is not known now"), None, None),
        MemberState::InProgress(current) => {
            let what = format!("waits for group {group}, where {} releases {}", name(current), current.revision_name());
            (what, None, None)
        }
        MemberState::Waits(next) => {
            let told = next.status.as_ref().and_then(|status| cause_of(&status.conditions, ConditionType::Stalled));
            let why = told.map(|(_, message)| format!(": {message}")).unwrap_or_default();
            (format!("waits for group {group}, whose {} has not begun{why}", name(next)), None, None)
        }
        MemberState::Held => {
            (format!("waits for group {group}, where {revision} failed or was stopped, and is held"), None, again())
        }
        MemberState::NotAsked => {
            (format!("waits for group {group}, which has not answered {revision} yet"), None, None)
        }
        MemberState::NotServed => {
            let what =
                format!("waits for group {group}, which does not run {revision}, and nothing is on its way to it");
            (what, None, again())
        }
    };
    PromotionDecision::After { group: group.to_owned(), what, until, how }
}

/// What a group calls the revision: what its request was pinned to there, as far as it is known, and what users wrote else.
fn named<'a>(member: &'a Member, revision: &'a Revision) -> &'a str {
    let requested = member.group.status.as_ref().and_then(|status| status.requested.as_ref());
    let answered = requested.filter(|last| last.asked() == revision.asked());
    answered.and_then(|last| last.pinned.as_deref()).unwrap_or_else(|| revision.short_name())
}
