//! A service that something else deploys can be adopted: it is there, serves from one target group of the pair alone, and the
//! group's own service is made for as many tasks.

use sluice_api::{Adoption, Reason};

use super::input::PreflightInput;
use crate::adoption::{RETIRES, first_whole, full_name, retire};
use crate::identity::external_id;
use crate::names::target_group_name;
use crate::observation::Service;
use crate::refusal::Refusal;

const FIELD: &str = "spec.adopt.service";

/// Whether the service that the settings adopt is one that a release can take the traffic from. Nothing is adopted where a
/// task set of the group's own service serves.
pub(super) fn adopted_service_serves(preflight: &PreflightInput<'_>, uid: &str) -> Option<Refusal> {
    let adoption = due(preflight, uid)?;
    let name = full_name(preflight.settings, adoption);
    let refused = |reason, message: String| Some(Refusal::new(reason, format!("{FIELD}: {message}")));
    if name == preflight.service_name() {
        let message = "is the service of spec.ecs itself: name the one that serves today";
        return refused(Reason::InvalidValue, format!("{name} {message}"));
    }
    if preflight.settings.is_by_size() {
        let message =
            "moves by the weights of a load balancer, and spec.loadBalancer is left out: leave spec.adopt out too";
        return refused(Reason::InvalidValue, format!("{name} {message}"));
    }
    let Some(adopted) = &preflight.observed.adopted else {
        let region = &preflight.settings.aws.region;
        let remedy = "correct the name, or leave spec.adopt out to release without an original";
        return refused(Reason::ServiceNotFound, format!("service {name} does not exist in {region}: {remedy}"));
    };
    if !adopted.active {
        let remedy = "leave spec.adopt out once it is gone";
        return refused(Reason::ServiceInactive, format!("service {name} is not ACTIVE (it was deleted): {remedy}"));
    }
    if let Some(what) = wrong_target_groups(preflight, adopted) {
        return refused(Reason::OriginalOutsidePair, format!("service {name} {what}"));
    }
    serves_alone(preflight, uid, &name).or_else(|| is_matched(preflight, adopted, &name))
}

/// What is adopted, where no task set of the group's own has traffic.
fn due<'a>(preflight: &PreflightInput<'a>, uid: &str) -> Option<&'a Adoption> {
    let adoption = preflight.settings.adopt.as_ref()?;
    let (first, second) = preflight.pair();
    let is_another = |group: &str| {
        let own = external_id(uid);
        preflight.observed.serves(group)
            && preflight.observed.live_on(group).any(|set| set.external_id.as_deref() != Some(&own))
    };
    (!is_another(first) && !is_another(second)).then_some(adoption)
}

/// What is wrong with the target groups of the service, and what to do: it stands on one of the pair, and nowhere else.
fn wrong_target_groups(preflight: &PreflightInput<'_>, adopted: &Service) -> Option<String> {
    let (first, second) = preflight.pair();
    let of_pair = |group: &&String| *group == first || *group == second;
    let outside = adopted.target_groups.iter().find(|group| !of_pair(group)).map(|group| target_group_name(group));
    match (adopted.target_groups.iter().filter(of_pair).count(), outside) {
        (0, None) => Some("has no target group, so that no weight reaches it: leave spec.adopt out".to_owned()),
        (0, Some(outside)) => Some(format!(
            "stands on {outside}, which is not of spec.loadBalancer.targetGroups: name it as one of the pair"
        )),
        (1, None) => None,
        (1, Some(outside)) => Some(format!(
            "stands on {outside} too, whose traffic would not move: a service with one target group can be adopted"
        )),
        _ => Some(
            "stands on both of the pair: name a target group that is free beside the one that it serves from"
                .to_owned(),
        ),
    }
}

/// Whether all of the traffic goes to a healthy target of it.
fn serves_alone(preflight: &PreflightInput<'_>, uid: &str, name: &str) -> Option<Refusal> {
    let roles = preflight.roles(uid)?;
    let [original, replacement] = [roles.original_group, roles.replacement_group].map(target_group_name);
    if preflight.observed.serves(roles.replacement_group) {
        let message = format!(
            "{FIELD}: service {name} stands on {original}, and {replacement} has traffic too: a release begins once {original} has all of it"
        );
        return Some(Refusal::new(Reason::TrafficDivided, message));
    }
    let what = match preflight.observed.healthy(roles.original_group) {
        Some(healthy) if healthy > 0 => return None,
        Some(_) => format!("has no healthy target in {original}: a release begins once it has"),
        // Never so, by the rule of what is read; and nothing begins on what was not seen.
        None => format!("has targets in {original} that were not looked at: look again"),
    };
    Some(Refusal::new(Reason::OriginalDown, format!("{FIELD}: service {name} {what}")))
}

/// Whether the group's own service is to have at least as many tasks, which would have all of the traffic in the end.
fn is_matched(preflight: &PreflightInput<'_>, adopted: &Service, name: &str) -> Option<Refusal> {
    let (settings, wanted) = (preflight.settings, preflight.service()?.desired_count);
    let least = adopted.desired_count.max(1);
    if wanted < least {
        let own = &settings.ecs;
        let message = format!(
            "spec.ecs: service {} has desired count {wanted}, and {name}, whose traffic it is to take, wants {}: scale it: aws ecs update-service --region {} --cluster {} --service {} --desired-count {least}",
            preflight.service_name(),
            adopted.desired_count,
            settings.aws.region,
            own.cluster,
            own.service
        );
        let reason = if wanted < 1 { Reason::ServiceScaledToZero } else { Reason::InvalidValue };
        return Some(Refusal::new(reason, message));
    }
    (!settings.capacity.is_full()).then(|| {
        let message = format!(
            "spec.capacity: Proportional makes the original smaller, and service {name}, which is adopted, is never scaled: write capacity: Full for this release"
        );
        Refusal::new(Reason::InvalidValue, message)
    })
}

/// Whether nothing is left of the service that was adopted in the target group of the replacement: its tasks would receive the
/// traffic of the next release. It is told before all else that could be said of that target group.
pub(super) fn adopted_service_has_left(preflight: &PreflightInput<'_>, uid: &str) -> Option<Refusal> {
    let (adoption, adopted) = preflight.settings.adopt.as_ref().zip(preflight.observed.adopted.as_ref())?;
    let group = preflight.roles(uid)?.replacement_group;
    let is_left = adopted.stands_on(group) && (adopted.desired_count > 0 || adopted.running > 0);
    (is_left && !preflight.observed.serves(group)).then(|| {
        let (name, tasks) = (full_name(preflight.settings, adoption), adopted.running);
        let retire = retire(preflight.settings, adoption);
        let group = target_group_name(group);
        let message = first_whole([
            format!("{FIELD}: {name} was adopted, and still runs {tasks} tasks in {group}, where the replacement comes; retire it: {retire}"),
            format!("{FIELD}: it still runs {tasks} tasks where the replacement comes; retire it: {retire}"),
            format!("{FIELD}: retire it: {retire}"),
            format!("{FIELD}: it still runs {tasks} tasks where the replacement comes: {RETIRES}"),
        ]);
        Refusal::new(Reason::TargetGroupInUse, message)
    })
}
