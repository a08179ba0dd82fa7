//! Who goes first when AWS's rate limits leave room for a few calls only (S14 Budget).

use jiff::Timestamp;
use sluice_api::DeploymentStatus;

use crate::action::Action;
use crate::input::Controls;

/// How urgent a call is: the first goes before all others, and no other can use up what is kept for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// Traffic returns to the original, and every look on that way.
    Rollback,
    /// Traffic moves forward.
    Shift,
    /// A task set is made, or gets another size.
    Create,
    /// What serves nothing any more is promoted over, or deleted.
    Delete,
    /// An observation of a release whose hold, bake or barrier is over.
    Due,
    /// An observation of any other release in progress.
    Watch,
    /// An observation of a group in which nothing happens, or before a release begins.
    Idle,
}

impl Priority {
    /// Its name in metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rollback => "Rollback",
            Self::Shift => "Shift",
            Self::Create => "Create",
            Self::Delete => "Delete",
            Self::Due => "Due",
            Self::Watch => "Watch",
            Self::Idle => "Idle",
        }
    }

    /// The priority of an action. In a rollback the traffic is urgent, and what is cleaned up after it is not.
    #[must_use]
    pub const fn of_action(action: &Action, progress: &DeploymentStatus) -> Self {
        match action {
            // Traffic waits for an original that is too small for it.
            Action::SetWeights(_) | Action::ScaleTaskSet { .. } if progress.rollback.is_some() => Self::Rollback,
            Action::SetWeights(_) => Self::Shift,
            Action::CreateTaskSet(_) | Action::ScaleTaskSet { .. } => Self::Create,
            Action::PromoteTaskSet { .. } | Action::DeleteTaskSet { .. } | Action::StartHook(_) => Self::Delete,
        }
    }

    /// The priority of an observation at a Deployment, by what is known before it.
    #[must_use]
    pub fn of_observation(progress: &DeploymentStatus, controls: Controls, now: Timestamp) -> Self {
        let returned = progress.rollback.as_ref().map(|rollback| rollback.traffic_restored_at.is_some());
        let asked = controls.ask_for_return();
        match returned {
            _ if progress.settings.is_none() => Self::Idle,
            Some(false) => Self::Rollback,
            None if asked => Self::Rollback,
            // Once traffic is back, the clean-up has time.
            _ if progress.next_transition_at.is_some_and(|due| due <= now) => Self::Due,
            _ => Self::Watch,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::input::Newer;

    #[test]
    fn a_look_is_urgent_while_traffic_must_return_and_due_when_a_wait_is_over() {
        let none = Controls::default();
        let stop = Controls { stop: true, ..none };
        let deleted = Controls { deleted: true, ..none };
        let reverted = Controls { reverted: true, ..none };
        let superseded = Controls { newer: Some(Newer::Supersedes), ..none };
        let ends_bake = Controls { newer: Some(Newer::EndsBake), ..none };
        let rollback = |restored| json!({"trigger": "DEPLOYMENT_STOP_ON_REQUEST", "reason": "", "startedAt": "2026-11-21T12:00:00Z", "trafficRestoredAt": restored});
        let back = json!("2026-11-21T12:00:01Z");
        let [before, due, after] = [59, 60, 61].map(|second| Timestamp::from_second(second).unwrap());
        for (started, rollback, controls, now, expected) in [
            (false, None, none, after, Priority::Idle),
            (false, None, stop, after, Priority::Idle),
            (true, None, none, before, Priority::Watch),
            (true, None, none, due, Priority::Due),
            (true, None, none, after, Priority::Due),
            (true, None, stop, before, Priority::Rollback),
            (true, None, deleted, before, Priority::Rollback),
            (true, None, reverted, before, Priority::Rollback),
            (true, None, superseded, before, Priority::Rollback),
            (true, None, ends_bake, before, Priority::Watch),
            (true, Some(rollback(json!(null))), none, before, Priority::Rollback),
            (true, Some(rollback(back.clone())), stop, before, Priority::Watch),
            (true, Some(rollback(back)), stop, after, Priority::Due),
        ] {
            let settings = started.then(|| {
                json!({
                    "applicationRef": "shop",
                    "aws": {"binding": "shop", "region": "eu-west-1"},
                    "ecs": {"cluster": "prod", "service": "shop"},
                    "container": {"name": "web", "port": 8080},
                    "loadBalancer": {"targetGroups": ["a", "b"], "productionRoutes": [{"listenerRule": "rule"}]},
                })
            });
            let progress = DeploymentStatus {
                settings: settings.map(|settings| serde_json::from_value(settings).unwrap()),
                next_transition_at: Some(due),
                rollback: rollback.map(|rollback| serde_json::from_value(rollback).unwrap()),
                ..DeploymentStatus::default()
            };
            assert_eq!(Priority::of_observation(&progress, controls, now), expected, "{progress:?} {controls:?} {now}");
        }
    }
}
