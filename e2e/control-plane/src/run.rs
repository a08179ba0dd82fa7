//! Running a command against a control plane.

use std::ffi::{OsStr, OsString};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Command, ExitStatus};
use std::thread;

use crate::process::{POLL, bound_command, spawn, terminate};
use crate::{ControlPlane, Error, Interrupt, Options, Program, Programs, Result, builder, existing};

/// The variable in which the command finds the data directory.
pub const CONTROL_PLANE_DIR: &str = "SLUICE_CONTROL_PLANE_DIR";

/// Runs a command with `KUBECONFIG` set and our kubectl and helm first on
/// `PATH`, and returns its exit code. The cluster is the one that `KUBECONFIG`
/// names already, else one that lives only as long as the command.
pub fn run(program: &OsStr, arguments: &[OsString], data: Option<PathBuf>, interrupt: &Interrupt) -> Result<u8> {
    if let Some(kubeconfig) = existing::kubeconfig() {
        let programs = builder::ensure(&Program::CLIENTS, interrupt)?;
        existing::check(&programs, &kubeconfig)?;
        let named = kubeconfig.to_string_lossy();
        eprintln!("control-plane: using the cluster that KUBECONFIG names ({named})");
        let command = prepare(program, arguments, &programs);
        return finish(program, command, interrupt);
    }
    let control_plane =
        ControlPlane::start_with(&Options { data, interrupt: interrupt.clone(), ..Options::default() })?;
    let mut command = prepare(program, arguments, control_plane.programs());
    command.env("KUBECONFIG", control_plane.kubeconfig_path()).env(CONTROL_PLANE_DIR, control_plane.data().path());
    let code = finish(program, command, interrupt);
    control_plane.stop()?;
    code
}

fn prepare(program: &OsStr, arguments: &[OsString], programs: &Programs) -> Command {
    let mut command = bound_command(program);
    command.args(arguments).env("PATH", programs.first_on_path());
    command
}

/// Waits for the command. An interruption is passed on as SIGTERM, because only
/// Ctrl-C reaches the command by itself.
fn finish(program: &OsStr, command: Command, interrupt: &Interrupt) -> Result<u8> {
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
