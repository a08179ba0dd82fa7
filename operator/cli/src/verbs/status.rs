//! `kubectl sluice status`: how a release stands, and the wait for its end, for pipelines.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;
use sluice_api::Deployment;

use crate::arguments::{Common, StatusArguments};
use crate::awaited::{Aim, Awaited, Verdict, awaited};
use crate::cluster::Cluster;
use crate::error::Error;
use crate::following::Following;
use crate::format::Format;
use crate::kind::Kind;
use crate::output::{print, write};
use crate::reading;

/// How often it is looked at the clock: some waits are over after a time.
const TICK: Duration = Duration::from_secs(1);

/// Tells how a release stands, or waits for its end.
pub async fn run(common: &Common, typed: &StatusArguments) -> Result<ExitCode, Error> {
    let told = match Cluster::of_one_namespace(common).await {
        Ok(cluster) => tell(common, typed, &cluster).await,
        Err(error) => Err(error),
    };
    told.map_err(|error| Error::NotTold(Box::new(error)))
}

async fn tell(common: &Common, typed: &StatusArguments, cluster: &Cluster) -> Result<ExitCode, Error> {
    let inventory = reading::inventory(cluster).await?;
    let aim = Aim::of(&inventory, &typed.name, typed.revision.as_deref())?;
    let mut printer = Printer { is_beside: common.output.is_some(), ..Printer::default() };
    let mut last = awaited(&inventory, &aim, &cluster.hints, now());
    printer.changes(&last)?;
    let mut is_late = false;
    if typed.wait && !is_over(&last, typed) {
        let limit = Duration::try_from(typed.timeout.as_signed()).unwrap_or_default();
        let end = tokio::time::timeout(limit, follow(typed, cluster, &aim, &mut printer, &mut last)).await;
        is_late = end.is_err();
        end.unwrap_or(Ok(()))?;
    }
    let verdict = Verdict::of_all(last.iter().map(|one| one.verdict));
    printer.end(&last)?;
    if is_late {
        printer.line(&format!("not ended within {}", typed.timeout))?;
    }
    if last.is_empty() {
        printer.line(&format!("{} has no group that releases it", typed.name))?;
    }
    printed(common, &last)?;
    let code = if is_late { Verdict::Underway } else { verdict };
    Ok(ExitCode::from(code.exit_code()))
}

/// Follows until it is over, and prints each change once.
async fn follow(
    typed: &StatusArguments,
    cluster: &Cluster,
    aim: &Aim,
    printer: &mut Printer,
    last: &mut Vec<Awaited>,
) -> Result<(), Error> {
    let mut following = Following::begin(cluster);
    loop {
        // Whatever comes first: a change, or a second that passed.
        if let Ok(changed) = tokio::time::timeout(TICK, following.changed(cluster)).await {
            changed?;
        }
        let Some(inventory) = following.inventory() else { continue };
        *last = awaited(&inventory, aim, &cluster.hints, now());
        printer.changes(last)?;
        if is_over(last, typed) {
            return Ok(());
        }
    }
}

fn is_over(awaited: &[Awaited], typed: &StatusArguments) -> bool {
    match Verdict::of_all(awaited.iter().map(|one| one.verdict)) {
        Verdict::Underway => false,
        Verdict::NeedsPerson => !typed.past_people,
        Verdict::Succeeded | Verdict::Failed | Verdict::RolledBack => true,
    }
}

#[expect(clippy::disallowed_methods, reason = "the clock of who waits, read once for each look")]
fn now() -> Timestamp {
    Timestamp::now()
}

/// Prints each change once, with its time.
#[derive(Default)]
struct Printer {
    told: BTreeMap<String, String>,
    /// Whether the standard output is for an object.
    is_beside: bool,
}

impl Printer {
    fn changes(&mut self, awaited: &[Awaited]) -> Result<(), Error> {
        for one in awaited {
            if self.told.get(&one.key) != Some(&one.line) {
                self.told.insert(one.key.clone(), one.line.clone());
                self.line(&format!("{} {}", now().strftime("%H:%M:%SZ"), one.line))?;
            }
        }
        Ok(())
    }

    fn end(&self, awaited: &[Awaited]) -> Result<(), Error> {
        awaited.iter().flat_map(|one| &one.end).try_for_each(|line| self.line(line))
    }

    fn line(&self, line: &str) -> Result<(), Error> {
        if self.is_beside {
            eprintln!("{line}");
            return Ok(());
        }
        write(&format!("{line}\n"))
    }
}

/// The Deployments, where a format of kubectl's was asked for.
fn printed(common: &Common, awaited: &[Awaited]) -> Result<(), Error> {
    let Some(format) = common.output.filter(|format| *format != Format::Wide) else { return Ok(()) };
    let deployments: Vec<&Deployment> = awaited.iter().filter_map(|one| one.deployment.as_ref()).collect();
    match (deployments.as_slice(), format) {
        ([one], _) => print(one, format, Kind::Deployment),
        (several, Format::Name) => several.iter().try_for_each(|one| print(one, format, Kind::Deployment)),
        (several, _) => print(&json!({"apiVersion": "v1", "kind": "List", "items": several}), format, Kind::Deployment),
    }
}
