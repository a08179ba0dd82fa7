//! Control requests that look.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Refusal;
use crate::simulator::Simulator;
use crate::time::Moment;
use crate::wire::Request;
use crate::world::balancing::{Health, Rule, TargetGroup};
use crate::world::services::{Cluster, Service, TaskSet};

/// Everything that tests look at.
pub fn state(simulator: &Simulator, now: Moment) -> Value {
    let clusters = simulator.regions().flat_map(|region| region.clusters.values());
    let services =
        clusters.flat_map(|cluster| cluster.services.values().map(move |service| service_state(cluster, service)));
    let groups = simulator.regions().flat_map(|region| region.balancing.target_groups.values());
    let rules = simulator.regions().flat_map(|region| region.balancing.rules.values());
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
        shown["actions"] = crate::elbv2::shown_actions(&rule.actions);
    }
    shown
}

/// Requests and losses.
pub fn traffic(simulator: &Simulator, now: Moment) -> Value {
    let rules = || simulator.regions().flat_map(|region| region.balancing.rules.values());
    let losses = simulator.regions().flat_map(|region| region.balancing.losses.iter());
    let with_traffic = rules().filter(|rule| rule.traffic.requests_per_second > 0.0);
    json!({
        "total": rules().map(|rule| rule.traffic.requests).sum::<u64>(),
        "lost": rules().map(|rule| rule.traffic.lost).sum::<u64>(),
        "routes": with_traffic.map(|rule| route_state(rule, now, false)).collect::<Vec<_>>(),
        "lostExamples": losses.collect::<Vec<_>>(),
    })
}

/// The calls that are kept, filtered.
pub fn journal(simulator: &Simulator, request: &Request) -> Result<Value, Refusal> {
    let mut writes = false;
    let mut since = 0;
    for (key, value) in request.parameters() {
        match (key.as_str(), value.as_str()) {
            ("writes", "true") => writes = true,
            ("writes", "false") => writes = false,
            ("since", number) => {
                since = number
                    .parse::<u64>()
                    .map_err(|_| Refusal::new(400, "`since` is the sequence number after which to begin."))?;
            }
            (other, _) => {
                return Err(Refusal::new(
                    400,
                    format!("`{other}` is not known here; use writes=true and since=SEQUENCE."),
                ));
            }
        }
    }
    let entries = simulator.journal.entries().filter(|entry| entry.sequence > since && (!writes || entry.call.write));
    Ok(json!(entries.collect::<Vec<_>>()))
}

/// Counts by service and operation.
pub fn calls(simulator: &Simulator) -> Value {
    let counts: Vec<Value> = simulator
        .journal
        .counts()
        .map(|(service, operation, write, count)| {
            json!({"service": service, "operation": operation, "write": write, "calls": count.calls, "errors": count.errors})
        })
        .collect();
    let sum = |wanted: fn(bool) -> bool| {
        let counts = simulator.journal.counts();
        counts.filter(|(_, _, write, _)| wanted(*write)).map(|(_, _, _, count)| count.calls).sum::<u64>()
    };
    json!({
        "total": sum(|_| true),
        "writes": sum(|write| write),
        "reads": sum(|write| !write),
        "journalDropped": simulator.journal.dropped(),
        "operations": counts,
    })
}

/// The violations.
pub fn invariants(simulator: &Simulator) -> Value {
    json!({
        "total": simulator.invariants.total(),
        "violations": simulator.invariants.violations(),
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
    })
}

/// Alarms and their states.
pub fn alarms(simulator: &Simulator) -> Value {
    let shown = simulator.regions().flat_map(|region| region.alarms.values()).map(|alarm| {
        json!({
            "name": alarm.name,
            "arn": alarm.arn,
            "state": alarm.state.word(),
            "reason": alarm.reason,
            "updatedAt": alarm.updated_at,
        })
    });
    Value::Array(shown.collect())
}
