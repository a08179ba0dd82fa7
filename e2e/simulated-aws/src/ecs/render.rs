//! ECS's resources as the wire shows them.

use serde_json::{Map, Value, json};

use crate::world::Tags;
use crate::world::services::{
    Attachment, Cluster, Controller, Service, ServiceStatus, Stability, TaskSet, TaskSetStatus,
};
use crate::world::task_definitions::{TaskDefinition, TaskDefinitions};
use crate::world::tasks::{Phase, Task};

/// Tags as a list.
pub fn tags(tags: &Tags) -> Value {
    tags.iter().map(|(key, value)| json!({"key": key, "value": value})).collect()
}

/// A cluster.
pub fn cluster(cluster: &Cluster, with_tags: bool) -> Value {
    let count = |wanted: fn(&Task) -> bool| cluster.tasks.values().filter(|task| wanted(task)).count();
    let active = cluster.services.values().filter(|service| service.status == ServiceStatus::Active);
    json!({
        "clusterArn": cluster.arn,
        "clusterName": cluster.name,
        "status": "ACTIVE",
        "registeredContainerInstancesCount": 0,
        "runningTasksCount": count(|task| task.phase == Phase::Running),
        "pendingTasksCount": count(|task| task.phase.is_starting()),
        "activeServicesCount": active.count(),
        "statistics": [],
        "settings": [],
        "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
        "defaultCapacityProviderStrategy": [],
        "tags": if with_tags { tags(&cluster.tags) } else { json!([]) },
    })
}

/// A task definition.
pub fn task_definition(definition: &TaskDefinition) -> Value {
    let mut shown = definition.registered.clone();
    let compatibilities = match definition.registered.get("requiresCompatibilities") {
        Some(list) => list.clone(),
        None => json!(["EXTERNAL", "EC2"]),
    };
    let account = definition.arn.split(':').nth(4).unwrap_or_default();
    let facts = [
        ("taskDefinitionArn", json!(definition.arn)),
        ("family", json!(definition.family)),
        ("revision", json!(definition.revision)),
        ("status", json!("ACTIVE")),
        ("compatibilities", compatibilities),
        ("registeredAt", json!(definition.registered_at.epoch_seconds())),
        ("registeredBy", json!(format!("arn:aws:iam::{account}:root"))),
        ("requiresAttributes", json!([])),
    ];
    shown.extend(facts.map(|(key, value)| (key.to_owned(), value)));
    for empty in ["volumes", "placementConstraints"] {
        shown.entry(empty.to_owned()).or_insert_with(|| json!([]));
    }
    Value::Object(shown)
}

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

/// A task.
pub fn task(task: &Task, cluster: &Cluster, definitions: &TaskDefinitions, with_tags: bool) -> Value {
    let definition = definitions.find(&task.task_definition);
    let containers = definition.map(|definition| {
        definition
            .containers()
            .enumerate()
            .map(|(index, container)| container_of(task, index, container))
            .collect::<Vec<_>>()
    });
    let mut shown = json!({
        "taskArn": task.arn,
        "clusterArn": cluster.arn,
        "taskDefinitionArn": task.task_definition,
        "group": format!("service:{}", task.service),
        "startedBy": task.task_set,
        "lastStatus": task.last_status(),
        "desiredStatus": task.desired_status(),
        "launchType": task.launch_type,
        "healthStatus": "UNKNOWN",
        "connectivity": "CONNECTED",
        "version": 1,
        "createdAt": task.created_at.epoch_seconds(),
        "containers": containers.unwrap_or_default(),
        "attachments": [{
            "id": task.attachment,
            "type": "ElasticNetworkInterface",
            "status": if task.phase == Phase::Stopped { "DELETED" } else { "ATTACHED" },
            "details": [{"name": "privateIPv4Address", "value": task.address}],
        }],
        "availabilityZone": format!("{}a", task.arn.split(':').nth(3).unwrap_or_default()),
        "enableExecuteCommand": false,
        "overrides": {"containerOverrides": [], "inferenceAcceleratorOverrides": []},
        "tags": if with_tags { tags(&task.tags) } else { json!([]) },
    });
    let fargate = task.launch_type == "FARGATE";
    let registered = |key: &str| definition.and_then(|definition| definition.registered.get(key).cloned());
    let optional = [
        ("capacityProviderName", task.capacity_provider.as_ref().map(|name| json!(name))),
        ("platformVersion", fargate.then(|| json!("1.4.0"))),
        ("platformFamily", fargate.then(|| json!("Linux"))),
        ("connectivityAt", task.pulled.0.map(|at| json!(at.epoch_seconds()))),
        ("pullStartedAt", task.pulled.0.map(|at| json!(at.epoch_seconds()))),
        ("pullStoppedAt", task.pulled.1.map(|at| json!(at.epoch_seconds()))),
        (
            "executionStoppedAt",
            task.stopped_at.filter(|_| task.started_at.is_some()).map(|at| json!(at.epoch_seconds())),
        ),
        ("startedAt", task.started_at.map(|at| json!(at.epoch_seconds()))),
        ("stoppingAt", task.stopping_at.map(|at| json!(at.epoch_seconds()))),
        ("stoppedAt", task.stopped_at.map(|at| json!(at.epoch_seconds()))),
        ("stopCode", task.stop.as_ref().map(|stop| json!(stop.code))),
        ("stoppedReason", task.stop.as_ref().map(|stop| json!(stop.reason))),
        ("cpu", registered("cpu")),
        ("memory", registered("memory")),
    ];
    for (key, value) in optional {
        if let Some(value) = value {
            shown[key] = value;
        }
    }
    shown
}

fn container_of(task: &Task, index: usize, container: &Value) -> Value {
    let status = match task.phase {
        Phase::Provisioning | Phase::Pending | Phase::Activating => "PENDING",
        Phase::Running | Phase::Deactivating | Phase::Stopping => "RUNNING",
        Phase::Deprovisioning | Phase::Stopped => "STOPPED",
    };
    let cluster_path = task.arn.replacen(":task/", ":container/", 1);
    let mut shown = json!({
        "containerArn": format!("{cluster_path}/{index}"),
        "taskArn": task.arn,
        "name": container["name"],
        "image": container["image"],
        "runtimeId": format!("{}-{index}", task.id),
        "lastStatus": status,
        "healthStatus": "UNKNOWN",
        "networkBindings": [],
        "networkInterfaces": [{"attachmentId": task.attachment, "privateIpv4Address": task.address}],
    });
    if let Some(stop) = task.stop.as_ref().filter(|_| status == "STOPPED") {
        if let Some(reason) = &stop.container_reason {
            shown["reason"] = json!(reason);
        }
        if let Some(code) = stop.exit_code {
            shown["exitCode"] = json!(code);
        }
    }
    shown
}
