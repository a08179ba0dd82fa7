//! Load balancers, target groups, listeners and rules.

use std::collections::BTreeMap;
use std::time::Duration;

use super::action::{Action, Condition};
use crate::tick::traffic::Losses;
use crate::time::Moment;

/// The attribute that says how long targets drain.
pub const DEREGISTRATION_DELAY: &str = "deregistration_delay.timeout_seconds";

/// Everything of Elastic Load Balancing in a region, by ARN.
#[derive(Clone, Debug, Default)]
pub struct Balancing {
    /// Load balancers.
    pub load_balancers: BTreeMap<String, LoadBalancer>,
    /// Target groups.
    pub target_groups: BTreeMap<String, TargetGroup>,
    /// Listeners.
    pub listeners: BTreeMap<String, Listener>,
    /// Rules, the default ones among them.
    pub rules: BTreeMap<String, Rule>,
    /// The first requests that met no healthy target.
    pub losses: Losses,
}

/// An application load balancer.
#[derive(Clone, Debug)]
pub struct LoadBalancer {
    /// The ARN.
    pub arn: String,
    /// The name.
    pub name: String,
    /// `name/id`, the part of the ARN that listeners and rules repeat.
    pub path: String,
    /// The DNS name.
    pub dns_name: String,
    /// `internet-facing` or `internal`.
    pub scheme: String,
    /// Subnets.
    pub subnets: Vec<String>,
    /// Security groups.
    pub security_groups: Vec<String>,
    /// When it was created.
    pub created_at: Moment,
}

/// A target's health, as the load balancer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// Registered, not checked yet.
    Registering,
    /// Checked, no check passed yet.
    Initial,
    /// In service.
    Healthy,
    /// Out of service.
    Unhealthy,
    /// No listener uses the group.
    Unused,
    /// Deregistered; gone at that moment.
    Draining(Moment),
}

/// A task's address in a target group.
#[derive(Clone, Debug)]
pub struct Target {
    /// The address.
    pub address: String,
    /// The port.
    pub port: u16,
    /// The zone.
    pub zone: String,
    /// The health.
    pub health: Health,
    /// The next health check.
    pub next_check: Moment,
    /// Passed checks in a row.
    pub passed: u32,
    /// Failed checks in a row.
    pub failed: u32,
    /// Whether the process would answer a health check.
    pub answers: bool,
}

/// A target group.
#[derive(Clone, Debug)]
pub struct TargetGroup {
    /// The ARN.
    pub arn: String,
    /// The name.
    pub name: String,
    /// HTTP or HTTPS.
    pub protocol: String,
    /// The port.
    pub port: u16,
    /// The VPC.
    pub vpc: String,
    /// `ip` or `instance`.
    pub target_type: String,
    /// The path that is checked.
    pub health_check_path: String,
    /// Between two checks.
    pub health_check_interval: Duration,
    /// Seconds until a check counts as failed; shown, and without effect here.
    pub health_check_timeout: u32,
    /// Passed checks in a row that make an unhealthy target healthy.
    pub healthy_threshold: u32,
    /// Failed checks in a row that make a target unhealthy.
    pub unhealthy_threshold: u32,
    /// The status codes that pass.
    pub matcher: String,
    /// How long a deregistered target drains; the attribute shows it.
    pub drain: Duration,
    /// Attributes by key.
    pub attributes: BTreeMap<String, String>,
    /// Targets by address and port.
    pub targets: BTreeMap<(String, u16), Target>,
    /// Requests it got, over all routes.
    pub requests: u64,
}

impl TargetGroup {
    /// How many targets are in service.
    #[must_use]
    pub fn healthy(&self) -> usize {
        self.targets.values().filter(|target| target.health == Health::Healthy).count()
    }

    /// Changes how long targets drain, and the attribute that shows it in whole seconds.
    pub fn set_drain(&mut self, drain: Duration) {
        self.drain = drain;
        self.attributes.insert(DEREGISTRATION_DELAY.to_owned(), drain.as_secs().to_string());
    }

    /// Starts to check a task's address.
    pub fn register(&mut self, address: &str, port: u16, zone: &str, first_check: Moment) {
        let target = Target {
            address: address.to_owned(),
            port,
            zone: zone.to_owned(),
            health: Health::Registering,
            next_check: first_check,
            passed: 0,
            failed: 0,
            answers: true,
        };
        self.targets.insert((address.to_owned(), port), target);
    }

    /// Starts to drain a task's address, and says when that ends; `None` if it is not registered.
    pub fn deregister(&mut self, address: &str, port: u16, now: Moment) -> Option<Moment> {
        let target = self.targets.get_mut(&(address.to_owned(), port))?;
        if let Health::Draining(until) = target.health {
            return Some(until);
        }
        let until = now.plus(self.drain);
        target.health = Health::Draining(until);
        Some(until)
    }
}

