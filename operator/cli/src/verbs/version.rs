//! `kubectl sluice version`.

use std::process::ExitCode;

/// Prints the version of the plugin.
pub fn run() -> ExitCode {
    println!("kubectl-sluice {}", env!("CARGO_PKG_VERSION"));
    ExitCode::SUCCESS
}
