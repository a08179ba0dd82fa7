//! The pair of target groups is there, is free, and is on one load balancer.

use sluice_api::{Arn, Reason};

use super::input::PreflightInput;
use crate::identity::external_id;
use crate::names::{short, target_group_name};
use crate::refusal::Refusal;
use crate::serving::{Serving, is_primary, serving};

/// Whether the checks of a group depend on a look at the pair itself. One that a route forwards to is there, and on the load
/// balancer of that route: none is deleted while a route uses it (ELBv2 API reference, DeleteTargetGroup: ResourceInUse).
pub(crate) fn needs_target_groups(preflight: &PreflightInput<'_>) -> bool {
    let routes = &preflight.observed.routes;
    let is_named = |group: &String| routes.iter().any(|route| route.weight_of(group).is_some());
    !preflight.settings.load_balancer.target_groups.iter().all(is_named)
}

pub(super) fn target_groups_exist(preflight: &PreflightInput<'_>) -> Option<Refusal> {
    let missing = preflight.observed.target_groups.iter().find(|group| !group.exists)?;
    Some(Refusal::new(
        Reason::TargetGroupNotFound,
        // Whole: where the name is right, the id at its end is what is wrong.
        format!("spec.loadBalancer.targetGroups: {} does not exist: create it, or correct the ARN", missing.arn),
    ))
}

pub(super) fn target_groups_share_the_load_balancer(preflight: &PreflightInput<'_>) -> Option<Refusal> {
    let balancer = |route: &str| Arn::parse(route).ok().and_then(|arn| arn.load_balancer());
    let expected = balancer(&preflight.observed.routes.first()?.arn)?;
    if let Some(route) = preflight.observed.routes.iter().find(|route| balancer(&route.arn).as_ref() != Some(&expected))
    {
        return Some(Refusal::new(
            Reason::TargetGroupElsewhere,
            format!(
                "spec.loadBalancer.productionRoutes: {} belongs to another load balancer than the first route, and a target group fits one only: name routes of one load balancer",
                short(&route.arn)
            ),
        ));
    }
    let group = preflight
        .observed
        .target_groups
        .iter()
        .find(|group| !group.load_balancers.is_empty() && !group.load_balancers.contains(&expected))?;
    Some(Refusal::new(
        Reason::TargetGroupElsewhere,
        format!(
            "spec.loadBalancer.targetGroups: {} is attached to another load balancer than the routes: use one that is free",
            target_group_name(&group.arn)
        ),
    ))
}

pub(super) fn original_is_on_the_pair(preflight: &PreflightInput<'_>, uid: &str) -> Option<Refusal> {
    if preflight.roles(uid).is_some() {
        return None;
    }
    let remedy = match serving(preflight.settings, preflight.observed) {
        Serving::Alone(serves) => format!(
            "task set {} ({}) has the traffic: make it the primary task set",
            short(&serves.id),
            short(&serves.task_definition)
        ),
        _ => "name the one that it uses as one of the pair".to_owned(),
    };
    Some(Refusal::new(
        Reason::OriginalOutsidePair,
        format!(
            "spec.loadBalancer.targetGroups: the primary task set of service {} uses neither: {remedy}",
            preflight.service_name()
        ),
    ))
}

pub(super) fn no_task_set_uses_the_replacement_group(preflight: &PreflightInput<'_>, uid: &str) -> Option<Refusal> {
    let roles = preflight.roles(uid)?;
    let own = external_id(uid);
    let user = preflight.service()?.task_sets.iter().find(|task_set| {
        task_set.is_live()
            && task_set.target_group.as_deref() == Some(roles.replacement_group)
            && task_set.external_id.as_deref() != Some(&own)
    })?;
    let (name, original) = (short(&user.id), roles.original.map_or("", |set| short(&set.id)));
    // Nothing that has traffic is asked to go.
    Some(if preflight.observed.serves(roles.replacement_group) {
        let by = format!("task set {name} uses it and has traffic");
        in_use(roles.replacement_group, &by, "it stays; a release begins once one task set has all the traffic")
    } else if is_primary(user) {
        let remedy = format!(
            "make {original}, which has the traffic, the primary task set, and look whether {name} is still needed"
        );
        in_use(roles.replacement_group, &format!("task set {name}, the primary one without traffic, uses it"), &remedy)
    } else {
        in_use(
            roles.replacement_group,
            &format!("task set {name} uses it"),
            "look whether it is still needed; the release begins once the target group is free",
        )
    })
}

pub(super) fn no_target_is_in_the_replacement_group(preflight: &PreflightInput<'_>, uid: &str) -> Option<Refusal> {
    let group = preflight.roles(uid)?.replacement_group;
    if preflight.service()?.with_external_id(&external_id(uid)).is_some() {
        return None;
    }
    match preflight.observed.target_group(group)?.registered() {
        Some(0) => None,
        Some(registered) if preflight.observed.serves(group) => Some(in_use(
            group,
            &format!("it has {registered} targets of something else, and traffic"),
            "name a target group that is free",
        )),
        Some(registered) => {
            let remedy = "look whose they are, and name a target group that is free";
            Some(in_use(group, &format!("it has {registered} targets of something else"), remedy))
        }
        // Never so, by the rule of what is read; and nothing begins on what was not seen.
        None => Some(in_use(group, "its targets were not looked at", "look again")),
    }
}

fn in_use(group: &str, by: &str, remedy: &str) -> Refusal {
    let name = target_group_name(group);
    let message = format!("spec.loadBalancer.targetGroups: {name} should receive the replacement, but {by}: {remedy}");
    Refusal::new(Reason::TargetGroupInUse, message)
}
