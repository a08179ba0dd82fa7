//! How it is printed.

use std::io::IsTerminal;

use clap::ValueEnum;

use crate::arguments::Common;

/// The formats, by the names that kubectl gives them.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Format {
    /// The objects, as JSON.
    Json,
    /// The objects, as YAML.
    Yaml,
    /// More columns.
    Wide,
    /// Kind and name of each object, a line each.
    Name,
}

/// Whether the standard output takes colours: a terminal does, unless `--no-color` or `NO_COLOR` (https://no-color.org: set
/// to anything but nothing) says otherwise.
#[must_use]
pub fn takes_colour(common: &Common) -> bool {
    let refused = common.no_color || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !refused && std::io::stdout().is_terminal()
}
