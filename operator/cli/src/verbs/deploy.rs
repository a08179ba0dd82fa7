//! `kubectl sluice deploy`.

use std::io::Read as _;
use std::path::Path;
use std::process::ExitCode;

use serde_json::Value;
use sluice_api::{Revision, Scan, Source};

use crate::acting::{Decided, act};
use crate::arguments::{Common, DeployArguments, ScanVerdict, SourceArguments};
use crate::changes::{self, Asked, Otherwise};
use crate::cluster::Cluster;
use crate::error::Error;
use crate::inventory::{Inventory, Named};
use crate::names::listed;
use crate::refusal::Refusal;

/// Asks for another revision.
pub async fn run(common: &Common, typed: &DeployArguments) -> Result<ExitCode, Error> {
    let asked = asked(typed)?;
    act(common, typed.writing, |inventory, cluster| decide(typed, asked.as_ref(), inventory, cluster)).await
}

fn decide(
    typed: &DeployArguments,
    asked: Option<&Asked>,
    inventory: &Inventory,
    cluster: &Cluster,
) -> Result<Decided, Refusal> {
    let (name, hints) = (&typed.name, &cluster.hints);
    let named = inventory.named(name)?;
    let fits: Vec<&Named<'_>> = named.iter().filter(|one| !matches!(one, Named::Deployment(_))).collect();
    if typed.once || typed.unpin {
        let group = inventory.choose_group(name, hints, "deploy")?;
        let Some(asked) = asked else { return Ok(changes::unpin(group, inventory).into()) };
        let otherwise = Otherwise {
            strategy: typed.strategy.clone(),
            no_hooks: typed.no_hooks,
            no_alarms: typed.no_alarms,
            ignore_windows: typed.ignore_windows,
        };
        return changes::once(group, asked, &otherwise, inventory, hints).map(Decided::from);
    }
    let Some(asked) = asked else { return Err(Refusal::new("deploy: say what is to be released")) };
    match fits.as_slice() {
        [Named::Group(group)] => changes::pin(group, asked, inventory, hints).map(Decided::from),
        [Named::Application(application)] => changes::deploy(application, asked, inventory, hints).map(Decided::from),
        [] | [Named::Deployment(_)] => Err(Refusal::new(format!(
            "{name} is a Deployment, whose revision stays what it is: name its group or its Application"
        ))),
        several => {
            let choices: Vec<String> =
                several.iter().map(|one| hints.command(&inventory.namespace, &["deploy", &one.full_name()])).collect();
            Err(Refusal::new(format!("{name} means more than one thing here: begin with one of {}", listed(&choices))))
        }
    }
}

/// What was typed; none where a revision is to be taken back.
fn asked(typed: &DeployArguments) -> Result<Option<Asked>, Error> {
    let source = source(&typed.source);
    if typed.unpin {
        return Ok(None);
    }
    if !typed.image.is_empty() {
        let containers = typed.image.clone();
        return Ok(Some(Asked::Images { family: typed.family.clone(), containers, source }));
    }
    let mut revision = match (&typed.task_definition, &typed.revision, &typed.app_spec) {
        (Some(named), _, _) => Revision::of(named),
        (None, Some(path), _) => parsed(path, &text(path)?)?,
        (None, None, Some(path)) => {
            Revision { task_definition: None, images: None, app_spec: Some(text(path)?), source: None }
        }
        (None, None, None) => return Ok(None),
    };
    revision.source = source.or(revision.source);
    Ok(Some(Asked::Revision(Box::new(revision))))
}

fn source(typed: &SourceArguments) -> Option<Source> {
    let scan = typed.scan.map(|scan| match scan {
        ScanVerdict::Passed => Scan::Passed,
        ScanVerdict::Failed => Scan::Failed,
        ScanVerdict::Skipped => Scan::Skipped,
    });
    let source = Source {
        repository: typed.repository.clone(),
        commit_sha: typed.commit.clone(),
        run_url: typed.run_url.clone(),
        environment: typed.environment.clone(),
        scan,
        ..Source::default()
    };
    (source != Source::default()).then_some(source)
}

fn text(path: &Path) -> Result<String, Error> {
    let failed = |source| Error::File { path: path.to_owned(), source };
    if path != Path::new("-") {
        return std::fs::read_to_string(path).map_err(failed);
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(failed)?;
    Ok(text)
}

/// A revision as `spec.revision` has it, or a manifest that has one there.
fn parsed(path: &Path, text: &str) -> Result<Revision, Refusal> {
    let refused = |why: String| {
        Refusal::new(format!(
            "--revision {}: {why}: write a revision as spec.revision has it, such as taskDefinition: shop:43",
            path.display()
        ))
    };
    let read: Value = serde_saphyr::from_str(text).map_err(|error| refused(error.to_string()))?;
    let value = read.pointer("/spec/revision").or_else(|| read.get("revision")).cloned().unwrap_or(read);
    let known = ["taskDefinition", "images", "appSpec", "source"];
    let unknown = value.as_object().and_then(|fields| fields.keys().find(|field| !known.contains(&field.as_str())));
    if let Some(field) = unknown {
        return Err(refused(format!("it has no field {field}")));
    }
    let revision: Revision = serde_json::from_value(value).map_err(|error| refused(error.to_string()))?;
    if revision.asked().is_empty() {
        return Err(refused("it names nothing".to_owned()));
    }
    Ok(revision)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_is_read_as_the_field_has_it_or_from_a_manifest() {
        let table = [
            ("taskDefinition: shop:43", Ok("shop:43")),
            ("{\"images\": {\"family\": \"shop\", \"containers\": {\"web\": \"shop:1\"}}}", Ok("shop")),
            ("spec:\n  revision:\n    taskDefinition: shop:43\n", Ok("shop:43")),
            ("taskDefinitions: shop:43", Err("it has no field taskDefinitions")),
            ("source: {scan: passed}", Err("it names nothing")),
            ("[", Err("write a revision")),
        ];
        for (text, expected) in table {
            match (parsed(Path::new("r.yaml"), text), expected) {
                (Ok(revision), Ok(name)) => assert_eq!(revision.short_name(), name, "{text}"),
                (Err(refusal), Err(words)) => assert!(refusal.to_string().contains(words), "{text}: {refusal}"),
                (outcome, _) => panic!("{text}: {outcome:?}"),
            }
        }
    }
}
