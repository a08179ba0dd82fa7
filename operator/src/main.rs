//! Sluice progressively delivers services that run on Amazon ECS, from Kubernetes.

use std::process::ExitCode;

use clap::Parser;
use sluice_operator::cli::{Command, Sluice};
use sluice_operator::{crds, error, run};

fn main() -> ExitCode {
    let result = match Sluice::parse().command {
        Command::Run(settings) => run::run(&settings),
        Command::Crds(settings) => crds::print(&settings),
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
