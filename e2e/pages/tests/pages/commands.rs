//! The commands of every page are ones that there are.

use std::fs;

use serde_json::Value;
use sluice_pages::{Command, Page, root};

use crate::{pages, schema};

/// Those that a reader needs, and words of the shell.
const PROGRAMS: &[&str] = &[
    "aws",
    "cargo",
    "cat",
    "cd",
    "cdk",
    "cp",
    "curl",
    "diff",
    "done",
    "echo",
    "eksctl",
    "export",
    "flux",
    "for",
    "git",
    "grep",
    "helm",
    "jq",
    "kubectl",
    "make",
    "mdbook",
    "mkdir",
    "rustup",
    "sed",
    "sleep",
    "sluice",
    "sort",
    "terraform",
    "tar",
    "watch",
    "control-plane",
    "crane",
    "simulated-aws",
    "$CONTROL",
    "argocd",
    "kustomize",
    "true",
];

/// What kubectl does, of what the pages use. `sluice` is the plugin, whose own tests read its commands.
const VERBS: &[&str] = &[
    "annotate",
    "api-resources",
    "apply",
    "auth",
    "config",
    "create",
    "delete",
    "describe",
    "diff",
    "edit",
    "events",
    "exec",
    "explain",
    "get",
    "krew",
    "kustomize",
    "label",
    "logs",
    "patch",
    "proxy",
    "replace",
    "rollout",
    "scale",
    "set",
    "sluice",
    "version",
    "wait",
];

const KINDS: &[(&str, &[&str])] = &[
    ("applications", &["application", "applications", "sapp"]),
    ("deploymentgroups", &["deploymentgroup", "deploymentgroups", "sdg"]),
    ("deployments", &["deployment", "deployments", "sdep"]),
    ("deploymentconfigs", &["deploymentconfig", "deploymentconfigs", "sdc"]),
    ("awsbindings", &["awsbinding", "awsbindings", "sab"]),
];

#[test]
fn every_command_is_of_a_program_that_a_reader_has() {
    told_of_each(|command| {
        let program = command.words[0].rsplit('/').next().unwrap_or_default();
        (!PROGRAMS.contains(&program)).then(|| format!("{program} is not in PROGRAMS: correct it, or add it there"))
    });
}

#[test]
fn make_has_every_target_that_is_told() {
    let makefile = fs::read_to_string(root().join("Makefile")).unwrap();
    told_of_each(|command| {
        let targets = command.after(&["make"])?.iter().filter(|word| !word.contains('='));
        let missing = targets.filter(|word| !makefile.lines().any(|line| line.starts_with(&format!("{word}:"))));
        missing.map(|word| format!("the Makefile has no {word}")).next()
    });
}

#[test]
fn charts_and_manifests_that_commands_name_are_there() {
    told_of_each(|command| {
        let named = command.words.iter().map(|word| word.trim_start_matches('@')).filter(|word| {
            ["docs/", "charts/", "crds/", "e2e/", "scripts/", "operator/"].iter().any(|folder| word.starts_with(folder))
        });
        named.map(ToOwned::to_owned).find(|word| !root().join(word).exists()).map(|word| format!("there is no {word}"))
    });
}

#[test]
fn what_kubectl_is_told_to_do_it_can_do_and_what_it_patches_there_is() {
    told_of_each(|command| {
        let rest = command.after(&["kubectl"])?;
        let verb = verb_of(rest)?;
        if !VERBS.contains(&verb) {
            return Some(format!("kubectl has no {verb}, or it is not in VERBS"));
        }
        let patch = option(rest, "-p").or_else(|| option(rest, "--patch"))?;
        let patch: Value = match serde_json::from_str(patch) {
            Ok(patch) => patch,
            Err(error) => return Some(format!("no JSON: {error}")),
        };
        let plural = rest.iter().find_map(|word| ours(word))?;
        schema::unknown(schema::of(plural), &patch, "").map(|field| format!("{plural} have no field {field}"))
    });
}

#[test]
fn parts_of_manifests_have_the_fields_of_their_kinds() {
    let mut wrong = Vec::new();
    for page in pages().iter().filter(|page| !page.is_generated() && !page.is_record()) {
        for block in page.blocks().into_iter().filter(|block| block.language == "yaml") {
            let plural = format!("{}s", block.marker);
            if !KINDS.iter().any(|(kind, _)| *kind == plural) {
                continue;
            }
            let place = format!("{}:{}", page.path, block.line);
            let part: Value = match serde_saphyr::from_str(&block.text) {
                Ok(part) => part,
                Err(error) => {
                    wrong.push(format!("{place}: no YAML: {error}"));
                    continue;
                }
            };
            // A part that does not begin with `spec` is of it.
            let part = if part.get("spec").is_some() { part } else { serde_json::json!({"spec": part}) };
            wrong.extend(
                schema::unknown(schema::of(&plural), &part, "")
                    .map(|field| format!("{place}: {plural} have no {field}")),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn objects_that_commands_are_given_have_the_fields_of_their_kinds() {
    told_of_each(|command| {
        command.after(&["kubectl"])?;
        let object: Value = serde_saphyr::from_str(&command.input).ok().filter(Value::is_object)?;
        let kind = object["kind"].as_str()?.to_lowercase();
        let (plural, _) = KINDS.iter().find(|(_, names)| names.contains(&kind.as_str()))?;
        schema::unknown(schema::of(plural), &object, "").map(|field| format!("{plural} have no field {field}"))
    });
}

/// Asks of every command, and fails with the place of each that is wrong.
fn told_of_each(wrong: impl Fn(&Command) -> Option<String>) {
    let pages = pages();
    let read = pages.iter().filter(|page| !page.is_generated() && !page.is_record());
    let commands: Vec<Command> = read.flat_map(Page::commands).collect();
    assert!(commands.len() > 50, "only {} commands were found", commands.len());
    let told: Vec<String> = commands
        .iter()
        .filter_map(|command| Some(format!("{}: {}: {}", command.place, wrong(command)?, command.words.join(" "))))
        .collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}

/// The first word that is neither a flag nor the value of one.
fn verb_of(rest: &[String]) -> Option<&str> {
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        if matches!(word.as_str(), "-n" | "--namespace" | "--context" | "--kubeconfig") {
            words.next();
        } else if !word.starts_with('-') {
            return Some(word);
        }
    }
    None
}

fn option<'words>(rest: &'words [String], name: &str) -> Option<&'words str> {
    let at = rest.iter().position(|word| word == name)?;
    rest.get(at + 1).map(String::as_str)
}

/// The kind of ours that a word such as `sdep/prod-2` or `deployments.sluice.dev` names.
fn ours(word: &str) -> Option<&'static str> {
    let name = word.split('/').next()?;
    let (name, whole) = name.strip_suffix(".sluice.dev").map_or((name, false), |name| (name, true));
    let builtin = !whole && matches!(name, "deployment" | "deployments");
    KINDS.iter().find(|(_, names)| names.contains(&name) && !builtin).map(|(plural, _)| *plural)
}
