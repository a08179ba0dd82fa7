//! The ports: what the operator may ask of AWS. Each method is one question or one mutation; retries,
//! batches, fences and metrics hide behind them.

use std::{fmt, sync::Arc};

use futures::future::BoxFuture;
use sluice_api::ProductionRoute;
use sluice_plan::{
    NewTaskSet, WeightChange,
    world::{Route, Service, StoppedTask, Target, TargetGroup, TaskDefinition, TaskSet},
};

use crate::{AwsError, Budget};

/// An ECS service, by its names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceName {
    /// Name of the cluster.
    pub cluster: String,
    /// Name of the service.
    pub service: String,
}

impl fmt::Display for ServiceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.cluster, self.service)
    }
}

/// Amazon ECS.
pub trait Ecs: Send + Sync {
    /// The service with its task sets; none when ECS knows no such service or no such cluster. An answer that
    /// says neither is an error, never none.
    fn describe_service<'a>(&'a self, name: &'a ServiceName) -> BoxFuture<'a, Result<Option<Service>, AwsError>>;

    /// The task definition; none when ECS does not know it.
    fn describe_task_definition<'a>(
        &'a self,
        task_definition: &'a str,
    ) -> BoxFuture<'a, Result<Option<TaskDefinition>, AwsError>>;

    /// Tasks of a task set that stopped within about the last hour, at most 200.
    fn stopped_tasks<'a>(
        &'a self,
        cluster: &'a str,
        task_set: &'a str,
    ) -> BoxFuture<'a, Result<Vec<StoppedTask>, AwsError>>;

    /// Makes a task set. The same client token again makes no second one.
    fn create_task_set<'a>(
        &'a self,
        name: &'a ServiceName,
        new: &'a NewTaskSet,
    ) -> BoxFuture<'a, Result<TaskSet, AwsError>>;

    /// Scales a task set to a percentage of the service's desired count.
    fn update_task_set<'a>(
        &'a self,
        name: &'a ServiceName,
        task_set: &'a str,
        percent: i32,
    ) -> BoxFuture<'a, Result<(), AwsError>>;

    /// Makes a task set the primary one.
    fn update_service_primary_task_set<'a>(
        &'a self,
        name: &'a ServiceName,
        task_set: &'a str,
    ) -> BoxFuture<'a, Result<(), AwsError>>;

    /// Deletes a task set, also while it runs tasks. One that is gone already is a success.
    fn delete_task_set<'a>(&'a self, name: &'a ServiceName, task_set: &'a str) -> BoxFuture<'a, Result<(), AwsError>>;
}

/// Elastic Load Balancing v2, as far as Application Load Balancers go.
pub trait LoadBalancing: Send + Sync {
    /// The routes, in the order asked; one that does not exist is [`sluice_plan::world::RouteState::Missing`].
    fn describe_routes<'a>(&'a self, routes: &'a [ProductionRoute]) -> BoxFuture<'a, Result<Vec<Route>, AwsError>>;

    /// The target groups without their targets, in the order asked; one that does not exist says so.
    fn describe_target_groups<'a>(&'a self, arns: &'a [String]) -> BoxFuture<'a, Result<Vec<TargetGroup>, AwsError>>;

    /// The targets of one target group; none when there is no such group: that is an answer, and no failed look.
    fn describe_targets<'a>(&'a self, target_group: &'a str) -> BoxFuture<'a, Result<Option<Vec<Target>>, AwsError>>;

    /// Sets weights on one route and leaves all else of it as it is. Reads the route right before, and is refused
    /// when the route does not forward to each of the target groups named.
    fn set_weights<'a>(&'a self, change: &'a WeightChange) -> BoxFuture<'a, Result<(), AwsError>>;
}

/// Whose credentials these are.
pub trait Identity: Send + Sync {
    /// The account, twelve digits. The answer is kept for some minutes; an error never is.
    fn account(&self) -> BoxFuture<'_, Result<String, AwsError>>;
}

/// The ports of one region.
#[derive(Clone)]
pub struct Cloud {
    /// Amazon ECS.
    pub ecs: Arc<dyn Ecs>,
    /// Elastic Load Balancing.
    pub load_balancing: Arc<dyn LoadBalancing>,
    /// Whose credentials these are.
    pub identity: Arc<dyn Identity>,
    /// How much of it may be called now: asked before a look and before a step.
    pub budget: Arc<Budget>,
}
