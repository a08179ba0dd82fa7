//! What is typed to be told something.

use clap::{Args, ValueEnum};
use sluice_api::Duration;

/// What `status` takes.
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "Exit codes: 0 succeeded, 1 failed, 2 rolled back, 3 not ended (in time), 4 waits for a person, 5 not known."
)]
pub struct StatusArguments {
    /// A Deployment, a group or an Application.
    pub name: String,
    /// Waits for the end, and prints what happens, once for each change.
    #[arg(short, long)]
    pub wait: bool,
    /// How long it waits at most, such as 90s, 20m or 1h30m.
    #[arg(long, value_name = "TIME", default_value = "1h", requires = "wait")]
    pub timeout: Duration,
    /// The revision whose release is meant, such as shop:43. Waits until it is there. Default: what is asked for now.
    #[arg(long, value_name = "REVISION")]
    pub revision: Option<String>,
    /// Waits on where a person is waited for, in place of ending with 4.
    #[arg(long, requires = "wait")]
    pub past_people: bool,
}

/// What `history` takes.
#[derive(Clone, Debug, Args)]
pub struct HistoryArguments {
    /// A group, or an Application for all of its groups.
    pub name: String,
}

/// What `explain` takes.
#[derive(Clone, Debug, Args)]
pub struct ExplainArguments {
    /// The words of a failure; a reason such as TargetGroupInUse; a code such as DEPLOYMENT_VERIFICATION_FAILED. Without any:
    /// the words on the standard input.
    pub text: Vec<String>,
}

/// What `completion` takes.
#[derive(Clone, Copy, Debug, Args)]
pub struct CompletionArguments {
    /// The shell; kubectl for the script by which kubectl itself completes `kubectl sluice`.
    pub shell: Shell,
}

/// What completes commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// The Bourne again shell.
    Bash,
    /// Z shell.
    Zsh,
    /// fish.
    Fish,
    /// PowerShell.
    Powershell,
    /// Elvish.
    Elvish,
    /// kubectl, by a program that is called `kubectl_complete-sluice`.
    Kubectl,
}
