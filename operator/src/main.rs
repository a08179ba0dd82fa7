//! Sluice progressively delivers services that run on Amazon ECS, from Kubernetes.

mod cli;
mod context;
mod controllers;
mod crds;
mod error;
mod events;
mod http;
mod leadership;
mod metrics;
mod observe;
mod requeue;
mod run;
mod stores;
mod trouble;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Command, Sluice};

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
