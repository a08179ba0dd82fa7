//! Load balancers.

use serde::Deserialize;
use serde_json::{Value, json};

use super::find::load_balancer_not_found;
use super::page::page;
use super::tags::Tag;
use super::{render, tags};
use crate::random::hex16;
use crate::services::call::Call;
use crate::text::parsed;
use crate::wire::error::ApiError;
use crate::world::balancing::{Kind, LoadBalancer};

/// How many load balancers a region may have here, so that thousands of services fit; AWS begins with 50.
const LOAD_BALANCERS: usize = 5000;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Create {
    name: String,
    #[serde(default)]
    subnets: Vec<String>,
    #[serde(default)]
    security_groups: Vec<String>,
    scheme: Option<String>,
    r#type: Option<String>,
    ip_address_type: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

/// Creates a load balancer; the same request again gives the same one.
pub fn create(call: &mut Call<'_>, input: Create) -> Result<Value, ApiError> {
    let kind = Kind::parse(input.r#type.as_deref().unwrap_or("application"))
        .filter(|_| input.ip_address_type.as_deref().is_none_or(|kind| kind == "ipv4"))
        .ok_or_else(|| {
            ApiError::validation("This simulation has application and network load balancers with IPv4 only.")
        })?;
    let tags = tags::map(&input.tags)?;
    if input.subnets.is_empty() {
        return Err(ApiError::validation("At least two subnets in two different Availability Zones must be specified"));
    }
    let balancing = &mut call.region.balancing;
    let scheme = input.scheme.unwrap_or_else(|| "internet-facing".to_owned());
    if let Some(existing) = balancing.load_balancers.values().find(|balancer| balancer.name == input.name) {
        if existing.kind == kind && existing.scheme == scheme && existing.subnets == input.subnets {
            return Ok(json!({"LoadBalancers": [render::load_balancer(existing)]}));
        }
        return Err(ApiError::new(
            "DuplicateLoadBalancerName",
            format!("A load balancer with the same name '{}' exists, but with different settings", input.name),
        ));
    }
    if balancing.load_balancers.len() >= LOAD_BALANCERS {
        return Err(ApiError::new("TooManyLoadBalancers", "The limit of load balancers has been reached"));
    }
    let path = format!("{}/{}", input.name, hex16(&format!("loadbalancer/{}", input.name)));
    let balancer = LoadBalancer {
        kind,
        arn: call.region.elb_arn(&format!("loadbalancer/{}/{path}", kind.segment())),
        dns_name: format!("{}-1234567890.{}.elb.amazonaws.com", input.name, call.region.name),
        name: input.name,
        path,
        scheme,
        subnets: input.subnets,
        security_groups: input.security_groups,
        created_at: call.now,
    };
    let answer = json!({"LoadBalancers": [render::load_balancer(&balancer)]});
    call.region.balancing.tags.insert(balancer.arn.clone(), tags);
    call.region.balancing.load_balancers.insert(balancer.arn.clone(), balancer);
    Ok(answer)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Describe {
    #[serde(default)]
    load_balancer_arns: Vec<String>,
    #[serde(default)]
    names: Vec<String>,
    marker: Option<String>,
    #[serde(default, deserialize_with = "parsed")]
    page_size: Option<usize>,
}

/// Describes load balancers.
pub fn describe(call: &Call<'_>, input: &Describe) -> Result<Value, ApiError> {
    let all = &call.region.balancing.load_balancers;
    if let Some(arn) = input.load_balancer_arns.iter().find(|arn| !all.contains_key(*arn)) {
        return Err(load_balancer_not_found(arn));
    }
    if let Some(name) = input.names.iter().find(|name| !all.values().any(|balancer| balancer.name == **name)) {
        return Err(load_balancer_not_found(name));
    }
    let shown = all
        .values()
        .filter(|balancer| input.load_balancer_arns.is_empty() || input.load_balancer_arns.contains(&balancer.arn))
        .filter(|balancer| input.names.is_empty() || input.names.contains(&balancer.name))
        .map(render::load_balancer)
        .collect();
    page("LoadBalancers", shown, input.marker.as_deref(), input.page_size)
}
