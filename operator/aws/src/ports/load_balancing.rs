//! What the operator may ask of Elastic Load Balancing.

use std::time::Duration;

use futures::future::BoxFuture;
use sluice_api::ProductionRoute;
use sluice_plan::{
    WeightChange,
    observation::{ListedRoute, Route, Target, TargetGroup},
};

use crate::error::AwsError;

/// Elastic Load Balancing v2, as far as Application and Network Load Balancers go.
pub trait LoadBalancing: Send + Sync {
    /// The routes, in the order asked; one that does not exist is [`sluice_plan::observation::RouteState::Missing`].
    fn describe_routes<'a>(&'a self, routes: &'a [ProductionRoute]) -> BoxFuture<'a, Result<Vec<Route>, AwsError>>;

    /// The target groups without their targets, in the order asked; one that does not exist says so.
    fn describe_target_groups<'a>(&'a self, arns: &'a [String]) -> BoxFuture<'a, Result<Vec<TargetGroup>, AwsError>>;

    /// The targets of one target group; none when there is no such group: that is an answer, and no failed read.
    fn describe_targets<'a>(&'a self, target_group: &'a str) -> BoxFuture<'a, Result<Option<Vec<Target>>, AwsError>>;

    /// Every rule and default action of a load balancer that forwards, of all its listeners and pages; none of one that does
    /// not exist. An answer to another question may be given again where it was asked no longer ago than this; with zero it
    /// never is.
    fn list_routes<'a>(
        &'a self,
        load_balancer: &'a str,
        at_most: Duration,
    ) -> BoxFuture<'a, Result<Vec<ListedRoute>, AwsError>>;

    /// The DNS name of a load balancer; none of one that does not exist. A load balancer keeps its name for as long as it lives,
    /// so that one that is known is not asked for again, and one that could not be read not for an hour.
    fn dns_name<'a>(&'a self, load_balancer: &'a str) -> BoxFuture<'a, Result<Option<String>, AwsError>>;

    /// Sets weights on one route and leaves all else of it as it is. Reads the route right before, and is refused
    /// when the route does not forward to each of the target groups named.
    fn set_weights<'a>(&'a self, change: &'a WeightChange) -> BoxFuture<'a, Result<(), AwsError>>;
}
