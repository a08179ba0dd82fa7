//! `RegisterTargets` and `DeregisterTargets`: targets that nobody's tasks are behind.

use std::net::IpAddr;

use serde::Deserialize;
use serde_json::{Value, json};

use super::find::target_group_not_found;
use super::target_description::TargetDescription;
use crate::services::call::Call;
use crate::tick::traffic::settle_group;
use crate::wire::error::ApiError;
use crate::world::target_groups::{Target, TargetGroup};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Targets {
    target_group_arn: String,
    targets: Vec<TargetDescription>,
}

/// Registers targets, which are checked from then on. One that is registered already stays as it is; one that drains
/// comes back as a new one.
pub fn register(call: &mut Call<'_>, input: &Targets) -> Result<Value, ApiError> {
    let (now, first_check) = (call.now, call.now.plus(call.region.timing.registration));
    let zone = format!("{}a", call.region.name);
    let group = settled(call, input)?;
    input.targets.iter().try_for_each(|target| check(target, group))?;
    for target in &input.targets {
        let port = target.port.unwrap_or(group.port);
        let zone = target.availability_zone.as_deref().unwrap_or(&zone);
        if group.targets.get(&(target.id.clone(), port)).is_none_or(Target::is_draining) {
            group.register(&target.id, port, zone, first_check, None);
        }
    }
    group.due = group.due.min(now);
    Ok(json!({}))
}

/// Starts to drain targets. One that is not registered is no error.
pub fn deregister(call: &mut Call<'_>, input: &Targets) -> Result<Value, ApiError> {
    let now = call.now;
    let group = settled(call, input)?;
    for target in &input.targets {
        group.deregister(&target.id, target.port.unwrap_or(group.port), now);
    }
    Ok(json!({}))
}

/// The target group, after the requests up to now met the targets that it had.
fn settled<'a>(call: &'a mut Call<'_>, input: &Targets) -> Result<&'a mut TargetGroup, ApiError> {
    if input.targets.is_empty() {
        return Err(ApiError::validation("At least one target must be specified"));
    }
    settle_group(&mut call.region.balancing, &input.target_group_arn, call.now);
    call.region.balancing.target_groups.get_mut(&input.target_group_arn).ok_or_else(target_group_not_found)
}

/// A target of an `ip` group is a private address. There are no instances here that a target could be.
fn check(target: &TargetDescription, group: &TargetGroup) -> Result<(), ApiError> {
    let id = &target.id;
    if group.target_type != "ip" {
        return Err(ApiError::new(
            "InvalidTarget",
            format!("The following targets are not in a running state and cannot be registered: '{id}'"),
        ));
    }
    match id.parse::<IpAddr>() {
        Err(_) => Err(ApiError::validation(format!("The IP address '{id}' is not a valid IP address"))),
        Ok(IpAddr::V4(address)) if !is_reachable(address.octets()) => Err(ApiError::validation(format!(
            "The IP address '{id}' is not within the private address ranges that a load balancer reaches"
        ))),
        Ok(_) => Ok(()),
    }
}

/// 10/8, 172.16/12, 192.168/16, and 100.64/10.
const fn is_reachable(address: [u8; 4]) -> bool {
    matches!(address, [10, ..] | [172, 16..=31, ..] | [192, 168, ..] | [100, 64..=127, ..])
}
