//! Sluice progressively delivers services that run on Amazon ECS, from Kubernetes.

use std::process::ExitCode;

use clap::Parser;
use sluice_operator::cli::{Command, Sluice};
use sluice_operator::{crds, error, explain, run, uninstall_check};

/// A third of what a release cost went into the allocator of the C library (docs/adr/0036-mimalloc.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let result = match Sluice::parse().command {
        Command::Run(settings) => run::run(&settings),
        Command::Crds(settings) => crds::print(&settings),
        Command::Explain(settings) => explain::run(&settings),
        Command::UninstallCheck(settings) => uninstall_check::run(&settings),
        Command::Version => {
            println!("sluice {}", env!("CARGO_PKG_VERSION"));
            Ok(())
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sluice: {}", error::chain(&error));
            ExitCode::FAILURE
        }
    }
}
