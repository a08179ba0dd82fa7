//! Load balancers, target groups, listeners and rules.

use std::collections::{BTreeMap, BTreeSet};

use super::losses::Losses;
use super::routes::Rule;
use super::tags::Tags;
use super::target_groups::TargetGroup;
use crate::time::Moment;

/// Everything of Elastic Load Balancing in a region, by ARN.
#[derive(Clone, Debug, Default)]
pub struct Balancing {
    /// Load balancers.
    pub load_balancers: BTreeMap<String, LoadBalancer>,
    /// Target groups.
    pub target_groups: BTreeMap<String, TargetGroup>,
    /// Listeners.
    pub listeners: BTreeMap<String, Listener>,
    /// Rules, the default ones among them. Change them through [`Balancing::put_rule`].
    pub rules: BTreeMap<String, Rule>,
    /// The rules that name each target group.
    users: BTreeMap<String, BTreeSet<String>>,
    /// Tags by ARN.
    pub tags: BTreeMap<String, Tags>,
    /// Whether requests to a group with unhealthy targets only count as served.
    pub fail_open_serves: bool,
    /// The first requests that met no healthy target.
    pub losses: Losses,
}

/// What kind of load balancer it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// HTTP, with rules.
    Application,
    /// TCP, with a default action only.
    Network,
}

impl Kind {
    /// The wire's word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Network => "network",
        }
    }

    /// The short word in ARNs.
    #[must_use]
    pub const fn segment(self) -> &'static str {
        match self {
            Self::Application => "app",
            Self::Network => "net",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Application, Self::Network].into_iter().find(|kind| kind.word() == word)
    }

    /// The protocols that its listeners speak.
    #[must_use]
    pub const fn protocols(self) -> &'static [&'static str] {
        match self {
            Self::Application => &["HTTP", "HTTPS"],
            Self::Network => &["TCP", "TLS", "UDP", "TCP_UDP"],
        }
    }
}

/// A load balancer.
#[derive(Clone, Debug)]
pub struct LoadBalancer {
    /// The kind.
    pub kind: Kind,
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

/// A listener. Its default actions are those of its default rule.
#[derive(Clone, Debug)]
pub struct Listener {
    /// The ARN.
    pub arn: String,
    /// The load balancer's ARN.
    pub load_balancer: String,
    /// The port.
    pub port: u16,
    /// HTTP, HTTPS, TCP or TLS.
    pub protocol: String,
    /// The default certificate.
    pub certificate: Option<String>,
    /// The security policy, for HTTPS.
    pub ssl_policy: Option<String>,
    /// The ARN of the default rule.
    pub default_rule: String,
}

impl Balancing {
    /// Adds or replaces a rule. Groups that this brings into use or out of it are looked at next.
    pub fn put_rule(&mut self, rule: Rule, now: Moment) {
        let before = self.rules.get(&rule.arn).map(Rule::weights).unwrap_or_default();
        for (group, _) in before {
            self.disuse(&group, &rule.arn, now);
        }
        for (group, _) in rule.weights() {
            let users = self.users.entry(group.clone()).or_default();
            if users.is_empty()
                && let Some(group) = self.target_groups.get_mut(&group)
            {
                group.due = group.due.min(now);
            }
            users.insert(rule.arn.clone());
        }
        self.rules.insert(rule.arn.clone(), rule);
    }

    /// Removes a rule.
    pub fn remove_rule(&mut self, arn: &str, now: Moment) {
        if let Some(rule) = self.rules.remove(arn) {
            for (group, _) in rule.weights() {
                self.disuse(&group, arn, now);
            }
        }
    }

    fn disuse(&mut self, group: &str, rule: &str, now: Moment) {
        if let Some(users) = self.users.get_mut(group) {
            users.remove(rule);
            if let Some(group) = self.target_groups.get_mut(group).filter(|_| users.is_empty()) {
                group.due = group.due.min(now);
            }
        }
    }

    /// Whether any rule or default action names a target group.
    #[must_use]
    pub fn is_used(&self, target_group: &str) -> bool {
        self.users.get(target_group).is_some_and(|users| !users.is_empty())
    }

    /// The rules and default rules that name a target group.
    pub fn rules_of(&self, target_group: &str) -> impl Iterator<Item = &Rule> {
        self.users.get(target_group).into_iter().flatten().filter_map(|arn| self.rules.get(arn))
    }

    /// The load balancers whose listeners use a target group.
    #[must_use]
    pub fn load_balancers_of(&self, target_group: &str) -> Vec<&str> {
        let mut found: Vec<&str> = self
            .rules_of(target_group)
            .filter_map(|rule| self.listeners.get(&rule.listener))
            .map(|listener| listener.load_balancer.as_str())
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The kind of the load balancer that a listener belongs to.
    #[must_use]
    pub fn kind_of(&self, listener: &str) -> Kind {
        let balancer = self.listeners.get(listener).and_then(|one| self.load_balancers.get(&one.load_balancer));
        balancer.map_or(Kind::Application, |balancer| balancer.kind)
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
