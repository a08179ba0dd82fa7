//! The descriptions that take many ARNs in one call.

use aws_sdk_elasticloadbalancingv2::{
    Client,
    types::{Listener, Rule, TargetGroup},
};
use futures::{FutureExt, future::BoxFuture};

use crate::{
    AwsError, ErrorClass, Metrics, Operation,
    batch::{Answers, DescribeMany, says_nothing},
    call::call,
    limits,
};

/// DescribeRules.
pub(super) struct Rules {
    pub(super) client: Client,
    pub(super) metrics: Metrics,
}

/// DescribeListeners.
pub(super) struct Listeners {
    pub(super) client: Client,
    pub(super) metrics: Metrics,
}

/// DescribeTargetGroups.
pub(super) struct TargetGroups {
    pub(super) client: Client,
    pub(super) metrics: Metrics,
}

impl DescribeMany for Rules {
    type Item = Rule;

    fn operation(&self) -> Operation {
        Operation::DescribeRules
    }

    fn at_once(&self) -> usize {
        limits::ARNS_PER_CALL
    }

    fn describe<'a>(&'a self, _: &'a str, arns: &'a [String]) -> BoxFuture<'a, Result<Answers<Rule>, AwsError>> {
        async move {
            self.metrics.batch(self.operation(), arns.len());
            let request = self.client.describe_rules().set_rule_arns(Some(arns.to_vec()));
            let answer = call(&self.metrics, self.operation(), request.send()).await;
            let found = answer.map(|answer| answer.rules.unwrap_or_default());
            answers(self.operation(), arns, found, |rule| rule.rule_arn.as_deref())
        }
        .boxed()
    }
}

impl DescribeMany for Listeners {
    type Item = Listener;

    fn operation(&self) -> Operation {
        Operation::DescribeListeners
    }

    fn at_once(&self) -> usize {
        limits::ARNS_PER_CALL
    }

    fn describe<'a>(&'a self, _: &'a str, arns: &'a [String]) -> BoxFuture<'a, Result<Answers<Listener>, AwsError>> {
        async move {
            self.metrics.batch(self.operation(), arns.len());
            let request = self.client.describe_listeners().set_listener_arns(Some(arns.to_vec()));
            let answer = call(&self.metrics, self.operation(), request.send()).await;
            let found = answer.map(|answer| answer.listeners.unwrap_or_default());
            answers(self.operation(), arns, found, |listener| listener.listener_arn.as_deref())
        }
        .boxed()
    }
}

impl DescribeMany for TargetGroups {
    type Item = TargetGroup;

    fn operation(&self) -> Operation {
        Operation::DescribeTargetGroups
    }

    fn at_once(&self) -> usize {
        limits::ARNS_PER_CALL
    }

    fn describe<'a>(&'a self, _: &'a str, arns: &'a [String]) -> BoxFuture<'a, Result<Answers<TargetGroup>, AwsError>> {
        async move {
            self.metrics.batch(self.operation(), arns.len());
            let request = self.client.describe_target_groups().set_target_group_arns(Some(arns.to_vec()));
            let answer = call(&self.metrics, self.operation(), request.send()).await;
            let found = answer.map(|answer| answer.target_groups.unwrap_or_default());
            answers(self.operation(), arns, found, |group| group.target_group_arn.as_deref())
        }
        .boxed()
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
