//! What the demo is to show, and whether it did.

use std::collections::BTreeMap;

use serde_json::Value;
use sluice_api::{DeploymentStatus, GateState, HookState, RollbackTrigger, State};

use crate::snapshot::{Snapshot, TaskSet};
use crate::text::{Line, Tone, grouped, last_part, precise, seconds};

/// A check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Whether it passed.
    pub passed: bool,
    /// In words, with the figures.
    pub words: String,
}

impl Check {
    fn new(passed: bool, words: impl Into<String>) -> Self {
        Self { passed, words: words.into() }
    }

    /// As a line.
    pub fn line(&self) -> Line {
        let (icon, tone) = if self.passed { ("✔", Tone::Good) } else { ("✖", Tone::Bad) };
        Line::of(tone, format!("  {icon} ")).and(Tone::Plain, self.words.clone())
    }
}

/// The good release ends well.
pub fn good_release(seen: &Snapshot) -> Check {
    let Some(status) = seen.status() else {
        return Check::new(false, "release 1 was never seen");
    };
    let took = took(status);
    let words = format!("{} {} {took}, in {} steps", subject(seen, status), status.state, status.steps.len());
    Check::new(status.state == State::Succeeded, words)
}

/// The bad one is rolled back by itself.
pub fn bad_release(seen: &Snapshot) -> Check {
    let Some((status, rollback)) = seen.status().and_then(|status| Some((status, status.rollback.as_ref()?))) else {
        return Check::new(false, "release 2 was not rolled back");
    };
    let subject = subject(seen, status);
    match (rollback.traffic_restored_at, rollback.ended_at) {
        (Some(restored), Some(_)) => {
            let back = precise(restored.duration_since(rollback.started_at));
            let words = format!("{subject} {}, rolled back by itself: traffic back after {back}", status.state);
            Check::new(status.state == State::Failed, words)
        }
        _ => Check::new(false, format!("{subject} {}: the way back is not at its end", status.state)),
    }
}

/// A function tried it before any production traffic, and a person let it go on.
pub fn tried_and_approved(seen: &Snapshot) -> Check {
    let status = seen.status();
    let hooks = status.into_iter().flat_map(|status| &status.lifecycle_events).flat_map(|event| &event.hooks);
    let passed: Vec<&str> =
        hooks.filter(|hook| hook.state == HookState::Succeeded).map(|hook| hook.name.as_str()).collect();
    let gates = status.into_iter().flat_map(|status| &status.gates);
    let approved: Vec<&str> =
        gates.filter(|gate| gate.state == GateState::Approved).map(|gate| gate.name.as_str()).collect();
    let words =
        format!("hook {} passed on test traffic; {} approved by a person", passed.join(", "), approved.join(", "));
    Check::new(passed == ["smoke"] && approved == ["canary"], words)
}

/// An alarm turned it round while all of its targets were healthy.
pub fn turned_round_by_alarm(seen: &Snapshot) -> Check {
    let trigger = seen.status().and_then(|status| status.rollback.as_ref()).map(|rollback| rollback.trigger);
    let reason = seen.status().and_then(|status| status.rollback.as_ref()).map_or("", |rollback| &rollback.reason);
    Check::new(trigger == Some(RollbackTrigger::StopOnAlarm), format!("turned round by an alarm: {reason}"))
}

fn subject(seen: &Snapshot, status: &DeploymentStatus) -> String {
    let revision = status.summary.as_ref().map_or("", |summary| summary.revision.as_str());
    format!("{} {revision}", seen.name().unwrap_or_default())
}

fn took(status: &DeploymentStatus) -> String {
    let took = status.started_at.zip(status.completed_at).map(|(started, ended)| ended.duration_since(started));
    took.map_or_else(|| "not ended".to_owned(), |took| format!("after {}", seconds(took)))
}

/// No request met a target group without a healthy target.
pub fn no_request_lost(seen: &Snapshot) -> Check {
    let lost = seen.traffic.lost;
    let served = seen.traffic.total.saturating_sub(lost);
    Check::new(lost == 0 && served > 0, format!("{} requests served, {} lost", grouped(served), grouped(lost)))
}

/// One PRIMARY task set with the good revision, and nothing else.
pub fn nothing_leaked(seen: &Snapshot, revision: &str) -> Check {
    let sets: Vec<&TaskSet> = seen.aws.services.iter().flat_map(|service| &service.task_sets).collect();
    let passed =
        matches!(sets.as_slice(), [set] if set.status == "PRIMARY" && last_part(&set.task_definition) == revision);
    let told: Vec<String> =
        sets.iter().map(|set| format!("{} {}", set.status, last_part(&set.task_definition))).collect();
    let left = if passed { ", none leaked" } else { "" };
    Check::new(passed, format!("task sets at the end: {}{left}", told.join(", ")))
}

