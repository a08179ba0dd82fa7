//! What can be typed after `kubectl sluice import`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Who deploys today.
#[derive(Debug, Args)]
pub struct Import {
    /// Who deploys today.
    #[command(subcommand)]
    pub from: ImportFrom,
}

/// Who deploys today.
#[derive(Debug, Subcommand)]
pub enum ImportFrom {
    /// What `aws deploy get-application`, `get-deployment-group` and `get-deployment-config` print, AppSpecs, and what `aws
    /// ecs describe-services` and `aws elbv2 describe-target-groups`, `describe-listeners` and `describe-rules` print.
    Codedeploy(Imports),
    /// What `aws ecs describe-services` and `aws elbv2 describe-target-groups`, `describe-listeners` and `describe-rules`
    /// print of a service that ECS deploys by itself.
    Ecs(Imports),
}

/// What is imported, and where to.
#[derive(Debug, Args)]
pub struct Imports {
    /// Files, or folders of them, in JSON or YAML. Each is known by its content, and not by its name.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Writes manifests and report into this folder. Default: the manifests to standard output, the report to standard error.
    #[arg(long, value_name = "FOLDER")]
    pub into: Option<PathBuf>,
    /// Overwrites files that are there.
    #[arg(long, requires = "into")]
    pub force: bool,
}
