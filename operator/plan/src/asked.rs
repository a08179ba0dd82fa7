//! What a user asks of a release that waits: to go on (`spec.approvals`), or to pass over waits (`spec.skipTo`).
//!
//! Steps are called by their names, or by their indexes from 0. Neither ends a verification, a hook or a barrier.

use sluice_api::{
    Deployment, DeploymentGroupSpec, DeploymentStatus, GateKind, GateStatus, Hook, OnAlarm, OnHookFailure, StepStatus,
};

/// What the spec of a Deployment asks for, as it is now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked<'a> {
    /// `spec.approvals`.
    pub approvals: &'a [String],
    /// `spec.skipTo`.
    pub skip_to: Option<&'a str>,
}

/// A place in a release, in the order in which it comes there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// Before the first increment.
    Ready,
    /// The increment with this index.
    Step(usize),
    /// All traffic moved, the original kept.
    Bake,
    /// The original goes.
    End,
}

/// The word for the wait before the first increment.
pub(crate) const READY: &str = "Ready";
/// The word for the time for which the original is kept.
pub(crate) const BAKE: &str = "Bake";
/// The word for the end of all waits.
pub(crate) const END: &str = "End";

impl<'a> Asked<'a> {
    /// What the spec of this Deployment asks for.
    #[must_use]
    pub fn of(deployment: &'a Deployment) -> Self {
        Self { approvals: &deployment.spec.approvals, skip_to: deployment.spec.skip_to.as_deref() }
    }

    /// Whether someone approved what waits at this place.
    pub(crate) fn approves(&self, steps: &[StepStatus], place: Place) -> bool {
        self.approvals.iter().any(|word| approved_place(word, steps) == Some(place))
    }

    /// Whether someone lets the release go on although this hook has failed. A name that a step has too is the step's.
    pub(crate) fn lets_pass(&self, hook: &Hook, steps: &[StepStatus]) -> bool {
        self.approvals.iter().any(|word| *word == hook.name && names_a_hook(word, std::slice::from_ref(hook), steps))
    }

    /// Whether someone lets the release go on in spite of this alarm. A name that a step or a hook has too is theirs.
    pub(crate) fn lets_alarm_pass(&self, alarm: &str, settings: &DeploymentGroupSpec, steps: &[StepStatus]) -> bool {
        self.approvals.iter().any(|word| word == alarm && names_an_alarm(word, settings, steps))
    }

    /// Whether the waits of this place are passed over: those before the place that is skipped to.
    pub(crate) fn skips(&self, steps: &[StepStatus], place: Place) -> bool {
        self.skip_to.and_then(|word| skipped_to(word, steps)).is_some_and(|target| target > place)
    }

    /// Whether either ends this wait.
    pub(crate) fn ends(&self, steps: &[StepStatus], gate: &GateStatus) -> bool {
        let place = match gate.kind {
            GateKind::Ready => Some(Place::Ready),
            GateKind::Approval => step_of(&gate.name, steps).map(Place::Step),
            GateKind::Hold
            | GateKind::Bake
            | GateKind::Window
            | GateKind::Alarm
            | GateKind::Suspend
            | GateKind::Promotion
            | GateKind::Multi => None,
        };
        place.is_some_and(|place| self.approves(steps, place) || self.skips(steps, place))
    }
}

/// The place whose wait this word approves; none when it names none.
pub(crate) fn approved_place(word: &str, steps: &[StepStatus]) -> Option<Place> {
    if word == READY { Some(Place::Ready) } else { step_of(word, steps).map(Place::Step) }
}

/// The place that this word leads to; none when it names none.
pub(crate) fn skipped_to(word: &str, steps: &[StepStatus]) -> Option<Place> {
    match word {
        BAKE => Some(Place::Bake),
        END => Some(Place::End),
        word => step_of(word, steps).map(Place::Step),
    }
}

/// The step of this name, or of this index.
#[must_use]
pub fn step_of(word: &str, steps: &[StepStatus]) -> Option<usize> {
    let named = steps.iter().position(|step| step.name.as_deref() == Some(word));
    named.or_else(|| word.parse().ok().filter(|index: &usize| *index < steps.len() && index.to_string() == word))
}

/// What the step is called in commands and in status: its name where that is one word that a shell leaves alone and that
/// means this step, else its index.
#[must_use]
pub fn label(steps: &[StepStatus], index: usize) -> String {
    let is_plain = |name: &&str| name.chars().all(|one| one.is_ascii_alphanumeric() || matches!(one, '-' | '_' | '.'));
    let means_it = |name: &&str| step_of(name, steps) == Some(index) && ![READY, BAKE, END].contains(name);
    let name = steps.get(index).and_then(|step| step.name.as_deref()).filter(is_plain).filter(means_it);
    name.map_or_else(|| index.to_string(), str::to_owned)
}

/// What the step is called in sentences, with its place among all.
pub(crate) fn titled(steps: &[StepStatus], index: usize) -> String {
    let name = steps.get(index).and_then(|step| step.name.as_deref());
    let name = name.map(|name| format!(" ({name})")).unwrap_or_default();
    format!("step {}/{}{name}", index + 1, steps.len())
}

