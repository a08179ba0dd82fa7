//! Target groups.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::find::{load_balancer_not_found, target_group_not_found};
use super::page::page;
use super::tags::Tag;
use super::target_attributes::defaults;
use super::{render, tags};
use crate::random::hex16;
use crate::services::call::Call;
use crate::text::parsed;
use crate::time::Moment;
use crate::wire::error::ApiError;
use crate::world::region::Region;
use crate::world::target_groups::{Quality, TargetGroup};
use crate::world::timing::Timing;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Matcher {
    http_code: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Create {
    name: String,
    protocol: Option<String>,
    protocol_version: Option<String>,
    #[serde(default, deserialize_with = "parsed")]
    port: Option<u16>,
    vpc_id: Option<String>,
    target_type: Option<String>,
    health_check_protocol: Option<String>,
    health_check_port: Option<String>,
    #[serde(default, deserialize_with = "parsed")]
    health_check_enabled: Option<bool>,
    health_check_path: Option<String>,
    #[serde(default, deserialize_with = "parsed")]
    health_check_interval_seconds: Option<u32>,
    #[serde(default, deserialize_with = "parsed")]
    health_check_timeout_seconds: Option<u32>,
    #[serde(default, deserialize_with = "parsed")]
    healthy_threshold_count: Option<u32>,
    #[serde(default, deserialize_with = "parsed")]
    unhealthy_threshold_count: Option<u32>,
    matcher: Option<Matcher>,
    #[serde(default)]
    tags: Vec<Tag>,
}

impl Create {
    fn check(&self) -> Result<(), ApiError> {
        let only = |given: Option<&str>, known: &[&str], what: &str| match given {
            Some(value) if !known.contains(&value) => {
                Err(ApiError::validation(format!("This simulation has no {what} '{value}'.")))
            }
            _ => Ok(()),
        };
        only(self.protocol.as_deref(), &["HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP"], "protocol")?;
        only(self.protocol_version.as_deref(), &["HTTP1"], "protocol version")?;
        only(self.target_type.as_deref(), &["ip", "instance"], "target type")?;
        only(self.health_check_protocol.as_deref(), &["HTTP", "HTTPS", "TCP"], "health check protocol")?;
        only(self.health_check_port.as_deref(), &["traffic-port"], "health check port")?;
        if self.health_check_enabled == Some(false) {
            return Err(ApiError::validation("Health check enabled must be true for target groups of this type"));
        }
        if self.protocol.is_none() || self.port.is_none() || self.vpc_id.is_none() {
            return Err(ApiError::validation("A protocol, a port and a VPC must be specified"));
        }
        Ok(())
    }
}

/// A target group with everything at its default.
#[must_use]
pub fn target_group(region: &Region, name: &str, id: &str) -> TargetGroup {
    let Timing { health_check_interval, healthy_threshold, unhealthy_threshold, deregistration_delay, .. } =
        region.timing;
    TargetGroup {
        arn: region.elb_arn(&format!("targetgroup/{name}/{id}")),
        name: name.to_owned(),
        protocol: "HTTP".to_owned(),
        port: 80,
        vpc: "vpc-3ac0fb5f".to_owned(),
        target_type: "ip".to_owned(),
        health_check_path: "/".to_owned(),
        health_check_interval,
        health_check_timeout: 5,
        healthy_threshold,
        unhealthy_threshold,
        matcher: "200".to_owned(),
        drain: deregistration_delay,
        attributes: defaults(deregistration_delay),
        targets: BTreeMap::new(),
        requests: 0,
        errors: 0,
        errors_owed: 0,
        quality: Quality::default(),
        slots: VecDeque::new(),
        census: VecDeque::new(),
        due: Moment::NEVER,
    }
}

/// Creates a target group.
pub fn create(call: &mut Call<'_>, input: Create) -> Result<Value, ApiError> {
    input.check()?;
    let tags = tags::map(&input.tags)?;
    let id = hex16(&format!("targetgroup/{}", input.name));
    let mut group = target_group(call.region, &input.name, &id);
    group.protocol = input.protocol.unwrap_or(group.protocol);
    group.port = input.port.unwrap_or(group.port);
    group.vpc = input.vpc_id.unwrap_or(group.vpc);
    group.target_type = input.target_type.unwrap_or_else(|| "instance".to_owned());
    group.health_check_path = input.health_check_path.unwrap_or(group.health_check_path);
    group.health_check_timeout = input.health_check_timeout_seconds.unwrap_or(group.health_check_timeout);
    group.healthy_threshold = input.healthy_threshold_count.unwrap_or(group.healthy_threshold);
    group.unhealthy_threshold = input.unhealthy_threshold_count.unwrap_or(group.unhealthy_threshold);
    group.matcher = input.matcher.map_or(group.matcher, |matcher| matcher.http_code);
    if let Some(seconds) = input.health_check_interval_seconds {
        group.health_check_interval = Duration::from_secs(seconds.into());
    }
    if let Some(existing) = call.region.balancing.target_group_named(&group.name) {
        if is_same(existing, &group) {
            return Ok(json!({"TargetGroups": [render::target_group(existing, &call.region.balancing)]}));
        }
        return Err(ApiError::new(
            "DuplicateTargetGroupName",
            "A target group with the same name exists, but with different settings",
        ));
    }
    if call.region.balancing.target_groups.len() >= TARGET_GROUPS {
        return Err(ApiError::new("TooManyTargetGroups", "The limit of target groups has been reached"));
    }
    let answer = json!({"TargetGroups": [render::target_group(&group, &call.region.balancing)]});
    call.region.balancing.tags.insert(group.arn.clone(), tags);
    call.region.balancing.target_groups.insert(group.arn.clone(), group);
    Ok(answer)
}

/// How many target groups a region may have.
const TARGET_GROUPS: usize = 3000;

fn is_same(one: &TargetGroup, other: &TargetGroup) -> bool {
    let settings = |group: &TargetGroup| {
        let TargetGroup { protocol, port, vpc, target_type, health_check_path, matcher, .. } = group.clone();
        (protocol, port, vpc, target_type, health_check_path, matcher)
    };
    settings(one) == settings(other)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Describe {
    load_balancer_arn: Option<String>,
    #[serde(default)]
    target_group_arns: Vec<String>,
    #[serde(default)]
    names: Vec<String>,
    marker: Option<String>,
    #[serde(default, deserialize_with = "parsed")]
    page_size: Option<usize>,
}

/// Describes target groups.
pub fn describe(call: &Call<'_>, input: &Describe) -> Result<Value, ApiError> {
    let balancing = &call.region.balancing;
    let all = &balancing.target_groups;
    if input.target_group_arns.iter().any(|arn| !all.contains_key(arn)) {
        return Err(target_group_not_found());
    }
    if input.names.iter().any(|name| balancing.target_group_named(name).is_none()) {
        return Err(target_group_not_found());
    }
    if let Some(arn) = input.load_balancer_arn.as_ref().filter(|arn| !balancing.load_balancers.contains_key(*arn)) {
        return Err(load_balancer_not_found(arn));
    }
    let shown = all
        .values()
        .filter(|group| input.target_group_arns.is_empty() || input.target_group_arns.contains(&group.arn))
        .filter(|group| input.names.is_empty() || input.names.contains(&group.name))
        .filter(|group| {
            let wanted = input.load_balancer_arn.as_deref();
            wanted.is_none_or(|arn| balancing.load_balancers_of(&group.arn).contains(&arn))
        })
        .map(|group| render::target_group(group, balancing))
        .collect();
    page("TargetGroups", shown, input.marker.as_deref(), input.page_size)
}
