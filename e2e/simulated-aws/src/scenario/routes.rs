//! Load balancers, target groups, listeners and rules, in a scenario.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::time::Span;

/// A load balancer.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LoadBalancer {
    /// The name.
    pub name: String,
    /// `application` (the default) or `network`.
    pub r#type: Option<String>,
    /// Sixteen digits and lower case letters; derived from `loadbalancer/NAME` if not given.
    pub id: Option<String>,
    /// Its DNS name; one below `elb.amazonaws.com` if not given, which nothing answers at.
    pub dns_name: Option<String>,
    /// Its target groups. They may also stand at the top level.
    #[serde(default)]
    pub target_groups: Vec<TargetGroup>,
    /// Its listeners.
    #[serde(default)]
    pub listeners: Vec<Listener>,
}

/// A target group.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TargetGroup {
    /// The name.
    pub name: String,
    /// Sixteen digits and lower case letters; derived from `targetgroup/NAME` if not given.
    pub id: Option<String>,
    /// The port; 80 if not given.
    pub port: Option<u16>,
    /// `HTTP` if not given; `TCP` for a network load balancer.
    pub protocol: Option<String>,
    /// How long the share of a target that comes into service grows; at once if not given.
    pub slow_start: Option<Span>,
    /// `ip` (the default) or `instance`.
    pub target_type: Option<String>,
    /// How long a target drains.
    pub deregistration_delay: Option<Span>,
    /// Between two health checks.
    pub health_check_interval: Option<Span>,
    /// Failed checks that make a target unhealthy.
    pub unhealthy_threshold: Option<u32>,
    /// Passed checks that make an unhealthy target healthy.
    pub healthy_threshold: Option<u32>,
}

/// A listener.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Listener {
    /// The port.
    pub port: u16,
    /// Sixteen digits and lower case letters; derived from `listener/LOADBALANCER/PORT` if not given.
    pub id: Option<String>,
    /// `HTTPS` on port 443 and `HTTP` elsewhere if not given; `TCP` for a network load balancer.
    pub protocol: Option<String>,
    /// What happens to a request that no rule wants.
    pub default_action: Route,
    /// Requests to the default action.
    #[serde(default)]
    pub requests_per_second: f64,
    /// How many clients send them in turn, and keep the cookies of a sticky route; 100 if not given.
    pub clients: Option<usize>,
    /// How long an open connection keeps a client with its target group, whatever the action says.
    pub connection: Option<Span>,
    /// Whether each answer renews a cookie; it then lasts from the last request on and not from the first.
    pub renews_cookies: Option<bool>,
    /// Whether those requests wait for the first healthy target; they do if not given.
    pub starts_when_healthy: Option<bool>,
    /// Whether releases are tried here that are not in production.
    #[serde(default)]
    pub test: bool,
    /// The rules.
    #[serde(default)]
    pub rules: Vec<Rule>,
}

/// What a rule or a default action does. Give one of `forward`, `fixedResponse` and `redirect`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Route {
    /// Target groups by name, and their weights.
    pub forward: Option<BTreeMap<String, u32>>,
    /// How long a client stays with its target group.
    pub stickiness: Option<Span>,
    /// The status to answer with.
    pub fixed_response: Option<u16>,
    /// The host to redirect to.
    pub redirect: Option<String>,
    /// Whether clients must sign in with an OIDC provider first.
    #[serde(default)]
    pub authenticate_oidc: bool,
    /// Whether clients must sign in with Cognito first.
    #[serde(default)]
    pub authenticate_cognito: bool,
}

/// A rule: its place, its conditions, and the fields of [`Route`].
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rule {
    /// Its place among the rules of the listener.
    pub priority: u32,
    /// Sixteen digits and lower case letters; derived from `rule/LOADBALANCER/PORT/PRIORITY` if not given.
    pub id: Option<String>,
    /// The path pattern; `/*` if neither path nor host is given.
    pub path: Option<String>,
    /// The host.
    pub host: Option<String>,
    /// Requests to this rule.
    #[serde(default)]
    pub requests_per_second: f64,
    /// How many clients send them in turn, and keep the cookies of a sticky route; 100 if not given.
    pub clients: Option<usize>,
    /// How long an open connection keeps a client with its target group, whatever the action says.
    pub connection: Option<Span>,
    /// Whether each answer renews a cookie; it then lasts from the last request on and not from the first.
    pub renews_cookies: Option<bool>,
    /// Whether those requests wait for the first healthy target; they do if not given.
    pub starts_when_healthy: Option<bool>,
    /// Whether releases are tried here that are not in production.
    #[serde(default)]
    pub test: bool,
    /// See [`Route::forward`].
    pub forward: Option<BTreeMap<String, u32>>,
    /// See [`Route::stickiness`].
    pub stickiness: Option<Span>,
    /// See [`Route::fixed_response`].
    pub fixed_response: Option<u16>,
    /// See [`Route::redirect`].
    pub redirect: Option<String>,
    /// See [`Route::authenticate_oidc`].
    #[serde(default)]
    pub authenticate_oidc: bool,
    /// See [`Route::authenticate_cognito`].
    #[serde(default)]
    pub authenticate_cognito: bool,
}

impl Rule {
    /// What it does.
    #[must_use]
    pub fn route(&self) -> Route {
        Route {
            forward: self.forward.clone(),
            stickiness: self.stickiness,
            fixed_response: self.fixed_response,
            redirect: self.redirect.clone(),
            authenticate_oidc: self.authenticate_oidc,
            authenticate_cognito: self.authenticate_cognito,
        }
    }
}
