//! A service, its task sets and its one deployment as the wire shows them.

use serde_json::{Map, Value, json};

use super::tags::tags;
use crate::world::services::{Controller, Service};
use crate::world::task_sets::{Attachment, Stability, TaskSet, TaskSetStatus};

fn load_balancers(attachment: Option<&Attachment>) -> Value {
    attachment
        .iter()
        .map(|attachment| {
            json!({
                "targetGroupArn": attachment.target_group,
                "containerName": attachment.container,
                "containerPort": attachment.port,
            })
        })
        .collect()
}

/// A task set.
pub fn task_set(task_set: &TaskSet, service: &Service, with_tags: bool) -> Value {
    let cluster_arn = service.arn.replacen(":service/", ":cluster/", 1);
    let cluster_arn = cluster_arn.rsplit_once('/').map_or("", |(arn, _)| arn);
    let mut shown = task_set.settings.clone();
    let facts = [
        ("id", json!(task_set.id)),
        ("taskSetArn", json!(task_set.arn)),
        ("serviceArn", json!(service.arn)),
        ("clusterArn", json!(cluster_arn)),
        ("status", json!(task_set.status.word())),
        ("taskDefinition", json!(task_set.task_definition)),
        ("computedDesiredCount", json!(task_set.computed_desired)),
        ("pendingCount", json!(task_set.pending)),
        ("runningCount", json!(task_set.running)),
        ("createdAt", json!(task_set.created_at.epoch_seconds())),
        ("updatedAt", json!(task_set.updated_at.epoch_seconds())),
        ("loadBalancers", load_balancers(task_set.attachment.as_ref())),
        ("scale", json!({"value": task_set.scale, "unit": "PERCENT"})),
        ("stabilityStatus", json!(task_set.stability.word())),
        ("stabilityStatusAt", json!(task_set.stability_at.epoch_seconds())),
        ("tags", if with_tags { tags(&task_set.tags) } else { json!([]) }),
    ];
    shown.extend(facts.map(|(key, value)| (key.to_owned(), value)));
    if let Some(external_id) = &task_set.external_id {
        shown.insert("externalId".to_owned(), json!(external_id));
    }
    Value::Object(shown)
}

/// The one deployment of a service with the ECS controller.
fn deployment(task_set: &TaskSet) -> Value {
    let mut shown = task_set.settings.clone();
    shown.remove("serviceRegistries");
    let steady = task_set.stability == Stability::SteadyState;
    let facts = [
        ("id", json!(task_set.id)),
        ("status", json!(task_set.status.word())),
        ("taskDefinition", json!(task_set.task_definition)),
        ("desiredCount", json!(task_set.computed_desired)),
        ("pendingCount", json!(task_set.pending)),
        ("runningCount", json!(task_set.running)),
        ("failedTasks", json!(task_set.failed_tasks)),
        ("createdAt", json!(task_set.created_at.epoch_seconds())),
        ("updatedAt", json!(task_set.updated_at.epoch_seconds())),
        ("rolloutState", json!(if steady { "COMPLETED" } else { "IN_PROGRESS" })),
    ];
    shown.extend(facts.map(|(key, value)| (key.to_owned(), value)));
    Value::Object(shown)
}

/// A service. What its PRIMARY task set states is repeated on the service; without one those fields are absent.
pub fn service(service: &Service, cluster_arn: &str, with_tags: bool) -> Value {
    let mut shown = service.settings.clone();
    let sum = |count: fn(&TaskSet) -> u32| service.task_sets.iter().map(count).sum::<u32>();
    let events = service
        .events
        .iter()
        .map(|event| json!({"id": event.id, "createdAt": event.at.epoch_seconds(), "message": event.message}));
    let facts = [
        ("serviceArn", json!(service.arn)),
        ("serviceName", json!(service.name)),
        ("clusterArn", json!(cluster_arn)),
        ("status", json!(service.status.word())),
        ("desiredCount", json!(service.desired_count)),
        ("runningCount", json!(sum(|task_set| task_set.running))),
        ("pendingCount", json!(sum(|task_set| task_set.pending))),
        ("createdAt", json!(service.created_at.epoch_seconds())),
        ("deploymentController", json!({"type": service.controller.word()})),
        ("events", events.collect()),
        ("loadBalancers", json!([])),
        ("serviceRegistries", json!([])),
        ("tags", if with_tags { tags(&service.tags) } else { json!([]) }),
    ];
    shown.extend(facts.map(|(key, value)| (key.to_owned(), value)));
    for empty in ["placementConstraints", "placementStrategy"] {
        shown.entry(empty.to_owned()).or_insert_with(|| json!([]));
    }
    let task_sets = &service.task_sets;
    if service.controller == Controller::Ecs {
        shown.insert("deployments".to_owned(), task_sets.iter().map(deployment).collect());
    } else {
        let list = task_sets.iter().map(|set| task_set(set, service, with_tags));
        shown.insert("taskSets".to_owned(), list.collect());
        shown.insert("deployments".to_owned(), json!([]));
    }
    if let Some(primary) = service.task_sets.iter().find(|set| set.status == TaskSetStatus::Primary) {
        mirror(&mut shown, primary);
    }
    Value::Object(shown)
}

fn mirror(shown: &mut Map<String, Value>, primary: &TaskSet) {
    shown.extend(primary.settings.clone());
    shown.insert("taskDefinition".to_owned(), json!(primary.task_definition));
    shown.insert("loadBalancers".to_owned(), load_balancers(primary.attachment.as_ref()));
}
