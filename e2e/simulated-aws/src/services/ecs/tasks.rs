//! `ListTasks`, `DescribeTasks` and `StopTask`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::find::{cluster_not_found, service_not_found, shown_cluster};
use super::page::{MOST, page};
use super::render;
use super::tags::includes_tags;
use crate::services::call::Call;
use crate::text::last_segment;
use crate::tick::endings::{Ending, end};
use crate::wire::error::ApiError;
use crate::world::tasks::{StopCause, Task};

/// The most tasks in a describe.
const DESCRIBED: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct List {
    cluster: Option<String>,
    family: Option<String>,
    service_name: Option<String>,
    started_by: Option<String>,
    desired_status: Option<String>,
    launch_type: Option<String>,
    max_results: Option<usize>,
    next_token: Option<String>,
}

impl List {
    fn check(&self) -> Result<(), ApiError> {
        if self.started_by.is_some()
            && (self.family.is_some() || self.service_name.is_some() || self.launch_type.is_some())
        {
            return Err(ApiError::invalid_parameter("cannot specify startedBy together with another filter."));
        }
        match self.desired_status.as_deref() {
            None | Some("RUNNING" | "PENDING" | "STOPPED") => Ok(()),
            Some(other) => Err(ApiError::invalid_parameter(format!("Unknown desired status: {other}."))),
        }
    }

    fn selects(&self, task: &Task) -> bool {
        let desired = self.desired_status.as_deref().unwrap_or("RUNNING");
        let family = || last_segment(&task.task_definition).split(':').next().unwrap_or_default();
        task.desired_status() == desired
            && self.started_by.as_ref().is_none_or(|id| task.task_set == *id)
            && self.service_name.as_ref().is_none_or(|name| task.service == last_segment(name))
            && self.family.as_ref().is_none_or(|wanted| wanted == family())
            && self.launch_type.as_ref().is_none_or(|wanted| *wanted == task.launch_type)
    }
}

/// Lists the tasks of a cluster.
pub fn list(call: &Call<'_>, input: &List) -> Result<Value, ApiError> {
    let cluster = shown_cluster(call, input.cluster.as_deref())?;
    input.check()?;
    if input.service_name.as_ref().is_some_and(|name| !cluster.services.contains_key(last_segment(name))) {
        return Err(service_not_found());
    }
    let tasks = cluster.tasks.values().filter(|task| input.selects(task)).map(|task| (task.id.as_str(), &task.arn));
    let (arns, next) = page(tasks, input.next_token.as_deref(), input.max_results, MOST)?;
    let mut answer = json!({"taskArns": arns});
    if let Some(next) = next {
        answer["nextToken"] = json!(next);
    }
    Ok(answer)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Describe {
    cluster: Option<String>,
    tasks: Vec<String>,
    #[serde(default)]
    include: Vec<String>,
}

/// Describes tasks, the stopped ones among them.
pub fn describe(call: &Call<'_>, input: &Describe) -> Result<Value, ApiError> {
    let with_tags = includes_tags(&input.include, &["TAGS"])?;
    if input.tasks.is_empty() || input.tasks.len() > DESCRIBED {
        return Err(ApiError::invalid_parameter("Tasks must have between 1 and 100 items."));
    }
    let cluster = shown_cluster(call, input.cluster.as_deref())?;
    let mut found = Vec::new();
    let mut failures = Vec::new();
    for id in &input.tasks {
        match cluster.tasks.get(last_segment(id)) {
            Some(task) => found.push(render::task(task, cluster, &call.region.task_definitions, with_tags)),
            None => failures.push(json!({
                "arn": call.region.ecs_arn(&format!("task/{}/{}", cluster.name, last_segment(id))),
                "reason": "MISSING",
            })),
        }
    }
    Ok(json!({"tasks": found, "failures": failures}))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Stop {
    cluster: Option<String>,
    task: String,
    reason: Option<String>,
}

/// Stops a task; its service replaces it.
pub fn stop(call: &mut Call<'_>, input: &Stop) -> Result<Value, ApiError> {
    let now = call.now;
    let name = shown_cluster(call, input.cluster.as_deref())?.name.clone();
    let cluster = call.region.clusters.get_mut(&name).ok_or_else(cluster_not_found)?;
    let task = cluster
        .tasks
        .get_mut(last_segment(&input.task))
        .ok_or_else(|| ApiError::invalid_parameter("The referenced task was not found."))?;
    let cause = StopCause {
        code: "UserInitiated",
        reason: input.reason.clone().unwrap_or_else(|| "Task stopped by user".to_owned()),
        container_reason: None,
        exit_code: None,
    };
    end(task, cause, Ending::Orderly, now, &mut call.region.balancing, &call.region.timing);
    let task = task.clone();
    if let Some(service) = cluster.services.get_mut(&task.service) {
        service.touch(now);
    }
    let cluster = shown_cluster(call, Some(&name))?;
    Ok(json!({"task": render::task(&task, cluster, &call.region.task_definitions, true)}))
}
