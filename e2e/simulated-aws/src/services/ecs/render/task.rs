//! A task and its containers as the wire shows them.

use serde_json::{Value, json};

use super::tags::tags;
use crate::time::Moment;
use crate::world::services::Cluster;
use crate::world::task_definitions::{TaskDefinition, TaskDefinitions};
use crate::world::tasks::{Phase, Task};

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
    for (key, value) in optional(task, definition) {
        if let Some(value) = value {
            shown[key] = value;
        }
    }
    shown
}

/// What is shown only of some tasks.
fn optional(task: &Task, definition: Option<&TaskDefinition>) -> Vec<(&'static str, Option<Value>)> {
    let fargate = task.launch_type == "FARGATE";
    let registered = |key: &str| definition.and_then(|definition| definition.registered.get(key).cloned());
    let seconds = |at: Option<Moment>| at.map(|at| json!(at.epoch_seconds()));
    vec![
        ("capacityProviderName", task.capacity_provider.as_ref().map(|name| json!(name))),
        ("platformVersion", fargate.then(|| json!("1.4.0"))),
        ("platformFamily", fargate.then(|| json!("Linux"))),
        ("connectivityAt", seconds(task.pulled.0)),
        ("pullStartedAt", seconds(task.pulled.0)),
        ("pullStoppedAt", seconds(task.pulled.1)),
        ("executionStoppedAt", seconds(task.stopped_at.filter(|_| task.started_at.is_some()))),
        ("startedAt", seconds(task.started_at)),
        ("stoppingAt", seconds(task.stopping_at)),
        ("stoppedAt", seconds(task.stopped_at)),
        ("stopCode", task.stop.as_ref().map(|stop| json!(stop.code))),
        ("stoppedReason", task.stop.as_ref().map(|stop| json!(stop.reason))),
        ("cpu", registered("cpu")),
        ("memory", registered("memory")),
    ]
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
