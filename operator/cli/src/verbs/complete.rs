//! What kubectl asks for what may come next in a command: verbs and flags from what can be typed, names from the cluster.

use std::process::ExitCode;
use std::time::Duration;

use clap::{Command, CommandFactory as _, Parser as _};

use crate::arguments::{Common, Plugin};
use crate::cluster::Cluster;
use crate::error::Error;
use crate::inventory::Inventory;
use crate::output::write;
use crate::reading;

/// Longest time that the cluster may take: who presses a key waits for no more.
const TIME_LIMIT: Duration = Duration::from_secs(2);

/// What kubectl is told at the end: complete nothing that is not in the list (cobra's ShellCompDirectiveNoFileComp).
const NO_FILES: &str = ":4\n";

/// Prints what may come next, a line each.
pub async fn run(common: &Common, words: &[String]) -> Result<ExitCode, Error> {
    let (before, current) = words.split_last().map_or((&[][..], ""), |(last, before)| (before, last.as_str()));
    let command = Plugin::command();
    let mut lines = fixed(&command, before, current);
    if takes_a_name(&command, before, current) {
        lines.extend(names(common, before).await);
    }
    lines.retain(|line| line.starts_with(current));
    lines.sort();
    lines.dedup();
    let mut text = lines.join("\n");
    if !text.is_empty() {
        text.push('\n');
    }
    write(&(text + NO_FILES))?;
    Ok(ExitCode::SUCCESS)
}

/// Verbs where none is there yet, flags where one is begun, and the words that a flag takes.
fn fixed(command: &Command, before: &[String], current: &str) -> Vec<String> {
    let verb = verb(command, before);
    let at = verb.unwrap_or(command);
    let arguments = || at.get_arguments().chain(command.get_arguments());
    if let Some(flag) = before.last().and_then(|word| word.strip_prefix('-')) {
        let name = flag.trim_start_matches('-');
        let is_it = |one: &&clap::Arg| {
            one.get_long() == Some(name) || one.get_short().is_some_and(|short| name == short.to_string())
        };
        if let Some(argument) = arguments().find(is_it).filter(|one| one.get_action().takes_values()) {
            return possible(argument);
        }
    }
    if current.starts_with('-') {
        return arguments().filter_map(|one| one.get_long().map(|long| format!("--{long}"))).collect();
    }
    match verb {
        None => {
            command.get_subcommands().filter(|one| !one.is_hide_set()).map(|one| one.get_name().to_owned()).collect()
        }
        Some(verb) => verb.get_positionals().take(1).flat_map(possible).collect(),
    }
}

fn possible(argument: &clap::Arg) -> Vec<String> {
    argument.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect()
}

fn verb<'a>(command: &'a Command, before: &[String]) -> Option<&'a Command> {
    before.iter().find_map(|word| command.find_subcommand(word))
}

/// Whether a name comes next: the verb takes one, and it is not there yet.
fn takes_a_name(command: &Command, before: &[String], current: &str) -> bool {
    let Some(verb) = verb(command, before) else { return false };
    let is_a_name = |one: &clap::Arg| matches!(one.get_id().as_str(), "name" | "words");
    let takes = verb.get_positionals().next().is_some_and(is_a_name) && !verb.is_hide_set();
    takes && !current.starts_with('-') && before.last().is_some_and(|word| word == verb.get_name())
}

/// Names of objects, as far as the cluster tells in time. What it does not tell is not missed.
async fn names(common: &Common, before: &[String]) -> Vec<String> {
    // The flags stand before the name, as far as they count here.
    let flags = before.iter().map(String::as_str);
    let typed = Plugin::try_parse_from(["kubectl-sluice"].into_iter().chain(flags).chain(["x"]));
    let common = typed.map_or_else(|_| common.clone(), |typed| typed.common);
    let read = async {
        let cluster = Cluster::of(&common).await.ok()?;
        reading::inventory(&cluster).await.ok()
    };
    match tokio::time::timeout(TIME_LIMIT, read).await {
        Ok(Some(Inventory { applications, groups, deployments, .. })) => {
            let applications = applications.into_iter().filter_map(|one| one.metadata.name);
            let groups = groups.into_iter().filter_map(|one| one.metadata.name);
            applications.chain(groups).chain(deployments.into_iter().filter_map(|one| one.metadata.name)).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_flags_and_words_that_a_flag_takes_are_told() {
        let of = |words: &[&str], current: &str| {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            let command = Plugin::command();
            (fixed(&command, &words, current), takes_a_name(&command, &words, current))
        };
        let table: [(&[&str], &str, &str, bool); 6] = [
            (&[], "", "approve", false),
            (&["-n", "shop"], "st", "status", false),
            (&["stop"], "", "", true),
            (&["stop"], "--d", "--dry-run", false),
            (&["stop", "prod-7", "--dry-run"], "", "server", false),
            (&["completion"], "", "fish", false),
        ];
        for (words, current, expected, name) in table {
            let (told, takes_name) = of(words, current);
            assert!(expected.is_empty() || told.iter().any(|line| line == expected), "{words:?} {current}: {told:?}");
            assert_eq!(takes_name, name, "{words:?}");
        }
        assert!(!of(&[], "").0.iter().any(|verb| verb == "__complete"));
    }
}
