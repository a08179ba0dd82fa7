//! The port [`LoadBalancing`] on the SDK.

use std::{sync::Arc, time::Duration};

use aws_config::SdkConfig;
use aws_sdk_elasticloadbalancingv2::{
    Client, config,
    types::{self, Action, Listener, Rule},
};
use futures::{
    FutureExt,
    future::{BoxFuture, try_join_all},
};
use sluice_api::ProductionRoute;
use sluice_plan::{
    WeightChange,
    observation::{ListedRoute, Route, RouteKind, Target, TargetGroup},
};
use tokio::time::Instant;

use super::{
    actions,
    batch_reads::{self, ReadByArn},
    dns_names::DnsNames,
    kept::Kept,
    listing::ListRoutes,
    read,
};
use crate::{
    client::{Batcher, Clients, call, counted, says_nothing},
    error::{AwsError, ErrorClass},
    metrics::Metrics,
    operations::Operation,
    ports::LoadBalancing,
    rate_limit::RateLimiter,
};

/// ELBv2 of one region. Reads and writes have a client each, because only writes ask the fence.
pub(crate) struct LoadBalancingAdapter {
    reads: Client,
    writes: Client,
    rules: Batcher<ReadByArn<Rule>>,
    listeners: Batcher<ReadByArn<Listener>>,
    target_groups: Batcher<ReadByArn<types::TargetGroup>>,
    load_balancers: Batcher<ReadByArn<types::LoadBalancer>>,
    listings: Batcher<ListRoutes>,
    kept: Kept,
    dns_names: DnsNames,
    metrics: Metrics,
}

/// What is described by its ARN needs no further scope.
const ALL: &str = "";

impl LoadBalancingAdapter {
    pub(crate) fn new(config: &SdkConfig, clients: &Clients, rate_limiter: &Arc<RateLimiter>) -> Self {
        let shared =
            config::Builder::from(config).timeout_config(clients.timeouts()).interceptor(counted(rate_limiter));
        let reads = Client::from_conf(shared.clone().retry_config(clients.reads()).build());
        let writes = Client::from_conf(shared.retry_config(clients.writes()).interceptor(clients.fence()).build());
        let Clients { settings, metrics, .. } = clients;
        Self {
            rules: Batcher::new(batch_reads::rules(&reads, metrics), settings),
            listeners: Batcher::new(batch_reads::listeners(&reads, metrics), settings),
            target_groups: Batcher::new(batch_reads::target_groups(&reads, metrics), settings),
            listings: Batcher::new(ListRoutes::new(&reads, metrics), settings),
            load_balancers: Batcher::new(batch_reads::load_balancers(&reads, metrics), settings),
            kept: Kept::default(),
            dns_names: DnsNames::default(),
            reads,
            writes,
            metrics: metrics.clone(),
        }
    }

    async fn route(&self, route: &ProductionRoute) -> Result<Route, AwsError> {
        let seen = match read::kind(route) {
            RouteKind::Rule => self.rules.describe(ALL, route.arn()).await?.as_ref().map(read::rule),
            RouteKind::Listener => self.listeners.describe(ALL, route.arn()).await?.as_ref().map(read::listener),
        };
        Ok(read::route(route, seen))
    }

    /// The actions of a route as they are now. Read alone, right before they are written: what stands in them besides
    /// the weights may have changed since the last look.
    async fn actions_of(&self, change: &WeightChange) -> Result<Vec<Action>, AwsError> {
        let arn = &change.route;
        let (actions, is_default) = match change.kind {
            RouteKind::Rule => {
                let operation = Operation::DescribeRules;
                let request = self.reads.describe_rules().rule_arns(arn);
                let answer = call(&self.metrics, operation, request.send()).await?;
                let mut rules = answer.rules.unwrap_or_default().into_iter();
                let rule = rules.find(|rule| rule.rule_arn.as_ref() == Some(arn));
                let rule = rule.ok_or_else(|| says_nothing(operation, arn))?;
                (rule.actions, rule.is_default == Some(true))
            }
            RouteKind::Listener => {
                let operation = Operation::DescribeListeners;
                let request = self.reads.describe_listeners().listener_arns(arn);
                let answer = call(&self.metrics, operation, request.send()).await?;
                let mut listeners = answer.listeners.unwrap_or_default().into_iter();
                let listener = listeners.find(|listener| listener.listener_arn.as_ref() == Some(arn));
                (listener.ok_or_else(|| says_nothing(operation, arn))?.default_actions, false)
            }
        };
        if is_default {
            let message = format!("{arn} is a default rule, which only its listener can change");
            return Err(AwsError::new(write_of(change.kind), ErrorClass::Refused, message));
        }
        Ok(actions.unwrap_or_default())
    }
}

