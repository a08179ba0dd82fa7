//! The formats of objects.

use clap::ValueEnum;

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
