//! `kubectl sluice`: releases of Amazon ECS services, seen and steered from the terminal.

use std::process::ExitCode;

use clap::Parser;
use sluice_cli::arguments::Plugin;

fn main() -> ExitCode {
    sluice_cli::run(Plugin::parse())
}
