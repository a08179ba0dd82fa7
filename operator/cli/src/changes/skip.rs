//! `skip`: passes over waits, up to a place.

use serde_json::json;
use sluice_api::{GateKind, StatusWord};
use sluice_plan::asked::{known_names, label, step_of};

use super::change::Change;
use super::view::DeploymentView;
use crate::kind::Kind;
use crate::names::meant;
use crate::refusal::Refusal;

/// The place after the last increment.
pub(super) const BAKE: &str = "Bake";
/// The place after all waits.
pub(super) const END: &str = "End";

/// Passes over the waits before a place; without one, over those where it stands.
pub fn skip(view: &DeploymentView<'_>, to: Option<&str>) -> Result<Change, Refusal> {
    view.refuse_ended("nothing is left to skip")?;
    view.refuse_past_point_of_no_return("nothing is left to skip")?;
    let place = match to {
        Some(word) => known_place(view, word)?,
        None => next_place(view)?,
    };
    Ok(skip_to(view, &place))
}

/// The change that passes over the waits before this place.
pub(super) fn skip_to(view: &DeploymentView<'_>, place: &str) -> Change {
    let (name, object) = (view.name(), &view.deployment.metadata);
    if let Some(given) = view.deployment.spec.skip_to.as_deref() {
        let leads_there = rank(view, given).zip(rank(view, place)).is_some_and(|(given, place)| given >= place);
        if given == place || leads_there {
            let sentence = format!("{name} passes over its waits up to {given} already; that stands in spec.skipTo");
            return Change::nothing(Kind::Deployment, object, sentence);
        }
    }
    let passed = match place {
        END => "all waits that are left, the bake among them".to_owned(),
        BAKE => "the holds and approvals that are left, and bakes then".to_owned(),
        place => format!("holds and approvals up to step {place}"),
    };
    let sentence =
        format!("{name} passes over {passed}; each increment is still made and verified, one after the other");
    Change::patch(Kind::Deployment, object, json!({"skipTo": place}), sentence)
}

/// How far a place leads: steps by their index, then the bake, then the end. What is not known leads nowhere.
fn rank(view: &DeploymentView<'_>, place: &str) -> Option<usize> {
    let steps = view.status().map(|status| status.steps.as_slice()).unwrap_or_default();
    match place {
        END => Some(usize::MAX),
        BAKE => Some(usize::MAX - 1),
        step => step_of(step, steps),
    }
}

/// The place after the wait where it stands.
pub(super) fn next_place(view: &DeploymentView<'_>) -> Result<String, Refusal> {
    let steps = view.status().map(|status| status.steps.as_slice()).unwrap_or_default();
    if let Some(index) = view.step_in_progress() {
        let next = index + 1;
        return Ok(if next < steps.len() { label(steps, next) } else { BAKE.to_owned() });
    }
    let kinds: Vec<GateKind> = view.waits().map(|gate| gate.kind).collect();
    if kinds.contains(&GateKind::Bake) || view.word() == StatusWord::Baking {
        return Ok(END.to_owned());
    }
    if kinds.contains(&GateKind::Ready) && !steps.is_empty() {
        return Ok(label(steps, 0));
    }
    let (name, word) = (view.name(), view.word());
    let advance = view.command("skip", &[END]);
    Err(Refusal::new(format!(
        "{name} stands in no wait that can be skipped now, it is {word}: name a place to skip to in advance, one of {}, {BAKE} or {END}, such as {advance}",
        known_names(steps)
    )))
}

fn known_place(view: &DeploymentView<'_>, word: &str) -> Result<String, Refusal> {
    let steps = view.status().map(|status| status.steps.as_slice()).unwrap_or_default();
    if steps.is_empty() || [BAKE, END].contains(&word) {
        return Ok(word.to_owned());
    }
    let Some(index) = step_of(word, steps) else {
        let known = steps.iter().filter_map(|step| step.name.as_deref()).chain([BAKE, END]);
        let meant = meant(word, known).map(|name| format!("did you mean {name}? ")).unwrap_or_default();
        return Err(Refusal::new(format!(
            "{} has no step {word}: {meant}Write one of {}, {BAKE} or {END}",
            view.name(),
            known_names(steps)
        )));
    };
    let current = view.step_in_progress();
    if current.is_some_and(|current| index <= current) || steps[index].completed_at.is_some() {
        return Err(Refusal::new(format!(
            "{} is at step {word} or past it: skip to a later one, or {}",
            view.name(),
            view.command("skip", &[])
        )));
    }
    Ok(label(steps, index))
}