/// The names that there are, for who wrote another.
#[must_use]
pub fn known_names(steps: &[StepStatus]) -> String {
    let named: Vec<&str> = steps.iter().filter_map(|step| step.name.as_deref()).collect();
    let indexes = match steps.len() {
        0 | 1 => "0".to_owned(),
        count => format!("0 to {}", count - 1),
    };
    if named.is_empty() { indexes } else { format!("{}, {indexes}", named.join(", ")) }
}

/// Whether this word names a hook whose failure waits for a person, and no place.
#[must_use]
pub fn names_a_hook(word: &str, hooks: &[Hook], steps: &[StepStatus]) -> bool {
    let waits = |hook: &Hook| hook.name == word && hook.on_failure == OnHookFailure::Pause;
    approved_place(word, steps).is_none() && hooks.iter().any(waits)
}

/// Whether this word names an alarm that only holds the release, and no place and no hook. One that turns it round is no
/// matter of approval.
#[must_use]
pub fn names_an_alarm(word: &str, settings: &DeploymentGroupSpec, steps: &[StepStatus]) -> bool {
    let alarms = settings.alarms.as_ref().filter(|alarms| alarms.on_alarm == OnAlarm::Pause);
    alarms.is_some_and(|alarms| alarms.names.iter().any(|name| name == word))
        && approved_place(word, steps).is_none()
        && !names_a_hook(word, &settings.hooks, steps)
}

/// What is wrong with `spec.approvals`, in words; none where each is a name.
pub(crate) fn wrong_approval(asked: Asked<'_>, steps: &[StepStatus], settings: &DeploymentGroupSpec) -> Option<String> {
    let is_a_name = |word: &String| {
        approved_place(word, steps).is_some()
            || names_a_hook(word, &settings.hooks, steps)
            || names_an_alarm(word, settings, steps)
    };
    let wrong = asked.approvals.iter().find(|word| !is_a_name(word))?;
    Some(not_approvable(wrong, steps))
}

/// What is wrong with this word among the approvals.
pub(crate) fn not_approvable(wrong: &str, steps: &[StepStatus]) -> String {
    format!("spec.approvals: there is no step {wrong}: write one of {}, or {READY}", known_names(steps))
}

/// What is wrong with `spec.skipTo`, in words; none where it leads somewhere.
pub(crate) fn wrong_skip_to(asked: Asked<'_>, steps: &[StepStatus]) -> Option<String> {
    let wrong = asked.skip_to.filter(|word| skipped_to(word, steps).is_none())?;
    Some(format!("spec.skipTo: there is no step {wrong}: write one of {}, {BAKE}, or {END}", known_names(steps)))
}

/// A first deployment moves all traffic at once: the steps of its configuration are not there, and are not missed.
pub(crate) fn steps_of(progress: &DeploymentStatus) -> Option<&[StepStatus]> {
    progress.original.as_ref().map(|_| progress.steps.as_slice())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn steps(names: &[&str]) -> Vec<StepStatus> {
        let one = |(index, name): (usize, &&str)| {
            let name = (!name.is_empty()).then_some(name);
            serde_json::from_value(json!({"index": index, "name": name, "weight": 1, "scale": 1, "hold": "0s"}))
                .unwrap()
        };
        names.iter().enumerate().map(one).collect()
    }

    #[test]
    fn a_step_is_called_by_its_name_or_its_index_and_by_no_word_that_means_another() {
        let steps = steps(&["canary", "", "half", "half", "Bake", "it's", "0"]);
        for (word, expected) in [
            ("canary", Some(0)),
            ("1", Some(1)),
            ("half", Some(2)),
            ("3", Some(3)),
            // Of two the name goes first, and then the label of the other is no name.
            ("0", Some(6)),
            ("01", None),
            ("+1", None),
            ("7", None),
            ("Half", None),
            ("", None),
        ] {
            assert_eq!(step_of(word, &steps), expected, "{word}");
        }
        let labels: Vec<String> = (0..steps.len()).map(|index| label(&steps, index)).collect();
        assert_eq!(labels, ["canary", "1", "half", "3", "4", "5", "0"]);
    }

    #[test]
    fn skipping_ends_the_waits_before_its_place_and_none_after() {
        let steps = steps(&["canary", "half", "all"]);
        let places = [Place::Ready, Place::Step(0), Place::Step(1), Place::Step(2), Place::Bake];
        for (word, ended) in
            [("canary", 1), ("0", 1), ("half", 2), ("all", 3), ("Bake", 4), ("End", 5), ("Ready", 0), ("hlaf", 0)]
        {
            let asked = Asked { skip_to: Some(word), ..Asked::default() };
            let skipped = places.iter().filter(|place| asked.skips(&steps, **place)).count();
            assert_eq!(skipped, ended, "{word}");
            assert!(places.iter().take(ended).all(|place| asked.skips(&steps, *place)), "{word}");
        }
    }

    #[test]
    fn who_names_no_step_reads_what_there_is() {
        assert_eq!(known_names(&steps(&["canary", "", "all"])), "canary, all, 0 to 2");
        assert_eq!(known_names(&steps(&["", ""])), "0 to 1");
    }
}
