//! How blocks are marked.

use crate::pages;

/// What a fence may be of. `text` is what a program prints.
const LANGUAGES: &[&str] = &["diff", "hcl", "json", "promql", "python", "rust", "sh", "text", "toml", "ts", "yaml"];

/// `run`: a test runs it as it stands. `checked`: its commands are ones that there are.
const OF_SHELL: &[&str] = &["run", "checked"];

/// `whole`: objects, which are applied in a dry run. Else the kind that it is a part of, or `other`.
const OF_YAML: &[&str] =
    &["whole", "application", "awsbinding", "deployment", "deploymentconfig", "deploymentgroup", "other"];

#[test]
fn every_block_says_what_it_is_and_how_it_is_held_to_the_code() {
    let mut wrong = Vec::new();
    for page in pages().iter().filter(|page| !page.is_generated() && !page.is_record()) {
        for block in page.blocks() {
            let place = format!("{}:{}", page.path, block.line);
            let marks: &[&str] = match block.language.as_str() {
                "sh" => OF_SHELL,
                "yaml" => OF_YAML,
                _ => &[""],
            };
            if !LANGUAGES.contains(&block.language.as_str()) {
                wrong.push(format!("{place}: the fence has no language: write one of {LANGUAGES:?}"));
            } else if !marks.contains(&block.marker.as_str()) {
                wrong.push(format!("{place}: `{}` needs one of {marks:?} behind it", block.language));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_command_stands_outside_of_a_fence_where_nobody_checks_it() {
    let programs = ["kubectl ", "sluice ", "helm ", "aws ", "make ", "cargo ", "terraform ", "eksctl ", "export "];
    let mut wrong = Vec::new();
    for page in pages().iter().filter(|page| !page.is_generated() && !page.is_record()) {
        for (number, line) in page.prose() {
            let text = line.trim_start();
            if line.len() - text.len() >= 4 && programs.iter().any(|program| text.starts_with(program)) {
                wrong.push(format!("{}:{number}: put it into a fence: {text}", page.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
