//! Metrics of releases: how they ended, how long they and their ways back took, how their hooks ended, and with how many of
//! their targets healthy. Counted from two statuses in a row.

use jiff::{SignedDuration, Timestamp};
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use sluice_api::{DeploymentStatus, HookState, HookStatus, RollbackTrigger, State};

/// How a Deployment ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
enum End {
    Succeeded,
    Failed,
    Stopped,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct EndLabels {
    end: End,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TriggerLabels {
    trigger: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct HookLabels {
    state: &'static str,
}

/// Metrics of releases.
#[derive(Clone, Debug)]
pub struct ReleaseMetrics {
    ended: Family<EndLabels, Counter>,
    durations: Family<EndLabels, Histogram, fn() -> Histogram>,
    rollbacks: Family<TriggerLabels, Counter>,
    restored: Histogram,
    hooks: Family<HookLabels, Counter>,
    healthy_hosts: Histogram,
}

/// From a quarter of a minute to two days, the longest bake.
const RELEASE_SECONDS: [f64; 13] =
    [15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0, 7200.0, 21600.0, 86400.0, 172_800.0];

/// From one look to an hour, in which an original grows whose size follows the traffic.
const ROLLBACK_SECONDS: [f64; 12] = [0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0];

const PERCENT: [f64; 7] = [0.0, 25.0, 50.0, 75.0, 90.0, 99.0, 100.0];

/// How a hook ends that somebody waited for.
const VERDICTS: [HookState; 3] = [HookState::Succeeded, HookState::Failed, HookState::TimedOut];

impl ReleaseMetrics {
    /// Registers all of them, the counters at zero: the first of what an alert looks for would be no increase otherwise.
    pub fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            ended: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(RELEASE_SECONDS)),
            rollbacks: Family::default(),
            restored: Histogram::new(ROLLBACK_SECONDS),
            hooks: Family::default(),
            healthy_hosts: Histogram::new(PERCENT),
        };
        registry.register("deployments_ended", "Deployments that ended", metrics.ended.clone());
        registry.register(
            "deployment_seconds",
            "From the beginning of a Deployment to its end, its bake and its way back included, by how it ended",
            metrics.durations.clone(),
        );
        registry.register("rollbacks", "Deployments that turned round, by what for", metrics.rollbacks.clone());
        registry.register(
            "rollback_seconds",
            "From when a cause to return was seen to when every route was read back at the original",
            metrics.restored.clone(),
        );
        registry.register("hooks_ended", "Hooks that ended, by how", metrics.hooks.clone());
        registry.register(
            "healthy_hosts_percent",
            "Healthy targets of those wanted, as a Deployment succeeded",
            metrics.healthy_hosts.clone(),
        );
        for end in [End::Succeeded, End::Failed, End::Stopped] {
            metrics.ended.get_or_create(&EndLabels { end }).inc_by(0);
        }
        for trigger in RollbackTrigger::ALL {
            metrics.rollbacks.get_or_create(&TriggerLabels { trigger: trigger.as_str() }).inc_by(0);
        }
        for state in VERDICTS {
            metrics.hooks.get_or_create(&HookLabels { state: state.as_str() }).inc_by(0);
        }
        metrics
    }

    /// Counts what is new in the status of a Deployment that has begun, over the one before.
    pub fn count(&self, previous: &DeploymentStatus, next: &DeploymentStatus) {
        self.count_hooks(previous, next);
        if let Some(rollback) = &next.rollback {
            if previous.rollback.is_none() {
                self.rollbacks.get_or_create(&TriggerLabels { trigger: rollback.trigger.as_str() }).inc();
            }
            let known = previous.rollback.as_ref().and_then(|rollback| rollback.traffic_restored_at);
            if let (None, Some(restored)) = (known, rollback.traffic_restored_at) {
                self.restored.observe(seconds(rollback.started_at, restored));
            }
        }
        if let (None, Some(completed)) = (previous.completed_at, next.completed_at) {
            self.count_end(next, completed);
        }
    }

    fn count_end(&self, status: &DeploymentStatus, completed: Timestamp) {
        let end = match status.state {
            State::Succeeded => End::Succeeded,
            State::Stopped => End::Stopped,
            _ => End::Failed,
        };
        self.ended.get_or_create(&EndLabels { end }).inc();
        if let Some(started) = status.started_at {
            self.durations.get_or_create(&EndLabels { end }).observe(seconds(started, completed));
        }
        if let Some(serves) = status.replacement.as_ref().filter(|set| end == End::Succeeded && set.desired > 0) {
            self.healthy_hosts.observe(f64::from(serves.healthy_targets) * 100.0 / f64::from(serves.desired));
        }
    }

