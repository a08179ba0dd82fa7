//! What the operator may ask of Amazon ECS.

use futures::future::BoxFuture;
use sluice_api::Share;
use sluice_plan::{
    NewTaskSet,
    observation::{CopySearch, Service, StoppedTask, TaskDefinition, TaskSet, WantedImages},
};

use crate::error::AwsError;

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

    /// The newest ACTIVE revision of a family, and the newest one that is that with these images.
    fn search_copy<'a>(&'a self, wanted: &'a WantedImages) -> BoxFuture<'a, Result<CopySearch, AwsError>>;

    /// Registers a copy of a revision, by name or ARN, with these images. It is sent once: ECS knows no token by which a call
    /// that comes twice would register it once.
    fn register_copy<'a>(
        &'a self,
        base: &'a str,
        wanted: &'a WantedImages,
    ) -> BoxFuture<'a, Result<TaskDefinition, AwsError>>;

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

    /// Scales a task set to a part of the service's desired count.
    fn update_task_set<'a>(
        &'a self,
        name: &'a ServiceName,
        task_set: &'a str,
        size: Share,
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

/// An ECS service, by its names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceName {
    /// Name of the cluster.
    pub cluster: String,
    /// Name of the service.
    pub service: String,
}

impl std::fmt::Display for ServiceName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.cluster, self.service)
    }
}