impl LoadBalancing for LoadBalancingAdapter {
    fn describe_routes<'a>(&'a self, routes: &'a [ProductionRoute]) -> BoxFuture<'a, Result<Vec<Route>, AwsError>> {
        try_join_all(routes.iter().map(|route| self.route(route))).boxed()
    }

    fn describe_target_groups<'a>(&'a self, arns: &'a [String]) -> BoxFuture<'a, Result<Vec<TargetGroup>, AwsError>> {
        try_join_all(arns.iter().map(async |arn| {
            let found = self.target_groups.describe(ALL, arn).await?;
            Ok(read::target_group(arn, found.as_ref()))
        }))
        .boxed()
    }

    fn describe_targets<'a>(&'a self, target_group: &'a str) -> BoxFuture<'a, Result<Option<Vec<Target>>, AwsError>> {
        async move {
            let request = self.reads.describe_target_health().target_group_arn(target_group);
            match call(&self.metrics, Operation::DescribeTargetHealth, request.send()).await {
                Ok(answer) => {
                    let targets = answer.target_health_descriptions.unwrap_or_default();
                    Ok(Some(targets.into_iter().map(read::target).collect()))
                }
                // TargetGroupNotFound (ELBv2 API reference, DescribeTargetHealth): no group, no targets.
                Err(error) if error.class == ErrorClass::NotFound => Ok(None),
                Err(error) => Err(error),
            }
        }
        .boxed()
    }

    fn list_routes<'a>(
        &'a self,
        load_balancer: &'a str,
        at_most: Duration,
    ) -> BoxFuture<'a, Result<Vec<ListedRoute>, AwsError>> {
        async move {
            if let Some(routes) = self.kept.get(load_balancer, at_most) {
                return Ok(routes);
            }
            let asked_at = Instant::now();
            let routes = self.listings.describe(ALL, load_balancer).await?.unwrap_or_default();
            self.kept.put(load_balancer, asked_at, &routes);
            Ok(routes)
        }
        .boxed()
    }

    fn dns_name<'a>(&'a self, load_balancer: &'a str) -> BoxFuture<'a, Result<Option<String>, AwsError>> {
        async move {
            if let Some(known) = self.dns_names.get(load_balancer) {
                return known;
            }
            let found = self.load_balancers.describe(ALL, load_balancer).await;
            let name = found.map(|found| found.and_then(|balancer| balancer.dns_name));
            self.dns_names.put(load_balancer, &name);
            name
        }
        .boxed()
    }

    fn set_weights<'a>(&'a self, change: &'a WeightChange) -> BoxFuture<'a, Result<(), AwsError>> {
        async move {
            let operation = write_of(change.kind);
            let now = self.actions_of(change).await?;
            let actions = actions::with_weights(now, &change.weights, change.adds)
                .map_err(|error| AwsError::new(operation, ErrorClass::Refused, error.to_string()))?;
            // Actions and nothing else: what a request leaves out stays as it is.
            match change.kind {
                RouteKind::Rule => {
                    let request = self.writes.modify_rule().rule_arn(&change.route).set_actions(Some(actions));
                    call(&self.metrics, operation, request.send()).await.map(drop)
                }
                RouteKind::Listener => {
                    let request =
                        self.writes.modify_listener().listener_arn(&change.route).set_default_actions(Some(actions));
                    call(&self.metrics, operation, request.send()).await.map(drop)
                }
            }
        }
        .boxed()
    }
}

fn write_of(kind: RouteKind) -> Operation {
    match kind {
        RouteKind::Rule => Operation::ModifyRule,
        RouteKind::Listener => Operation::ModifyListener,
    }
}
