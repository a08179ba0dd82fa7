//! Files, one after the other.

use sluice_api::GROUP;

use crate::lint::beyond::{Known, beyond};
use crate::lint::documents::{Documents, documents};
use crate::lint::fault::{Cause, Fault};
use crate::lint::finding::{Finding, Report, Severity};
use crate::lint::go;
use crate::lint::kinds::{DefinedKind, all, api_version};
use crate::lint::object;
use crate::lint::path::Path;
use crate::lint::rules::Rules;
use crate::lint::text::text;
use crate::lint::yaml::Node;
use crate::names::meant;

/// A file that was read.
#[derive(Clone, Debug)]
pub struct File {
    /// Its name; `-` is the standard input.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Checks files together: what one names may be in another.
#[must_use]
pub fn check(files: &[File]) -> Report {
    checked(files).0
}

/// The same, with the objects that are as their definitions have them.
#[must_use]
pub fn checked(files: &[File]) -> (Report, Vec<Known>) {
    let (kinds, rules) = (all(), Rules::default());
    let mut report = Report::default();
    let mut known = Vec::new();
    for file in files {
        let read = text(&file.bytes).map_or_else(Documents::unreadable, documents);
        for problem in read.problems {
            report.findings.push(Finding {
                file: file.name.clone(),
                line: problem.line,
                object: String::new(),
                path: String::new(),
                reason: "Unreadable",
                severity: Severity::Error,
                message: problem.message,
            });
        }
        for node in read.objects {
            if !is_ours(&node) {
                report.passed_over += 1;
                continue;
            }
            report.checked += 1;
            let (findings, found) = one(kinds, &rules, &file.name, node);
            report.findings.extend(findings);
            known.extend(found);
        }
    }
    report.findings.extend(beyond(&known));
    report.findings.sort();
    (report, known)
}

fn is_ours(node: &Node) -> bool {
    let group = node.text("apiVersion").and_then(|version| version.split_once('/')).map(|(group, _)| group);
    group == Some(GROUP)
}

/// The findings of an object, and the object, where it is as the definition has it.
fn one(kinds: &[DefinedKind], rules: &Rules, file: &str, node: Node) -> (Vec<Finding>, Option<Known>) {
    let name = node.text("kind").unwrap_or_default();
    let object = format!("{name}/{}", name_of(&node));
    let told = |node: &Node, faults: Vec<Fault>| {
        faults.into_iter().map(|fault| of_fault(file, &object, node, &fault)).collect::<Vec<_>>()
    };
    let version = node.text("apiVersion").unwrap_or_default();
    if version != api_version() {
        let message =
            format!("Unsupported value: {}: supported values: {}", go::quoted(version), go::quoted(&api_version()));
        let fault = Fault::new(&Path::of(&["apiVersion"]), Cause::NotSupported, message);
        return (told(&node, vec![fault]), None);
    }
    let Some(kind) = kinds.iter().find(|kind| kind.name == name) else {
        let names: Vec<String> = kinds.iter().map(|kind| go::quoted(&kind.name)).collect();
        let message = format!("Unsupported value: {}: supported values: {}", go::quoted(name), names.join(", "));
        let mut fault = Fault::new(&Path::of(&["kind"]), Cause::NotSupported, message);
        let meant = meant(name, kinds.iter().map(|kind| kind.name.as_str()));
        fault.hint = meant.map(|meant| format!("did you mean {meant}?"));
        return (told(&node, vec![fault]), None);
    };
    let (value, faults) = object::check(kind, node.value(), rules);
    let is_sound = faults.is_empty();
    let findings = told(&node, faults);
    let file = file.to_owned();
    (findings, is_sound.then_some(Known { file, object, kind: kind.name.clone(), value, node }))
}

fn name_of(node: &Node) -> String {
    let metadata = node.get("metadata");
    let text = |field: &str| metadata.and_then(|metadata| metadata.text(field)).filter(|text| !text.is_empty());
    match (text("name"), text("generateName")) {
        (Some(name), _) => name.to_owned(),
        (None, Some(prefix)) => format!("{prefix}*"),
        (None, None) => "?".to_owned(),
    }
}

pub(super) fn of_fault(file: &str, object: &str, node: &Node, fault: &Fault) -> Finding {
    let hint = fault.hint.as_ref().map(|hint| format!(", {hint}")).unwrap_or_default();
    Finding {
        file: file.to_owned(),
        line: node.line_of(&fault.path) + fault.below,
        object: object.to_owned(),
        path: fault.path.to_string(),
        reason: fault.cause.name(),
        severity: if fault.cause == Cause::RulesNotAsked { Severity::Note } else { Severity::Error },
        message: format!("{}{hint}", fault.message),
    }
}
