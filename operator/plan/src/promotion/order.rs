//! The stages of a promotion, and whether they make sense.

use sluice_api::{Duration, Multi, Promotion, Reason};

use super::promoted::Promoted;
use crate::refusal::Refusal;

/// Groups that release at the same time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stage<'a> {
    /// Their names.
    pub groups: &'a [String],
    /// How long each of them soaks.
    pub soak: Duration,
    /// That they are released as one, where they are.
    pub multi: Option<Multi>,
}

/// The stages in their order, in whichever form they are written.
pub(super) fn stages(promotion: &Promotion) -> Vec<Stage<'_>> {
    let one_by_one = promotion.groups.iter().map(|group| Stage {
        groups: std::slice::from_ref(group),
        soak: promotion.soak,
        multi: None,
    });
    let staged = promotion.stages.iter().map(|stage| Stage {
        groups: &stage.groups,
        soak: stage.soak.unwrap_or(promotion.soak),
        multi: stage.multi,
    });
    one_by_one.chain(staged).collect()
}

/// In which stage the group is.
pub(super) fn stage_of(stages: &[Stage<'_>], group: &str) -> Option<usize> {
    stages.iter().position(|stage| stage.groups.iter().any(|name| name == group))
}

/// For how long the group soaks; none where no later stage waits for it.
#[must_use]
pub fn soak_of(promotion: &Promotion, group: &str) -> Option<Duration> {
    let stages = stages(promotion);
    let index = stage_of(&stages, group).filter(|index| index + 1 < stages.len())?;
    stages.get(index).map(|stage| stage.soak)
}

/// Whether every group that is named is there, once, and of this Application. Where one is not, no turn comes: the order is
/// not what someone meant.
pub fn check(promoted: &Promoted) -> Result<(), Refusal> {
    let Some(promotion) = &promoted.application.spec.promotion else { return Ok(()) };
    let field = if promotion.groups.is_empty() { "spec.promotion.stages" } else { "spec.promotion.groups" };
    let (application, namespace) = (promoted.name(), promoted.application.metadata.namespace.as_deref());
    let refused = |reason, what: String| {
        Err(Refusal::new(
            reason,
            format!("{field} of Application {application}: {what}; no group begins a release of it"),
        ))
    };
    let stages = stages(promotion);
    let names: Vec<&String> = stages.iter().flat_map(|stage| stage.groups).collect();
    for (index, name) in names.iter().enumerate() {
        if names[..index].contains(name) {
            return refused(Reason::InvalidValue, format!("{name} is named twice: name each group once"));
        }
        let Some(member) = promoted.member(name) else {
            let namespace = namespace.unwrap_or_default();
            let what = format!(
                "there is no DeploymentGroup {name} in namespace {namespace}: create it, or take it out of the list"
            );
            return refused(Reason::NoGroup, what);
        };
        let other = &member.group.spec.application_ref;
        if other != application {
            let what = format!("group {name} is of Application {other}: name groups of {application} alone");
            return refused(Reason::InvalidValue, what);
        }
    }
    Ok(())
}
