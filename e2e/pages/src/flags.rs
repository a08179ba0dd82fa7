//! What a page says of a command line.

use std::fmt::Write as _;

use clap::{Arg, ArgAction, Command};

/// A section for a command and for each of its subcommands: what it does, its arguments and its flags.
#[must_use]
pub fn flags(command: &Command) -> String {
    let mut page = String::new();
    section(&mut page, command, &[], 2);
    page
}

fn section(page: &mut String, command: &Command, above: &[&str], level: usize) {
    let own = command.get_bin_name().unwrap_or_else(|| command.get_name());
    let path = [above, &[own]].concat();
    let about = command.get_long_about().or_else(|| command.get_about()).map(ToString::to_string).unwrap_or_default();
    // Writing to a String does not fail.
    let _ = write!(page, "{} {}\n\n{}\n", "#".repeat(level), path.join(" "), sentence(&about));
    let shown = command.get_arguments().filter(|one| !one.is_hide_set() && !is_everywhere(one));
    let rows: Vec<String> = shown.filter(|one| above.is_empty() || !one.is_global_set()).map(row).collect();
    if !rows.is_empty() {
        let _ = write!(page, "\n| argument | default | what it is |\n|---|---|---|\n{}", rows.concat());
    }
    for one in command.get_subcommands().filter(|one| !one.is_hide_set() && one.get_name() != "help") {
        page.push('\n');
        section(page, &one.clone().bin_name(one.get_name().to_owned()), &path, level + 1);
    }
}

/// What every command has: nobody looks for it here.
fn is_everywhere(argument: &Arg) -> bool {
    matches!(argument.get_action(), ArgAction::Help | ArgAction::HelpShort | ArgAction::HelpLong | ArgAction::Version)
}

fn row(argument: &Arg) -> String {
    let value =
        argument.get_value_names().unwrap_or_default().iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let takes = argument.get_action().takes_values();
    let mut name = match (argument.get_short(), argument.get_long()) {
        (Some(short), Some(long)) => format!("`-{short}`, `--{long}"),
        (Some(short), None) => format!("`-{short}"),
        (None, Some(long)) => format!("`--{long}"),
        (None, None) => format!("`{value}`"),
    };
    if !argument.is_positional() {
        if takes && !value.is_empty() {
            name.push(' ');
            name.push_str(&value);
        }
        name.push('`');
    }
    if let Some(variable) = argument.get_env() {
        let _ = write!(name, " or `{}`", variable.to_string_lossy());
    }
    let defaults = argument.get_default_values().iter().filter(|_| takes);
    let default = defaults.map(|one| format!("`{}`", one.to_string_lossy())).collect::<Vec<_>>().join(", ");
    let mut about =
        argument.get_long_help().or_else(|| argument.get_help()).map(ToString::to_string).unwrap_or_default();
    about = sentence(&about);
    let values = argument.get_possible_values();
    if takes && !values.is_empty() && !argument.is_hide_possible_values_set() {
        let values: Vec<String> = values.iter().map(|one| format!("`{}`", one.get_name())).collect();
        let _ = write!(about, " One of {}", values.join(", "));
    }
    format!("| {name} | {default} | {} |\n", sentence(&about).replace('|', "\\|"))
}

/// One line, with a full stop: clap takes it off.
fn sentence(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() || text.ends_with(['.', ')', ':']) { text } else { format!("{text}.") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_has_a_row_for_each_flag_and_a_section_for_each_subcommand() {
        let command = Command::new("tool").about("Does things").subcommand(
            Command::new("run")
                .about("Runs")
                .arg(Arg::new("poll").long("poll").value_name("DURATION").default_value("5s").help("How often"))
                .arg(Arg::new("all").short('A').long("all").action(ArgAction::SetTrue).help("Every one"))
                .arg(Arg::new("name").value_name("NAME").help("Which")),
        );
        let told = flags(&command);
        for line in [
            "## tool",
            "### tool run",
            "| `--poll DURATION` | `5s` | How often. |",
            "| `-A`, `--all` |  | Every one. |",
            "| `NAME` |  | Which. |",
        ] {
            assert!(told.lines().any(|one| one == line), "{line}:\n{told}");
        }
    }
}
