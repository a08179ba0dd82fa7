//! The port [`LoadBalancing`] on the SDK.

use aws_config::SdkConfig;
use aws_sdk_elasticloadbalancingv2::{
    Client, config,
    types::{Action, Listener, Rule, TargetGroup as SdkTargetGroup},
};
use futures::{FutureExt, future::BoxFuture, try_join};
use sluice_api::ProductionRoute;
use sluice_plan::{
    WeightChange,
    world::{Route, RouteKind, Target, TargetGroup},
};

use super::{actions, read};
use crate::{AwsError, ErrorClass, LoadBalancing, Metrics, Operation, call::call, clouds::Clients};

/// ELBv2 of one region. Reads and writes have a client each, because only writes ask the fence.
pub(crate) struct LoadBalancingAdapter {
    reads: Client,
    writes: Client,
    metrics: Metrics,
}

/// Things that were asked for, each with its ARN. One that was asked for and is not here does not exist.
type Found<T> = Vec<(String, T)>;

impl LoadBalancingAdapter {
    pub(crate) fn new(config: &SdkConfig, clients: &Clients) -> Self {
        let shared = config::Builder::from(config).timeout_config(clients.timeouts());
        let reads = Client::from_conf(shared.clone().retry_config(clients.reads()).build());
        let writes = Client::from_conf(shared.retry_config(clients.writes()).interceptor(clients.fence()).build());
        Self { reads, writes, metrics: clients.metrics.clone() }
    }

    async fn rules(&self, arns: Vec<String>) -> Result<Found<Rule>, AwsError> {
        let operation = Operation::DescribeRules;
        let request = self.reads.describe_rules().set_rule_arns(Some(arns));
        let answer = call(&self.metrics, operation, request.send()).await?;
        Ok(named(answer.rules, |rule| rule.rule_arn.clone()))
    }

    async fn listeners(&self, arns: Vec<String>) -> Result<Found<Listener>, AwsError> {
        let operation = Operation::DescribeListeners;
        let request = self.reads.describe_listeners().set_listener_arns(Some(arns));
        let answer = call(&self.metrics, operation, request.send()).await?;
        Ok(named(answer.listeners, |listener| listener.listener_arn.clone()))
    }

    async fn target_groups(&self, arns: Vec<String>) -> Result<Found<SdkTargetGroup>, AwsError> {
        let operation = Operation::DescribeTargetGroups;
        let request = self.reads.describe_target_groups().set_target_group_arns(Some(arns));
        let answer = call(&self.metrics, operation, request.send()).await?;
        Ok(named(answer.target_groups, |group| group.target_group_arn.clone()))
    }

    /// The actions of a route as they are now.
    async fn actions_of(&self, change: &WeightChange) -> Result<Vec<Action>, AwsError> {
        let arn = &change.route;
        let operation = write_of(change.kind);
        let (actions, is_default) = match change.kind {
            RouteKind::Rule => {
                let found = self.rules(vec![arn.clone()]).await?;
                let rule = taken(found, arn).ok_or_else(|| said_nothing(Operation::DescribeRules, arn))?;
                (rule.actions, rule.is_default == Some(true))
            }
            RouteKind::Listener => {
                let found = self.listeners(vec![arn.clone()]).await?;
                let listener = taken(found, arn).ok_or_else(|| said_nothing(Operation::DescribeListeners, arn))?;
                (listener.default_actions, false)
            }
        };
        if is_default {
            let message = format!("{arn} is a default rule, which only its listener can change");
            return Err(AwsError::new(operation, ErrorClass::Refused, message));
        }
        Ok(actions.unwrap_or_default())
    }
}

