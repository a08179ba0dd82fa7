//! `kubectl sluice suspend` and `resume`: of groups and Applications, and `resume` of a Deployment that is paused.

use std::process::ExitCode;

use crate::acting::{Decided, act};
use crate::arguments::{Common, NameArguments};
use crate::changes::{self, DeploymentView};
use crate::cluster::Cluster;
use crate::error::Error;
use crate::inventory::{Inventory, Named, Which};
use crate::names::listed;
use crate::refusal::Refusal;

/// Lets nothing begin in a group or an Application.
pub async fn suspend(common: &Common, typed: &NameArguments) -> Result<ExitCode, Error> {
    act(common, typed.writing, |inventory, cluster| to_suspend(&typed.name, inventory, cluster)).await
}

/// Lets a Deployment go on, or releases begin.
pub async fn resume(common: &Common, typed: &NameArguments) -> Result<ExitCode, Error> {
    act(common, typed.writing, |inventory, cluster| to_resume(&typed.name, inventory, cluster)).await
}

fn to_suspend(name: &str, inventory: &Inventory, cluster: &Cluster) -> Result<Decided, Refusal> {
    let named = inventory.named(name)?;
    let fits: Vec<&Named<'_>> = named.iter().filter(|one| !matches!(one, Named::Deployment(_))).collect();
    match fits.as_slice() {
        [Named::Group(group)] => Ok(changes::suspend_group(group, &cluster.hints).into()),
        [Named::Application(application)] => Ok(changes::suspend_application(application, &cluster.hints).into()),
        [] | [Named::Deployment(_)] => Err(Refusal::new(format!(
            "{name} is a Deployment: to hold it: {}",
            cluster.hints.command(&inventory.namespace, &["pause", name])
        ))),
        several => Err(ambiguous(name, "suspend", several.iter().map(|one| one.full_name()), inventory, cluster)),
    }
}

fn to_resume(name: &str, inventory: &Inventory, cluster: &Cluster) -> Result<Decided, Refusal> {
    let named = inventory.named(name)?;
    let mut found: Vec<(String, Decided)> = Vec::new();
    for one in &named {
        match one {
            Named::Group(group) if group.spec.suspend => {
                found.push((one.full_name(), changes::resume_group(group).into()));
            }
            Named::Application(application) if application.spec.suspend => {
                found.push((one.full_name(), changes::resume_application(application).into()));
            }
            Named::Group(_) | Named::Application(_) | Named::Deployment(_) => {}
        }
    }
    match inventory.choose(name, Which::Paused, &cluster.hints, "resume") {
        Ok(chosen) => {
            let deployment = chosen.deployment;
            let group = inventory.group(&deployment.spec.group_ref);
            let change = changes::resume(&DeploymentView { deployment, group, hints: &cluster.hints });
            let own = format!("deployment/{}", deployment.metadata.name.as_deref().unwrap_or_default());
            if found.is_empty() || deployment.spec.paused {
                found.push((own, Decided { chosen: chosen.told, change: change? }));
            }
        }
        Err(refusal) if found.is_empty() => return Err(above(&named, inventory, cluster).unwrap_or(refusal)),
        Err(_) => {}
    }
    if found.len() > 1 {
        return Err(ambiguous(name, "resume", found.iter().map(|(full, _)| full.clone()), inventory, cluster));
    }
    let none = || Refusal::new(format!("{name} is neither paused nor suspended"));
    found.pop().map(|(_, decided)| decided).ok_or_else(none)
}

/// What to say where it is the Application of the group that is suspended.
fn above(named: &[Named<'_>], inventory: &Inventory, cluster: &Cluster) -> Option<Refusal> {
    let group = named.iter().find_map(|one| if let Named::Group(group) = one { Some(group) } else { None })?;
    let application = inventory.application(&group.spec.application_ref).filter(|one| one.spec.suspend)?;
    let (own, name) = (group.metadata.name.as_deref()?, application.metadata.name.as_deref()?);
    let resume = cluster.hints.command(&inventory.namespace, &["resume", &format!("application/{name}")]);
    Some(Refusal::new(format!("{own} is not suspended itself, its Application {name} is: {resume}")))
}

fn ambiguous(
    name: &str,
    verb: &str,
    full_names: impl Iterator<Item = String>,
    inventory: &Inventory,
    cluster: &Cluster,
) -> Refusal {
    let choices: Vec<String> =
        full_names.map(|full| cluster.hints.command(&inventory.namespace, &[verb, &full])).collect();
    Refusal::new(format!("{name} means more than one thing here: type one of {}", listed(&choices)))
}
