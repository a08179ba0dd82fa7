//! The commands that a page tells its reader to type.

use crate::block::Block;
use crate::shell;

/// A command of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Where it stands, such as `docs/operations.md:12`.
    pub place: String,
    /// Its words; the first is the program.
    pub words: Vec<String>,
    /// What a here-document gives it; else empty.
    pub input: String,
}

impl Command {
    /// Its words after the program, if it begins with these.
    #[must_use]
    pub fn after(&self, beginning: &[&str]) -> Option<&[String]> {
        let begins = beginning.iter().zip(&self.words).filter(|(asked, word)| **asked == word.as_str()).count();
        self.words.get(beginning.len()..).filter(|_| begins == beginning.len())
    }
}

/// Programs whose commands are looked for between single backticks too.
const INLINE: &[&str] = &["kubectl", "sluice", "helm", "aws", "make"];

/// Those of a block of shell.
pub(crate) fn of_block(path: &str, block: &Block) -> Vec<Command> {
    let place = |after: usize| format!("{path}:{}", block.line + after);
    let found = shell::commands(&block.text).into_iter();
    found.map(|one| Command { place: place(one.after), words: one.words, input: one.input }).collect()
}

/// Those that stand in a line of prose. One with an ellipsis is the beginning of one, and nobody types it.
pub(crate) fn of_prose(path: &str, number: usize, line: &str) -> Vec<Command> {
    let spans = line.split('`').skip(1).step_by(2).map(|span| span.replace("\\|", "|"));
    let typed = spans.filter(|span| {
        let (program, rest) = span.split_once(' ').unwrap_or_default();
        INLINE.contains(&program) && !rest.contains("...")
    });
    typed
        .flat_map(|span| shell::commands(&span))
        .map(|one| Command { place: format!("{path}:{number}"), words: one.words, input: one.input })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_backticks_is_a_command_where_it_begins_with_a_program() {
        let line = "| `kubectl get sdg \\| cat` | `kubectl patch ...`, `sluice` and `make demo` |";
        let told: Vec<String> = of_prose("a.md", 3, line).iter().map(|one| one.words.join(" ")).collect();
        assert_eq!(told, ["kubectl get sdg", "cat", "make demo"]);
    }

    #[test]
    fn a_command_is_told_by_its_beginning() {
        let words = ["kubectl", "sluice", "get"].map(str::to_owned).to_vec();
        let command = Command { place: String::new(), words, input: String::new() };
        assert_eq!(command.after(&["kubectl", "sluice"]), Some(&["get".to_owned()][..]));
        assert_eq!(command.after(&["kubectl", "get"]), None);
        assert_eq!(command.after(&["kubectl", "sluice", "get", "-A"]), None);
    }
}
