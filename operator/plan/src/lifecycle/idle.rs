//! The service wants no tasks: nothing moves, and no clock runs, until it wants some again and has them.

use jiff::Timestamp;
use sluice_api::Reason;

use crate::plan::{Note, Plan};
use crate::progress::remembered::{end_idleness, idle_since};
use crate::view::View;
use crate::waiting::{WaitKind, Waiting, by};

/// Waits while the service wants no tasks, or has none again yet; none when there is nothing of that to wait for.
pub(super) fn next(view: &View<'_>) -> Option<Plan> {
    if view.is_without_traffic() || view.original_is_adopted() {
        // Released as it is, or beside what serves: nothing is waited for.
        return None;
    }
    if view.sides.tasks < 1 {
        return Some(wait_for_someone(view));
    }
    let since = idle_since(view.progress())?;
    let progress = view.progress();
    let wanted_again = progress.position.as_ref().and_then(|position| position.wanted_again_at);
    let deadline =
        wanted_again.unwrap_or_else(|| view.now()) + view.input.release.settings.progress_deadline.as_signed();
    if view.replacement_has_traffic() && !both_had_their_time(view) && view.now() < deadline {
        return Some(wait_for_tasks(view, deadline));
    }
    Some(go_on(view, since))
}

/// Tasks of both sides start together. Which of them are healthy first says nothing against the other side: the replacement
/// has not failed, and the original is not down, before one of them is there or the other is complete without it.
fn both_had_their_time(view: &View<'_>) -> bool {
    view.replacement_can_serve() && (!view.original_is_down() || view.replacement_is_ready().is_ok())
}

fn wait_for_someone(view: &View<'_>) -> Plan {
    let mut progress = view.progress().clone();
    let ecs = &view.input.release.settings.ecs;
    let service = format!("{}/{}", ecs.cluster, ecs.service);
    let position = progress.position.get_or_insert_default();
    let notes = match position.idle_since {
        Some(_) => Vec::new(),
        None => vec![Note::warning(
            Reason::ServiceScaledToZero,
            format!(
                "Service {service} has desired count 0: nothing moves, and no clock runs, until it is scaled up again"
            ),
        )],
    };
    position.idle_since.get_or_insert_with(|| view.now());
    position.wanted_again_at = None;
    let message = format!(
        "service {service} has desired count 0: scale it to at least 1; until then nothing moves and no clock runs"
    );
    let reason = Reason::ServiceScaledToZero;
    let waiting = Waiting { reason, message, until: None, deadline: None, kind: WaitKind::Person };
    Plan::wait(waiting, progress, &view.input).with_notes(notes)
}

fn wait_for_tasks(view: &View<'_>, deadline: Timestamp) -> Plan {
    let mut progress = view.progress().clone();
    if let Some(position) = &mut progress.position {
        position.wanted_again_at.get_or_insert_with(|| view.now());
    }
    let message = format!(
        "the service was scaled to 0 and wants {} tasks again; waiting for the first healthy target of each side{}",
        view.sides.tasks,
        by(Some(deadline), view.now())
    );
    let waiting = Waiting::for_progress(Reason::Installing, message, Some(deadline));
    Plan::wait(waiting, progress, &view.input)
}

fn go_on(view: &View<'_>, since: Timestamp) -> Plan {
    let mut progress = view.progress().clone();
    end_idleness(&mut progress, view.now());
    let idle = sluice_api::Duration::from_signed(view.now().duration_since(since));
    let message = format!("The service wants tasks again, after {idle} at 0: the release goes on");
    Plan::advance(progress, vec![Note::normal(Reason::Shifting, message)])
}
