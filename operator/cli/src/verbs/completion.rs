//! `kubectl sluice completion`.

use std::process::ExitCode;

use clap::CommandFactory as _;
use clap_complete::{Shell as Known, generate};

use crate::arguments::{CompletionArguments, Plugin, Shell};
use crate::error::Error;
use crate::output::write;

/// What kubectl asks for what may come next, where it stands in the PATH as `kubectl_complete-sluice`.
const KUBECTL: &str = "#!/bin/sh\n# Put this into a folder of the PATH as kubectl_complete-sluice, and make it executable: kubectl asks it what may come next.\nexec kubectl-sluice __complete -- \"$@\"\n";

/// Prints the script.
pub fn run(typed: CompletionArguments) -> Result<ExitCode, Error> {
    let known = match typed.shell {
        Shell::Bash => Known::Bash,
        Shell::Zsh => Known::Zsh,
        Shell::Fish => Known::Fish,
        Shell::Powershell => Known::PowerShell,
        Shell::Elvish => Known::Elvish,
        Shell::Kubectl => {
            write(KUBECTL)?;
            return Ok(ExitCode::SUCCESS);
        }
    };
    let mut script = Vec::new();
    generate(known, &mut Plugin::command(), "kubectl-sluice", &mut script);
    write(&String::from_utf8_lossy(&script))?;
    Ok(ExitCode::SUCCESS)
}
