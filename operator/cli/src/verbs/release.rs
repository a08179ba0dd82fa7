//! The verbs that act on one Deployment.

use std::process::ExitCode;

use crate::acting::{Decided, act};
use crate::arguments::{
    ApproveArguments, ArchiveArguments, Common, NameArguments, PromoteArguments, SkipArguments, Writing,
};
use crate::changes::{self, Change, DeploymentView, Promote};
use crate::error::Error;
use crate::inventory::{Inventory, Which};
use crate::refusal::Refusal;

/// A verb, and the Deployment that it is about.
struct About<'a> {
    verb: &'static str,
    name: &'a str,
    which: Which,
    writing: Writing,
}

/// Changes the Deployment that a name means.
async fn change(
    common: &Common,
    about: About<'_>,
    decide: impl Fn(&DeploymentView<'_>, &Inventory) -> Result<Change, Refusal>,
) -> Result<ExitCode, Error> {
    act(common, about.writing, |inventory, cluster| {
        let chosen = inventory.choose(about.name, about.which, &cluster.hints, about.verb)?;
        let deployment = chosen.deployment;
        let group = inventory.group(&deployment.spec.group_ref);
        let view = DeploymentView { deployment, group, hints: &cluster.hints };
        Ok(Decided { chosen: chosen.told, change: decide(&view, inventory)? })
    })
    .await
}

fn open<'a>(verb: &'static str, name: &'a str, writing: Writing) -> About<'a> {
    About { verb, name, which: Which::Open, writing }
}

/// `approve`.
pub async fn approve(common: &Common, typed: &ApproveArguments) -> Result<ExitCode, Error> {
    let about = open("approve", &typed.name, typed.writing);
    change(common, about, |view, _| changes::approve(view, typed.gate.as_deref())).await
}

/// `promote`.
pub async fn promote(common: &Common, typed: &PromoteArguments) -> Result<ExitCode, Error> {
    let (full, ignore_windows, ignore_promotion) = (typed.full, typed.ignore_windows, typed.ignore_promotion);
    let how = Promote { full, ignore_windows, ignore_promotion };
    let about = open("promote", &typed.name, typed.writing);
    change(common, about, |view, _| changes::promote(view, how)).await
}

/// `skip`.
pub async fn skip(common: &Common, typed: &SkipArguments) -> Result<ExitCode, Error> {
    let about = open("skip", &typed.name, typed.writing);
    change(common, about, |view, _| changes::skip(view, typed.step.as_deref())).await
}

/// `pause`.
pub async fn pause(common: &Common, typed: &NameArguments) -> Result<ExitCode, Error> {
    change(common, open("pause", &typed.name, typed.writing), |view, _| changes::pause(view)).await
}

/// `stop`.
pub async fn stop(common: &Common, typed: &NameArguments) -> Result<ExitCode, Error> {
    change(common, open("stop", &typed.name, typed.writing), |view, _| changes::stop(view)).await
}

/// `retry`.
pub async fn retry(common: &Common, typed: &NameArguments) -> Result<ExitCode, Error> {
    let about = About { verb: "retry", name: &typed.name, which: Which::EndedBadly, writing: typed.writing };
    change(common, about, changes::retry).await
}

/// `archive`.
pub async fn archive(common: &Common, typed: &ArchiveArguments) -> Result<ExitCode, Error> {
    let about = About { verb: "archive", name: &typed.name, which: Which::Ended, writing: typed.writing };
    change(common, about, |view, _| changes::archive(view, typed.undo)).await
}
