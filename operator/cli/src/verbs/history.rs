//! `kubectl sluice history`.

use std::process::ExitCode;

use serde_json::json;
use sluice_api::DeploymentGroup;

use crate::arguments::{Common, HistoryArguments};
use crate::cluster::Cluster;
use crate::error::Error;
use crate::format::Format;
use crate::history;
use crate::inventory::{Inventory, Named};
use crate::output::write;
use crate::reading;
use crate::refusal::Refusal;

/// Lists the releases that ended.
pub async fn run(common: &Common, typed: &HistoryArguments) -> Result<ExitCode, Error> {
    let cluster = Cluster::of_one_namespace(common).await?;
    let inventory = reading::inventory(&cluster).await?;
    let groups = groups(&typed.name, &inventory)?;
    let text = match common.output {
        None => history::table(&groups, false),
        Some(Format::Wide) => history::table(&groups, true),
        Some(Format::Name) => names(&groups),
        Some(Format::Json) => serde_json::to_string_pretty(&all(&groups)).unwrap_or_default() + "\n",
        Some(Format::Yaml) => serde_saphyr::to_string(&all(&groups)).unwrap_or_default(),
    };
    write(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn names(groups: &[&DeploymentGroup]) -> String {
    let lines = history::records(groups).map(|(_, record)| format!("deployment.sluice.dev/{}", record.deployment));
    lines.fold(String::new(), |text, line| text + &line + "\n")
}

fn all(groups: &[&DeploymentGroup]) -> serde_json::Value {
    let records = history::records(groups).map(|(group, record)| {
        let mut value = json!(record);
        value["group"] = json!(group);
        value
    });
    json!(records.collect::<Vec<_>>())
}

fn groups<'a>(name: &str, inventory: &'a Inventory) -> Result<Vec<&'a DeploymentGroup>, Refusal> {
    let mut groups: Vec<&DeploymentGroup> = Vec::new();
    for named in inventory.named(name)? {
        groups.extend(match named {
            Named::Application(one) => inventory.groups_of(one.metadata.name.as_deref().unwrap_or_default()),
            Named::Group(one) => vec![one],
            Named::Deployment(one) => inventory.group(&one.spec.group_ref).into_iter().collect(),
        });
    }
    groups.sort_by(|one, other| one.metadata.name.cmp(&other.metadata.name));
    groups.dedup_by(|one, other| one.metadata.name == other.metadata.name);
    Ok(groups)
}
