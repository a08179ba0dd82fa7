//! A cluster as the wire shows it.

use serde_json::{Value, json};

use super::tags::tags;
use crate::world::services::{Cluster, ServiceStatus};
use crate::world::tasks::{Phase, Task};

/// A cluster.
pub fn cluster(cluster: &Cluster, with_tags: bool) -> Value {
    let count = |wanted: fn(&Task) -> bool| cluster.tasks.values().filter(|task| wanted(task)).count();
    let active = cluster.services.values().filter(|service| service.status == ServiceStatus::Active);
    json!({
        "clusterArn": cluster.arn,
        "clusterName": cluster.name,
        "status": if cluster.is_active { "ACTIVE" } else { "INACTIVE" },
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
