//! Without a load balancer: a task that runs is its part of the work, so that what S3, S4, S8 and S19 say of weights is said of
//! sizes.

use sluice_api::Share;

use super::scope::ours;
use crate::action::Action;
use crate::platform::side::Side;
use crate::progress::position::{desired_share, position};
use crate::progress::steps::verified_share;
use crate::view::View;
use crate::view::settling::barrier_ends_at;

/// S3: a side is deleted only while the other one is whole, or where nothing of it runs; or it is a first replacement that
/// never was complete. Sizes fall as S19 allows.
pub(super) fn leaves_all_the_work(view: &View<'_>, action: &Action) -> bool {
    let Action::DeleteTaskSet { task_set } = action else { return true };
    let Some(side) = ours(view, task_set) else { return false };
    let does_nothing = side.running < 1 && other(view, side).is_some();
    let is_new = view.progress().original.is_none() && verified_share(view.progress()) == Share::NONE;
    does_nothing || is_new || other(view, side).is_some_and(|other| view.is_whole(other))
}

/// S4: what is promoted is whole, or the original on the way back from a replacement of which nothing runs; the primary is
/// never deleted.
pub(super) fn keeps_one_primary(view: &View<'_>, action: &Action) -> bool {
    match action {
        Action::PromoteTaskSet { task_set } => ours(view, task_set).is_some_and(|side| {
            let returns = is_original(view, side) && view.progress().rollback.is_some();
            view.is_whole(side) || (returns && other(view, side).is_none_or(|other| other.running < 1))
        }),
        Action::DeleteTaskSet { task_set } => ours(view, task_set).is_some_and(|side| !side.primary),
        Action::CreateTaskSet(_) | Action::SetWeights(_) | Action::ScaleTaskSet { .. } | Action::StartHook(_) => true,
    }
}

/// S8: the replacement grows to no more than the increment in progress asks for, unless the original is lost, serves nobody, or
/// the replacement is all there is.
pub(super) fn stays_within_the_step(view: &View<'_>, action: &Action) -> bool {
    let Action::ScaleTaskSet { task_set, size } = action else { return true };
    let Some(side) = ours(view, task_set).filter(|side| side.is_below(*size)) else { return true };
    let is_alone = view.has_no_original() || view.gives_up_the_original();
    let begins = || view.progress().steps.first().map_or(Share::ALL, |step| step.weight);
    let most = if position(view.progress()).is_before_all_traffic() {
        desired_share(view.progress()).max(begins())
    } else {
        Share::ALL
    };
    is_original(view, side) || is_alone || *size <= most
}

/// S19: who shrinks is the original on its way forward, and only as far as both together still have all the tasks that the
/// service wants, once no earlier write can land any more.
pub(super) fn is_enough(view: &View<'_>, action: &Action) -> bool {
    let Action::ScaleTaskSet { task_set, size } = action else { return true };
    let Some(side) = ours(view, task_set) else { return false };
    !side.is_above(*size) || may_shrink(view, side, *size)
}

fn may_shrink(view: &View<'_>, side: &Side<'_>, to: Share) -> bool {
    let rest = view.platform.compute.tasks(view.sides.tasks, to);
    let is_covered = |other: &Side<'_>| other.steady && other.running.min(other.wanted) + rest >= view.sides.tasks;
    is_original(view, side)
        && view.progress().rollback.is_none()
        && to >= verified_share(view.progress()).rest()
        && view.replacement().is_some_and(is_covered)
        && barrier_ends_at(view).is_none_or(|until| until <= view.now())
}

fn is_original(view: &View<'_>, side: &Side<'_>) -> bool {
    view.original().is_some_and(|original| original.id == side.id)
}

