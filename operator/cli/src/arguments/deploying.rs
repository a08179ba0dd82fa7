//! What is typed to ask for another revision.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};

use super::acting::Writing;

/// What `deploy` takes.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[derive(Clone, Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).args(["task_definition", "image", "revision", "app_spec", "unpin"]))]
pub struct DeployArguments {
    /// An Application, whose groups release it; or a group, which is pinned to it.
    pub name: String,
    /// A task definition, such as shop:43, its ARN, or a family for its newest.
    #[arg(short, long, value_name = "FAMILY:REVISION")]
    pub task_definition: Option<String>,
    /// An image for a container, such as web=registry.example.com/shop@sha256:...; may be given more than once.
    #[arg(short, long, value_name = "CONTAINER=IMAGE", value_parser = container_and_image)]
    pub image: Vec<(String, String)>,
    /// The family of the images. Default: that of the revision that is asked for now.
    #[arg(long, value_name = "FAMILY", requires = "image")]
    pub family: Option<String>,
    /// A file with a revision as spec.revision has it, YAML or JSON; - for the standard input.
    #[arg(short, long, value_name = "FILE")]
    pub revision: Option<PathBuf>,
    /// A file with an AppSpec of CodeDeploy, YAML or JSON; - for the standard input.
    #[arg(long, value_name = "FILE")]
    pub app_spec: Option<PathBuf>,
    /// Takes the revision of a group back, which follows its Application again.
    #[arg(long)]
    pub unpin: bool,
    /// Makes one Deployment in a group, and leaves what is asked for as it is.
    #[arg(long, conflicts_with = "unpin")]
    pub once: bool,
    /// How its traffic moves, by the name of a configuration such as CodeDeployDefault.ECSAllAtOnce.
    #[arg(long, value_name = "CONFIGURATION", requires = "once")]
    pub strategy: Option<String>,
    /// Runs none of the hooks of its group.
    #[arg(long, requires = "once")]
    pub no_hooks: bool,
    /// Watches none of the alarms of its group.
    #[arg(long, requires = "once")]
    pub no_alarms: bool,
    /// Begins outside of the windows of its group too.
    #[arg(long, requires = "once")]
    pub ignore_windows: bool,
    /// Where it comes from.
    #[command(flatten)]
    pub source: SourceArguments,
    /// How it is written.
    #[command(flatten)]
    pub writing: Writing,
}

/// Where a revision comes from, as a pipeline reports it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub struct SourceArguments {
    /// The repository, such as acme/shop.
    #[arg(long, value_name = "NAME")]
    pub repository: Option<String>,
    /// The commit, in 7 to 64 hexadecimal digits.
    #[arg(long, value_name = "SHA")]
    pub commit: Option<String>,
    /// The run of the pipeline, as a URL.
    #[arg(long, value_name = "URL")]
    pub run_url: Option<String>,
    /// The environment that it was built for.
    #[arg(long, value_name = "NAME")]
    pub environment: Option<String>,
    /// What the scan of its images came to.
    #[arg(long, value_enum, value_name = "VERDICT")]
    pub scan: Option<ScanVerdict>,
}

/// What a scan came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ScanVerdict {
    /// Nothing was found that matters.
    Passed,
    /// Something was found.
    Failed,
    /// It was not made.
    Skipped,
}

fn container_and_image(text: &str) -> Result<(String, String), String> {
    let (container, image) = text.split_once('=').unwrap_or_default();
    if container.is_empty() || image.is_empty() {
        return Err("write a container and its image, such as web=registry.example.com/shop:1.2.3".to_owned());
    }
    Ok((container.to_owned(), image.to_owned()))
}
