//! A scenario's load balancers, target groups, listeners and rules as things in a region.

use super::ids::checked_id;
use super::listeners::add_listener;
use crate::random::hex16;
use crate::scenario::document::Scenario;
use crate::scenario::existing::{Summary, is_new};
use crate::scenario::problem::Problem;
use crate::scenario::routes::{LoadBalancer, TargetGroup};
use crate::services::elbv2::new_target_group;
use crate::time::Moment;
use crate::world::balancing;
use crate::world::balancing::Kind;
use crate::world::region::Region;
use crate::world::target_groups::SLOW_START;

/// Adds target groups first, so that every rule can name every one of them.
pub fn apply(scenario: &Scenario, region: &mut Region, summary: &mut Summary, now: Moment) -> Result<(), Problem> {
    let is_network = |balancer: &LoadBalancer| balancer.r#type.as_deref() == Some(Kind::Network.word());
    let nested = scenario.load_balancers.iter().flat_map(|balancer| {
        let usual = if is_network(balancer) { "TCP" } else { "HTTP" };
        balancer.target_groups.iter().map(move |group| (group, usual))
    });
    for (group, usual) in scenario.target_groups.iter().map(|group| (group, "HTTP")).chain(nested) {
        add_target_group((group, usual), region, summary, now);
    }
    for balancer in &scenario.load_balancers {
        let arn = add_load_balancer(balancer, region, summary, now)?;
        for listener in &balancer.listeners {
            add_listener(&arn, listener, region, summary, now)?;
        }
    }
    Ok(())
}

fn add_target_group((given, usual): (&TargetGroup, &str), region: &mut Region, summary: &mut Summary, now: Moment) {
    let exists = region.balancing.target_group_named(&given.name).is_some();
    if !is_new(exists, format!("targetGroup {}", given.name), summary) {
        return;
    }
    let id = given.id.clone().unwrap_or_else(|| hex16(&format!("targetgroup/{}", given.name)));
    let mut group = new_target_group(region, &given.name, &id);
    group.port = given.port.unwrap_or(group.port);
    group.target_type = given.target_type.clone().unwrap_or(group.target_type);
    group.healthy_threshold = given.healthy_threshold.unwrap_or(group.healthy_threshold);
    group.unhealthy_threshold = given.unhealthy_threshold.unwrap_or(group.unhealthy_threshold);
    group.health_check_interval = given.health_check_interval.map_or(group.health_check_interval, |span| span.0);
    group.protocol = given.protocol.clone().unwrap_or_else(|| usual.to_owned());
    group.due = now;
    if let Some(span) = given.deregistration_delay {
        group.set_drain(span.0);
    }
    if let Some(span) = given.slow_start {
        group.attributes.insert(SLOW_START.to_owned(), span.0.as_secs().to_string());
    }
    region.balancing.target_groups.insert(group.arn.clone(), group);
}

fn add_load_balancer(
    given: &LoadBalancer,
    region: &mut Region,
    summary: &mut Summary,
    now: Moment,
) -> Result<String, Problem> {
    let existing = region.balancing.load_balancers.values().find(|balancer| balancer.name == given.name);
    let existing = existing.map(|balancer| balancer.arn.clone());
    let is_new = is_new(existing.is_some(), format!("loadBalancer {}", given.name), summary);
    if let Some(arn) = existing.filter(|_| !is_new) {
        return Ok(arn);
    }
    let id = checked_id(given.id.as_ref(), &format!("loadbalancer/{}", given.name))?;
    let word = given.r#type.as_deref().unwrap_or("application");
    let kind = Kind::parse(word)
        .ok_or_else(|| Problem(format!("`{word}` is no type of load balancer; write application or network")))?;
    let path = format!("{}/{id}", given.name);
    let balancer = balancing::LoadBalancer {
        kind,
        arn: region.elb_arn(&format!("loadbalancer/{}/{path}", kind.segment())),
        name: given.name.clone(),
        path,
        dns_name: given
            .dns_name
            .clone()
            .unwrap_or_else(|| format!("{}-1234567890.{}.elb.amazonaws.com", given.name, region.name)),
        scheme: "internet-facing".to_owned(),
        subnets: vec!["subnet-1".to_owned(), "subnet-2".to_owned()],
        security_groups: vec!["sg-1".to_owned()],
        created_at: now,
    };
    let arn = balancer.arn.clone();
    region.balancing.load_balancers.insert(arn.clone(), balancer);
    Ok(arn)
}
