//! One execution of a hook: its id, and what is known of it.

use serde::Serialize;
use sluice_api::HookEvent;

use super::answer::Verdict;

/// The id of an attempt of a hook. The same attempt has the same id whoever starts it, so that a hook that is asked twice
/// can tell. `step` is the index of the increment, from 0, at an event that comes once for each.
#[must_use]
pub fn execution_id(uid: &str, hook: &str, event: HookEvent, step: Option<i32>, attempt: i32) -> String {
    let step = step.map(|step| format!("-{step}")).unwrap_or_default();
    format!("{uid}/{hook}/{event}{step}/{attempt}")
}

/// What this process knows of an execution that is recorded as running.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Execution {
    /// Nothing: it is to be started, for the first time or once more after a restart.
    Unknown,
    /// It was started, and has not come to a verdict.
    Running {
        /// What it said last, or what stood in the way of its last answer.
        message: Option<String>,
    },
    /// Its verdict, which is not recorded yet.
    Ended(Verdict),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_execution_id_tells_hook_event_step_and_attempt_apart() {
        let uid = "0b9ab3c4-6f0b-4e8e-9a3f-2a7c1f5d1e42";
        let ids = [
            execution_id(uid, "smoke", HookEvent::AfterInstall, None, 1),
            execution_id(uid, "smoke", HookEvent::AfterInstall, None, 2),
            execution_id(uid, "smoke", HookEvent::AfterStep, Some(0), 1),
            execution_id(uid, "smoke", HookEvent::AfterStep, Some(1), 1),
            execution_id(uid, "load", HookEvent::AfterInstall, None, 1),
        ];
        assert_eq!(ids[3], format!("{uid}/smoke/AfterStep-1/1"));
        let different: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(different.len(), ids.len());
    }
}
