//! Listeners, whose default actions live in a default rule.

use serde::Deserialize;
use serde_json::{Value, json};

use super::actions::accept;
use super::find::{listener_not_found, load_balancer_not_found, rule_not_found};
use super::page::page;
use super::tags::Tag;
use super::{render, tags};
use crate::random::hex16;
use crate::services::call::Call;
use crate::text::parsed;
use crate::tick::traffic::settle_route;
use crate::wire::error::ApiError;
use crate::world::action::Action;
use crate::world::balancing::{Balancing, Kind, Listener};
use crate::world::routes::{RouteTraffic, Rule};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Certificate {
    certificate_arn: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Create {
    load_balancer_arn: String,
    protocol: Option<String>,
    #[serde(default, deserialize_with = "parsed")]
    port: Option<u16>,
    ssl_policy: Option<String>,
    #[serde(default)]
    certificates: Vec<Certificate>,
    default_actions: Vec<Action>,
    #[serde(default)]
    tags: Vec<Tag>,
}

/// Creates a listener and its default rule.
pub fn create(call: &mut Call<'_>, input: Create) -> Result<Value, ApiError> {
    let balancing = &call.region.balancing;
    let balancer = balancing
        .load_balancers
        .get(&input.load_balancer_arn)
        .ok_or_else(|| load_balancer_not_found(&input.load_balancer_arn))?;
    let (Some(port), Some(protocol)) = (input.port, input.protocol) else {
        return Err(ApiError::validation("A protocol and a port must be specified"));
    };
    check_protocol(balancer.kind, &protocol, !input.certificates.is_empty())?;
    let tags = tags::map(&input.tags)?;
    check_room(balancing, &balancer.arn, port)?;
    let actions = accept(input.default_actions, &[], &balancer.arn, balancing)?;
    let path = format!(
        "{}/{}/{}",
        balancer.kind.segment(),
        balancer.path,
        hex16(&format!("listener/{}/{port}", balancer.name))
    );
    let secure = ["HTTPS", "TLS"].contains(&protocol.as_str());
    let listener = Listener {
        arn: call.region.elb_arn(&format!("listener/{path}")),
        load_balancer: balancer.arn.clone(),
        port,
        protocol,
        certificate: input.certificates.into_iter().next().map(|certificate| certificate.certificate_arn),
        ssl_policy: input.ssl_policy.or_else(|| secure.then(|| "ELBSecurityPolicy-2016-08".to_owned())),
        default_rule: call.region.elb_arn(&format!("listener-rule/{path}/{}", hex16(&format!("default/{path}")))),
    };
    let rule = Rule {
        arn: listener.default_rule.clone(),
        listener: listener.arn.clone(),
        priority: None,
        conditions: Vec::new(),
        actions,
        traffic: RouteTraffic { at: call.now, ..RouteTraffic::default() },
    };
    let balancing = &mut call.region.balancing;
    balancing.put_rule(rule, call.now);
    balancing.tags.insert(listener.arn.clone(), tags);
    let answer = json!({"Listeners": [render::listener(&listener, balancing)?]});
    balancing.listeners.insert(listener.arn.clone(), listener);
    Ok(answer)
}

/// A port is taken once, and there is a limit.
fn check_room(balancing: &Balancing, balancer: &str, port: u16) -> Result<(), ApiError> {
    let own = || balancing.listeners.values().filter(|listener| listener.load_balancer == balancer);
    if own().any(|listener| listener.port == port) {
        return Err(ApiError::new(
            "DuplicateListener",
            "A listener already exists on this port for this load balancer",
        ));
    }
    if own().count() >= LISTENERS {
        return Err(ApiError::new("TooManyListeners", format!("A load balancer may have {LISTENERS} listeners")));
    }
    Ok(())
}

/// How many listeners a load balancer may have.
const LISTENERS: usize = 50;

fn check_protocol(kind: Kind, protocol: &str, has_certificate: bool) -> Result<(), ApiError> {
    match protocol {
        other if !kind.protocols().contains(&other) => Err(ApiError::new(
            "UnsupportedProtocol",
            format!("Protocol '{other}' is not supported by {} load balancers", kind.word()),
        )),
        "HTTPS" | "TLS" if !has_certificate => {
            Err(ApiError::validation(format!("A certificate must be specified for {protocol} listeners")))
        }
        _ => Ok(()),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Describe {
    load_balancer_arn: Option<String>,
    #[serde(default)]
    listener_arns: Vec<String>,
    marker: Option<String>,
    #[serde(default, deserialize_with = "parsed")]
    page_size: Option<usize>,
}

/// Describes listeners, by ARN or by load balancer.
pub fn describe(call: &Call<'_>, input: &Describe) -> Result<Value, ApiError> {
    let balancing = &call.region.balancing;
    if input.load_balancer_arn.is_none() && input.listener_arns.is_empty() {
        return Err(ApiError::validation("Either listener ARNs or a load balancer ARN must be specified"));
    }
    if let Some(arn) = input.load_balancer_arn.as_ref().filter(|arn| !balancing.load_balancers.contains_key(*arn)) {
        return Err(load_balancer_not_found(arn));
    }
    if input.listener_arns.iter().any(|arn| !balancing.listeners.contains_key(arn)) {
        return Err(listener_not_found());
    }
    let shown = balancing
        .listeners
        .values()
        .filter(|listener| input.listener_arns.is_empty() || input.listener_arns.contains(&listener.arn))
        .filter(|listener| input.load_balancer_arn.as_ref().is_none_or(|arn| listener.load_balancer == *arn))
        .map(|listener| render::listener(listener, balancing))
        .collect::<Result<_, _>>()?;
    page("Listeners", shown, input.marker.as_deref(), input.page_size)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Modify {
    listener_arn: String,
    #[serde(default, deserialize_with = "parsed")]
    port: Option<u16>,
    protocol: Option<String>,
    ssl_policy: Option<String>,
    certificates: Option<Vec<Certificate>>,
    default_actions: Option<Vec<Action>>,
}

/// Changes a listener; default actions that are sent replace all that were there.
pub fn modify(call: &mut Call<'_>, input: Modify) -> Result<Value, ApiError> {
    let timing = call.region.timing.clone();
    let balancing = &mut call.region.balancing;
    let mut listener = balancing.listeners.get(&input.listener_arn).cloned().ok_or_else(listener_not_found)?;
    if let Some(certificate) = input.certificates.and_then(|list| list.into_iter().next()) {
        listener.certificate = Some(certificate.certificate_arn);
    }
    if let Some(port) = input.port {
        let taken = |other: &Listener| {
            other.load_balancer == listener.load_balancer && other.port == port && other.arn != listener.arn
        };
        if balancing.listeners.values().any(taken) {
            return Err(ApiError::new(
                "DuplicateListener",
                "A listener already exists on this port for this load balancer",
            ));
        }
        listener.port = port;
    }
    if let Some(protocol) = input.protocol {
        check_protocol(balancing.kind_of(&listener.arn), &protocol, listener.certificate.is_some())?;
        listener.protocol = protocol;
    }
    if let Some(policy) = input.ssl_policy {
        listener.ssl_policy = Some(policy);
    }
    if let Some(actions) = input.default_actions {
        let previous = balancing.rules.get(&listener.default_rule).map(|rule| rule.actions.clone()).unwrap_or_default();
        let actions = accept(actions, &previous, &listener.load_balancer, balancing)?;
        let propagation = match balancing.kind_of(&listener.arn) {
            Kind::Application => timing.weight_propagation,
            Kind::Network => timing.network_weight_propagation,
        };
        settle_route(balancing, &listener.default_rule, call.now);
        let mut rule = balancing.rules.get(&listener.default_rule).cloned().ok_or_else(rule_not_found)?;
        rule.replace_actions(actions, call.now, propagation);
        balancing.put_rule(rule, call.now);
    }
    let answer = json!({"Listeners": [render::listener(&listener, balancing)?]});
    balancing.listeners.insert(listener.arn.clone(), listener);
    Ok(answer)
}
