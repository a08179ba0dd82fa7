//! The port [`Ecs`] on the SDK.

use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_ecs::{
    Client, config,
    config::retry::RetryConfig,
    types::{DesiredStatus, Scale, ScaleUnit},
};
use futures::{FutureExt, future::BoxFuture};
use sluice_api::Share;
use sluice_plan::{
    NewTaskSet,
    observation::{CopySearch, Service, StoppedTask, TaskDefinition, TaskSet, WantedImages},
};

use super::{
    copies, create,
    read::{self, ServiceReader},
};
use crate::{
    client::{Batcher, Clients, call, counted, limits},
    error::{AwsError, ErrorClass},
    metrics::Metrics,
    operations::Operation,
    ports::{Ecs, ServiceName},
    rate_limit::RateLimiter,
};

/// ECS of one region. Reads and writes have a client each, because only writes ask the fence.
pub(crate) struct EcsAdapter {
    reads: Client,
    writes: Client,
    /// As `writes`, and never a second try.
    once: Client,
    services: Batcher<ServiceReader>,
    metrics: Metrics,
}

impl EcsAdapter {
    pub(crate) fn new(config: &SdkConfig, clients: &Clients, rate_limiter: &Arc<RateLimiter>) -> Self {
        let shared =
            config::Builder::from(config).timeout_config(clients.timeouts()).interceptor(counted(rate_limiter));
        let reads = Client::from_conf(shared.clone().retry_config(clients.reads()).build());
        let fenced = shared.interceptor(clients.fence());
        let once = Client::from_conf(fenced.clone().retry_config(RetryConfig::disabled()).build());
        let writes = Client::from_conf(fenced.retry_config(clients.writes()).build());
        let reader = ServiceReader { client: reads.clone(), metrics: clients.metrics.clone() };
        let services = Batcher::new(reader, &clients.settings);
        Self { reads, writes, once, services, metrics: clients.metrics.clone() }
    }

    /// ARNs of stopped tasks. `ListTasks` takes `startedBy` beside `desiredStatus`, but no other filter (ECS API
    /// reference, `ListTasks`).
    async fn list_stopped(&self, cluster: &str, task_set: &str) -> Result<Vec<String>, AwsError> {
        let mut arns = Vec::new();
        let mut token = None;
        loop {
            let request = self
                .reads
                .list_tasks()
                .cluster(cluster)
                .started_by(task_set)
                .desired_status(DesiredStatus::Stopped)
                .set_next_token(token.take());
            let page = call(&self.metrics, Operation::ListTasks, request.send()).await?;
            arns.extend(page.task_arns.unwrap_or_default());
            token = page.next_token.filter(|token| !token.is_empty());
            if token.is_none() || arns.len() >= limits::STOPPED_TASKS {
                arns.truncate(limits::STOPPED_TASKS);
                return Ok(arns);
            }
        }
    }
}

impl Ecs for EcsAdapter {
    fn describe_service<'a>(&'a self, name: &'a ServiceName) -> BoxFuture<'a, Result<Option<Service>, AwsError>> {
        self.services.describe(&name.cluster, &name.service).boxed()
    }

    fn describe_task_definition<'a>(
        &'a self,
        task_definition: &'a str,
    ) -> BoxFuture<'a, Result<Option<TaskDefinition>, AwsError>> {
        async move {
            let operation = Operation::DescribeTaskDefinition;
            let request = self.reads.describe_task_definition().task_definition(task_definition);
            match call(&self.metrics, operation, request.send()).await {
                Ok(answer) => Ok(Some(read::task_definition(answer.task_definition)?)),
                Err(error) if error.class == ErrorClass::NotFound => Ok(None),
                Err(error) => Err(error),
            }
        }
        .boxed()
    }

    fn search_copy<'a>(&'a self, wanted: &'a WantedImages) -> BoxFuture<'a, Result<CopySearch, AwsError>> {
        copies::search(&self.reads, &self.metrics, wanted).boxed()
    }

    fn register_copy<'a>(
        &'a self,
        base: &'a str,
        wanted: &'a WantedImages,
    ) -> BoxFuture<'a, Result<TaskDefinition, AwsError>> {
        copies::register((&self.reads, &self.once), &self.metrics, (base, wanted)).boxed()
    }

    fn stopped_tasks<'a>(
        &'a self,
        cluster: &'a str,
        task_set: &'a str,
    ) -> BoxFuture<'a, Result<Vec<StoppedTask>, AwsError>> {
        async move {
            let arns = self.list_stopped(cluster, task_set).await?;
            let mut tasks = Vec::with_capacity(arns.len());
            for some in arns.chunks(limits::TASKS_PER_CALL) {
                let request = self.reads.describe_tasks().cluster(cluster).set_tasks(Some(some.to_vec()));
                let answer = call(&self.metrics, Operation::DescribeTasks, request.send()).await?;
                // A task may be forgotten between the two calls; the failure that says so is no loss.
                tasks.extend(answer.tasks.unwrap_or_default().into_iter().map(read::stopped_task));
            }
            Ok(tasks)
        }
        .boxed()
    }

    fn create_task_set<'a>(
        &'a self,
        name: &'a ServiceName,
        new: &'a NewTaskSet,
    ) -> BoxFuture<'a, Result<TaskSet, AwsError>> {
        async move {
            let operation = Operation::CreateTaskSet;
            let input = create::input(name, new).map_err(|message| {
                AwsError::new(operation, ErrorClass::Refused, format!("the task set is not complete: {message}"))
            })?;
            let answer = call(&self.metrics, operation, input.send_with(&self.writes)).await?;
            read::task_set(operation, answer.task_set)
        }
        .boxed()
    }

    fn update_task_set<'a>(
        &'a self,
        name: &'a ServiceName,
        task_set: &'a str,
        size: Share,
    ) -> BoxFuture<'a, Result<(), AwsError>> {
        async move {
            let scale = Scale::builder().value(size.percent()).unit(ScaleUnit::Percent).build();
            let request = self
                .writes
                .update_task_set()
                .cluster(&name.cluster)
                .service(&name.service)
                .task_set(task_set)
                .scale(scale);
            call(&self.metrics, Operation::UpdateTaskSet, request.send()).await.map(drop)
        }
        .boxed()
    }

    fn update_service_primary_task_set<'a>(
        &'a self,
        name: &'a ServiceName,
        task_set: &'a str,
    ) -> BoxFuture<'a, Result<(), AwsError>> {
        async move {
            let request = self
                .writes
                .update_service_primary_task_set()
                .cluster(&name.cluster)
                .service(&name.service)
                .primary_task_set(task_set);
            call(&self.metrics, Operation::UpdateServicePrimaryTaskSet, request.send()).await.map(drop)
        }
        .boxed()
    }

    fn delete_task_set<'a>(&'a self, name: &'a ServiceName, task_set: &'a str) -> BoxFuture<'a, Result<(), AwsError>> {
        async move {
            let request = self
                .writes
                .delete_task_set()
                .cluster(&name.cluster)
                .service(&name.service)
                .task_set(task_set)
                .force(true);
            match call(&self.metrics, Operation::DeleteTaskSet, request.send()).await {
                Err(error) if error.is_task_set_missing() => Ok(()),
                answer => answer.map(drop),
            }
        }
        .boxed()
    }
}
