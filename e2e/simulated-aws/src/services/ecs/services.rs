//! `CreateService` and `DescribeServices`.

use std::collections::VecDeque;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::find::{cluster, shown_cluster};
use super::tags::{Tag, includes_tags};
use super::{render, tags};
use crate::random::hash;
use crate::services::call::Call;
use crate::text::last_segment;
use crate::wire::error::ApiError;
use crate::world::autoscaling::Autoscaling;
use crate::world::services::{Controller, Service, ServiceStatus};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ControllerType {
    r#type: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Create {
    cluster: Option<String>,
    service_name: String,
    desired_count: Option<u32>,
    client_token: Option<String>,
    deployment_controller: Option<ControllerType>,
    health_check_grace_period_seconds: Option<u32>,
    scheduling_strategy: Option<String>,
    deployment_configuration: Option<Value>,
    placement_constraints: Option<Value>,
    placement_strategy: Option<Value>,
    propagate_tags: Option<String>,
    #[serde(rename = "enableECSManagedTags")]
    enable_managed_tags: Option<bool>,
    enable_execute_command: Option<bool>,
    #[serde(default)]
    tags: Vec<Tag>,
}

/// Creates a service with the EXTERNAL controller.
pub fn create(call: &mut Call<'_>, input: &Create, parameters: &Value) -> Result<Value, ApiError> {
    let now = call.now;
    let request = hash(&parameters.to_string());
    let (region_name, account) = (call.region.name.clone(), call.region.account.clone());
    let cluster = cluster(call, input.cluster.as_deref())?;
    let cluster_arn = cluster.arn.clone();
    if let Some(existing) =
        cluster.services.get(&input.service_name).filter(|service| service.status == ServiceStatus::Active)
    {
        let same = input.client_token.is_some()
            && existing.created_by == input.client_token.clone().map(|token| (token, request));
        if same {
            return Ok(json!({"service": render::service(existing, &cluster_arn, true)}));
        }
        return Err(ApiError::invalid_parameter("Creation of service was not idempotent."));
    }
    check(input)?;
    let service = Service {
        name: input.service_name.clone(),
        arn: format!("arn:aws:ecs:{region_name}:{account}:service/{}/{}", cluster.name, input.service_name),
        status: ServiceStatus::Active,
        controller: Controller::External,
        desired_count: input.desired_count.unwrap_or(0),
        health_check_grace: Duration::from_secs(input.health_check_grace_period_seconds.unwrap_or(0).into()),
        created_at: now,
        tags: tags::map(&input.tags)?,
        settings: settings(input),
        task_sets: Vec::new(),
        had_primary: false,
        events: VecDeque::new(),
        tokens: VecDeque::new(),
        created_by: input.client_token.clone().map(|token| (token, request)),
        alive: Vec::new(),
        most_tasks: 0,
        fewest_tasks: None,
        due: now,
        autoscaling: Autoscaling::default(),
    };
    let answer = json!({"service": render::service(&service, &cluster_arn, true)});
    cluster.services.insert(service.name.clone(), service);
    Ok(answer)
}

fn check(input: &Create) -> Result<(), ApiError> {
    let name = &input.service_name;
    if name.is_empty() || name.len() > 255 || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') {
        return Err(ApiError::invalid_parameter(
            "Service names have 1 to 255 letters, numbers, hyphens and underscores.",
        ));
    }
    let controller = input.deployment_controller.as_ref().map(|controller| controller.r#type.as_str());
    match controller {
        Some("EXTERNAL") => {}
        Some("ECS" | "CODE_DEPLOY") | None => {
            return Err(ApiError::invalid_parameter(
                "This simulation creates services with deploymentController type EXTERNAL only; put others into the scenario.",
            ));
        }
        Some(other) => {
            return Err(ApiError::invalid_parameter(format!("Unknown deployment controller type: {other}.")));
        }
    }
    if input.scheduling_strategy.as_deref().is_some_and(|strategy| strategy != "REPLICA") {
        return Err(ApiError::invalid_parameter(
            "The EXTERNAL deployment controller supports the REPLICA scheduling strategy only.",
        ));
    }
    if input.desired_count.is_none() {
        return Err(ApiError::invalid_parameter("The desired count is required."));
    }
    Ok(())
}

/// What is kept and shown again.
fn settings(input: &Create) -> Map<String, Value> {
    let pairs = [
        ("schedulingStrategy", Some(json!("REPLICA"))),
        ("deploymentConfiguration", input.deployment_configuration.clone()),
        ("placementConstraints", input.placement_constraints.clone()),
        ("placementStrategy", input.placement_strategy.clone()),
        ("propagateTags", input.propagate_tags.clone().map(Value::from)),
        ("enableECSManagedTags", input.enable_managed_tags.map(Value::from)),
        ("enableExecuteCommand", input.enable_execute_command.map(Value::from)),
        ("healthCheckGracePeriodSeconds", input.health_check_grace_period_seconds.map(Value::from)),
    ];
    pairs.into_iter().filter_map(|(key, value)| value.map(|value| (key.to_owned(), value))).collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Describe {
    cluster: Option<String>,
    services: Vec<String>,
    #[serde(default)]
    include: Vec<String>,
}

/// Describes at most ten services, with their task sets.
pub fn describe(call: &Call<'_>, input: &Describe) -> Result<Value, ApiError> {
    let with_tags = includes_tags(&input.include, &["TAGS"])?;
    if input.services.is_empty() {
        return Err(ApiError::invalid_parameter("Services cannot be empty."));
    }
    if input.services.len() > 10 {
        return Err(ApiError::invalid_parameter("Services may have at most 10 items."));
    }
    let cluster = shown_cluster(call, input.cluster.as_deref())?;
    let mut found = Vec::new();
    let mut failures = Vec::new();
    for name in &input.services {
        match cluster.services.get(last_segment(name)) {
            Some(service) => found.push(render::service(service, &cluster.arn, with_tags)),
            None => failures.push(json!({
                "arn": call.region.ecs_arn(&format!("service/{}/{}", cluster.name, last_segment(name))),
                "reason": "MISSING",
            })),
        }
    }
    Ok(json!({"services": found, "failures": failures}))
}
