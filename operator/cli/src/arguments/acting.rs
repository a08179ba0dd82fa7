//! What is typed to act on a release.

use clap::{Args, ValueEnum};

/// How a change is written.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Writing {
    /// server: the API server checks it and keeps nothing. client: it is shown and not sent.
    #[arg(long, value_enum, default_value_t, value_name = "WHO")]
    pub dry_run: DryRun,
}

/// Who goes without writing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum DryRun {
    /// Nobody: it is written.
    #[default]
    None,
    /// The API server.
    Server,
    /// The plugin.
    Client,
}

/// A name, and nothing else.
#[derive(Clone, Debug, Args)]
pub struct NameArguments {
    /// A Deployment, a group or an Application; group/NAME where the name alone would mean several.
    pub name: String,
    /// How it is written.
    #[command(flatten)]
    pub writing: Writing,
}

/// What `approve` takes.
#[derive(Clone, Debug, Args)]
pub struct ApproveArguments {
    /// A Deployment, or a group or an Application whose release is meant.
    pub name: String,
    /// What is approved: a step by its name or index, Ready, a hook or an alarm. Default: the one that is waited for.
    pub gate: Option<String>,
    /// How it is written.
    #[command(flatten)]
    pub writing: Writing,
}

/// What `promote` takes.
#[derive(Clone, Debug, Args)]
pub struct PromoteArguments {
    /// A Deployment, or a group or an Application whose release is meant.
    pub name: String,
    /// Past every wait that is left, the bake among them. Each increment is still made and verified.
    #[arg(long)]
    pub full: bool,
    /// Begins outside of the windows of its group.
    #[arg(long, conflicts_with = "full")]
    pub ignore_windows: bool,
    /// Begins before its turn in the promotion of its Application.
    #[arg(long, conflicts_with = "full")]
    pub ignore_promotion: bool,
    /// How it is written.
    #[command(flatten)]
    pub writing: Writing,
}

/// What `skip` takes.
#[derive(Clone, Debug, Args)]
pub struct SkipArguments {
    /// A Deployment, or a group or an Application whose release is meant.
    pub name: String,
    /// A step by its name or index, Bake or End. Default: what comes after the wait where it stands.
    pub step: Option<String>,
    /// How it is written.
    #[command(flatten)]
    pub writing: Writing,
}

/// What `rollback` takes.
#[derive(Clone, Debug, Args)]
pub struct RollbackArguments {
    /// A group or an Application: goes back from its last release, or the one in progress. Or a Deployment: goes back from it.
    pub name: String,
    /// To what this Deployment released, or to a revision such as shop:41.
    #[arg(long, value_name = "DEPLOYMENT|REVISION", conflicts_with = "last_good")]
    pub to: Option<String>,
    /// To the last revision that was released well, from which nobody went back, and that does not serve.
    #[arg(long)]
    pub last_good: bool,
    /// How it is written.
    #[command(flatten)]
    pub writing: Writing,
}

/// What `archive` takes.
#[derive(Clone, Debug, Args)]
pub struct ArchiveArguments {
    /// A Deployment that has ended.
    pub name: String,
    /// Takes it back.
    #[arg(long)]
    pub undo: bool,
    /// How it is written.
    #[command(flatten)]
    pub writing: Writing,
}
