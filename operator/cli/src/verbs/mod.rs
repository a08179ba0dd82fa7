//! What each verb does.

mod version;

use std::process::ExitCode;

use crate::arguments::{Plugin, Verb};
use crate::error::Error;

/// Does what was typed.
#[expect(clippy::unused_async, reason = "the verbs that ask a cluster wait for it")]
pub async fn run(typed: Plugin) -> Result<ExitCode, Error> {
    match typed.verb {
        Verb::Version => Ok(version::run()),
    }
}