/// A listener. Its default actions are those of its default rule.
#[derive(Clone, Debug)]
pub struct Listener {
    /// The ARN.
    pub arn: String,
    /// The load balancer's ARN.
    pub load_balancer: String,
    /// The port.
    pub port: u16,
    /// HTTP or HTTPS.
    pub protocol: String,
    /// The default certificate.
    pub certificate: Option<String>,
    /// The security policy, for HTTPS.
    pub ssl_policy: Option<String>,
    /// The ARN of the default rule.
    pub default_rule: String,
}

/// A rule, or a listener's default action.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The ARN.
    pub arn: String,
    /// The listener's ARN.
    pub listener: String,
    /// The priority; `None` for the default rule.
    pub priority: Option<u32>,
    /// What a request must look like.
    pub conditions: Vec<Condition>,
    /// What happens to it.
    pub actions: Vec<Action>,
    /// The requests that come this way.
    pub traffic: RouteTraffic,
}

/// The requests along one rule, and what became of them.
#[derive(Clone, Debug, Default)]
pub struct RouteTraffic {
    /// How many come in a second.
    pub requests_per_second: f64,
    /// Whether they wait for the first healthy target.
    pub starts_when_healthy: bool,
    /// Whether this is a test route, on which a release may stand that is not in production.
    pub is_test: bool,
    /// Whether they have begun.
    pub started: bool,
    /// The fraction of a request that is due.
    pub due: f64,
    /// The fraction of a request that each target group is owed.
    pub owed: BTreeMap<String, f64>,
    /// All requests.
    pub requests: u64,
    /// Those that met no healthy target.
    pub lost: u64,
    /// Those that each target group was chosen for.
    pub by_target_group: BTreeMap<String, u64>,
    /// The weights that still route until `switch_at`.
    pub previous: Option<Vec<(String, u32)>>,
    /// When the current weights begin to route.
    pub switch_at: Moment,
}

impl Rule {
    /// The ARN by which the route is known: the rule's, or the listener's for a default action.
    #[must_use]
    pub fn route_arn(&self) -> &str {
        if self.priority.is_some() { &self.arn } else { &self.listener }
    }

    /// Replaces the actions; the weights before route on for `propagation`.
    pub fn replace_actions(&mut self, actions: Vec<Action>, now: Moment, propagation: Duration) {
        if !propagation.is_zero() {
            self.traffic.previous = Some(self.effective_weights(now));
            self.traffic.switch_at = now.plus(propagation);
        }
        self.actions = actions;
    }

    /// The target groups and weights of the forward action, if there is one.
    #[must_use]
    pub fn weights(&self) -> Vec<(String, u32)> {
        super::action::weights(&self.actions)
    }

    /// The weight of a target group here; 0 if it is not among the groups.
    #[must_use]
    pub fn weight_of(&self, target_group: &str) -> u32 {
        self.weights().iter().filter(|(arn, _)| arn == target_group).map(|(_, weight)| *weight).sum()
    }

    /// The weights that route at this moment.
    #[must_use]
    pub fn effective_weights(&self, now: Moment) -> Vec<(String, u32)> {
        match &self.traffic.previous {
            Some(previous) if now < self.traffic.switch_at => previous.clone(),
            _ => self.weights(),
        }
    }
}

impl Balancing {
    /// The load balancers whose listeners use a target group.
    #[must_use]
    pub fn load_balancers_of(&self, target_group: &str) -> Vec<&str> {
        let mut found: Vec<&str> = self
            .rules
            .values()
            .filter(|rule| rule.weights().iter().any(|(arn, _)| arn == target_group))
            .filter_map(|rule| self.listeners.get(&rule.listener))
            .map(|listener| listener.load_balancer.as_str())
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Every target group that some rule or default action names.
    #[must_use]
    pub fn used_target_groups(&self) -> std::collections::BTreeSet<String> {
        self.rules.values().flat_map(|rule| rule.weights().into_iter().map(|(arn, _)| arn)).collect()
    }

    /// The target group of that name.
    #[must_use]
    pub fn target_group_named(&self, name: &str) -> Option<&TargetGroup> {
        self.target_groups.values().find(|group| group.name == name)
    }

    /// The rule that a rule's or a listener's ARN stands for.
    #[must_use]
    pub fn route(&self, arn: &str) -> Option<&Rule> {
        match self.listeners.get(arn) {
            Some(listener) => self.rules.get(&listener.default_rule),
            None => self.rules.get(arn),
        }
    }
}
