//! The planner: one observation in, one action or the reason to wait out.

use sluice_api::Reason;

use crate::action::Action;
use crate::heard::hear;
use crate::hook_runs::verdicts;
use crate::input::Input;
use crate::lifecycle;
use crate::missing_service;
use crate::plan::{Note, Plan};
use crate::progress::position::{Position, position};
use crate::remember;
use crate::rollback;
use crate::safety;
use crate::view::View;
use crate::waiting::{WaitKind, Waiting};

/// What a release does now. It never fails, and its result can be printed.
#[must_use]
pub fn plan(input: &Input<'_>) -> Plan {
    if position(input.release.progress) == Position::Ended {
        return Plan::advance(input.release.progress.clone(), Vec::new());
    }
    let progress = missing_service::without_a_passed_deadline(input);
    let input = &input.with_progress(&progress);
    let Some(view) = View::new(input) else {
        return missing_service::plan(input);
    };
    let Some((progress, told)) = verdicts::take_in(&view) else { return decide(&view) };
    let input = &input.with_progress(&progress);
    View::new(input).map_or_else(|| missing_service::plan(input), |view| decide(&view)).with_notes(told)
}

/// What a release does now that the verdicts of its hooks are taken in.
fn decide(view: &View<'_>) -> Plan {
    let (mut progress, notes) = remember::remember(view);
    let is_moved_anew = remember::is_moved_anew(view, &mut progress);
    let heard = hear(view, &mut progress);
    let input = &view.input.with_progress(&progress);
    let Some(view) = View::new(input) else {
        return missing_service::plan(input);
    };
    let plan = match rollback::cause::cause(&view) {
        Some(cause) => turn_round(&view, cause),
        None if is_moved_anew => record_before_repair(next(&view)),
        None => next(&view),
    };
    // What is told of the original is told of the way forward.
    let forward = plan.position().is_before_all_traffic();
    guard(input, if forward { plan.with_notes(notes) } else { plan }.with_notes(heard))
}

/// The next step of the way back, or of the way forward.
fn next(view: &View<'_>) -> Plan {
    if position(view.progress()) == Position::Rollback { rollback::next(view) } else { lifecycle::next(view) }
}

/// Someone moved traffic: that is recorded, and told, before the next look puts it back.
fn record_before_repair(plan: Plan) -> Plan {
    let repairs = matches!(plan.action, Some(Action::SetWeights(_)));
    if repairs { Plan::advance(plan.progress, plan.notes) } else { plan }
}

/// Turns round, and takes the first step back within the same reconcile (L7), but for one that others may count on.
fn turn_round(view: &View<'_>, cause: rollback::cause::Cause) -> Plan {
    let (progress, note) = rollback::start::start(view.progress(), cause, view.now());
    if progress.multi.as_ref().is_some_and(|multi| multi.ready_at.is_some()) {
        // What it may have promised, by a write of which nothing was heard, is found out before anything returns.
        return Plan::advance(progress, vec![note]);
    }
    let input = view.input.with_progress(&progress);
    let plan = View::new(&input).map_or_else(|| missing_service::plan(&input), |view| rollback::next(&view));
    plan.with_notes(vec![note])
}

/// The second lock: an action that would break an invariant is not handed out.
fn guard(input: &Input<'_>, plan: Plan) -> Plan {
    let violation = plan.action.as_ref().and_then(|action| {
        let input = input.with_progress(&plan.progress);
        View::new(&input).and_then(|view| safety::violated(&view, action))
    });
    let Some(violation) = violation else { return plan };
    let reason = Reason::InvariantViolated;
    let message = format!("the next action would break {violation}");
    let known = input.release.progress.reason == reason.to_string();
    let notes = if known { Vec::new() } else { vec![Note::warning(reason, message.clone())] };
    let waiting = Waiting { reason, message, until: None, deadline: None, kind: WaitKind::Blocked(violation) };
    Plan::wait(waiting, plan.progress, input).with_notes(notes).with_notes(plan.notes)
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use serde_json::json;
    use sluice_api::{DeploymentGroupSpec, DeploymentStatus, TaskSetStatus};

    use super::*;
    use crate::action::WeightChange;
    use crate::input::{Controls, Identity, Limits, Release};
    use crate::invariant::Invariant;
    use crate::observation::{Observation, Route, RouteKind, RouteState, Service, Weight};

    fn settings() -> DeploymentGroupSpec {
        serde_json::from_value(json!({
            "applicationRef": "shop",
            "aws": {"binding": "shop", "region": "eu-west-1"},
            "ecs": {"cluster": "prod", "service": "shop"},
            "container": {"name": "web", "port": 8080},
            "loadBalancer": {"targetGroups": ["a", "b"], "productionRoutes": [{"listenerRule": "rule"}]},
        }))
        .unwrap()
    }

    fn observed() -> Observation {
        let weight = |group: &str, weight| Weight { target_group: group.to_owned(), weight };
        let state = RouteState::Forward(vec![weight("a", 100), weight("b", 0)]);
        Observation {
            service: Some(Service::wanting(4)),
            routes: vec![Route { arn: "rule".to_owned(), kind: RouteKind::Rule, state, stickiness: None }],
            ..Observation::blank(Timestamp::UNIX_EPOCH, &[])
        }
    }

    #[test]
    fn an_action_that_would_break_an_invariant_is_not_handed_out_and_told_once() {
        let observed = observed();
        let side = |group: &str| Some(TaskSetStatus { target_group: group.to_owned(), ..TaskSetStatus::default() });
        let mut progress = DeploymentStatus {
            original: side("a"),
            replacement: side("b"),
            settings: Some(settings()),
            ..DeploymentStatus::default()
        };
        let weights = vec![("a".to_owned(), 0), ("b".to_owned(), 100)];
        let action =
            Action::SetWeights(WeightChange { route: "rule".to_owned(), kind: RouteKind::Rule, weights, adds: false });
        for notes in [1, 0] {
            let identity = Identity { namespace: "shop", name: "prod-1", group: "prod", uid: "uid" };
            let limits = Limits {
                barrier: SignedDuration::from_secs(30),
                poll: SignedDuration::from_secs(10),
                network_weights_seconds: 600,
            };
            let release = Release::parse(identity, Controls::default(), &progress, limits).unwrap();
            let input = Input { release, observed: &observed };
            let plan = guard(&input, Plan::act(action.clone(), progress.clone()));
            let blocked = plan.waiting.as_ref().map(|waiting| waiting.kind);
            assert_eq!(blocked, Some(WaitKind::Blocked(Invariant::S8StepBound)));
            assert_eq!((plan.action.is_none(), plan.notes.len()), (true, notes));
            let status = crate::status::next(&input, &plan, &crate::outcome::Outcome::Nothing, None);
            assert_eq!(sluice_api::status_of(&status.conditions, sluice_api::ConditionType::Stalled), Some(true));
            progress = status;
        }
    }
}
