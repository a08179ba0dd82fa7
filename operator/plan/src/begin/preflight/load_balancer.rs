//! The load balancer is one whose weights divide traffic as a release needs it.

use sluice_api::{Arn, LoadBalancerKind, Reason};

use super::input::PreflightInput;
use crate::names::{short, target_group_name};
use crate::refusal::Refusal;

/// What the targets of an Application Load Balancer speak (ELBv2 API reference, CreateTargetGroup: `Protocol`).
const REQUESTS: &[&str] = &["HTTP", "HTTPS"];

/// What those of a Network Load Balancer speak, without QUIC, of which it is not known what weights do to a connection that
/// wanders.
const CONNECTIONS: &[&str] = &["TCP", "TLS", "UDP", "TCP_UDP"];

/// The kind of the load balancer, by the ARN of a route.
fn kind(route: &str) -> Option<LoadBalancerKind> {
    Arn::parse(route).ok().and_then(|arn| arn.load_balancer_kind())
}

fn refused(field: &str, what: &str) -> Refusal {
    Refusal::new(Reason::UnsupportedLoadBalancer, format!("spec.loadBalancer.{field}: {what}"))
}

/// A Network Load Balancer has weights in the default action of a listener (ELB user guide for Network Load Balancers, document
/// history, 2025-11-19). Its rules choose by the kind of address alone (2026-07-10), and belong to pairs of their own.
pub(super) fn routes_have_weights(preflight: &PreflightInput<'_>) -> Option<Refusal> {
    let balancer = &preflight.settings.load_balancer;
    let production = balancer.production_routes.iter().cloned().map(|route| ("productionRoutes", route));
    let test = balancer.test_route.iter().map(|route| ("testRoute", route.route()));
    production.chain(test).find_map(|(field, route)| {
        let name = short(route.arn());
        match kind(route.arn())? {
            LoadBalancerKind::Gateway => Some(refused(
                field,
                &format!(
                    "{name} belongs to a Gateway Load Balancer, which divides nothing by weights: use an Application Load Balancer or a Network Load Balancer"
                ),
            )),
            // A test route of another load balancer is told as such.
            LoadBalancerKind::Network if route.listener_rule.is_some() && balancer.is_network() => Some(refused(
                field,
                &format!(
                    "{name} is a rule of a Network Load Balancer, and such a rule chooses by the kind of address alone: name its listener, whose default action has the weights"
                ),
            )),
            LoadBalancerKind::Network | LoadBalancerKind::Application => None,
        }
    })
}

pub(super) fn target_groups_speak_its_protocols(preflight: &PreflightInput<'_>) -> Option<Refusal> {
    let (spoken, whose) = if preflight.settings.load_balancer.is_network() {
        (CONNECTIONS, "a Network Load Balancer")
    } else {
        (REQUESTS, "an Application Load Balancer")
    };
    let known =
        || preflight.observed.target_groups.iter().filter_map(|group| Some((group, group.protocol.as_deref()?)));
    if let Some((group, protocol)) = known().find(|(_, protocol)| !spoken.contains(protocol)) {
        let (name, these) = (target_group_name(&group.arn), spoken.join(", "));
        return Some(refused(
            "targetGroups",
            &format!(
                "{name} has protocol {protocol}, with which a release over {whose} is not supported: name target groups of one of {these}"
            ),
        ));
    }
    let (first, protocol) = known().next().filter(|_| preflight.settings.load_balancer.is_network())?;
    let (other, another) = known().find(|(_, another)| *another != protocol)?;
    let (first, other) = (target_group_name(&first.arn), target_group_name(&other.arn));
    Some(refused(
        "targetGroups",
        &format!(
            "{first} has protocol {protocol} and {other} has {another}, and connections of one kind go to either: name two target groups of the same protocol"
        ),
    ))
}

/// Stickiness outlives a weight of 0, and nothing is deleted under a client that sticks. Of an Application Load Balancer it is
/// known for how long that is.
pub(super) fn no_client_sticks_for_an_unknown_time(preflight: &PreflightInput<'_>) -> Option<Refusal> {
    let mut routes = preflight.observed.routes.iter().filter(|_| preflight.settings.load_balancer.is_network());
    let sticky = routes.find(|route| route.stickiness.is_some())?;
    Some(refused(
        "productionRoutes",
        &format!(
            "on {} clients stick to their target group, and for how long a Network Load Balancer lets them is not known: turn the target group stickiness of its default action off",
            short(&sticky.arn)
        ),
    ))
}
