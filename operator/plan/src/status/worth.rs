//! Whether a status is worth a write: whether a user would act on what is new in it, or it must outlive the process.
//!
//! Every write costs the API server, and everyone who watches, the same. What passes by itself within moments, such as
//! that a weight was written and is about to be read back, is kept in the memory of the process until the next write. If
//! the process dies before, the planner finds it out again: calls are found by a read, and an increment whose hold is
//! over begins anew.

use sluice_api::{ConditionType, DeploymentStatus, GateKind, Health, Reason, Share, TaskSetStatus};

/// Reasons of a release that goes its way.
const ROUTINE: [Reason; 8] = [
    Reason::Installing,
    Reason::Shifting,
    Reason::Holding,
    Reason::WaitingForApproval,
    Reason::Baking,
    Reason::Terminating,
    Reason::RollingBack,
    Reason::RunningHook,
];

/// For how many looks, one a poll interval, a status waits at most that is not worth a write: numbers of tasks that get
/// healthy, say.
pub const LOOKS_UNWRITTEN: u16 = 6;

/// Whether the next status has to be written over the one that is recorded.
#[must_use]
pub fn is_worth_a_write(recorded: &DeploymentStatus, next: &DeploymentStatus) -> bool {
    lasting(recorded) != lasting(next)
}

/// A status without what passes by itself. A field that is not named here is worth a write.
fn lasting(status: &DeploymentStatus) -> DeploymentStatus {
    let mut lasting = status.clone();
    if status.started_at.is_none() || status.completed_at.is_some() {
        return lasting;
    }
    if is_routine(&status.reason) {
        lasting.reason.clear();
        lasting.message.clear();
    }
    for condition in &mut lasting.conditions {
        if is_routine(&condition.reason) || condition.type_ == ConditionType::TrafficInSync.to_string() {
            condition.reason.clear();
            condition.message.clear();
        }
    }
    if matches!(status.health, Health::Healthy | Health::Unknown) {
        lasting.health = Health::Unknown;
    }
    lasting.summary = None;
    // It follows from the rest.
    lasting.pipeline = None;
    lasting.deadline_at = None;
    lasting.next_transition_at = None;
    if let Some(intent) = &mut lasting.intent {
        intent.issued_at = status.started_at.unwrap_or(intent.issued_at);
    }
    if let Some(traffic) = &mut lasting.traffic {
        // A call that failed has a reason that is no routine; one that was answered cannot land late.
        traffic.written_at = None;
        traffic.desired = Share::NONE;
        traffic.observed = Share::NONE;
        traffic.routes = Vec::new();
    }
    if let Some(replacement) = &mut lasting.replacement {
        // It is found by its external id.
        replacement.task_set.clear();
    }
    for set in [&mut lasting.original, &mut lasting.replacement].into_iter().flatten() {
        let TaskSetStatus { desired, running, healthy_targets, scaled, .. } = set;
        (*desired, *running, *healthy_targets) = (0, 0, 0);
        // As with weights: a process that starts anew waits until none of the last one's writes can land.
        *scaled = None;
    }
    // What time ends is known from the step, or the bake, itself.
    lasting.gates.retain(|gate| !(gate.is_waiting() && matches!(gate.kind, GateKind::Hold | GateKind::Bake)));
    for step in &mut lasting.steps {
        step.state = sluice_api::StepState::Pending;
        step.started_at = None;
        // One that was passed over had no hold that is over: it would be held again, at the weight of before.
        step.completed_at = step.completed_at.filter(|_| step.verified_at.is_none());
    }
    lasting
}

fn is_routine(reason: &str) -> bool {
    ROUTINE.iter().any(|routine| routine.to_string() == reason)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::{Value, json};

    use super::*;

    fn recorded() -> Value {
        json!({
            "phase": "deploying", "state": "InProgress", "health": "healthy", "reason": "Holding",
            "message": "holding weight 5", "startedAt": "2026-11-21T12:00:00Z",
            "traffic": {"desired": 5, "observed": 5, "verifiedAt": "2026-11-21T12:00:05Z"},
            "steps": [{"index": 0, "weight": 5, "scale": 100, "hold": "10s", "state": "Holding",
                       "verifiedAt": "2026-11-21T12:00:05Z"},
                      {"index": 1, "weight": 100, "scale": 100, "hold": "0s", "state": "Pending"}],
        })
    }

    type Change = fn(&mut DeploymentStatus, Timestamp);

    #[test]
    fn what_a_user_acts_on_is_written_and_what_passes_by_itself_is_not() {
        let at = Timestamp::from_second(1_795_262_400).unwrap();
        let recorded: DeploymentStatus = serde_json::from_value(recorded()).unwrap();
        let table: [(&str, bool, Change); 13] = [
            ("nothing", false, |_, _| {}),
            ("the next increment begins", false, |next, at| {
                next.message = "step 2/2: moving traffic to weight 100".to_owned();
                next.reason = Reason::Shifting.to_string();
                next.steps[0].completed_at = Some(at);
                next.steps[1].started_at = Some(at);
                next.next_transition_at = None;
            }),
            ("a weight was written", false, |next, at| {
                next.traffic.get_or_insert_default().written_at = Some(at);
                next.message = "set weights".to_owned();
            }),
            ("an increment was read back", true, |next, at| next.steps[1].verified_at = Some(at)),
            ("AWS does not answer", true, |next, _| next.reason = Reason::AwsUnavailable.to_string()),
            ("it cannot go on", true, |next, _| next.reason = Reason::RouteNotFound.to_string()),
            ("a user holds it", true, |next, at| next.paused_at = Some(at)),
            ("what serves is not well", true, |next, _| next.health = Health::Degraded),
            ("it turns round", true, |next, at| {
                next.rollback = serde_json::from_value(json!({
                    "trigger": "DEPLOYMENT_FAILURE", "reason": "", "startedAt": at.to_string(),
                }))
                .unwrap();
            }),
            ("the original is about to be deleted", true, |next, at| {
                next.intent = serde_json::from_value(json!({
                    "operation": "DeleteTaskSet", "token": "ecs-svc/41", "issuedAt": at.to_string(),
                }))
                .unwrap();
            }),
            ("an increment is passed over", true, |next, at| next.steps[1].completed_at = Some(at)),
            ("it ended", true, |next, at| next.completed_at = Some(at)),
            ("the spec was read", true, |next, _| next.observed_generation = Some(2)),
        ];
        for (what, expected, change) in table {
            let mut next = recorded.clone();
            change(&mut next, at);
            assert_eq!(is_worth_a_write(&recorded, &next), expected, "{what}");
        }
    }
}
