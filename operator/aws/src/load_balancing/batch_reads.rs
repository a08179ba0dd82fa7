//! The descriptions that take many ARNs in one call.

use std::error::Error;

use aws_sdk_elasticloadbalancingv2::{
    Client,
    types::{Listener, LoadBalancer, Rule, TargetGroup},
};
use aws_smithy_runtime_api::{client::result::SdkError, http::Response};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use futures::{FutureExt, future::BoxFuture};

use crate::{
    client::{Answers, BatchRead, call, limits, says_nothing},
    error::{AwsError, ErrorClass},
    metrics::Metrics,
    operations::Operation,
};

/// A read of things that are named by their ARNs.
pub(super) struct ReadByArn<T> {
    operation: Operation,
    describe: Describe<T>,
    arn_of: fn(&T) -> Option<&str>,
}

/// The call for these ARNs.
type Describe<T> = Box<dyn Fn(Vec<String>) -> BoxFuture<'static, Result<Vec<T>, AwsError>> + Send + Sync>;

/// DescribeRules.
pub(super) fn rules(client: &Client, metrics: &Metrics) -> ReadByArn<Rule> {
    let client = client.clone();
    ReadByArn::new(
        Operation::DescribeRules,
        metrics,
        |rule| rule.rule_arn.as_deref(),
        move |arns| {
            let request = client.describe_rules().set_rule_arns(Some(arns));
            async { Ok(request.send().await?.rules.unwrap_or_default()) }
        },
    )
}

/// DescribeListeners.
pub(super) fn listeners(client: &Client, metrics: &Metrics) -> ReadByArn<Listener> {
    let client = client.clone();
    ReadByArn::new(
        Operation::DescribeListeners,
        metrics,
        |listener| listener.listener_arn.as_deref(),
        move |arns| {
            let request = client.describe_listeners().set_listener_arns(Some(arns));
            async { Ok(request.send().await?.listeners.unwrap_or_default()) }
        },
    )
}

/// DescribeTargetGroups.
pub(super) fn target_groups(client: &Client, metrics: &Metrics) -> ReadByArn<TargetGroup> {
    let client = client.clone();
    ReadByArn::new(
        Operation::DescribeTargetGroups,
        metrics,
        |group| group.target_group_arn.as_deref(),
        move |arns| {
            let request = client.describe_target_groups().set_target_group_arns(Some(arns));
            async { Ok(request.send().await?.target_groups.unwrap_or_default()) }
        },
    )
}

/// DescribeLoadBalancers, which takes twenty ARNs (ELBv2 API reference).
pub(super) fn load_balancers(client: &Client, metrics: &Metrics) -> ReadByArn<LoadBalancer> {
    let client = client.clone();
    ReadByArn::new(
        Operation::DescribeLoadBalancers,
        metrics,
        |balancer| balancer.load_balancer_arn.as_deref(),
        move |arns| {
            let request = client.describe_load_balancers().set_load_balancer_arns(Some(arns));
            async { Ok(request.send().await?.load_balancers.unwrap_or_default()) }
        },
    )
}

impl<T> ReadByArn<T> {
    fn new<E, Answer>(
        operation: Operation,
        metrics: &Metrics,
        arn_of: fn(&T) -> Option<&str>,
        describe: impl Fn(Vec<String>) -> Answer + Send + Sync + 'static,
    ) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
        Answer: Future<Output = Result<Vec<T>, SdkError<E, Response>>> + Send + 'static,
    {
        let metrics = metrics.clone();
        let describe = move |arns: Vec<String>| {
            metrics.batch(operation, arns.len());
            let (metrics, answer) = (metrics.clone(), describe(arns));
            async move { call(&metrics, operation, answer).await }.boxed()
        };
        Self { operation, describe: Box::new(describe), arn_of }
    }
}

impl<T: Clone + Send + 'static> BatchRead for ReadByArn<T> {
    type Item = T;

    fn operation(&self) -> Operation {
        self.operation
    }

    fn at_once(&self) -> usize {
        limits::ARNS_PER_CALL
    }

    fn describe<'a>(&'a self, _: &'a str, arns: &'a [String]) -> BoxFuture<'a, Result<Answers<T>, AwsError>> {
        async move { answers(self.operation, arns, (self.describe)(arns.to_vec()).await, self.arn_of) }.boxed()
    }
}

/// One answer per ARN. ELBv2 fails the whole call over one that does not exist (ELBv2 API reference, `RuleNotFound`,
/// `ListenerNotFound`, `TargetGroupNotFound`), so that only a call for a single one tells which.
fn answers<T>(
    operation: Operation,
    arns: &[String],
    found: Result<Vec<T>, AwsError>,
    arn_of: impl Fn(&T) -> Option<&str>,
) -> Result<Answers<T>, AwsError> {
    let mut found = match found {
        Ok(found) => found,
        Err(error) if error.class == ErrorClass::NotFound && arns.len() == 1 => {
            return Ok(arns.iter().map(|arn| (arn.clone(), Ok(None))).collect());
        }
        Err(error) => return Err(error),
    };
    let answer = |arn: &String| {
        let place = found.iter().position(|one| arn_of(one) == Some(arn));
        let taken = place.map(|place| found.swap_remove(place));
        (arn.clone(), taken.map(Some).ok_or_else(|| says_nothing(operation, arn)))
    };
    Ok(arns.iter().map(answer).collect())
}
