//! A scenario's listeners and rules as things in a region.

use super::actions::{actions, refused};
use super::ids::checked_id;
use crate::random::hex16;
use crate::scenario::existing::{Summary, is_new};
use crate::scenario::problem::Problem;
use crate::scenario::routes::{Listener, Rule};
use crate::services::elbv2::actions::accept_conditions;
use crate::time::{Moment, Span};
use crate::world::balancing;
use crate::world::balancing::Kind;
use crate::world::conditions::Condition;
use crate::world::region::Region;
use crate::world::routes;
use crate::world::routes::{Client, Clients, RouteTraffic};

pub fn add_listener(
    load_balancer: &str,
    given: &Listener,
    region: &mut Region,
    summary: &mut Summary,
    now: Moment,
) -> Result<(), Problem> {
    let Some(balancer) = region.balancing.load_balancers.get(load_balancer) else {
        return Ok(());
    };
    let (name, balancer_path) = (balancer.name.clone(), format!("{}/{}", balancer.kind.segment(), balancer.path));
    let kind = balancer.kind;
    let existing = region.balancing.listeners.values();
    let existing = existing
        .filter(|listener| listener.load_balancer == load_balancer)
        .find(|listener| listener.port == given.port);
    let existing = existing.map(|listener| listener.arn.clone());
    let listener = if is_new(existing.is_some(), format!("listener {name}:{}", given.port), summary) {
        let id = checked_id(given.id.as_ref(), &format!("listener/{name}/{}", given.port))?;
        new_listener(load_balancer, given, &format!("{balancer_path}/{id}"), kind, region, now)?
    } else {
        existing.unwrap_or_default()
    };
    for rule in &given.rules {
        if kind == Kind::Network {
            return Err(Problem(format!(
                "load balancer {name} is a network load balancer, whose listeners have no rules"
            )));
        }
        add_rule(&listener, &format!("{name}/{}", given.port), rule, region, summary, now)?;
    }
    Ok(())
}

fn new_listener(
    load_balancer: &str,
    given: &Listener,
    path: &str,
    kind: Kind,
    region: &mut Region,
    now: Moment,
) -> Result<String, Problem> {
    let usual = match (kind, given.port) {
        (Kind::Network, _) => "TCP",
        (Kind::Application, 443) => "HTTPS",
        (Kind::Application, _) => "HTTP",
    };
    let protocol = given.protocol.clone().unwrap_or_else(|| usual.to_owned());
    if !kind.protocols().contains(&protocol.as_str()) {
        return Err(Problem(format!("a listener of this load balancer does not speak {protocol}")));
    }
    let secure = ["HTTPS", "TLS"].contains(&protocol.as_str());
    let listener = balancing::Listener {
        arn: region.elb_arn(&format!("listener/{path}")),
        load_balancer: load_balancer.to_owned(),
        port: given.port,
        protocol,
        certificate: secure.then(|| {
            format!("arn:aws:acm:{}:{}:certificate/12345678-1234-1234-1234-123456789012", region.name, region.account)
        }),
        ssl_policy: secure.then(|| "ELBSecurityPolicy-TLS13-1-2-2021-06".to_owned()),
        default_rule: region.elb_arn(&format!("listener-rule/{path}/{}", hex16(&format!("default/{path}")))),
    };
    let rule = routes::Rule {
        arn: listener.default_rule.clone(),
        listener: listener.arn.clone(),
        priority: None,
        conditions: Vec::new(),
        actions: actions(&given.default_action, load_balancer, region)?,
        traffic: RouteTraffic {
            clients: clients(given.clients, given.connection, given.renews_cookies),
            ..traffic(given.requests_per_second, given.starts_when_healthy, given.test, now)
        },
    };
    let arn = listener.arn.clone();
    region.balancing.put_rule(rule, now);
    region.balancing.listeners.insert(arn.clone(), listener);
    Ok(arn)
}

fn add_rule(
    listener: &str,
    place: &str,
    given: &Rule,
    region: &mut Region,
    summary: &mut Summary,
    now: Moment,
) -> Result<(), Problem> {
    let mut rules = region.balancing.rules.values();
    let exists = rules.any(|rule| rule.listener == listener && rule.priority == Some(given.priority));
    if !is_new(exists, format!("rule {place}/{}", given.priority), summary) {
        return Ok(());
    }
    let id = checked_id(given.id.as_ref(), &format!("rule/{place}/{}", given.priority))?;
    let path = listener.split(":listener/").nth(1).unwrap_or_default();
    let load_balancer = region.balancing.listeners.get(listener).map(|listener| listener.load_balancer.clone());
    let rule = routes::Rule {
        arn: region.elb_arn(&format!("listener-rule/{path}/{id}")),
        listener: listener.to_owned(),
        priority: Some(given.priority),
        conditions: accept_conditions(conditions(given)).map_err(|error| refused(&error))?,
        actions: actions(&given.route(), &load_balancer.unwrap_or_default(), region)?,
        traffic: RouteTraffic {
            clients: clients(given.clients, given.connection, given.renews_cookies),
            ..traffic(given.requests_per_second, given.starts_when_healthy, given.test, now)
        },
    };
    region.balancing.put_rule(rule, now);
    Ok(())
}

/// How many clients a route has if nothing is said.
const CLIENTS: usize = 100;

/// How many it has at most: they are simulated one by one.
const MOST_CLIENTS: usize = 100_000;

fn clients(count: Option<usize>, connection: Option<Span>, renew: Option<bool>) -> Clients {
    let count = count.unwrap_or(CLIENTS).min(MOST_CLIENTS);
    Clients {
        list: vec![Client::default(); count],
        connection: connection.map(|span| span.0),
        renew: renew.unwrap_or(false),
        ..Clients::default()
    }
}

fn traffic(requests_per_second: f64, starts_when_healthy: Option<bool>, is_test: bool, now: Moment) -> RouteTraffic {
    RouteTraffic {
        at: now,
        requests_per_second,
        starts_when_healthy: starts_when_healthy.unwrap_or(true),
        is_test,
        ..RouteTraffic::default()
    }
}

fn conditions(given: &Rule) -> Vec<Condition> {
    let condition = |field: &str, value: &String| Condition {
        field: Some(field.to_owned()),
        values: vec![value.clone()],
        ..Condition::default()
    };
    let everything = (given.path.is_none() && given.host.is_none()).then(|| "/*".to_owned());
    let path = given.path.as_ref().or(everything.as_ref()).map(|path| condition("path-pattern", path));
    let host = given.host.as_ref().map(|host| condition("host-header", host));
    host.into_iter().chain(path).collect()
}
