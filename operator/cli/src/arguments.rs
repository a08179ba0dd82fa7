//! What can be typed.

mod acting;
mod deploying;
mod importing;
mod telling;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use sluice_api::well_formed::names_task_definition;

use crate::format::Format;

pub use acting::{
    ApproveArguments, ArchiveArguments, DryRun, NameArguments, PromoteArguments, RollbackArguments, SkipArguments,
    Writing,
};
pub use deploying::{DeployArguments, ScanVerdict, SourceArguments};
pub use importing::{Import, ImportFrom, Imports};
pub use telling::{CompletionArguments, ExplainArguments, HistoryArguments, Shell, StatusArguments};

/// Releases of Amazon ECS services by Sluice: watch them, act on them, check manifests.
#[derive(Debug, Parser)]
#[command(name = "kubectl-sluice", bin_name = "kubectl sluice", version, about)]
pub struct Plugin {
    /// Which cluster and namespace, and how it is shown.
    #[command(flatten)]
    pub common: Common,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// What every verb takes, by the names that kubectl gives it.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Common {
    /// The namespace. Default: that of the kubeconfig's context.
    #[arg(short, long, global = true, value_name = "NAMESPACE", conflicts_with = "all_namespaces")]
    pub namespace: Option<String>,
    /// Every namespace.
    #[arg(short = 'A', long, global = true)]
    pub all_namespaces: bool,
    /// The kubeconfig. Default: what KUBECONFIG names, or ~/.kube/config.
    #[arg(long, global = true, value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,
    /// The context of the kubeconfig. Default: its current one.
    #[arg(long, global = true, value_name = "CONTEXT")]
    pub context: Option<String>,
    /// The user to act as.
    #[arg(long = "as", global = true, value_name = "USER")]
    pub act_as: Option<String>,
    /// A group to act as a member of; may be given more than once.
    #[arg(long = "as-group", global = true, value_name = "GROUP", requires = "act_as")]
    pub act_as_groups: Vec<String>,
    /// How it is printed.
    #[arg(short, long, global = true, value_enum, value_name = "FORMAT")]
    pub output: Option<Format>,
    /// No colours. There are none anyway when the output is not a terminal, or NO_COLOR is set.
    #[arg(long, global = true)]
    pub no_color: bool,
}

/// What is asked for.
#[derive(Clone, Debug, Default, Args)]
pub struct Target {
    /// A name; or application, group or deployment, and then its name.
    #[arg(value_name = "KIND | NAME", num_args = 0..=2)]
    pub words: Vec<String>,
}

/// What is checked.
#[derive(Debug, Args)]
pub struct LintArguments {
    /// Files of manifests, folders with such files, or - for the standard input.
    #[arg(required = true, value_name = "FILE|FOLDER|-")]
    pub files: Vec<PathBuf>,
    /// Shows what a release would do in each group: its steps with their times, and its writes to AWS.
    #[arg(long)]
    pub plan: bool,
    /// What would be released. Default: what the group or its Application asks for.
    #[arg(long, value_name = "REVISION", requires = "plan", value_parser = task_definition)]
    pub revision: Option<String>,
}

fn task_definition(text: &str) -> Result<String, String> {
    if names_task_definition(text) {
        return Ok(text.to_owned());
    }
    Err("write family:revision, such as shop:42, a family alone, or the ARN of a task definition".to_owned())
}

/// What is compared.
#[derive(Debug, Args)]
pub struct DiffArguments {
    /// Two files of what aws ecs describe-task-definition prints, - for the standard input; or a Deployment, for the command.
    #[arg(required = true, num_args = 1..=2, value_name = "OLD NEW|DEPLOYMENT")]
    pub words: Vec<PathBuf>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Shows Applications, groups and their current Deployments; or one of them as a tree, down to its task sets.
    Get {
        /// What is shown; everything where nothing is named.
        #[command(flatten)]
        target: Target,
    },
    /// Follows a release, redrawn in place; without a terminal as text, once for each change.
    Watch {
        /// What is followed: a Deployment, a group to its next Deployments, or an Application.
        #[command(flatten)]
        target: Target,
    },
    /// Checks manifests as the API server would, without a cluster.
    Lint(LintArguments),
    /// Makes manifests, a report and the commands of the move of what AWS prints of a service.
    Import(Import),
    /// Asks for another revision, of an Application or a group.
    Deploy(Box<DeployArguments>),
    /// Approves what a release waits for: a step, the wait before any traffic, a failed hook, an alarm.
    Approve(ApproveArguments),
    /// Lets a release go on past the wait where it stands.
    Promote(PromoteArguments),
    /// Passes over waits, up to a step, to Bake or to End.
    Skip(SkipArguments),
    /// Holds a release where it stands.
    Pause(NameArguments),
    /// Lets a paused release go on, or releases begin in a suspended group or Application.
    Resume(NameArguments),
    /// Ends a release, and returns its traffic.
    Stop(NameArguments),
    /// Goes back to what ran before.
    Rollback(RollbackArguments),
    /// Tries a release again that did not succeed.
    Retry(NameArguments),
    /// Lets no release begin in a group, or in any group of an Application.
    Suspend(NameArguments),
    /// Puts a Deployment that has ended aside.
    Archive(ArchiveArguments),
    /// Tells how a release stands, or waits for its end: for pipelines.
    Status(StatusArguments),
    /// Lists the releases of a group or an Application that ended.
    History(HistoryArguments),
    /// Explains a failure, a reason or a code.
    Explain(ExplainArguments),
    /// Prints the script that completes commands in a shell.
    Completion(CompletionArguments),
    /// Prints what may come next in a command.
    #[command(name = "__complete", hide = true, disable_help_flag = true)]
    Complete {
        /// The command as it stands, the word under the cursor last.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<String>,
    },
    /// Compares two task definitions: images, sizes, names of variables; tells how to get those of a Deployment.
    Diff(DiffArguments),
    /// Prints the version of the plugin.
    Version,
}
