//! What holds a release, ends it, puts it aside, or lets nothing begin.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde_json::json;
use sluice_api::{Application, DeploymentGroup};

use super::change::Change;
use super::view::DeploymentView;
use crate::hints::Hints;
use crate::kind::Kind;
use crate::refusal::Refusal;

/// Holds a release where it stands.
pub fn pause(view: &DeploymentView<'_>) -> Result<Change, Refusal> {
    view.refuse_ended("nothing of it can be paused")?;
    view.refuse_past_point_of_no_return("it is not held any more")?;
    let (name, object) = (view.name(), &view.deployment.metadata);
    let resume = view.command("resume", &[]);
    if view.deployment.spec.paused {
        let sentence = format!("{name} is paused already; to let it go on: {resume}");
        return Ok(Change::nothing(Kind::Deployment, object, sentence));
    }
    let held = if view.has_begun() {
        "traffic stays where it is, and what fails is rolled back all the same"
    } else {
        "it does not begin, and others pass it"
    };
    let sentence = format!("{name} is paused: {held}; to let it go on: {resume}");
    Ok(Change::patch(Kind::Deployment, object, json!({"paused": true}), sentence))
}

/// Lets a paused release go on.
pub fn resume(view: &DeploymentView<'_>) -> Result<Change, Refusal> {
    view.refuse_ended("it cannot go on")?;
    let (name, object) = (view.name(), &view.deployment.metadata);
    if !view.deployment.spec.paused {
        let sentence = format!("{name} is not paused: it is {}", view.word());
        return Ok(Change::nothing(Kind::Deployment, object, sentence));
    }
    let sentence = format!("{name} goes on: holds and the bake ran on meanwhile, time-outs of approvals did not");
    Ok(Change::patch(Kind::Deployment, object, json!({"paused": false}), sentence))
}

/// Ends a release, and returns its traffic.
pub fn stop(view: &DeploymentView<'_>) -> Result<Change, Refusal> {
    view.refuse_ended("nothing of it is left to stop")?;
    let (name, object) = (view.name(), &view.deployment.metadata);
    if view.deployment.spec.stop.is_some() {
        let sentence = format!("{name} was asked to stop already, and is {}", view.word());
        return Ok(Change::nothing(Kind::Deployment, object, sentence));
    }
    if let Some(rollback) = view.status().and_then(|status| status.rollback.as_ref()) {
        let sentence = format!("{name} is rolled back already: {}", rollback.reason);
        return Ok(Change::nothing(Kind::Deployment, object, sentence));
    }
    view.refuse_past_point_of_no_return("there is no way back by a stop")?;
    Ok(Change::patch(Kind::Deployment, object, json!({"stop": {}}), stop_sentence(view)))
}

/// What a stop leads to.
fn stop_sentence(view: &DeploymentView<'_>) -> String {
    let (name, releases) = (view.name(), view.releases());
    if !view.has_begun() {
        return format!("{name} is asked to stop: it ends without having begun");
    }
    let original = view.status().and_then(|status| status.original.as_ref());
    let back = match original {
        Some(original) => format!("its traffic returns to {}", sluice_plan::names::short(&original.task_definition)),
        None => "there was nothing before it to return to, so that nothing serves once it is gone".to_owned(),
    };
    let multi = view.status().and_then(|status| status.multi.as_ref());
    let siblings: Vec<&str> =
        multi.iter().flat_map(|multi| &multi.siblings).map(|sibling| sibling.deployment.as_str()).collect();
    let siblings = if siblings.is_empty() {
        String::new()
    } else {
        format!("; so do those that are released as one with it: {}", siblings.join(", "))
    };
    format!("{name} is asked to stop: {back}, and {releases} is held until it is asked for anew{siblings}")
}

/// Puts a Deployment that has ended aside, or takes it back.
pub fn archive(view: &DeploymentView<'_>, is_undone: bool) -> Result<Change, Refusal> {
    let (name, object) = (view.name(), &view.deployment.metadata);
    let archived = view.deployment.spec.archived;
    if archived != is_undone {
        let sentence = format!("{name} is {} already", if archived { "archived" } else { "not archived" });
        return Ok(Change::nothing(Kind::Deployment, object, sentence));
    }
    if is_undone {
        let sentence = format!("{name} is no longer archived: it is in the history of its group again");
        return Ok(Change::patch(Kind::Deployment, object, json!({"archived": false}), sentence));
    }
    if !view.is_ended() {
        return Err(Refusal::new(format!(
            "{name} has not ended, it is {}: only what has ended can be archived; to end it: {}",
            view.word(),
            view.command("stop", &[])
        )));
    }
    let undo = view.command("archive", &["--undo"]);
    let sentence = format!(
        "{name} is archived: the history of its group leaves it out, and nothing deletes it; to take that back: {undo}"
    );
    Ok(Change::patch(Kind::Deployment, object, json!({"archived": true}), sentence))
}

/// Lets nothing begin in a group.
#[must_use]
pub fn suspend_group(group: &DeploymentGroup, hints: &Hints) -> Change {
    suspend(Kind::DeploymentGroup, &group.metadata, group.spec.suspend, hints)
}

/// Lets nothing begin in any group of an Application.
#[must_use]
pub fn suspend_application(application: &Application, hints: &Hints) -> Change {
    suspend(Kind::Application, &application.metadata, application.spec.suspend, hints)
}

fn suspend(kind: Kind, object: &ObjectMeta, is_suspended: bool, hints: &Hints) -> Change {
    let (name, resume) = words(kind, object, hints);
    if is_suspended {
        return Change::nothing(kind, object, format!("{kind} {name} is suspended already; to end that: {resume}"));
    }
    let sentence = format!(
        "{kind} {name} is suspended: no release begins, and what is in progress goes on; to end that: {resume}"
    );
    Change::patch(kind, object, json!({"suspend": true}), sentence)
}

/// Lets releases begin again in a group.
#[must_use]
pub fn resume_group(group: &DeploymentGroup) -> Change {
    unsuspend(Kind::DeploymentGroup, &group.metadata, group.spec.suspend)
}

/// Lets releases begin again in the groups of an Application.
#[must_use]
pub fn resume_application(application: &Application) -> Change {
    unsuspend(Kind::Application, &application.metadata, application.spec.suspend)
}

fn unsuspend(kind: Kind, object: &ObjectMeta, is_suspended: bool) -> Change {
    let name = object.name.as_deref().unwrap_or_default();
    if !is_suspended {
        return Change::nothing(kind, object, format!("{kind} {name} is not suspended"));
    }
    let sentence = format!("{kind} {name} is no longer suspended: the newest of what waits begins");
    Change::patch(kind, object, json!({"suspend": false}), sentence)
}

/// The name, and the command that ends a suspension.
fn words<'a>(kind: Kind, object: &'a ObjectMeta, hints: &Hints) -> (&'a str, String) {
    let name = object.name.as_deref().unwrap_or_default();
    let namespace = object.namespace.as_deref().unwrap_or_default();
    (name, hints.command(namespace, &["resume", &format!("{}/{name}", kind.prefix())]))
}
