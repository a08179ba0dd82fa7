//! Everything that a load balancer forwards: DescribeListeners, and DescribeRules of each listener.
//!
//! Those on one load balancer that ask at the same time share the calls. Each answer was asked for after the question.

use aws_sdk_elasticloadbalancingv2::{
    Client,
    types::{self, Listener, Rule},
};
use futures::{
    FutureExt,
    future::{BoxFuture, join_all, try_join_all},
};
use sluice_api::is_host_name;
use sluice_plan::observation::{ListedRoute, RouteKind, RouteState};

use super::read;
use crate::{
    client::{Answers, BatchRead, call, limits},
    error::{AwsError, ErrorClass},
    metrics::Metrics,
    operations::Operation,
};

/// The read of load balancers' routes, by the load balancers' ARNs.
pub(super) struct ListRoutes {
    client: Client,
    metrics: Metrics,
}

impl ListRoutes {
    pub(super) fn new(client: &Client, metrics: &Metrics) -> Self {
        Self { client: client.clone(), metrics: metrics.clone() }
    }

    /// None when there is no such load balancer.
    async fn routes(&self, load_balancer: &str) -> Result<Option<Vec<ListedRoute>>, AwsError> {
        let Some(listeners) = found(self.listeners(load_balancer).await)? else { return Ok(None) };
        let rules = try_join_all(listeners.iter().map(async |listener| {
            let arn = listener.listener_arn.as_deref().unwrap_or_default();
            // One that is gone since has no rules any more.
            let rules = found(self.rules(arn).await)?.unwrap_or_default();
            Ok::<_, AwsError>(rules.into_iter().filter_map(|rule| listed(listener, &rule)).collect::<Vec<_>>())
        }))
        .await?;
        Ok(Some(rules.concat()))
    }

    async fn listeners(&self, load_balancer: &str) -> Result<Vec<Listener>, AwsError> {
        let (mut all, mut marker) = (Vec::new(), None);
        loop {
            let request = self.client.describe_listeners().load_balancer_arn(load_balancer).set_marker(marker);
            let page = call(&self.metrics, Operation::DescribeListeners, request.send()).await?;
            all.extend(page.listeners.unwrap_or_default());
            marker = next(page.next_marker);
            if marker.is_none() {
                return Ok(all);
            }
        }
    }

    async fn rules(&self, listener: &str) -> Result<Vec<Rule>, AwsError> {
        let (mut all, mut marker) = (Vec::new(), None);
        loop {
            let request = self.client.describe_rules().listener_arn(listener).set_marker(marker);
            let page = call(&self.metrics, Operation::DescribeRules, request.send()).await?;
            all.extend(page.rules.unwrap_or_default());
            marker = next(page.next_marker);
            if marker.is_none() {
                return Ok(all);
            }
        }
    }
}

impl BatchRead for ListRoutes {
    type Item = Vec<ListedRoute>;

    fn operation(&self) -> Operation {
        Operation::DescribeListeners
    }

    fn at_once(&self) -> usize {
        limits::ARNS_PER_CALL
    }

    fn describe<'a>(
        &'a self,
        _: &'a str,
        load_balancers: &'a [String],
    ) -> BoxFuture<'a, Result<Answers<Self::Item>, AwsError>> {
        let answers = load_balancers.iter().map(async |arn| (arn.clone(), self.routes(arn).await));
        join_all(answers).map(|answers| Ok(answers.into_iter().collect())).boxed()
    }
}

/// None for what does not exist (ELBv2 API reference, `LoadBalancerNotFound`, `ListenerNotFound`).
fn found<T>(answer: Result<T, AwsError>) -> Result<Option<T>, AwsError> {
    match answer {
        Err(error) if error.class == ErrorClass::NotFound => Ok(None),
        answer => answer.map(Some),
    }
}

/// An empty marker is that of a last page.
fn next(marker: Option<String>) -> Option<String> {
    marker.filter(|marker| !marker.is_empty())
}

/// A rule as it is listed; none where it forwards nothing. A default one is known by its listener.
fn listed(listener: &Listener, rule: &Rule) -> Option<ListedRoute> {
    let RouteState::Forward(weights) = read::forward(rule.actions.as_deref().unwrap_or_default()) else { return None };
    let is_default = rule.is_default == Some(true);
    let arn = if is_default { &listener.listener_arn } else { &rule.rule_arn };
    Some(ListedRoute {
        arn: arn.clone().unwrap_or_default(),
        kind: if is_default { RouteKind::Listener } else { RouteKind::Rule },
        port: listener.port,
        protocol: listener.protocol.as_ref().map(|protocol| protocol.as_str().to_owned()),
        host: host(rule.conditions.as_deref().unwrap_or_default()),
        priority: rule.priority.clone().filter(|_| !is_default),
        conditions: conditions(rule.conditions.as_deref().unwrap_or_default()),
        weights,
    })
}

/// The first host that a condition asks for by its name. Others have wildcards, `*.example.com`, and none of them can be asked.
fn host(conditions: &[types::RuleCondition]) -> Option<String> {
    let of_hosts = conditions.iter().filter(|condition| condition.field.as_deref() == Some("host-header"));
    let values = of_hosts.flat_map(|condition| {
        let configured = condition.host_header_config.as_ref().and_then(|config| config.values.as_ref());
        configured.or(condition.values.as_ref()).into_iter().flatten()
    });
    // Hosts are compared without regard to case.
    values.map(|value| value.to_ascii_lowercase()).find(|value| is_host_name(value))
}

/// The values that are asked for, such as `/api/*, /v2/*`; the field's name where the values stand elsewhere.
fn conditions(conditions: &[types::RuleCondition]) -> String {
    let words = conditions.iter().map(|condition| {
        let configured = [
            condition.path_pattern_config.as_ref().and_then(|config| config.values.as_ref()),
            condition.host_header_config.as_ref().and_then(|config| config.values.as_ref()),
        ];
        let values =
            configured.into_iter().flatten().chain(condition.values.as_ref()).find(|values| !values.is_empty());
        values.map_or_else(|| condition.field.clone().unwrap_or_default(), |values| values.join(", "))
    });
    words.collect::<Vec<_>>().join(", ")
}
