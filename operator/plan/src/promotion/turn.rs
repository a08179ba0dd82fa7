//! Whether the turn of a group has come.

use jiff::Timestamp;
use sluice_api::{ConditionType, Deployment, Health, Promotion, PromotionOverride, Reason, Revision, cause_of};

use super::order::{Stage, check, stage_of, stages};
use super::promoted::{Member, Promoted};
use super::standing::{Standing, is_same, is_to_begin, is_unavailable, standing};
use crate::refusal::Refusal;
use crate::waiting::clock;

/// Whether the turn of a group has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It has, or nothing is promoted there.
    Come,
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

/// Whether the turn of this Deployment has come, which its group made of a change of the Application's revision, and which
/// has not begun. A user's own Deployment waits for no turn, and is not asked here.
pub fn turn(promoted: &Promoted, deployment: &Deployment, now: Timestamp) -> Result<Turn, Refusal> {
    let Some((promotion, revision, own)) = followed(promoted, deployment) else { return Ok(Turn::Come) };
    let overrides = deployment.spec.overrides.as_ref().and_then(|overrides| overrides.promotion);
    if overrides == Some(PromotionOverride::Ignore) {
        return Ok(Turn::Come);
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
    Ok(unavailable(promoted, promotion, (revision, own)).unwrap_or(Turn::Come))
}

/// The revision that the Application asks for by now, where this Deployment, which has not begun, is of another one. It never
/// begins: the newer revision goes through the order from its first group.
#[must_use]
pub fn outdated<'a>(promoted: &'a Promoted, deployment: &Deployment) -> Option<&'a str> {
    let (_, revision, _) = followed(promoted, deployment)?;
    let is_of_it = deployment.spec.revision.as_ref().is_none_or(|own| is_same(own, revision));
    (is_to_begin(deployment) && !is_of_it).then(|| revision.short_name())
}

/// What a Deployment follows; none where its group is pinned, or nothing is promoted.
fn followed<'a>(promoted: &'a Promoted, deployment: &Deployment) -> Option<(&'a Promotion, &'a Revision, &'a Member)> {
    let spec = &promoted.application.spec;
    let own = promoted.member(&deployment.spec.group_ref).filter(|own| own.group.spec.revision.is_none())?;
    Some((spec.promotion.as_ref()?, spec.revision.as_ref()?, own))
}

/// What is waited for in a stage that comes before; none once all of it has passed. What failed is told first: it does not
/// pass by itself.
fn behind(promoted: &Promoted, stage: &Stage<'_>, revision: &Revision, now: Timestamp) -> Option<Turn> {
    let members = stage.groups.iter().filter_map(|name| promoted.member(name));
    let mut waits: Vec<(&Member, Standing<'_>)> = members
        .map(|member| (member, standing(member, revision)))
        .filter(|(_, standing)| !matches!(standing, Standing::Passed | Standing::Pinned))
        .collect();
    waits.sort_by_key(|(_, standing)| !matches!(standing, Standing::Held | Standing::NotServed));
    waits.first().map(|(member, standing)| after(member, standing, revision, now))
}

fn after(member: &Member, standing: &Standing<'_>, revision: &Revision, now: Timestamp) -> Turn {
    let (group, revision) = (member.name(), revision.short_name());
    let again = || Some(create(member, revision));
    let name = |deployment: &Deployment| deployment.metadata.name.clone().unwrap_or_default();
    let (what, until, how) = match standing {
        Standing::Passed | Standing::Pinned => return Turn::Come,
        Standing::Soaks(until) if *until > now => {
            let what = format!("waits for group {group}, which soaks {revision} until {}", clock(*until, now));
            (what, Some(*until), None)
        }
        Standing::Soaks(_) => (format!("waits until group {group} is seen in good health after its soak"), None, None),
        // Its release has just ended, and the group has not looked since.
        Standing::Unwell(Health::Healthy) => {
            (format!("waits for group {group}, whose soak of {revision} begins with its next look"), None, None)
        }
        Standing::Unwell(health) => (
            format!(
                "waits for group {group}, whose health is {health}: its soak of {revision} begins once it is healthy"
            ),
            None,
            None,
        ),
        Standing::Unseen => (format!("waits for group {group}, whose health is not known now"), None, None),
        Standing::InProgress(current) => {
            let what = format!("waits for group {group}, where {} releases {}", name(current), current.revision_name());
            (what, None, None)
        }
        Standing::Waits(next) => {
            let told = next.status.as_ref().and_then(|status| cause_of(&status.conditions, ConditionType::Stalled));
            let why = told.map(|(_, message)| format!(": {message}")).unwrap_or_default();
            (format!("waits for group {group}, whose {} has not begun{why}", name(next)), None, None)
        }
        Standing::Held => {
            (format!("waits for group {group}, where {revision} failed or was stopped, and is held"), None, again())
        }
        Standing::NotAsked => (format!("waits for group {group}, which has not answered {revision} yet"), None, None),
        Standing::NotServed => {
            let what =
                format!("waits for group {group}, which does not run {revision}, and nothing is on its way to it");
            (what, None, again())
        }
    };
    Turn::After { group: group.to_owned(), what, until, how }
}

/// Waits while as many groups as may be are in the midst of a release, or have failed with the revision.
fn unavailable(promoted: &Promoted, promotion: &Promotion, (revision, own): (&Revision, &Member)) -> Option<Turn> {
    let most = usize::try_from(promotion.max_unavailable?).unwrap_or(usize::MAX);
    let stages = stages(promotion);
    let others = stages.iter().flat_map(|stage| stage.groups).filter(|name| *name != own.name());
    let busy: Vec<(&Member, Standing<'_>)> = others
        .filter_map(|name| promoted.member(name))
        .map(|member| (member, standing(member, revision)))
        .filter(|(_, standing)| is_unavailable(standing))
        .collect();
    if busy.len() < most {
        return None;
    }
    let failed = busy.iter().find(|(_, standing)| matches!(standing, Standing::Held));
    let (first, _) = failed.or_else(|| busy.first())?;
    let told = |(member, standing): &(&Member, Standing<'_>)| {
        let how = if matches!(standing, Standing::Held) { "failed" } else { "in progress" };
        format!("{} ({how})", member.name())
    };
    let all: Vec<String> = busy.iter().map(told).collect();
    let what = format!(
        "waits until fewer than {most} groups are in the midst of a release or have failed (spec.promotion.maxUnavailable): {}",
        all.join(", ")
    );
    let how = failed.map(|(member, _)| create(member, revision.short_name()));
    Some(Turn::After { group: first.name().to_owned(), what, until: None, how })
}

/// The command that releases a revision in a group by hand.
fn create(member: &Member, revision: &str) -> String {
    let (group, namespace) = (member.name(), member.group.metadata.namespace.as_deref().unwrap_or_default());
    format!(
        r#"echo '{{"apiVersion":"sluice.dev/v1alpha1","kind":"Deployment","metadata":{{"generateName":"{group}-again-"}},"spec":{{"groupRef":"{group}","revision":{{"taskDefinition":"{revision}"}}}}}}' | kubectl create -n {namespace} -f -"#
    )
}
