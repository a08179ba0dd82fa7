//! What an import came to, in Markdown: what was read, what is not known, what has another counterpart, and the move.

use std::fmt::Write as _;

use super::inventory::Inventory;
use super::manifest::{Manifest, Renamed};
use super::release::{Origin, Release};
use super::step::Step;

/// What a report is of.
pub struct Told<'a> {
    /// What was read.
    pub inventory: &'a Inventory,
    /// What comes of it.
    pub releases: &'a [Release],
    /// What is written.
    pub manifests: &'a [Manifest],
    /// Names that were none of Kubernetes.
    pub renamed: &'a [Renamed],
    /// The steps of each release.
    pub steps: &'a [Vec<Step>],
}

/// The report.
#[must_use]
pub fn report(told: &Told<'_>) -> String {
    let mut text = String::from("# Import\n");
    files(&mut text, told);
    unknown(&mut text, told);
    counterparts(&mut text, told);
    for (release, steps) in told.releases.iter().zip(told.steps) {
        the_move(&mut text, release, steps);
    }
    text
}

// Writing to a String does not fail, here and below.

fn files(text: &mut String, told: &Told<'_>) {
    text.push_str("\n## What was read, and what is written\n\n");
    for (file, what) in &told.inventory.read {
        let _ = writeln!(text, "- {file}: {what}");
    }
    for (file, why) in &told.inventory.passed_over {
        let _ = writeln!(text, "- {file}: passed over: {why}");
    }
    text.push('\n');
    for manifest in told.manifests {
        let _ = writeln!(text, "- {}: {}", manifest.file, manifest.what);
    }
    if !told.renamed.is_empty() {
        text.push_str("\nNames that Kubernetes does not take, and what they became:\n\n");
        for one in told.renamed {
            let _ = writeln!(text, "- {} {}: {}", one.kind, one.from, one.to);
        }
    }
    let mut applications: Vec<&str> = told.releases.iter().map(|release| release.application.as_str()).collect();
    applications.sort_unstable();
    for pair in applications.chunk_by(|a, b| a == b).filter(|groups| groups.len() > 1) {
        let _ = writeln!(
            text,
            "\nThe {} groups of {} release a change of its revision at the same time. Write `promotion` into the Application to have one after the other.",
            pair.len(),
            pair.first().copied().unwrap_or_default()
        );
    }
}

fn unknown(text: &mut String, told: &Told<'_>) {
    let unknown: Vec<_> = told
        .releases
        .iter()
        .flat_map(|release| release.findings.unknown.iter().map(move |one| (release, one)))
        .collect();
    if unknown.is_empty() {
        return;
    }
    text.push_str("\n## What is not known\n\nIt stands in the manifests as `<...>`, which the API server refuses.\n\n");
    for (release, one) in unknown {
        let _ = writeln!(text, "- {}: {}: {}", release.group, one.field, one.remedy);
    }
}

fn counterparts(text: &mut String, told: &Told<'_>) {
    if told.releases.iter().all(|release| release.findings.counterparts.is_empty()) {
        return;
    }
    text.push_str("\n## What has another counterpart, or none\n\n");
    for release in told.releases {
        for finding in &release.findings.counterparts {
            let _ = writeln!(
                text,
                "- {}: {} ({})\n  - here: {}",
                release.group, finding.row.field, finding.value, finding.row.here
            );
            if !finding.row.remedy.is_empty() {
                let _ = writeln!(text, "  - instead: {}", finding.row.remedy);
            }
        }
    }
}

fn the_move(text: &mut String, release: &Release, steps: &[Step]) {
    let origin = match &release.origin {
        Origin::CodeDeploy(application, group) => format!("{group} of {application}, from CodeDeploy"),
        Origin::Ecs(_) => format!("{}/{}, from ECS's own deployments", release.cluster, release.old),
        Origin::External => format!("{}/{}", release.cluster, release.old),
    };
    let _ = writeln!(text, "\n## The move of {origin}");
    for (index, step) in steps.iter().enumerate() {
        let _ = writeln!(text, "\n{}. **{}.** {}\n", index + 1, step.title, step.text);
        step.commands.iter().for_each(|command| {
            let _ = writeln!(text, "       {command}");
        });
        if step.back.is_empty() {
            let _ = writeln!(text, "\n   Back: {}.", step.no_back);
        } else {
            let _ = writeln!(text, "\n   Back:\n");
            step.back.iter().for_each(|command| {
                let _ = writeln!(text, "       {command}");
            });
        }
    }
}