/// Group and Application, which are in Git, say that what is asked for does not serve.
pub fn wish_is_held(shown: &[Value; 2]) -> Check {
    let is_held = |object: &Value| {
        let conditions = object["status"]["conditions"].as_array();
        let ready = conditions.and_then(|all| all.iter().find(|condition| condition["type"] == "Ready"));
        ready.is_some_and(|ready| ready["status"] == "False" && ready["reason"] == "Held")
    };
    let [group, _] = shown;
    let summary = |field: &str| group["status"]["summary"][field].as_str().unwrap_or("nothing").to_owned();
    let words = format!(
        "group and Application: {} is asked for and {}, {} serves",
        summary("desired"),
        summary("status"),
        summary("serving")
    );
    Check::new(shown.iter().all(is_held), words)
}

/// No safety invariant was violated.
pub fn invariants_held(invariants: &Value) -> Check {
    let total = invariants["total"].as_u64().unwrap_or(u64::MAX);
    let first = invariants["violations"][0]["message"].as_str().map(|first| format!(", first: {first}"));
    Check::new(total == 0, format!("{total} violations of safety invariants{}", first.unwrap_or_default()))
}

/// What it cost: no check, a figure.
pub fn aws_calls(calls: &Value) -> String {
    let mut writes = BTreeMap::new();
    for operation in calls["operations"].as_array().into_iter().flatten().filter(|one| one["write"] == true) {
        let name = operation["operation"].as_str().unwrap_or_default();
        *writes.entry(name.to_owned()).or_insert(0) += operation["calls"].as_u64().unwrap_or(0);
    }
    let told: Vec<String> = writes.iter().map(|(name, count)| format!("{name}×{count}")).collect();
    let number = |field: &str| grouped(calls[field].as_u64().unwrap_or(0));
    format!("{} reads from AWS, {} writes: {}", number("reads"), number("writes"), told.join(", "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn task_set(status: &str) -> TaskSet {
        TaskSet { status: status.to_owned(), task_definition: "arn:x/shop:42".to_owned(), ..TaskSet::default() }
    }

    #[test]
    fn a_lost_request_or_a_second_task_set_fails_a_check() {
        let mut seen = Snapshot::default();
        seen.traffic.total = 1000;
        seen.aws.services = vec![crate::snapshot::Service::default()];
        seen.aws.services[0].task_sets = vec![task_set("PRIMARY")];
        assert!(no_request_lost(&seen).passed && nothing_leaked(&seen, "shop:42").passed);
        assert!(!nothing_leaked(&seen, "shop:43").passed);
        seen.traffic.lost = 1;
        seen.aws.services[0].task_sets.push(task_set("DRAINING"));
        assert_eq!(no_request_lost(&seen), Check::new(false, "999 requests served, 1 lost"));
        let leaked = Check::new(false, "task sets at the end: PRIMARY shop:42, DRAINING shop:42");
        assert_eq!(nothing_leaked(&seen, "shop:42"), leaked);
    }

    #[test]
    fn what_was_never_seen_passes_no_check() {
        let seen = Snapshot::default();
        let checks = [good_release(&seen), bad_release(&seen), no_request_lost(&seen), invariants_held(&json!({}))];
        assert!(checks.iter().all(|check| !check.passed));
    }

    #[test]
    fn a_group_that_is_ready_after_a_rollback_fails_a_check() {
        let object = |status: &str, reason: &str| {
            json!({"status": {
                "summary": {"desired": "shop:43", "serving": "shop:42", "status": reason},
                "conditions": [{"type": "Ready", "status": status, "reason": reason}],
            }})
        };
        let held = wish_is_held(&[object("False", "Held"), object("False", "Held")]);
        let words = "group and Application: shop:43 is asked for and Held, shop:42 serves";
        assert_eq!(held, Check::new(true, words));
        assert!(!wish_is_held(&[object("False", "Held"), object("True", "Running")]).passed);
        assert!(!wish_is_held(&[Value::Null, Value::Null]).passed);
    }

    #[test]
    fn writes_are_told_by_operation() {
        let calls = json!({"writes": 3, "reads": 1200, "operations": [
            {"operation": "ModifyRule", "write": true, "calls": 2},
            {"operation": "CreateTaskSet", "write": true, "calls": 1},
            {"operation": "DescribeRules", "write": false, "calls": 1200},
        ]});
        assert_eq!(aws_calls(&calls), "1,200 reads from AWS, 3 writes: CreateTaskSet×1, ModifyRule×2");
    }
}
