//! What a user asks of a release in progress, by `spec.approvals` and `spec.skipTo`, is heard once: it counts, comes too
//! late, is not needed, or names nothing.

use sluice_api::{AskedAnswer, AskedField, AskedStatus, DeploymentStatus, LifecycleEventName, Reason};

use crate::asked::{
    Place, approved_place, names_a_hook, names_an_alarm, not_approvable, skipped_to, titled, wrong_skip_to,
};
use crate::plan::Note;
use crate::progress::position::{Position, position};
use crate::view::View;

/// Most words that are written down.
const MOST: usize = 64;

/// Most characters of one of them.
const LONGEST: usize = 63;

/// Writes down what is heard for the first time, and tells what comes of it where that is not seen at once.
pub(crate) fn hear(view: &View<'_>, progress: &mut DeploymentStatus) -> Vec<Note> {
    let asked = view.input.release.asked;
    let Some(here) = here(progress).filter(|_| progress.original.is_some()) else { return Vec::new() };
    let known = |field, word: &str| progress.asked.iter().any(|one| one.field == field && one.value == kept(word));
    let approvals = asked.approvals.iter().map(|word| (AskedField::Approvals, word.as_str()));
    let skip = asked.skip_to.map(|word| (AskedField::SkipTo, word));
    let new: Vec<(AskedField, String)> = approvals
        .chain(skip)
        .filter(|(field, word)| !known(*field, word))
        .map(|(field, word)| (field, word.to_owned()))
        .collect();
    let mut notes = Vec::new();
    for (field, value) in new {
        let (answer, note) = match field {
            AskedField::Approvals => approval(view, progress, &value, here),
            AskedField::SkipTo => skip_to(view, progress, &value, here),
        };
        if field == AskedField::SkipTo {
            progress.asked.retain(|one| one.field != field);
        }
        if progress.asked.len() < MOST {
            let value = kept(&value).to_owned();
            progress.asked.push(AskedStatus { field, value, answer, since: view.now() });
            notes.extend(note);
        }
    }
    notes
}

/// As much of a word as is written down: names of alarms may be long, and a status is not to be.
fn kept(word: &str) -> &str {
    word.char_indices().nth(LONGEST).map_or(word, |(end, _)| word.get(..end).unwrap_or(word))
}

/// Where the release stands; none once it does not go forward.
fn here(progress: &DeploymentStatus) -> Option<Place> {
    match position(progress) {
        Position::Install => Some(Place::Ready),
        Position::Event(name) if name <= LifecycleEventName::Ready => Some(Place::Ready),
        // Past it, and before the first increment is asked for anything.
        Position::Event(name) if name < LifecycleEventName::AllowTraffic => Some(Place::Step(0)),
        Position::AllowTraffic(index) => Some(Place::Step(index)),
        Position::Event(_) | Position::Bake => Some(Place::Bake),
        Position::TerminateOriginal => Some(Place::End),
        Position::Rollback | Position::Ended => None,
    }
}

fn approval(view: &View<'_>, progress: &DeploymentStatus, word: &str, here: Place) -> (AskedAnswer, Option<Note>) {
    let steps = &progress.steps;
    let settings = view.input.release.settings;
    if names_a_hook(word, &settings.hooks, steps) || names_an_alarm(word, settings, steps) {
        // Its own wait tells what comes of it.
        return (AskedAnswer::Accepted, None);
    }
    let Some(place) = approved_place(word, steps) else {
        return (AskedAnswer::Unknown, Some(Note::warning(Reason::InvalidValue, not_approvable(word, steps))));
    };
    let (what, is_asked) = match place {
        Place::Step(index) => (titled(steps, index), steps.get(index).is_some_and(|step| step.approval.is_some())),
        _ => ("the first traffic".to_owned(), view.input.release.settings.ready.is_some()),
    };
    let told = |text: String| Some(Note::warning(Reason::InvalidValue, text));
    if !is_asked {
        let text = format!("spec.approvals: {what} waits for no approval: nothing comes of {word}");
        return (AskedAnswer::NotNeeded, told(text));
    }
    if place < here {
        return (
            AskedAnswer::TooLate,
            told(format!("spec.approvals: the release is past {what}: {word} comes too late")),
        );
    }
    // The gate tells when it opens.
    (AskedAnswer::Accepted, None)
}

fn skip_to(view: &View<'_>, progress: &DeploymentStatus, word: &str, here: Place) -> (AskedAnswer, Option<Note>) {
    let Some(place) = skipped_to(word, &progress.steps) else {
        let wrong = wrong_skip_to(view.input.release.asked, &progress.steps).unwrap_or_default();
        return (AskedAnswer::Unknown, Some(Note::warning(Reason::InvalidValue, wrong)));
    };
    if place <= here && here != Place::Ready {
        let text = format!("spec.skipTo: the release is at {word} already, or past it: nothing comes of it");
        return (AskedAnswer::TooLate, Some(Note::warning(Reason::InvalidValue, text)));
    }
    let text =
        format!("Skipping to {word}: holds, approvals and the bake before it end; every increment is still verified");
    (AskedAnswer::Accepted, Some(Note::normal(Reason::Shifting, text)))
}
