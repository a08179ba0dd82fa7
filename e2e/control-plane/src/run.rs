//! Running a command against a control plane.

use std::env;
use std::ffi::{OsStr, OsString};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::thread;

use crate::builder;
use crate::control_plane::{ControlPlane, Options};
use crate::data::clients_beside;
use crate::detached;
use crate::environment::{self, variables};
use crate::error::{Error, Result};
use crate::interrupt::Interrupt;
use crate::kubectl::Kubectl;
use crate::process::{POLL, bound_command, spawn, terminate};
use crate::programs::{Program, Programs};
use crate::run_label::{RUN_LABEL, RUN_VARIABLE, new_run, remove_all_of};
use crate::test_cluster::TestCluster;
use crate::user::User;

/// The variable in which the command finds the data directory of a control
/// plane that lives only as long as itself.
pub const CONTROL_PLANE_DIR: &str = "SLUICE_CONTROL_PLANE_DIR";

/// A command and the cluster that it is to run against.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The command.
    pub program: OsString,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// A context of the user's kubeconfig whose cluster is used; none: a control plane of the command's own.
    pub context: Option<String>,
    /// Whether that cluster may be on another machine, and have Sluice in it.
    pub yes: bool,
    /// Where a control plane of its own keeps its data, which stays there; a temporary directory otherwise.
    pub data: Option<PathBuf>,
    /// Whether it is left running in `data`, or found running there.
    pub keep: bool,
    /// Whether the command needs helm too.
    pub helm: bool,
}

/// Runs a command with `KUBECONFIG` and [`RUN_VARIABLE`] set and our kubectl first on `PATH`, and returns its exit code.
/// What `KUBECONFIG` was before is left alone.
pub fn run(request: &Request, interrupt: &Interrupt) -> Result<u8> {
    if request.keep && request.context.is_some() {
        return Err(Error::KeptElsewhere);
    }
    if request.helm {
        builder::ensure(&[Program::Helm], interrupt)?;
    }
    if let Some(context) = &request.context {
        return run_in_the_users(context, request, interrupt);
    }
    say_what_is_left_alone();
    match &request.data {
        Some(data) if request.keep => {
            let programs = builder::ensure(&Program::OF_A_CONTROL_PLANE, interrupt)?;
            let data = detached::start(data, interrupt.clone())?;
            finish(prepare(request, &programs, &data.kubeconfig_of(User::ADMIN), &new_run()?), request, interrupt)
        }
        data => {
            let options = Options { data: data.clone(), interrupt: interrupt.clone(), ..Options::default() };
            let control_plane = ControlPlane::start_with(&options)?;
            let kubeconfig = control_plane.kubeconfig_path();
            let mut command = prepare(request, control_plane.programs(), &kubeconfig, &new_run()?);
            command.env(CONTROL_PLANE_DIR, control_plane.data().path());
            let code = finish(command, request, interrupt);
            control_plane.stop()?;
            code
        }
    }
}

/// Runs it in a cluster of the user's, and removes there what the run has labelled.
fn run_in_the_users(context: &str, request: &Request, interrupt: &Interrupt) -> Result<u8> {
    let programs = builder::ensure(&Program::OF_A_CLIENT, interrupt)?;
    let folder = tempfile::Builder::new().prefix("sluice-test-cluster-").tempdir();
    let folder = folder.map_err(Error::io("create a temporary directory"))?;
    let cluster = TestCluster::find(context, &programs, folder.path())?;
    cluster.check(&programs, request.yes)?;
    let run = new_run()?;
    eprintln!(
        "control-plane: using the cluster of the context {}; what this run makes there has the label {}={run} and goes \
         when it ends",
        cluster.described(),
        RUN_LABEL
    );
    let code = finish(prepare(request, &programs, cluster.kubeconfig(), &run), request, interrupt);
    let removed = remove_all_of(&run, &Kubectl { programs: &programs, kubeconfig: Some(cluster.kubeconfig()) });
    let code = code?;
    removed.map(|()| code)
}

fn say_what_is_left_alone() {
    if let Some(kubeconfig) = env::var_os("KUBECONFIG").filter(|value| !value.is_empty()) {
        eprintln!(
            "control-plane: KUBECONFIG ({}) is left alone, this run has a cluster of its own; \
             SLUICE_TEST_CLUSTER=<context> would use one of yours",
            kubeconfig.display()
        );
    }
}

fn prepare(request: &Request, programs: &Programs, kubeconfig: &Path, run: &str) -> Command {
    let mut command = bound_command(&request.program);
    environment::prepare(&mut command, &variables(), &clients_beside(kubeconfig));
    command
        .args(&request.arguments)
        .env("PATH", programs.first_on_path())
        .env("KUBECONFIG", kubeconfig)
        .env(RUN_VARIABLE, run);
    command
}

/// Waits for the command. An interruption is passed on as SIGTERM, because only
/// Ctrl-C reaches the command by itself.
fn finish(command: Command, request: &Request, interrupt: &Interrupt) -> Result<u8> {
    let program: &OsStr = &request.program;
    let failed = |action: &str| Error::io(format!("{action} {}", program.display()));
    let mut child = spawn(command).map_err(failed("run"))?;
    loop {
        if let Some(status) = child.try_wait().map_err(failed("wait for"))? {
            return Ok(exit_code(status));
        }
        if let Err(interrupted) = interrupt.check() {
            terminate(&mut child).map_err(failed("stop"))?;
            return Err(interrupted);
        }
        thread::sleep(POLL);
    }
}

/// The exit code as a shell would report it.
fn exit_code(status: ExitStatus) -> u8 {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_a_signal_ended_has_the_exit_code_that_a_shell_reports() {
        assert_eq!(exit_code(ExitStatus::from_raw(3 << 8)), 3);
        assert_eq!(exit_code(ExitStatus::from_raw(15)), 143);
    }
}
