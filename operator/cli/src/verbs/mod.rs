//! What each verb does.

mod get;
mod import;
mod lint;
mod version;
mod watch;

use std::process::ExitCode;

use crate::arguments::{Plugin, Verb};
use crate::error::Error;

/// Does what was typed.
pub async fn run(typed: Plugin) -> Result<ExitCode, Error> {
    match typed.verb {
        Verb::Get { target } => get::run(&typed.common, &target).await,
        Verb::Watch { target } => watch::run(&typed.common, &target).await,
        Verb::Lint(arguments) => lint::run(&typed.common, &arguments),
        Verb::Import(ref import) => import::run(import, &typed.common),
        Verb::Version => Ok(version::run()),
    }
}
