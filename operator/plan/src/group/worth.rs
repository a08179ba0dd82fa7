//! Whether a group's status tells more than how far its release has come, which its Deployment tells at once: the group
//! follows with the next thing that happens, or a few looks later.

use sluice_api::{DeploymentGroupStatus, Health, StatusWord};

/// Whether nothing is new but how far the release in progress has come on its way: its step, its weight, who serves with
/// which share. That all traffic has moved is more.
#[must_use]
pub fn only_comes_further(recorded: &DeploymentGroupStatus, next: &DeploymentGroupStatus) -> bool {
    let is_in_progress = |status: &DeploymentGroupStatus| status.current.is_some();
    is_in_progress(recorded) && is_in_progress(next) && without_progress(recorded) == without_progress(next)
}

/// A status without what changes as a release goes its way. A field that is not named here is told at once.
fn without_progress(status: &DeploymentGroupStatus) -> DeploymentGroupStatus {
    let mut rest = status.clone();
    if let Some(summary) = &mut rest.summary {
        summary.status = match summary.status {
            StatusWord::Installing | StatusWord::Shifting | StatusWord::Holding => StatusWord::Shifting,
            StatusWord::Baking | StatusWord::Finishing => StatusWord::Baking,
            other => other,
        };
        summary.step.clear();
        summary.weight.clear();
        summary.serving.clear();
    }
    if matches!(rest.health, Health::Healthy | Health::Unknown) {
        rest.health = Health::Unknown;
    }
    rest.weights.clear();
    rest.revision = None;
    rest
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    type Change = fn(&mut DeploymentGroupStatus);

    #[test]
    fn a_group_follows_the_steps_of_its_release_and_tells_all_else_at_once() {
        let recorded: DeploymentGroupStatus = serde_json::from_value(json!({
            "phase": "deploying", "health": "healthy", "message": "Deployment prod-7 is in progress",
            "current": "prod-7", "revision": "shop:41",
            "summary": {"desired": "shop:42", "serving": "shop:41 95%, shop:42 5%", "status": "Holding", "step": "1/3",
                        "weight": "5%"},
        }))
        .unwrap();
        let word =
            |word: StatusWord| move |next: &mut DeploymentGroupStatus| next.summary.as_mut().unwrap().status = word;
        let table: [(&str, bool, Change); 8] = [
            ("the next step", true, |next| {
                let summary = next.summary.as_mut().unwrap();
                (summary.step, summary.weight) = ("2/3".to_owned(), "70%".to_owned());
                "shop:42 70%, shop:41 30%".clone_into(&mut summary.serving);
                summary.status = StatusWord::Shifting;
                next.revision = Some("shop:42".to_owned());
            }),
            ("the replacement grows, and is not looked at", true, |next| next.health = Health::Unknown),
            ("what serves is not well", false, |next| next.health = Health::Degraded),
            ("another wish", false, |next| next.summary.as_mut().unwrap().desired = "shop:43".to_owned()),
            ("one waits behind it", false, |next| next.queue = vec!["prod-8".to_owned()]),
            ("it turns round", false, |next| next.message = "rolling back".to_owned()),
            ("a user holds it", false, |next| next.phase = sluice_api::Phase::Paused),
            ("it ended", false, |next| next.current = None),
        ];
        for (what, expected, change) in table {
            let mut next = recorded.clone();
            change(&mut next);
            assert_eq!(only_comes_further(&recorded, &next), expected, "{what}");
        }
        for (after, expected) in
            [(StatusWord::Baking, false), (StatusWord::Shifting, true), (StatusWord::Stalled, false)]
        {
            let mut next = recorded.clone();
            word(after)(&mut next);
            assert_eq!(only_comes_further(&recorded, &next), expected, "{after:?}");
        }
    }
}
