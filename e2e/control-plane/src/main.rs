//! `control-plane`: a local Kubernetes control plane without containers.

use std::error::Error as _;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::FalseyValueParser;
use clap::{Args, Parser, Subcommand};
use sluice_control_plane::{DataDirectory, Error, Interrupt, Program, Request, Result, User};

/// A local Kubernetes control plane without containers.
///
/// etcd, kube-apiserver, kubectl and helm are built from Go modules the first
/// time, which needs Go and takes a few minutes, and are kept in the user's
/// cache: `$SLUICE_CACHE`, else `$XDG_CACHE_HOME/sluice`, else `~/.cache/sluice`.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Build what is missing and print the folder that holds the programs.
    Build {
        /// The programs; all of them if none is named.
        #[arg(value_name = "PROGRAM")]
        programs: Vec<Program>,
    },
    /// Run a command against a control plane that lives only as long.
    ///
    /// The command finds KUBECONFIG and SLUICE_TEST_RUN set and our kubectl first on PATH. What KUBECONFIG was before is
    /// left alone, and variables that begin with AWS_, HELM_ or KUBECTL_ do not reach the command.
    Run(RunArguments),
    /// Start a control plane, leave it running and print its kubeconfig's path.
    Start {
        /// Where to keep the data.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
    },
    /// Stop a control plane and remove its data.
    Stop {
        /// Where it keeps its data.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
    },
    /// Print the path of a user's kubeconfig.
    Kubeconfig {
        /// Where the control plane keeps its data.
        #[arg(long, value_name = "DIR", env = sluice_control_plane::CONTROL_PLANE_DIR)]
        data: PathBuf,
        /// The user.
        #[arg(long, default_value = "admin", value_parser = User::ALL.map(|user| user.name))]
        user: String,
    },
}

#[derive(Args)]
struct RunArguments {
    /// Use the cluster of this context of your kubeconfig instead. What the run makes there has the label
    /// sluice.dev/test-run, and is deleted when it ends.
    #[arg(long, value_name = "CONTEXT", env = "SLUICE_TEST_CLUSTER")]
    cluster: Option<String>,
    /// Let that cluster be one on another machine, or one in which Sluice runs.
    #[arg(long, env = "SLUICE_TEST_CLUSTER_YES", value_parser = FalseyValueParser::new())]
    yes: bool,
    /// Where to keep the data, which stays there; a temporary directory otherwise.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Leave the control plane running, or use the one that runs there; `stop` ends it.
    #[arg(long, requires = "data")]
    keep: bool,
    /// Let the command find our helm, too.
    #[arg(long)]
    helm: bool,
    /// The command and its arguments, after `--`.
    #[arg(last = true, required = true)]
    command: Vec<OsString>,
}

fn main() -> ExitCode {
    match perform(Arguments::parse().action) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprint!("control-plane: {error}");
            let mut cause = error.source();
            while let Some(error) = cause {
                eprint!(": {error}");
                cause = error.source();
            }
            eprintln!();
            ExitCode::from(code_of(&error))
        }
    }
}

fn perform(action: Action) -> Result<u8> {
    let interrupt = Interrupt::on_signals()?;
    match action {
        Action::Build { programs } => {
            let wanted = if programs.is_empty() { &Program::ALL[..] } else { &programs };
            let programs = sluice_control_plane::ensure(wanted, &interrupt)?;
            println!("{}", programs.folder().display());
        }
        Action::Run(arguments) => return sluice_control_plane::run(&request(arguments), &interrupt),
        Action::Start { data } => {
            let data = sluice_control_plane::start(&data, interrupt)?;
            println!("{}", data.kubeconfig_of(User::ADMIN).display());
        }
        Action::Stop { data } => sluice_control_plane::stop(&data)?,
        Action::Kubeconfig { data, user } => {
            let path = kubeconfig(&DataDirectory::at(&data)?, &user)?;
            println!("{}", path.display());
        }
    }
    Ok(0)
}

fn request(arguments: RunArguments) -> Request {
    let mut command = arguments.command.into_iter();
    Request {
        // Clap leaves no way in without a command.
        program: command.next().unwrap_or_default(),
        arguments: command.collect(),
        context: arguments.cluster.filter(|context| !context.is_empty()),
        yes: arguments.yes,
        data: arguments.data,
        keep: arguments.keep,
        helm: arguments.helm,
    }
}

fn kubeconfig(data: &DataDirectory, name: &str) -> Result<PathBuf> {
    let user = User::ALL.into_iter().find(|user| user.name == name);
    user.map(|user| data.kubeconfig_of(user))
        .filter(|path| path.exists())
        .ok_or_else(|| Error::NoControlPlane(data.path().to_owned()))
}

/// A signal ends us as a shell reports it.
fn code_of(error: &Error) -> u8 {
    match error {
        Error::Interrupted { signal } => u8::try_from(128 + signal).unwrap_or(1),
        _ => 1,
    }
}
