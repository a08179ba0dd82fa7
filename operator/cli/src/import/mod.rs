//! What AWS prints of services that CodeDeploy or ECS deploys, as manifests, a report, and the commands of the move.
//!
//! Nothing here reads a file or asks a server. What is wrong with what was handed in is told as a whole, and then nothing
//! is made of any of it.
//!
//! | question | where |
//! |---|---|
//! | What is this text? | [`document`], by its content; the answers of AWS in [`aws`] |
//! | What has no counterpart? | [`counterpart`], the rows of `docs/import.md` |
//! | What becomes of a group of CodeDeploy, of a service of ECS? | [`code_deploy`], [`of_ecs`] |
//! | How does the traffic move? | [`shift`]; its routes in [`route`] |
//! | What is typed, in which order? | [`moves`] |

pub mod allowed;
pub mod app_spec_of;
pub mod aws;
pub mod code_deploy;
pub mod command;
pub mod counterpart;
pub mod document;
pub mod finding;
pub mod hooks;
pub mod inventory;
pub mod locale;
pub mod manifest;
pub mod move_traffic;
pub mod moves;
pub mod names;
pub mod native;
pub mod node;
pub mod of_ecs;
pub mod parts;
pub mod problem;
pub mod release;
pub mod report;
pub mod route;
pub mod shift;
pub mod source;
pub mod step;
pub mod task_set;
pub mod terms;

use inventory::Inventory;
use locale::Locale;
use manifest::Manifest;
use problem::{Problem, Problems};
use report::{Told, report};
use source::Source;
use step::Where;

/// Who deploys today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// CodeDeploy.
    CodeDeploy,
    /// ECS by itself.
    Ecs,
}

/// What an import comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// In the order in which they are applied.
    pub manifests: Vec<Manifest>,
    /// In Markdown.
    pub report: String,
    /// How many values no file has.
    pub unknown: usize,
}

/// Makes manifests for a namespace, which will be where the report says, of what was handed in.
pub fn import(from: From, sources: &[Source], namespace: &str, manifests_at: &str) -> Result<Imported, Problems> {
    let mut problems = Vec::new();
    let mut inventory = Inventory::of(sources, &mut problems);
    let locale = Locale::of(&inventory, &mut problems);
    let mut releases = match from {
        From::CodeDeploy => code_deploy::releases(&inventory, &locale, &mut problems),
        From::Ecs => of_ecs::releases(&inventory, &locale, &mut problems),
    };
    if locale.region.is_empty() && problems.is_empty() {
        problems.push(Problem::of_all(
            "there is no ARN that says account and region: hand in what aws ecs describe-services prints",
        ));
    }
    problems.extend(configs_of_one_name(&releases));
    if !problems.is_empty() {
        return Err(Problems(problems));
    }
    let renamed = manifest::rename(&mut releases);
    let manifests = manifest::manifests(&releases, &locale, namespace);
    let place = Where { namespace, region: &locale.region, manifests: manifests_at };
    let steps: Vec<_> = releases.iter().map(|release| moves::steps(release, &inventory, &place)).collect();
    unused(from, &releases, &mut inventory);
    let told =
        Told { inventory: &inventory, releases: &releases, manifests: &manifests, renamed: &renamed, steps: &steps };
    let report = report(&told);
    let unknown = releases.iter().map(|release| release.findings.unknown.len()).sum();
    Ok(Imported { manifests, report, unknown })
}

/// Configurations whose names differ for CodeDeploy, and not for Kubernetes.
fn configs_of_one_name(releases: &[release::Release]) -> Option<Problem> {
    let configs: Vec<_> = releases.iter().filter_map(|release| release.shift.config.as_ref()).collect();
    let clash = |(index, (name, _, from)): (usize, &&(String, node::Map, String))| {
        let other = configs[..index].iter().find(|(other, _, other_from)| other == name && other_from != from)?;
        Some(format!(
            "the configurations {} and {from} would both be the DeploymentConfig {name}: import them one after the other, into folders of their own, and give one another name",
            other.2
        ))
    };
    configs.iter().enumerate().find_map(clash).map(Problem::of_all)
}

/// Tells of services and groups that nothing was made of.
fn unused(from: From, releases: &[release::Release], inventory: &mut Inventory) {
    let mut told = Vec::new();
    if from == From::CodeDeploy {
        for found in &inventory.services {
            let (cluster, name) = (found.item.cluster(), &found.item.service_name);
            if !releases.iter().any(|release| release.cluster == cluster && release.old == *name) {
                let why = format!(
                    "no group names the service {cluster}/{name}: for one that ECS deploys there is `kubectl sluice import ecs`"
                );
                told.push((found.file.clone(), why));
            }
        }
    } else {
        let groups = inventory.groups.iter().map(|found| &found.file);
        let others = groups
            .chain(inventory.applications.iter().map(|found| &found.file))
            .chain(inventory.app_specs.iter().map(|found| &found.file));
        let why = "of CodeDeploy: for that there is `kubectl sluice import codedeploy`";
        told.extend(others.map(|file| (file.clone(), why.to_owned())));
    }
    inventory.passed_over.extend(told);
}