impl LoadBalancing for LoadBalancingAdapter {
    fn describe_routes<'a>(&'a self, routes: &'a [ProductionRoute]) -> BoxFuture<'a, Result<Vec<Route>, AwsError>> {
        async move {
            let rules: Vec<String> = routes.iter().filter_map(|route| route.listener_rule.clone()).collect();
            let listeners: Vec<String> = routes
                .iter()
                .filter(|route| route.listener_rule.is_none())
                .filter_map(|route| route.listener.clone())
                .collect();
            let (rules, listeners) = try_join!(
                existing(Operation::DescribeRules, rules, |arns| self.rules(arns)),
                existing(Operation::DescribeListeners, listeners, |arns| self.listeners(arns)),
            )?;
            let seen = |route: &ProductionRoute| match read::kind(route) {
                RouteKind::Rule => wanted(&rules, route.arn()).map(read::rule),
                RouteKind::Listener => wanted(&listeners, route.arn()).map(read::listener),
            };
            Ok(routes.iter().map(|route| read::route(route, seen(route))).collect())
        }
        .boxed()
    }

    fn describe_target_groups<'a>(&'a self, arns: &'a [String]) -> BoxFuture<'a, Result<Vec<TargetGroup>, AwsError>> {
        async move {
            let found =
                existing(Operation::DescribeTargetGroups, arns.to_vec(), |arns| self.target_groups(arns)).await?;
            Ok(arns.iter().map(|arn| read::target_group(arn, wanted(&found, arn))).collect())
        }
        .boxed()
    }

    fn describe_targets<'a>(&'a self, target_group: &'a str) -> BoxFuture<'a, Result<Vec<Target>, AwsError>> {
        async move {
            let request = self.reads.describe_target_health().target_group_arn(target_group);
            let answer = call(&self.metrics, Operation::DescribeTargetHealth, request.send()).await?;
            Ok(answer.target_health_descriptions.unwrap_or_default().into_iter().map(read::target).collect())
        }
        .boxed()
    }

    fn set_weights<'a>(&'a self, change: &'a WeightChange) -> BoxFuture<'a, Result<(), AwsError>> {
        async move {
            let operation = write_of(change.kind);
            let now = self.actions_of(change).await?;
            let actions = actions::with_weights(now, &change.weights)
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

/// Asks for all at once, and for each alone when one of them does not exist: the API then fails the whole call
/// (ELBv2 API reference, `RuleNotFound`, `ListenerNotFound`, `TargetGroupNotFound`). What comes back exists; what was
/// asked for and is left out does not. An answer without an error that leaves something out is an error, so that an
/// empty answer never passes for things that are gone.
async fn existing<T, F>(
    operation: Operation,
    arns: Vec<String>,
    ask: impl Fn(Vec<String>) -> F,
) -> Result<Found<T>, AwsError>
where
    F: Future<Output = Result<Found<T>, AwsError>>,
{
    if arns.is_empty() {
        return Ok(Vec::new());
    }
    match ask(arns.clone()).await {
        Ok(found) => complete(operation, &arns, found),
        Err(error) if error.class == ErrorClass::NotFound && arns.len() == 1 => Ok(Vec::new()),
        Err(error) if error.class == ErrorClass::NotFound => {
            let mut all = Vec::new();
            for arn in arns {
                match ask(vec![arn.clone()]).await {
                    Ok(found) => all.extend(complete(operation, &[arn], found)?),
                    Err(error) if error.class == ErrorClass::NotFound => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(all)
        }
        Err(error) => Err(error),
    }
}

fn complete<T>(operation: Operation, arns: &[String], found: Found<T>) -> Result<Found<T>, AwsError> {
    match arns.iter().find(|arn| wanted(&found, arn).is_none()) {
        Some(arn) => Err(said_nothing(operation, arn)),
        None => Ok(found),
    }
}

fn said_nothing(operation: Operation, arn: &str) -> AwsError {
    AwsError::new(operation, ErrorClass::Unknown, format!("the answer says nothing on {arn}"))
}

fn named<T>(items: Option<Vec<T>>, arn: impl Fn(&T) -> Option<String>) -> Found<T> {
    items.unwrap_or_default().into_iter().filter_map(|item| arn(&item).map(|arn| (arn, item))).collect()
}

fn wanted<'a, T>(found: &'a Found<T>, arn: &str) -> Option<&'a T> {
    found.iter().find(|(name, _)| name == arn).map(|(_, item)| item)
}

fn taken<T>(found: Found<T>, arn: &str) -> Option<T> {
    found.into_iter().find(|(name, _)| name == arn).map(|(_, item)| item)
}
