//! The other half of S8 StepBound: no increment before the gates of those before it are open.

use sluice_api::{GateKind, StepStatus};

use crate::asked::{Place, READY, label};
use crate::progress::gates::recorded;
use crate::progress::position::{Position, position};
use crate::view::View;

/// Whether everything that holds the release before the share that it asks for now is over: the wait before the first
/// increment, and the hold and the approval of each increment before this one.
pub(super) fn are_open(view: &View<'_>) -> bool {
    let progress = view.progress();
    let before = match position(progress) {
        Position::AllowTraffic(index) => index,
        Position::Event(_) | Position::Bake | Position::TerminateOriginal => progress.steps.len(),
        Position::Install | Position::Rollback | Position::Ended => return true,
    };
    let is_ready = view.input.release.settings.ready.is_none() || is_closed(view, GateKind::Ready, READY);
    is_ready && progress.steps.iter().take(before).enumerate().all(|(index, step)| is_passed(view, index, step))
}

fn is_passed(view: &View<'_>, index: usize, step: &StepStatus) -> bool {
    let name = label(&view.progress().steps, index);
    let is_approved = step.approval.is_none() || is_closed(view, GateKind::Approval, &name);
    // An increment that was never verified was passed over, for an original that serves nobody.
    let times = step.verified_at.zip(step.completed_at);
    let was_held = times.is_none_or(|(verified, completed)| completed >= verified + step.hold.as_signed());
    let is_skipped = view.input.release.asked.skips(&view.progress().steps, Place::Step(index));
    is_approved && (was_held || is_skipped || is_closed(view, GateKind::Hold, &name))
}

/// Whether it is written down that this gate is over.
fn is_closed(view: &View<'_>, kind: GateKind, name: &str) -> bool {
    recorded(view.progress(), kind, name).is_some_and(|gate| !gate.is_waiting())
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use serde_json::{Value, json};
    use sluice_api::DeploymentStatus;

    use super::*;
    use crate::input::{Controls, Identity, Input, Limits, Release};
    use crate::observation::{Observation, Service};

    /// A release that is about to raise the share to that of its second increment.
    fn progress(ready: &Value, first: &Value, gates: &Value) -> DeploymentStatus {
        let mut step = json!({"index": 0, "weight": 10, "scale": 100, "hold": "0s", "state": "Completed",
            "verifiedAt": "2026-11-26T12:00:00Z", "completedAt": "2026-11-26T12:05:00Z"});
        step.as_object_mut().unwrap().extend(first.as_object().unwrap().clone());
        let status = json!({
            "startedAt": "2026-11-26T11:00:00Z",
            "lifecycleEvents": [{"name": "AllowTraffic", "status": "InProgress"}],
            "steps": [step, {"index": 1, "weight": 100, "scale": 100, "hold": "0s", "state": "Shifting"}],
            "gates": gates,
            "original": {"taskDefinition": "shop:41", "targetGroup": "a"},
            "replacement": {"taskDefinition": "shop:42", "targetGroup": "b"},
            "settings": {
                "applicationRef": "shop",
                "aws": {"binding": "shop", "region": "eu-west-1"},
                "ecs": {"cluster": "prod", "service": "shop"},
                "container": {"name": "web", "port": 8080},
                "loadBalancer": {"targetGroups": ["a", "b"], "productionRoutes": [{"listenerRule": "rule"}]},
                "ready": ready,
            },
        });
        serde_json::from_value(status).unwrap()
    }

    fn is_open(progress: &DeploymentStatus) -> bool {
        let observed =
            Observation { service: Some(Service::wanting(4)), ..Observation::blank(Timestamp::UNIX_EPOCH, &[]) };
        let identity = Identity { namespace: "shop", name: "prod-1", group: "prod", uid: "uid" };
        let limits = Limits {
            barrier: SignedDuration::from_secs(30),
            poll: SignedDuration::from_secs(10),
            network_weights_seconds: 600,
        };
        let release = Release::parse(identity, Controls::default(), progress, limits).unwrap();
        View::new(&Input { release, observed: &observed }).is_some_and(|view| are_open(&view))
    }

    #[test]
    fn no_increment_goes_past_what_is_not_written_down_as_over() {
        let since = "2026-11-26T12:00:00Z";
        let gate =
            |name: &str, kind: &str, state: &str| json!([{"name": name, "kind": kind, "state": state, "since": since}]);
        let (ready, approval, hold) = (json!({"wait": "1h"}), json!({"approval": {}}), json!({"hold": "10m"}));
        let (none, nothing) = (json!(null), json!({}));
        for (ready, first, gates, expected) in [
            (&none, &nothing, json!([]), true),
            (&none, &json!({"hold": "5m"}), json!([]), true),
            (&none, &hold, json!([]), false),
            (&none, &hold, gate("0", "Hold", "Waiting"), false),
            (&none, &hold, gate("0", "Hold", "Skipped"), true),
            (&none, &hold, gate("1", "Hold", "Skipped"), false),
            (&none, &approval, json!([]), false),
            (&none, &approval, gate("0", "Approval", "Waiting"), false),
            (&none, &approval, gate("1", "Approval", "Approved"), false),
            (&none, &approval, gate("0", "Hold", "Skipped"), false),
            (&none, &approval, gate("0", "Approval", "Approved"), true),
            (&none, &approval, gate("0", "Approval", "TimedOut"), true),
            (&ready, &nothing, json!([]), false),
            (&ready, &nothing, gate("Ready", "Ready", "Waiting"), false),
            (&ready, &nothing, gate("Ready", "Ready", "Approved"), true),
        ] {
            assert_eq!(is_open(&progress(ready, first, &gates)), expected, "{ready} {first} {gates}");
        }
    }
}