/// The other one of the two, if it is there.
fn other<'v, 'a>(view: &'v View<'a>, side: &Side<'_>) -> Option<&'v Side<'a>> {
    [view.original(), view.replacement()].into_iter().flatten().find(|other| other.id != side.id)
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use serde_json::json;
    use sluice_api::DeploymentStatus;

    use super::*;
    use crate::identity::external_id;
    use crate::input::{Controls, Identity, Input, Limits, Release};
    use crate::invariant::Invariant;
    use crate::observation::{Observation, Service, TaskSet, TaskSetState};
    use crate::safety::violated;

    const UID: &str = "uid";

    fn set(id: &str, (scale, running): (f64, i32), steady: bool) -> TaskSet {
        TaskSet {
            id: id.to_owned(),
            arn: id.to_owned(),
            external_id: (id == "new").then(|| external_id(UID)),
            status: if id == "old" { TaskSetState::Primary } else { TaskSetState::Active },
            task_definition: "shop:1".to_owned(),
            target_group: None,
            scale,
            computed_desired: running,
            running,
            pending: 0,
            steady,
            created_at: None,
        }
    }

    /// A release in the hold of its increment of 20 percent, a minute after that was reached.
    fn held() -> DeploymentStatus {
        let step = |index: i32, weight: i32, state: &str, verified: Option<&str>| json!({"index": index, "weight": weight, "scale": weight, "hold": "1h", "state": state, "verifiedAt": verified});
        let side = |id: &str| json!({"taskSet": id, "taskDefinition": "shop:1", "targetGroup": "", "running": 1});
        serde_json::from_value(json!({
            "settings": {
                "applicationRef": "shop",
                "aws": {"binding": "shop", "region": "eu-west-1"},
                "ecs": {"cluster": "prod", "service": "shop"},
            },
            "lifecycleEvents": [{"name": "AllowTraffic", "status": "InProgress", "startedAt": "1970-01-01T00:00:00Z"}],
            "steps": [step(0, 20, "Holding", Some("1970-01-01T00:00:00Z")), step(1, 100, "Pending", None)],
            "traffic": {"desired": 20, "observed": 20, "verifiedAt": "1970-01-01T00:00:00Z"},
            "original": side("old"),
            "replacement": side("new"),
        }))
        .unwrap()
    }

    #[test]
    fn no_size_falls_and_nothing_goes_below_what_the_service_wants() {
        let (scale, delete) = (
            |id: &str, percent: u8| Action::ScaleTaskSet {
                task_set: id.to_owned(),
                size: Share::from_percent(percent),
            },
            |id: &str| Action::DeleteTaskSet { task_set: id.to_owned() },
        );
        let promote = || Action::PromoteTaskSet { task_set: "new".to_owned() };
        let (old, new) = (set("old", (100.0, 10), true), set("new", (20.0, 2), true));
        let table = [
            ("to the rest", scale("old", 80), &new, None),
            ("to less than the rest", scale("old", 70), &new, Some(Invariant::S19EnoughTasks)),
            ("one that lacks a task", scale("old", 80), &set("new", (20.0, 1), true), Some(Invariant::S19EnoughTasks)),
            ("one that is not well", scale("old", 80), &set("new", (20.0, 2), false), Some(Invariant::S19EnoughTasks)),
            ("the replacement", scale("new", 10), &new, Some(Invariant::S19EnoughTasks)),
            ("beyond the increment", scale("new", 50), &new, Some(Invariant::S8StepBound)),
            ("beside a part", promote(), &new, Some(Invariant::S4OnePrimary)),
            ("the original", delete("old"), &new, Some(Invariant::S11NoForeign)),
            ("beside a whole original", delete("new"), &new, None),
            ("a stranger", delete("other"), &new, Some(Invariant::S11NoForeign)),
        ];
        for (what, action, new, expected) in table {
            let progress = held();
            let task_sets = vec![old.clone(), new.clone()];
            let service = Service { task_sets, ..Service::wanting(10) };
            let at = Timestamp::UNIX_EPOCH + SignedDuration::from_mins(1);
            let observed = Observation { service: Some(service), ..Observation::blank(at, &[]) };
            let identity = Identity { namespace: "shop", name: "prod-1", group: "prod", uid: UID };
            let limits = Limits {
                barrier: SignedDuration::from_secs(30),
                poll: SignedDuration::from_secs(10),
                network_weights_seconds: 600,
            };
            let release = Release::parse(identity, Controls::default(), &progress, limits).unwrap();
            let view = View::new(&Input { release, observed: &observed }).unwrap();
            assert_eq!(violated(&view, &action), expected, "{what}");
        }
    }
}
