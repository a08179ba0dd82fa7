//! The task-set operations.

use serde_json::{Value, json};

use super::find::{active_service, external_service, task_set, task_set_not_found};
use super::tags::includes_tags;
use super::task_set_requests::{Create, Delete, Describe, Promote, Scale, Update};
use super::{render, tags};
use crate::random::{hash, task_set_id};
use crate::services::call::Call;
use crate::text::last_segment;
use crate::wire::error::ApiError;
use crate::world::services::{Service, TokenUse};
use crate::world::tags::Tags;
use crate::world::task_sets::{Attachment, Stability, TaskSet, TaskSetStatus};

/// How many task sets a service may have, those being deleted among them.
const LIMIT: usize = 5;

/// Creates a task set, or answers again with the one that the same token made.
pub fn create(call: &mut Call<'_>, input: &Create, parameters: &Value) -> Result<Value, ApiError> {
    let now = call.now;
    let request = hash(&parameters.to_string());
    let service = external_service(call, &input.cluster, &input.service)?;
    if let Some(answer) = answered_before(service, input, request)? {
        return Ok(answer);
    }
    if service.task_sets.len() >= LIMIT {
        return Err(ApiError::invalid_parameter(format!(
            "{LIMIT} deployments exist on the service. Unable to create new TaskSet since this exceeds the maximum limit."
        )));
    }
    let scale = input.scale.as_ref().map_or(Ok(100.0), Scale::percent)?;
    let tags = tags::map(&input.tags)?;
    let (definition, attachment) = input.check(call)?;
    let definition = definition.arn.clone();
    let id = task_set_id(call.region.identifiers.bits());
    let mut task_set = new_task_set(call, input, &id, definition);
    task_set.attachment = attachment;
    task_set.scale = scale;
    task_set.tags = tags;
    task_set.updated_at = now;
    let service = external_service(call, &input.cluster, &input.service)?;
    task_set.compute_desired(service.desired_count);
    let answer = json!({"taskSet": render::task_set(&task_set, service, true)});
    if let Some(token) = input.client_token.clone() {
        let answer = answer.clone();
        service.remember(token, TokenUse { request, task_set: id, answer });
    }
    service.task_sets.push(task_set);
    service.touch(now);
    Ok(answer)
}

/// The earlier answer to the same client token, or the error that another request with it deserves.
fn answered_before(service: &Service, input: &Create, request: u64) -> Result<Option<Value>, ApiError> {
    let Some(used) = input.client_token.as_ref().and_then(|token| service.used_for(token)) else {
        return Ok(None);
    };
    if used.request != request {
        return Err(ApiError::invalid_parameter(
            "The client token was already used for a request with other parameters.",
        ));
    }
    Ok(Some(match service.task_set(&used.task_set) {
        Some(task_set) => json!({"taskSet": render::task_set(task_set, service, true)}),
        None => used.answer.clone(),
    }))
}

fn new_task_set(call: &Call<'_>, input: &Create, id: &str, task_definition: String) -> TaskSet {
    let path = format!("task-set/{}/{}/{id}", last_segment(&input.cluster), last_segment(&input.service));
    TaskSet {
        arn: call.region.ecs_arn(&path),
        id: id.to_owned(),
        external_id: input.external_id.clone(),
        client_token: input.client_token.clone(),
        status: TaskSetStatus::Active,
        task_definition,
        attachment: None::<Attachment>,
        settings: input.settings(),
        scale: 100.0,
        computed_desired: 0,
        running: 0,
        pending: 0,
        stability: Stability::Stabilizing,
        stability_at: call.now,
        created_at: call.now,
        updated_at: call.now,
        tags: Tags::new(),
        failed_rounds: 0,
        next_launch: call.now,
        failed_tasks: 0,
        was_scaled_down: false,
        was_primary: false,
        preexisting: false,
    }
}

/// Describes a service's task sets.
pub fn describe(call: &mut Call<'_>, input: &Describe) -> Result<Value, ApiError> {
    let with_tags = includes_tags(&input.include, &["TAGS"])?;
    let service: &Service = external_service(call, &input.cluster, &input.service)?;
    let mut found = Vec::new();
    let mut failures = Vec::new();
    if input.task_sets.is_empty() {
        found.extend(service.task_sets.iter().map(|task_set| render::task_set(task_set, service, with_tags)));
    }
    for id in &input.task_sets {
        match service.task_set(id) {
            Some(task_set) => found.push(render::task_set(task_set, service, with_tags)),
            None => failures.push(json!({"arn": id, "reason": "MISSING"})),
        }
    }
    Ok(json!({"taskSets": found, "failures": failures}))
}

/// Changes the scale, the only thing of a task set that can change.
pub fn update(call: &mut Call<'_>, input: &Update) -> Result<Value, ApiError> {
    let now = call.now;
    let service = external_service(call, &input.cluster, &input.service)?;
    let desired = service.desired_count;
    let found = task_set(service, &input.task_set)?;
    let scale = input.scale.percent()?;
    if !found.is_live() {
        return Err(ApiError::invalid_parameter("The task set is being deleted and cannot be scaled."));
    }
    found.was_scaled_down |= scale < found.scale;
    found.scale = scale;
    found.updated_at = now;
    found.compute_desired(desired);
    service.touch(now);
    shown(service, &input.task_set)
}

/// Begins to delete a task set.
pub fn delete(call: &mut Call<'_>, input: &Delete) -> Result<Value, ApiError> {
    let now = call.now;
    let service = active_service(call, Some(&input.cluster), &input.service)?;
    let found = task_set(service, &input.task_set)?;
    if !input.force.unwrap_or(false) {
        if found.status == TaskSetStatus::Primary {
            return Err(ApiError::invalid_parameter("The primary task set cannot be deleted without force."));
        }
        if found.computed_desired > 0 {
            return Err(ApiError::invalid_parameter(
                "The task set cannot be deleted while it is scaled above 0; scale it to 0 or use force.",
            ));
        }
    }
    found.status = TaskSetStatus::Draining;
    found.updated_at = now;
    found.compute_desired(0);
    service.touch(now);
    shown(service, &input.task_set)
}

/// Makes a task set the PRIMARY; the former one becomes ACTIVE.
pub fn promote(call: &mut Call<'_>, input: &Promote) -> Result<Value, ApiError> {
    let now = call.now;
    let service = external_service(call, &input.cluster, &input.service)?;
    if !task_set(service, &input.primary_task_set)?.is_live() {
        return Err(ApiError::invalid_parameter("A task set that is being deleted cannot become the primary."));
    }
    for task_set in &mut service.task_sets {
        if task_set.is_called(&input.primary_task_set) {
            task_set.was_primary = true;
            if task_set.status != TaskSetStatus::Primary {
                task_set.status = TaskSetStatus::Primary;
                task_set.updated_at = now;
            }
        } else if task_set.status == TaskSetStatus::Primary {
            task_set.status = TaskSetStatus::Active;
            task_set.updated_at = now;
        }
    }
    service.had_primary = true;
    service.touch(now);
    shown(service, &input.primary_task_set)
}

fn shown(service: &Service, id: &str) -> Result<Value, ApiError> {
    let task_set = service.task_set(id).ok_or_else(task_set_not_found)?;
    Ok(json!({"taskSet": render::task_set(task_set, service, true)}))
}
