//! Manual pages and completions.

use std::fs;
use std::path::Path;

use clap::{Command, CommandFactory};
use clap_complete::{Shell, generate_to};
use sluice_cli::arguments::Plugin;
use sluice_operator::cli::Sluice;

use crate::error::Error;

/// Writes `man/*.1`, a page for each program and each of its verbs, and `completions/`, for each shell that clap knows.
pub fn write(folder: &Path) -> Result<(), Error> {
    let man = made(&folder.join("man"))?;
    let completions = made(&folder.join("completions"))?;
    for program in [Sluice::command(), Plugin::command()] {
        write_pages(program.clone(), &man)?;
        for shell in [Shell::Bash, Shell::Elvish, Shell::Fish, Shell::PowerShell, Shell::Zsh] {
            let name = program.get_name().to_owned();
            generate_to(shell, &mut program.clone(), name, &completions)
                .map_err(|source| Error::Write { path: completions.clone(), source })?;
        }
    }
    Ok(())
}

/// The pages of a program, by their names: `sluice.1`, `sluice-run.1`.
fn write_pages(program: Command, folder: &Path) -> Result<(), Error> {
    // The plugin is typed as `kubectl sluice`, and its pages are looked up as `man kubectl-sluice-watch`.
    let program = program.disable_help_subcommand(true);
    clap_mangen::generate_to(program, folder).map_err(|source| Error::Write { path: folder.to_owned(), source })
}

fn made(folder: &Path) -> Result<std::path::PathBuf, Error> {
    fs::create_dir_all(folder).map_err(|source| Error::Write { path: folder.to_owned(), source })?;
    Ok(folder.to_owned())
}
