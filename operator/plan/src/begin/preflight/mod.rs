//! What must be true before anything in AWS is touched: an ordered list of small checks, each of which
//! either passes or refuses with a reason, what was found, and what to do.

mod adoption;
mod alarms;
pub(super) mod capacity;
mod first_release;
pub(super) mod hooks;
pub mod input;
mod load_balancer;
mod revision;
mod routes;
mod service;
mod serving;
mod target_groups;
mod without_load_balancer;

use sluice_api::Reason;

use crate::refusal::Refusal;
use input::PreflightInput;

pub use service::MOST_TASK_SETS;
pub(crate) use target_groups::needs_target_groups;

type GroupCheck = fn(&PreflightInput<'_>) -> Option<Refusal>;
type ReleaseCheck = fn(&PreflightInput<'_>, &str) -> Option<Refusal>;

/// Checks of a group, whether or not anything is released.
const GROUP_CHECKS: &[GroupCheck] = &[
    service::service_exists,
    service::service_is_active,
    service::service_is_external,
    without_load_balancer::nothing_of_one_is_asked_for,
    without_load_balancer::no_task_set_has_one,
    service::grace_fits,
    load_balancer::routes_have_weights,
    load_balancer::target_groups_speak_its_protocols,
    target_groups::target_groups_exist,
    routes::routes_exist,
    // Before the next: a group of another load balancer is in no route, and could not be added to one either.
    target_groups::target_groups_share_the_load_balancer,
    routes::routes_reach_the_pair,
    routes::no_third_group_carries_traffic,
    routes::test_route_can_be_switched,
    load_balancer::no_client_sticks_for_an_unknown_time,
];

/// After those of a group: of routes that are not read nothing is known. While a release is in progress two task sets serve.
const CHECK_OF_WHAT_SERVES: GroupCheck = serving::one_task_set_serves;

/// Asked of a group where a look read the whole load balancer, and of a release in any case, after all else: the read costs
/// some calls of its own.
const LAST_GROUP_CHECK: GroupCheck = routes::no_unnamed_route_sends_to_the_pair;

/// Checks of a release on top of those of its group: what another release in progress does not change.
const REVISION_CHECKS: &[ReleaseCheck] = &[
    revision::task_definition_exists,
    revision::container_is_in_the_task_definition,
    revision::network_configuration_is_given,
    capacity::no_client_sticks,
    hooks::functions_can_be_invoked,
    hooks::needs_are_met,
];

/// The rest: what can be told once no other release is in progress.
const RELEASE_CHECKS: &[ReleaseCheck] = &[
    adoption::adopted_service_serves,
    target_groups::original_is_on_the_pair,
    service::a_task_set_fits,
    capacity::original_is_whole,
    adoption::adopted_service_has_left,
    target_groups::no_task_set_uses_the_replacement_group,
    target_groups::no_target_is_in_the_replacement_group,
    first_release::nothing_else_serves_from_the_pair,
    alarms::alarms_are_well,
    routes::all_routes_of_the_load_balancer_are_known,
];

/// Checks a group. None: all is well.
#[must_use]
pub fn check_group(preflight: &PreflightInput<'_>) -> Option<Refusal> {
    first_refusal(preflight).or_else(|| LAST_GROUP_CHECK(preflight))
}

fn first_refusal(preflight: &PreflightInput<'_>) -> Option<Refusal> {
    GROUP_CHECKS.iter().find_map(|check| check(preflight)).or_else(|| CHECK_OF_WHAT_SERVES(preflight))
}

/// Checks a release of a revision, by the UID of its Deployment. None: it can begin.
#[must_use]
pub fn check_release(preflight: &PreflightInput<'_>, task_definition: &str, uid: &str) -> Option<Refusal> {
    first_refusal(preflight)
        .or_else(|| check_revision(preflight, task_definition, uid))
        .or_else(|| RELEASE_CHECKS.iter().find_map(|check| check(preflight, uid)))
        .or_else(|| LAST_GROUP_CHECK(preflight))
}

/// Checks whether a release could begin, as far as that can be told while another one of the service is in progress: all but
/// who serves, and what stands on the pair meanwhile. None: nothing is known that keeps it from beginning.
#[must_use]
pub fn check_waiting(preflight: &PreflightInput<'_>, task_definition: &str, uid: &str) -> Option<Refusal> {
    let of_group = GROUP_CHECKS.iter().find_map(|check| check(preflight));
    of_group.or_else(|| check_revision(preflight, task_definition, uid))
}

fn check_revision(preflight: &PreflightInput<'_>, task_definition: &str, uid: &str) -> Option<Refusal> {
    // Named here, because a definition that was not found leaves nothing in the observation to name.
    let not_found = preflight.observed.task_definition.is_none().then(|| {
        let found = if task_definition.contains(':') {
            format!("{task_definition} does not exist in this account and region: register it")
        } else {
            format!("family {task_definition} has no ACTIVE revision in this account and region: register one")
        };
        let message = format!("spec.revision.taskDefinition: {found}, or release another revision");
        Refusal::new(Reason::TaskDefinitionNotFound, message)
    });
    not_found.or_else(|| REVISION_CHECKS.iter().find_map(|check| check(preflight, uid)))
}
