//! What each verb does.

mod get;
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
        Verb::Version => Ok(version::run()),
    }
}
