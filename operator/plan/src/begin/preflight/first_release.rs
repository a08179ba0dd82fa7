//! A first release takes no traffic that something else serves.

use sluice_api::Reason;

use super::input::PreflightInput;
use crate::identity::external_id;
use crate::names::target_group_name;
use crate::refusal::Refusal;

/// Where the service has no task set of its own on the pair, targets that a route sends traffic to are something else's:
/// another service's, or instances. They keep it, whoever is admitted to the route.
pub(super) fn nothing_else_serves_from_the_pair(preflight: &PreflightInput<'_>, uid: &str) -> Option<Refusal> {
    let roles = preflight.roles(uid)?;
    if roles.original.is_some() || roles.adopted.is_some() {
        return None;
    }
    // What this Deployment made already is its own.
    let is_made = preflight.service()?.with_external_id(&external_id(uid)).is_some();
    let others = std::iter::once(roles.original_group).chain((!is_made).then_some(roles.replacement_group));
    let served = others.filter(|group| preflight.observed.serves(group));
    served.filter_map(|group| preflight.observed.target_group(group)).find_map(|group| {
        let found = match group.registered() {
            Some(0) => return None,
            Some(1) => "1 target of something else".to_owned(),
            Some(registered) => format!("{registered} targets of something else"),
            // Never so, by the rule of what is read; and nothing begins on what was not seen.
            None => "targets that were not looked at".to_owned(),
        };
        Some(Refusal::new(
            Reason::TargetGroupInUse,
            format!(
                "spec.loadBalancer: {} has traffic, and {found}, while service {} has no task set on the pair: a first release takes nothing from what serves, so name target groups and routes that are this service's alone",
                target_group_name(&group.arn),
                preflight.service_name(),
            ),
        ))
    })
}
