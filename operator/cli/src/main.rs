//! `kubectl sluice`: releases of Amazon ECS services, seen and steered from the terminal.

use std::process::ExitCode;

use clap::Parser;
use sluice_cli::arguments::Plugin;
use sluice_cli::error::USAGE;

fn main() -> ExitCode {
    match Plugin::try_parse() {
        Ok(typed) => sluice_cli::run(typed),
        Err(error) => {
            // Nothing is left to be done where it cannot be printed.
            let _ = error.print();
            // Help and version are no mistakes. What is one must not end as an answer of `status` does.
            if error.use_stderr() { ExitCode::from(USAGE) } else { ExitCode::SUCCESS }
        }
    }
}
