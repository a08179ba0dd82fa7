//! The world as it is.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::request::Ask;
use crate::engine::Engine;
use crate::services::elbv2::shown_actions;
use crate::tick::traffic::settle;
use crate::time::Moment;
use crate::world::routes::Rule;
use crate::world::services::{Cluster, Service};
use crate::world::target_groups::{Health, TargetGroup};
use crate::world::task_sets::TaskSet;

/// That it is there, and what its clock shows.
pub fn health(_: &mut Engine, ask: &Ask<'_>) -> Value {
    json!({"status": "ok", "now": ask.now})
}

/// Requests up to now are counted.
fn settle_traffic(engine: &mut Engine) {
    let last = engine.last_tick;
    for region in engine.regions.values_mut() {
        settle(&mut region.balancing, last);
    }
}

/// Everything that tests look at.
pub fn state(engine: &mut Engine, ask: &Ask<'_>) -> Value {
    settle_traffic(engine);
    let now = ask.now;
    let clusters = engine.regions().flat_map(|region| region.clusters.values());
    let services =
        clusters.flat_map(|cluster| cluster.services.values().map(move |service| service_state(cluster, service)));
    let groups = engine.regions().flat_map(|region| region.balancing.target_groups.values());
    let rules = engine.regions().flat_map(|region| region.balancing.rules.values());
    json!({
        "now": now,
        "services": services.collect::<Vec<_>>(),
        "targetGroups": groups.map(|group| group_state(group, now)).collect::<Vec<_>>(),
        "routes": rules.map(|rule| route_state(rule, now, true)).collect::<Vec<_>>(),
    })
}

fn service_state(cluster: &Cluster, service: &Service) -> Value {
    json!({
        "cluster": cluster.name,
        "service": service.name,
        "arn": service.arn,
        "status": service.status.word(),
        "controller": service.controller.word(),
        "desiredCount": service.desired_count,
        "mostTasks": service.most_tasks,
        "fewestTasks": service.fewest_tasks,
        "taskSets": service.task_sets.iter().map(task_set_state).collect::<Vec<_>>(),
        "events": service.events.iter().take(10).map(|event| json!({"at": event.at, "message": event.message})).collect::<Vec<_>>(),
    })
}

fn task_set_state(task_set: &TaskSet) -> Value {
    json!({
        "id": task_set.id,
        "arn": task_set.arn,
        "externalId": task_set.external_id,
        "clientToken": task_set.client_token,
        "status": task_set.status.word(),
        "scale": task_set.scale,
        "computedDesiredCount": task_set.computed_desired,
        "runningCount": task_set.running,
        "pendingCount": task_set.pending,
        "failedTasks": task_set.failed_tasks,
        "stabilityStatus": task_set.stability.word(),
        "targetGroupArn": task_set.target_group(),
        "taskDefinition": task_set.task_definition,
        "createdAt": task_set.created_at,
        "preexisting": task_set.preexisting,
    })
}

fn group_state(group: &TargetGroup, now: Moment) -> Value {
    let count = |wanted: fn(Health) -> bool| group.targets.values().filter(|target| wanted(target.health)).count();
    json!({
        "arn": group.arn,
        "name": group.name,
        "healthy": group.healthy(),
        "initial": count(|health| matches!(health, Health::Registering | Health::Initial)),
        "unhealthy": count(|health| health == Health::Unhealthy),
        "draining": count(|health| matches!(health, Health::Draining(_))),
        "unused": count(|health| health == Health::Unused),
        "requests": group.requests,
        "errors": group.errors,
        "slowStarting": group
            .targets
            .values()
            .filter(|target| target.health == Health::Healthy && group.share_of(target, now) < 1.0)
            .count(),
    })
}

fn route_state(rule: &Rule, now: Moment, with_actions: bool) -> Value {
    let weights: Vec<Value> =
        rule.weights().into_iter().map(|(arn, weight)| json!({"targetGroupArn": arn, "weight": weight})).collect();
    let mut shown = json!({
        "arn": rule.route_arn(),
        "kind": if rule.priority.is_some() { "rule" } else { "listener" },
        "test": rule.traffic.is_test,
        "weights": weights,
        "requestsPerSecond": rule.traffic.requests_per_second,
        "requests": rule.traffic.requests,
        "lost": rule.traffic.lost,
        "failedOpen": rule.traffic.failed_open,
        "byTargetGroup": rule.traffic.by_target_group,
    });
    if rule.stickiness().is_some() {
        shown["sticky"] = sticky_state(rule, now);
    }
    if with_actions {
        shown["actions"] = shown_actions(&rule.actions);
    }
    shown
}

/// Requests and losses.
pub fn traffic(engine: &mut Engine, ask: &Ask<'_>) -> Value {
    settle_traffic(engine);
    let now = ask.now;
    let engine = &*engine;
    let rules = || engine.regions().flat_map(|region| region.balancing.rules.values());
    let losses = engine.regions().flat_map(|region| region.balancing.losses.iter());
    let with_traffic = rules().filter(|rule| rule.traffic.requests_per_second > 0.0);
    json!({
        "total": rules().map(|rule| rule.traffic.requests).sum::<u64>(),
        "lost": rules().map(|rule| rule.traffic.lost).sum::<u64>(),
        "routes": with_traffic.map(|rule| route_state(rule, now, false)).collect::<Vec<_>>(),
        "lostExamples": losses.collect::<Vec<_>>(),
    })
}

/// Who holds a cookie for what, and what became of the requests that came with one.
fn sticky_state(rule: &Rule, now: Moment) -> Value {
    let clients = &rule.traffic.clients;
    let mut holders: BTreeMap<&str, u64> = BTreeMap::new();
    for client in clients.list.iter().filter(|client| client.until > now) {
        if let Some(group) = &client.group {
            *holders.entry(group).or_default() += 1;
        }
    }
    json!({
        "clients": clients.list.len(),
        "holders": holders,
        "requests": clients.sticky,
        "lost": clients.lost,
        "cut": clients.cut,
    })
}

/// Alarms and their states.
pub fn alarms(engine: &mut Engine, _: &Ask<'_>) -> Value {
    let shown = engine.regions().flat_map(|region| {
        let metric = region.alarms.values().map(|alarm| (&alarm.name, &alarm.arn, &alarm.status));
        let composite = region.composite_alarms.values().map(|alarm| (&alarm.name, &alarm.arn, &alarm.status));
        metric.chain(composite)
    });
    let shown = shown.map(|(name, arn, status)| {
        json!({
            "name": name,
            "arn": arn,
            "state": status.state.word(),
            "reason": status.reason,
            "updatedAt": status.updated_at,
        })
    });
    Value::Array(shown.collect())
}
