//! A scenario's load balancers, target groups, listeners and rules as things in a region.

use serde_json::json;

use super::apply::is_new;
use super::{Listener, LoadBalancer, Problem, Route, Rule, Scenario, Summary, TargetGroup};
use crate::elbv2::actions::{accept, accept_conditions};
use crate::elbv2::new_target_group;
use crate::random::hex16;
use crate::time::{Moment, Span};
use crate::wire::ApiError;
use crate::world::Region;
use crate::world::action::{Action, Condition};
use crate::world::balancing::{self, Client, Clients, Kind, RouteTraffic, SLOW_START};

/// Adds target groups first, so that every rule can name every one of them.
pub fn apply(scenario: &Scenario, region: &mut Region, summary: &mut Summary, now: Moment) -> Result<(), Problem> {
    let nested = scenario.load_balancers.iter().flat_map(|balancer| &balancer.target_groups);
    for group in scenario.target_groups.iter().chain(nested) {
        add_target_group(group, region, summary, now);
    }
    for balancer in &scenario.load_balancers {
        let arn = add_load_balancer(balancer, region, summary, now)?;
        for listener in &balancer.listeners {
            add_listener(&arn, listener, region, summary, now)?;
        }
    }
    Ok(())
}

fn checked_id(given: Option<&String>, derived_from: &str) -> Result<String, Problem> {
    match given {
        None => Ok(hex16(derived_from)),
        Some(id) if id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) => Ok(id.clone()),
        Some(id) => Err(Problem(format!(
            "`id: {id}` of {derived_from} is not sixteen hexadecimal digits; quote it and correct it"
        ))),
    }
}

fn add_target_group(given: &TargetGroup, region: &mut Region, summary: &mut Summary, now: Moment) {
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
    group.protocol = given.protocol.clone().unwrap_or(group.protocol);
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
        dns_name: format!("{}-1234567890.{}.elb.amazonaws.com", given.name, region.name),
        scheme: "internet-facing".to_owned(),
        subnets: vec!["subnet-1".to_owned(), "subnet-2".to_owned()],
        security_groups: vec!["sg-1".to_owned()],
        created_at: now,
    };
    let arn = balancer.arn.clone();
    region.balancing.load_balancers.insert(arn.clone(), balancer);
    Ok(arn)
}

fn add_listener(
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
    let rule = balancing::Rule {
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
    let rule = balancing::Rule {
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

fn refused(error: &ApiError) -> Problem {
    Problem(format!("the load balancer would refuse this rule: {}", error.message))
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

/// The action list of a route, through the same checks as one that comes over the wire.
fn actions(route: &Route, load_balancer: &str, region: &Region) -> Result<Vec<Action>, Problem> {
    let mut list = Vec::new();
    if route.authenticate_oidc {
        list.push(json!({"Type": "authenticate-oidc", "AuthenticateOidcConfig": {
            "Issuer": "https://idp.example.com",
            "AuthorizationEndpoint": "https://idp.example.com/authorize",
            "TokenEndpoint": "https://idp.example.com/token",
            "UserInfoEndpoint": "https://idp.example.com/userinfo",
            "ClientId": "shop",
            "ClientSecret": "from-the-scenario",
            "AuthenticationRequestExtraParams": {"prompt": "login"},
        }}));
    }
    if route.authenticate_cognito {
        list.push(json!({"Type": "authenticate-cognito", "AuthenticateCognitoConfig": {
            "UserPoolArn": format!("arn:aws:cognito-idp:{}:{}:userpool/pool", region.name, region.account),
            "UserPoolClientId": "shop",
            "UserPoolDomain": "shop",
        }}));
    }
    match (&route.forward, route.fixed_response, &route.redirect) {
        (Some(groups), None, None) => {
            let mut weighted = Vec::new();
            for (name, weight) in groups {
                let group = region.balancing.target_group_named(name);
                let group = group.ok_or_else(|| Problem(format!("`forward` names target group {name}, which does not exist; add it under `targetGroups`")))?;
                weighted.push(json!({"TargetGroupArn": group.arn, "Weight": weight.to_string()}));
            }
            let stickiness = route.stickiness.map(|span| json!({"Enabled": "true", "DurationSeconds": span.0.as_secs().to_string()}));
            let mut forward = json!({"TargetGroups": weighted});
            if let Some(stickiness) = stickiness {
                forward["TargetGroupStickinessConfig"] = stickiness;
            }
            list.push(json!({"Type": "forward", "ForwardConfig": forward}));
        }
        (None, Some(status), None) => list.push(json!({"Type": "fixed-response", "FixedResponseConfig": {
            "StatusCode": status.to_string(), "ContentType": "text/plain", "MessageBody": "",
        }})),
        (None, None, Some(host)) => list.push(json!({"Type": "redirect", "RedirectConfig": {
            "Protocol": "HTTPS", "Port": "443", "Host": host, "Path": "/#{path}", "Query": "#{query}", "StatusCode": "HTTP_302",
        }})),
        _ => return Err(Problem("a route has exactly one of `forward`, `fixedResponse` and `redirect`".to_owned())),
    }
    if list.len() > 1 {
        for (index, action) in list.iter_mut().enumerate() {
            action["Order"] = json!((index + 1).to_string());
        }
    }
    let parsed = list.iter().map(crate::wire::query::decode::<Action>).collect::<Result<Vec<_>, _>>();
    parsed.and_then(|actions| accept(actions, &[], load_balancer, &region.balancing)).map_err(|error| refused(&error))
}