    fn count_hooks(&self, previous: &DeploymentStatus, next: &DeploymentStatus) {
        for hook in hooks(next).filter(|hook| VERDICTS.contains(&hook.state)) {
            let is_it = |known: &&HookStatus| (&known.name, known.on, known.step) == (&hook.name, hook.on, hook.step);
            if hooks(previous).find(is_it).is_none_or(|known| !known.state.is_ended()) {
                self.hooks.get_or_create(&HookLabels { state: hook.state.as_str() }).inc();
            }
        }
    }
}

fn hooks(status: &DeploymentStatus) -> impl Iterator<Item = &HookStatus> {
    let back = status.rollback.iter().flat_map(|rollback| &rollback.hooks);
    status.lifecycle_events.iter().flat_map(|event| &event.hooks).chain(back)
}

fn seconds(from: Timestamp, to: Timestamp) -> f64 {
    to.duration_since(from).max(SignedDuration::ZERO).as_secs_f64()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn status(value: Value) -> DeploymentStatus {
        serde_json::from_value(value).unwrap()
    }

    fn text_after(statuses: &[DeploymentStatus]) -> String {
        let mut registry = Registry::with_prefix("sluice");
        let metrics = ReleaseMetrics::register(&mut registry);
        let mut previous = DeploymentStatus::default();
        for next in statuses {
            metrics.count(&previous, next);
            previous = next.clone();
        }
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
        text
    }

    #[test]
    fn the_service_level_figures_are_counted_once_each() {
        let hook = |state: &str| json!({"name": "smoke", "event": "AfterInstall", "state": state});
        let event = |state: &str| json!([{"name": "AfterInstall", "status": "InProgress", "hooks": [hook(state)]}]);
        let at = |second: i32| format!("2026-11-26T12:00:{second:02}Z");
        let turned = |restored: Option<String>| {
            json!({"trigger": "DEPLOYMENT_STOP_ON_ALARM", "reason": "ALARM: shop-5xx",
                "startedAt": at(10), "trafficRestoredAt": restored})
        };
        let failed = [
            status(json!({"state": "InProgress", "startedAt": at(0), "lifecycleEvents": event("Running")})),
            status(json!({"state": "InProgress", "startedAt": at(0), "lifecycleEvents": event("Failed")})),
            status(
                json!({"state": "InProgress", "startedAt": at(0), "lifecycleEvents": event("Failed"), "rollback": turned(None)}),
            ),
            status(
                json!({"state": "InProgress", "startedAt": at(0), "lifecycleEvents": event("Failed"), "rollback": turned(Some(at(13)))}),
            ),
            status(
                json!({"state": "Failed", "startedAt": at(0), "completedAt": at(40), "lifecycleEvents": event("Failed"),
                "rollback": turned(Some(at(13)))}),
            ),
        ];
        let text = text_after(&[&failed[..], &failed[4..]].concat());
        for line in [
            "sluice_deployments_ended_total{end=\"Failed\"} 1",
            "sluice_deployments_ended_total{end=\"Succeeded\"} 0",
            "sluice_deployment_seconds_sum{end=\"Failed\"} 40.0",
            "sluice_rollbacks_total{trigger=\"DEPLOYMENT_STOP_ON_ALARM\"} 1",
            "sluice_rollbacks_total{trigger=\"DEPLOYMENT_FAILURE\"} 0",
            "sluice_rollback_seconds_sum 3.0",
            "sluice_rollback_seconds_count 1",
            "sluice_hooks_ended_total{state=\"Failed\"} 1",
            "sluice_healthy_hosts_percent_count 0",
        ] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
        let replacement =
            json!({"taskDefinition": "shop:42", "targetGroup": "b", "desired": 4, "running": 4, "healthyTargets": 3});
        let succeeded = status(
            json!({"state": "Succeeded", "startedAt": at(0), "completedAt": at(30), "replacement": replacement}),
        );
        let text = text_after(&[succeeded]);
        for line in ["sluice_healthy_hosts_percent_sum 75.0", "sluice_deployment_seconds_count{end=\"Succeeded\"} 1"] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
    }
}
