//! `control-plane`: a local Kubernetes control plane without containers.

use std::error::Error as _;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use sluice_control_plane::{DataDirectory, Error, Interrupt, Program, Result, User};

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
    Build,
    /// Run a command against a control plane that lives only as long.
    ///
    /// The command finds KUBECONFIG set and our kubectl and helm first on PATH.
    /// When KUBECONFIG is set already, that cluster is used and none is started.
    Run {
        /// Where to keep the data, which stays there; a temporary directory otherwise.
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
        /// The command and its arguments, after `--`.
        #[arg(last = true, required = true)]
        command: Vec<OsString>,
    },
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
        Action::Build => {
            let programs = sluice_control_plane::ensure(&Program::ALL, &interrupt)?;
            println!("{}", programs.folder().display());
        }
        Action::Run { data, command } => {
            // Clap leaves no way in without a command.
            let [program, arguments @ ..] = command.as_slice() else {
                return Ok(2);
            };
            return sluice_control_plane::run(program, arguments, data, &interrupt);
        }
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
