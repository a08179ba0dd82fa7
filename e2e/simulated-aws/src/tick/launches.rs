//! Launching tasks.

use crate::time::Moment;
use crate::world::Region;
use crate::world::services::TaskSet;
use crate::world::tasks::{Phase, Task};

/// What a new task is launched from.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The cluster's name.
    pub cluster: String,
    /// The service's name.
    pub service: String,
    /// The task set's identifier.
    pub task_set: String,
    task_definition: String,
    target: Option<(String, u16)>,
    capacity: String,
}

impl Launch {
    /// What a task of that task set is launched from.
    #[must_use]
    pub fn of(cluster: &str, service: &str, task_set: &TaskSet) -> Self {
        let launch_type = task_set.settings.get("launchType").and_then(|launch| launch.as_str());
        Self {
            cluster: cluster.to_owned(),
            service: service.to_owned(),
            task_set: task_set.id.clone(),
            task_definition: task_set.task_definition.clone(),
            target: task_set.attachment.as_ref().map(|attachment| (attachment.target_group.clone(), attachment.port)),
            capacity: launch_type.unwrap_or("FARGATE").to_owned(),
        }
    }
}

/// Adds a task in PROVISIONING, and returns its identifier.
pub fn launch(region: &mut Region, from: &Launch, now: Moment) -> String {
    let id = region.identifiers.hex32();
    let provisioning = region.chance.jitter(region.timing.provisioning, region.timing.jitter);
    let task = Task {
        arn: region.ecs_arn(&format!("task/{}/{id}", from.cluster)),
        id: id.clone(),
        service: from.service.clone(),
        task_set: from.task_set.clone(),
        task_definition: from.task_definition.clone(),
        phase: Phase::Provisioning,
        phase_ends: Some(now.plus(provisioning)),
        stop: None,
        created_at: now,
        started_at: None,
        stopping_at: None,
        stopped_at: None,
        address: region.next_address(),
        target: from.target.clone(),
        attachment: region.identifiers.uuid(),
        launch_type: from.capacity.clone(),
    };
    if let Some(cluster) = region.clusters.get_mut(&from.cluster) {
        cluster.tasks.insert(id.clone(), task);
    }
    id
}
