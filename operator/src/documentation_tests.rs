//! What the documentation says of the program is what the program says of itself.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::time::Duration;

use clap::{CommandFactory as _, Parser as _};
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use sluice_api::DeploymentStatus;
use sluice_aws::Operation;
use sluice_pages::{Page, flags, fresh, root};
use sluice_plan::Priority;

use crate::cli::Sluice;
use crate::metrics::{KubernetesKind, KubernetesVerb, Metrics, PipelineStep};

const MADE: &str = "UPDATE_DOCS=1 cargo test -p sluice-operator documentation";

#[test]
fn the_reference_of_the_program_is_fresh() {
    let header = format!(
        "# The program `sluice`\n\n<!-- Made from operator/src/cli.rs: {MADE} -->\n\nEach flag of `sluice run` can be given by \
         the environment variable beside it. AWS is configured as the AWS SDKs are: `AWS_REGION`, `AWS_PROFILE`, \
         `AWS_ENDPOINT_URL` and so on. What the plugin takes: [plugin.md](plugin.md).\n\n"
    );
    fresh("docs/reference/flags.md", &(header + &flags(&Sluice::command()))).unwrap();
}

#[test]
fn every_flag_of_run_is_told_where_the_operation_is() {
    let told = fs::read_to_string(root().join("docs/operations.md")).unwrap();
    let command = Sluice::command();
    let run = command.find_subcommand("run").unwrap();
    for flag in run.get_arguments().filter_map(clap::Arg::get_long).filter(|flag| *flag != "help") {
        assert!(told.contains(&format!("| `--{flag}` |")), "docs/operations.md has no row of --{flag}");
    }
}

#[test]
fn every_command_of_the_program_that_a_page_tells_can_be_typed() {
    let mut told = 0;
    for page in Page::all(&root()).unwrap().iter().filter(|page| !page.is_record()) {
        for command in page.commands().into_iter().filter(|command| command.words[0] == "sluice") {
            // The name alone is that of the program, and that of a verb is told without what it takes.
            let mut words = command.words.iter().skip(1);
            if words.try_fold(Sluice::command(), |above, word| above.find_subcommand(word).cloned()).is_some() {
                continue;
            }
            told += 1;
            let typed = Sluice::try_parse_from(&command.words);
            assert!(typed.is_ok(), "{}: {}: {}", command.place, command.words.join(" "), typed.unwrap_err());
        }
    }
    assert!(told >= 5, "only {told} commands of sluice were found");
}

/// Kind, help and labels with their values of each metric, by its name.
type Told = BTreeMap<String, (String, String, BTreeMap<String, BTreeSet<String>>)>;

/// The metrics of an operator that has done each thing once of which nothing is told before.
fn metrics() -> Told {
    let mut registry = Registry::with_prefix("sluice");
    let metrics = Metrics::register(&mut registry);
    let aws = sluice_aws::Metrics::register(registry.sub_registry_with_prefix("aws"));
    metrics.asked(KubernetesVerb::Get, KubernetesKind::Application);
    let ended: DeploymentStatus = serde_json::from_value(serde_json::json!({
        "state": "Succeeded", "startedAt": "2026-11-26T12:00:00Z", "completedAt": "2026-11-26T12:00:00Z",
    }))
    .unwrap();
    metrics.releases.count(&DeploymentStatus::default(), &ended);
    aws.call(Operation::DescribeServices, Duration::ZERO, None);
    aws.batch(Operation::DescribeServices, 1);
    aws.waited(Priority::Idle, Duration::ZERO);
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(metrics.timed(PipelineStep::Observe, async {}));
    let mut text = String::new();
    encode(&mut text, &registry).unwrap();
    read(&text)
}

fn read(text: &str) -> Told {
    let mut told = Told::new();
    for line in text.lines() {
        if let Some((name, help)) = line.strip_prefix("# HELP ").and_then(|rest| rest.split_once(' ')) {
            told.entry(name.to_owned()).or_default().1 = help.to_owned();
        } else if let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|rest| rest.split_once(' ')) {
            told.entry(name.to_owned()).or_default().0 = kind.to_owned();
        } else if let Some((name, rest)) = line.split_once('{') {
            let Some((_, entry)) = told.iter_mut().rfind(|(known, _)| name.starts_with(known.as_str())) else {
                continue;
            };
            let labels = rest.split_once('}').unwrap_or_default().0;
            for (label, value) in labels.split("\",").filter_map(|one| one.split_once("=\"")) {
                let values = entry.2.entry(label.to_owned()).or_default();
                values.insert(value.trim_end_matches('"').to_owned());
            }
        }
    }
    told
}

#[test]
fn the_reference_of_metrics_is_fresh_and_operations_tells_each() {
    let operations = fs::read_to_string(root().join("docs/operations.md")).unwrap();
    let mut page = format!(
        "# Metrics\n\n<!-- Made from what an operator registers: {MADE} -->\n\nWhat `/metrics` has, in the text of OpenMetrics. \
         Labels come from closed lists, never from names of objects. What each is good for, and which alerts to set, is told in \
         [operations.md](../operations.md#metrics); what to do when one fires in [runbooks.md](../runbooks.md).\n\n\
         | name | type | what it is | labels |\n|---|---|---|---|\n"
    );
    for (name, (kind, help, labels)) in metrics() {
        let name = if kind == "counter" { format!("{name}_total") } else { name };
        assert!(operations.contains(&format!("| `{name}` |")), "docs/operations.md has no row of {name}");
        let labels: Vec<String> = labels.iter().map(|(label, values)| shown(label, values)).collect();
        // Writing to a String does not fail.
        let _ = writeln!(page, "| `{name}` | {kind} | {help} | {} |", labels.join("; "));
    }
    fresh("docs/reference/metrics.md", &page).unwrap();
}

/// A label with its values; of bounds of histograms, and of what is there in part only, just the name.
fn shown(label: &str, values: &BTreeSet<String>) -> String {
    if label == "le" || values.len() < 2 {
        return format!("`{label}`");
    }
    format!("`{label}`: {}", values.iter().map(String::as_str).collect::<Vec<_>>().join(", "))
}
