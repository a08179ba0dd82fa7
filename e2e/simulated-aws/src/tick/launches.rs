//! Launching tasks.

use serde_json::Value;

use crate::time::Moment;
use crate::world::region::Region;
use crate::world::services::{Owner, Service};
use crate::world::tags::Tags;
use crate::world::task_sets::TaskSet;
use crate::world::tasks::{Phase, Task};
use crate::world::timing::Timing;

/// A capacity provider's part in a strategy.
#[derive(Clone, Debug)]
struct Part {
    provider: String,
    base: u32,
    weight: u32,
    placed: u32,
}

/// What a new task is launched from.
#[derive(Clone, Debug)]
pub struct Launch {
    /// Whose the task is.
    pub owner: Owner,
    task_definition: String,
    target: Option<(String, u16)>,
    kind: String,
    strategy: Vec<Part>,
    tags: Tags,
}

impl Launch {
    /// What a task of that task set is launched from. `placed` says on how many tasks of it run where.
    #[must_use]
    pub fn of(cluster: &str, service: &Service, task_set: &TaskSet, placed: &dyn Fn(&str) -> u32) -> Self {
        let launch_type = task_set.settings.get("launchType").and_then(Value::as_str);
        let items = task_set.settings.get("capacityProviderStrategy").and_then(Value::as_array);
        let number = |value: &Value| value.as_u64().and_then(|number| u32::try_from(number).ok()).unwrap_or(0);
        let strategy = items.into_iter().flatten().map(|item| {
            let provider = item["capacityProvider"].as_str().unwrap_or_default().to_owned();
            Part { base: number(&item["base"]), weight: number(&item["weight"]), placed: placed(&provider), provider }
        });
        let propagates = service.settings.get("propagateTags").is_some_and(|from| from == "SERVICE");
        Self {
            owner: Owner { cluster: cluster.to_owned(), service: service.name.clone(), task_set: task_set.id.clone() },
            task_definition: task_set.task_definition.clone(),
            target: task_set.attachment.as_ref().map(|attachment| (attachment.target_group.clone(), attachment.port)),
            kind: launch_type.unwrap_or("FARGATE").to_owned(),
            strategy: strategy.collect(),
            tags: if propagates { service.tags.clone() } else { Tags::new() },
        }
    }

    /// Where the next task goes: the bases first, then the provider that is furthest behind its weight.
    fn place(&mut self) -> Option<String> {
        let base = self.strategy.iter_mut().find(|part| part.placed < part.base);
        let part = match base {
            Some(part) => part,
            None => self.strategy.iter_mut().filter(|part| part.weight > 0).min_by(|one, other| {
                let behind = |part: &Part| f64::from(part.placed - part.base + 1) / f64::from(part.weight);
                behind(one).total_cmp(&behind(other))
            })?,
        };
        part.placed += 1;
        Some(part.provider.clone())
    }

    /// The launch bucket that its tasks draw on.
    #[must_use]
    pub fn bucket(&self) -> Option<&'static str> {
        let spot = self.strategy.iter().all(|part| part.provider == "FARGATE_SPOT");
        match (self.strategy.is_empty(), self.kind.as_str()) {
            (true, "FARGATE") => Some("FARGATE"),
            (true, _) => None,
            (false, _) => Some(if spot { "FARGATE_SPOT" } else { "FARGATE" }),
        }
    }
}

/// How many tasks of a kind of Fargate may be launched now, of those that are wanted; they are taken from the bucket.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a bucket holds few launches and never less than none"
)]
pub fn take(region: &mut Region, kind: Option<&'static str>, wanted: u32, now: Moment) -> u32 {
    let Some(kind) = kind else { return wanted };
    let Timing { fargate_launch_burst: burst, fargate_launch_rate: rate, .. } = region.timing;
    let (left, at) = region.launches.get(kind).copied().unwrap_or((burst, now));
    let left = (left + now.since(at).as_secs_f64() * rate).min(burst);
    let given = wanted.min(left.max(0.0) as u32);
    region.launches.insert(kind, (left - f64::from(given), now));
    given
}

/// Adds a task in PROVISIONING, and returns its identifier.
pub fn launch(region: &mut Region, from: &mut Launch, now: Moment) -> String {
    let id = region.identifiers.hex32();
    let provisioning = region.chance.jitter(region.timing.provisioning, region.timing.jitter);
    let capacity_provider = from.place();
    let launch_type = match capacity_provider.as_deref() {
        None => from.kind.clone(),
        Some("FARGATE" | "FARGATE_SPOT") => "FARGATE".to_owned(),
        Some(_) => "EC2".to_owned(),
    };
    let task = Task {
        arn: region.ecs_arn(&format!("task/{}/{id}", from.owner.cluster)),
        id: id.clone(),
        service: from.owner.service.clone(),
        task_set: from.owner.task_set.clone(),
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
        launch_type,
        capacity_provider,
        pulled: (None, None),
        tags: from.tags.clone(),
    };
    if let Some(cluster) = region.clusters.get_mut(&from.owner.cluster) {
        cluster.tasks.insert(id.clone(), task);
        if let Some(service) = cluster.services.get_mut(&from.owner.service) {
            service.alive.push(id.clone());
            service.touch(now);
        }
    }
    id
}
