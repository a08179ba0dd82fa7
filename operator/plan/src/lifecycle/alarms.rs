//! What an alarm holds: nothing goes forward while one speaks against it, and what was moved stays where it is.

use sluice_api::{DeploymentStatus, Reason, Share, StepState};

use crate::action::Action;
use crate::alarms::Trouble;
use crate::plan::{Note, Plan};
use crate::progress::position::position;
use crate::view::View;
use crate::waiting::{WaitKind, Waiting, clock};
use crate::weights::raises_replacement;

/// The plan, or the wait for an alarm where the plan would go forward. A weight that someone raised is put back all the same.
/// Where the original serves nobody, traffic goes to what serves, as far as the group lets it.
pub(super) fn held(view: &View<'_>, plan: Plan) -> Plan {
    let was_held = view.progress().reason == Reason::AlarmActive.to_string();
    let Some(trouble) = view.alarm_trouble() else {
        let over = "No alarm is in ALARM any more: the release goes on";
        return if was_held { plan.with_notes(vec![Note::normal(Reason::Shifting, over)]) } else { plan };
    };
    let waits = plan.action.is_none() && plan.waiting.as_ref().is_some_and(|waiting| !waiting.is_stalled());
    let is_told = trouble.is_active() && waits;
    if view.gives_up_the_original() {
        // What is waited for next is the alarm, and that is told at the next look.
        let moved = plan.waiting.is_some() && plan.position() != position(view.progress());
        return if moved { Plan::advance(plan.progress, plan.notes) } else { plan };
    }
    if !is_told && !goes_forward(view, &plan) {
        return plan;
    }
    let waiting = waiting(view, &trouble);
    let begins = trouble.is_active() && !was_held;
    let message = format!("Paused, and traffic stays where it is: {}", trouble.what);
    let notes = if begins { vec![Note::warning(Reason::AlarmActive, message)] } else { Vec::new() };
    Plan::wait(waiting, view.progress().clone(), &view.input).with_notes(notes)
}

/// Whether a plan raises something, takes something away, or moves on.
fn goes_forward(view: &View<'_>, plan: &Plan) -> bool {
    match &plan.action {
        Some(Action::SetWeights(change)) => raises_replacement(view, change),
        Some(
            Action::CreateTaskSet(_)
            | Action::ScaleTaskSet { .. }
            | Action::PromoteTaskSet { .. }
            | Action::DeleteTaskSet { .. }
            | Action::StartHook(_),
        ) => true,
        None => {
            let done = |progress: &DeploymentStatus| {
                progress.steps.iter().filter(|step| step.state == StepState::Completed).count()
            };
            position(&plan.progress) != position(view.progress()) || done(&plan.progress) != done(view.progress())
        }
    }
}

fn waiting(view: &View<'_>, trouble: &Trouble) -> Waiting {
    let now = view.now();
    let weight = view.observed_share().unwrap_or(Share::NONE);
    if let Some(until) = trouble.until {
        let message = format!("{}; nothing is raised before it is read, until {}", trouble.what, clock(until, now));
        return Waiting::for_progress(Reason::AlarmUnreadable, message, Some(until));
    }
    let since = view.progress().position.as_ref().and_then(|position| position.alarm_since).unwrap_or(now);
    let identity = &view.input.release.identity;
    let stop = format!(
        "kubectl patch sdep {} -n {} --type merge -p '{{\"spec\":{{\"stop\":{{}}}}}}'",
        identity.name, identity.namespace
    );
    let message = format!(
        "paused since {} at weight {weight} by alarm {}: it goes on once that is OK; to return: {stop}; {}",
        clock(since, now),
        trouble.name,
        trouble.what
    );
    Waiting { reason: Reason::AlarmActive, message, until: None, deadline: None, kind: WaitKind::Paused }
}
