//! `release-files`: what a release has beside its programs.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use sluice_release::error::Error;
use sluice_release::{documents, krew};

/// Makes what a release of Sluice has beside its programs.
#[derive(Debug, Parser)]
struct ReleaseFiles {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Writes manual pages and completions.
    Documents {
        /// The folder, which gets `man/` and `completions/`.
        #[arg(long, value_name = "FOLDER")]
        output: PathBuf,
    },
    /// Prints the manifest of krew for archives that are made.
    Krew {
        /// Version without a leading v, such as 0.2.0.
        #[arg(long, value_name = "VERSION")]
        version: String,
        /// What `sha256sum` printed of the archives.
        #[arg(long, value_name = "FILE")]
        sums: PathBuf,
        /// Where the archives can be fetched, with no slash at the end.
        #[arg(long, value_name = "URL")]
        from: String,
    },
}

fn main() -> ExitCode {
    match run(ReleaseFiles::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("release-files: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<(), Error> {
    match command {
        Command::Documents { output } => documents::write(&output),
        Command::Krew { version, sums, from } => {
            let text = std::fs::read_to_string(&sums).map_err(|source| Error::Read { path: sums, source })?;
            print!("{}", krew::manifest(&version, &text, &from)?);
            Ok(())
        }
    }
}
