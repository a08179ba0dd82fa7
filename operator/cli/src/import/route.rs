//! The routes of a pair of target groups: the rules of a listener that forward to either of them, and its default action.

use serde_json::Value;

use super::aws::balancing::{forwards, listener_of};
use super::counterpart;
use super::finding::Findings;
use super::inventory::{Inventory, target_group_name};
use super::node::Map;
use super::problem::Problem;

/// A route.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// Of the rule, or of the listener where it is its default rule; or what stands in its place.
    pub arn: String,
    /// Whether it is the default rule of a listener.
    pub is_listener: bool,
    /// What it does, where that is known.
    pub actions: Option<Vec<Value>>,
}

impl Route {
    /// As a manifest names it.
    #[must_use]
    pub fn manifest(&self) -> Map {
        Map::new().with(if self.is_listener { "listener" } else { "listenerRule" }, self.arn.as_str())
    }

    /// The weight of a target group; none where it is not among those that it forwards to, or nothing is known.
    #[must_use]
    pub fn weight(&self, target_group: &str) -> Option<u64> {
        let forwards = forwards(self.actions.as_deref()?);
        forwards.iter().find(|(arn, _)| arn == target_group).map(|(_, weight)| *weight)
    }

    /// Whether it belongs to a Network Load Balancer.
    #[must_use]
    pub fn is_network(&self) -> bool {
        is_network(&self.arn)
    }
}

/// Whether a listener or a rule belongs to a Network Load Balancer.
#[must_use]
pub fn is_network(arn: &str) -> bool {
    arn.contains(":listener/net/") || arn.contains(":listener-rule/net/")
}

/// What is asked for of a listener.
pub struct Asked<'a> {
    /// The file that names it.
    pub file: &'a str,
    /// The field that names it.
    pub field: &'a str,
    /// The field of the manifest.
    pub manifest_field: &'a str,
    /// The region, for commands.
    pub region: &'a str,
    /// ARNs of the pair.
    pub pair: [&'a str; 2],
}

/// The routes of a listener that forward to either of the pair.
pub fn of_listener(
    inventory: &Inventory,
    listener: &str,
    asked: &Asked<'_>,
    findings: &mut Findings,
) -> Result<Vec<Route>, Problem> {
    let Asked { file, field, region, pair, .. } = asked;
    if listener.contains(":listener/gwy/") {
        let message = format!(
            "{listener} is of a Gateway Load Balancer, which has no weights: nothing can be released behind it"
        );
        return Err(Problem::of(file, field, message));
    }
    let rules: Vec<_> =
        inventory.rules.iter().filter(|rule| rule.item.listener().as_deref() == Some(listener)).collect();
    let own = inventory.listeners.iter().find(|found| found.item.listener_arn == listener);
    let carries = |actions: &[Value]| forwards(actions).iter().any(|(arn, _)| pair.contains(&arn.as_str()));
    let default = rules.iter().find(|rule| rule.item.is_default).map(|rule| &rule.item.actions);
    let default = default.or_else(|| own.map(|found| &found.item.default_actions));
    let mut routes: Vec<Route> = rules
        .iter()
        .filter(|rule| !rule.item.is_default && carries(&rule.item.actions))
        .map(|rule| Route {
            arn: rule.item.rule_arn.clone(),
            is_listener: false,
            actions: Some(rule.item.actions.clone()),
        })
        .collect();
    if let Some(actions) = default.filter(|actions| carries(actions)) {
        routes.push(Route { arn: listener.to_owned(), is_listener: true, actions: Some(actions.clone()) });
    }
    let names = pair.map(|arn| target_group_name(arn).unwrap_or(arn)).join(" or ");
    if !routes.is_empty() {
        if rules.is_empty() && !is_network(listener) {
            findings.tell(&counterpart::RULES_UNSEEN, listener);
        }
    } else if is_network(listener) && own.is_none() {
        routes.push(Route { arn: listener.to_owned(), is_listener: true, actions: None });
    } else if rules.is_empty() && !is_network(listener) {
        let command = format!("aws elbv2 describe-rules --region {region} --listener-arn {listener}");
        let remedy = format!("hand in what `{command}` prints: the rule that forwards to {names}");
        let arn = findings.ask(asked.manifest_field, "ARN of the listener rule", remedy);
        routes.push(Route { arn, is_listener: false, actions: None });
    } else {
        let message = format!(
            "{listener} has no rule, and no default action, that forwards to {names}: run aws elbv2 describe-rules and describe-listeners again, or correct the listener"
        );
        return Err(Problem::of(file, field, message));
    }
    Ok(routes)
}

/// The route that a service of ECS names: a rule, the default rule of a listener, or a listener.
#[must_use]
pub fn named(inventory: &Inventory, arn: &str) -> Route {
    let own = inventory.rules.iter().find(|found| found.item.rule_arn == arn);
    let listener = match own {
        Some(found) if found.item.is_default => listener_of(arn),
        Some(_) => None,
        None => arn.contains(":listener/").then(|| arn.to_owned()),
    };
    let Some(listener) = listener else {
        return Route { arn: arn.to_owned(), is_listener: false, actions: own.map(|found| found.item.actions.clone()) };
    };
    let default = inventory
        .rules
        .iter()
        .find(|found| found.item.is_default && found.item.listener().as_deref() == Some(&listener));
    let of_listener = inventory.listeners.iter().find(|found| found.item.listener_arn == listener);
    let actions =
        default.map(|found| &found.item.actions).or_else(|| of_listener.map(|found| &found.item.default_actions));
    Route { arn: listener, is_listener: true, actions: actions.cloned() }
}

/// Tells of what would refuse a release on these routes: a third target group, and traffic on both of the pair.
pub fn tell(routes: &[Route], pair: [&str; 2], findings: &mut Findings) {
    for route in routes {
        let forwards = forwards(route.actions.as_deref().unwrap_or_default());
        for (arn, _) in forwards.iter().filter(|(arn, _)| !pair.contains(&arn.as_str())) {
            findings.tell(&counterpart::FOREIGN_TARGET_GROUP, format!("{} forwards to {arn}", route.arn));
        }
        if pair.iter().all(|arn| route.weight(arn).is_some_and(|weight| weight > 0)) {
            findings.tell(&counterpart::DIVIDED, route.arn.as_str());
        }
    }
}
