//! What each verb does.

mod complete;
mod completion;
mod deploy;
mod diff;
mod explain;
mod get;
mod history;
mod hold;
mod import;
mod lint;
mod release;
mod rollback;
mod status;
mod version;
mod watch;

use std::process::ExitCode;

use crate::arguments::{Plugin, Verb};
use crate::error::Error;

/// Does what was typed.
pub async fn run(typed: Plugin) -> Result<ExitCode, Error> {
    let common = &typed.common;
    match typed.verb {
        Verb::Get { target } => get::run(&typed.common, &target).await,
        Verb::Watch { target } => watch::run(&typed.common, &target).await,
        Verb::Lint(arguments) => lint::run(&typed.common, &arguments),
        Verb::Import(ref import) => import::run(import, &typed.common),
        Verb::Deploy(arguments) => deploy::run(common, &arguments).await,
        Verb::Approve(arguments) => release::approve(common, &arguments).await,
        Verb::Promote(arguments) => release::promote(common, &arguments).await,
        Verb::Skip(arguments) => release::skip(common, &arguments).await,
        Verb::Pause(arguments) => release::pause(common, &arguments).await,
        Verb::Resume(arguments) => hold::resume(common, &arguments).await,
        Verb::Stop(arguments) => release::stop(common, &arguments).await,
        Verb::Rollback(arguments) => rollback::run(common, &arguments).await,
        Verb::Retry(arguments) => release::retry(common, &arguments).await,
        Verb::Suspend(arguments) => hold::suspend(common, &arguments).await,
        Verb::Archive(arguments) => release::archive(common, &arguments).await,
        Verb::Status(arguments) => status::run(common, &arguments).await,
        Verb::History(arguments) => history::run(common, &arguments).await,
        Verb::Explain(arguments) => explain::run(&arguments),
        Verb::Completion(arguments) => completion::run(arguments),
        Verb::Complete { words } => complete::run(common, &words).await,
        Verb::Diff(arguments) => diff::run(common, &arguments).await,
        Verb::Version => Ok(version::run()),
    }
}
