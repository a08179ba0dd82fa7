//! `UpdateService` and `DeleteService`.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::find::{active_service, cluster, service_not_found};
use super::render;
use crate::services::call::Call;
use crate::text::last_segment;
use crate::wire::error::ApiError;
use crate::world::services::{Controller, Service, ServiceStatus};
use crate::world::task_sets::TaskSetStatus;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Update {
    cluster: Option<String>,
    service: String,
    desired_count: Option<u32>,
    deployment_configuration: Option<Value>,
    health_check_grace_period_seconds: Option<u32>,
    placement_constraints: Option<Value>,
    placement_strategy: Option<Value>,
    propagate_tags: Option<String>,
    #[serde(rename = "enableECSManagedTags")]
    enable_managed_tags: Option<bool>,
    enable_execute_command: Option<bool>,
    task_definition: Option<Value>,
    network_configuration: Option<Value>,
    load_balancers: Option<Value>,
    platform_version: Option<Value>,
    force_new_deployment: Option<bool>,
}

impl Update {
    /// What belongs to a task set when the controller is not ECS, if the request tries to change it here.
    fn forbidden(&self) -> Option<&'static str> {
        [
            ("task definition", self.task_definition.is_some()),
            ("network configuration", self.network_configuration.is_some()),
            ("load balancers", self.load_balancers.is_some()),
            ("platform version", self.platform_version.is_some()),
            ("deployment", self.force_new_deployment == Some(true)),
        ]
        .into_iter()
        .find_map(|(what, given)| given.then_some(what))
    }
}

/// Changes what may be changed on a service whose releases are task sets.
pub fn update(call: &mut Call<'_>, input: &Update) -> Result<Value, ApiError> {
    let now = call.now;
    let cluster_arn = cluster(call, input.cluster.as_deref())?.arn.clone();
    let service = active_service(call, input.cluster.as_deref(), &input.service)?;
    if let Some(what) = input.forbidden() {
        return Err(ApiError::invalid_parameter(match service.controller {
            Controller::Ecs => format!(
                "This simulation does not replace tasks for the ECS deployment controller; the {what} cannot change."
            ),
            other => format!("Unable to update {what} on services with a {} deployment controller.", other.word()),
        }));
    }
    apply_settings(service, input);
    if let Some(desired) = input.desired_count {
        service.set_desired(desired, now);
    }
    Ok(json!({"service": render::service(service, &cluster_arn, true)}))
}

fn apply_settings(service: &mut Service, input: &Update) {
    let pairs = [
        ("deploymentConfiguration", input.deployment_configuration.clone()),
        ("placementConstraints", input.placement_constraints.clone()),
        ("placementStrategy", input.placement_strategy.clone()),
        ("propagateTags", input.propagate_tags.clone().map(Value::from)),
        ("enableECSManagedTags", input.enable_managed_tags.map(Value::from)),
        ("enableExecuteCommand", input.enable_execute_command.map(Value::from)),
        ("healthCheckGracePeriodSeconds", input.health_check_grace_period_seconds.map(Value::from)),
    ];
    for (key, value) in pairs {
        if let Some(value) = value {
            service.settings.insert(key.to_owned(), value);
        }
    }
    if let Some(seconds) = input.health_check_grace_period_seconds {
        service.health_check_grace = Duration::from_secs(seconds.into());
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Delete {
    cluster: Option<String>,
    service: String,
    force: Option<bool>,
}

/// Deletes a service: without force it must be at 0 and without task sets.
pub fn delete(call: &mut Call<'_>, input: &Delete) -> Result<Value, ApiError> {
    let now = call.now;
    let cluster = cluster(call, input.cluster.as_deref())?;
    let cluster_arn = cluster.arn.clone();
    let service = cluster
        .services
        .get_mut(last_segment(&input.service))
        .filter(|service| service.status != ServiceStatus::Inactive)
        .ok_or_else(service_not_found)?;
    let force = input.force.unwrap_or(false);
    if !force && service.desired_count > 0 {
        return Err(ApiError::invalid_parameter("The service cannot be stopped while it is scaled above 0."));
    }
    if !force && service.controller == Controller::External && !service.task_sets.is_empty() {
        return Err(ApiError::invalid_parameter("The service cannot be stopped while it has task sets."));
    }
    service.status = ServiceStatus::Draining;
    service.desired_count = 0;
    service.touch(now);
    for task_set in &mut service.task_sets {
        task_set.status = TaskSetStatus::Draining;
        task_set.compute_desired(0);
        task_set.updated_at = now;
    }
    Ok(json!({"service": render::service(service, &cluster_arn, true)}))
}
