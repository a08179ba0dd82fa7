//! The report as text.

use std::fmt::Write as _;

use sluice_api::blanked;

use crate::lint::finding::{Finding, Report, Severity};

/// Longest line, in characters.
const LONGEST_LINE: usize = 1000;

/// A line for each finding, `FILE:LINE: kind/name: path: message`, and what was checked in the last one.
#[must_use]
pub fn text(report: &Report) -> String {
    let mut text = String::new();
    for finding in &report.findings {
        // Writing to a String does not fail.
        let _ = writeln!(text, "{}", line(finding));
    }
    let _ = writeln!(text, "{}", summary(report));
    text
}

fn line(finding: &Finding) -> String {
    let Finding { file, line, object, path, severity, message, .. } = finding;
    let mut parts = vec![format!("{file}:{line}")];
    parts.extend((*severity == Severity::Note).then(|| "note".to_owned()));
    parts.extend([object, path, message].into_iter().filter(|part| !part.is_empty()).cloned());
    // Names and values are those of whoever wrote the file.
    let line = blanked(&parts.join(": "));
    match line.char_indices().nth(LONGEST_LINE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

fn summary(report: &Report) -> String {
    let Report { findings, checked, passed_over } = report;
    let errors = report.errors();
    let mut parts = vec![format!("{} checked", counted(*checked, "object"))];
    parts.extend((*passed_over > 0).then(|| format!("{passed_over} of other kinds passed over")));
    parts.push(if errors == 0 { "no errors".to_owned() } else { counted(errors, "error") });
    parts.extend((findings.len() > errors).then(|| counted(findings.len() - errors, "note")));
    parts.join(", ")
}

fn counted(count: usize, what: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {what}{ending}")
}
