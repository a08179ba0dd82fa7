//! `bench`: what a release costs, and how late its steps are, for many canaries at a time.

mod measure;
mod picture;
mod report;
mod trial;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use serde_json::json;
use sluice_api::Duration;
use sluice_e2e::fleet::{self, Limits, Strategy};
use sluice_e2e::{Error, Result};

use crate::report::{Machine, load_average, requests, table};
use crate::trial::{Figures, Setting};

/// Calls, lateness, CPU and memory of the operator for many canaries at a time, against a simulated AWS.
///
/// Needs the cluster of `control-plane run`: call it by `make bench`, or `control-plane run -- bench`.
#[derive(Debug, Parser)]
#[command(name = "bench", version)]
struct Arguments {
    /// How many canaries at a time, one trial for each number.
    #[arg(long, value_delimiter = ',', default_value = "1,100,300,1000", value_parser = clap::value_parser!(u16).range(1..=10_000))]
    canaries: Vec<u16>,
    /// How their traffic moves.
    #[arg(long, value_delimiter = ',', default_value = "steps")]
    strategies: Vec<Strategy>,
    /// How many canaries at a time in an account with AWS's documented rate limits, of which the operator takes its
    /// default share: one more trial for each number.
    #[arg(long, value_delimiter = ',', default_value = "50", value_parser = clap::value_parser!(u16).range(1..=10_000))]
    limited: Vec<u16>,
    /// How long each weight is held.
    #[arg(long, default_value = fleet::HOLD, value_name = "DURATION")]
    hold: Duration,
    /// For how many seconds the operator is watched after each trial, when nothing happens any more; 0 for not at all.
    #[arg(long, default_value_t = 0, value_name = "SECONDS")]
    idle: u64,
    /// How many objects the operator reconciles at the same time.
    #[arg(long, default_value_t = 64)]
    concurrency: u16,
    /// Writes all figures into this file, too.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

fn main() -> ExitCode {
    match perform(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!("bench: a trial lost requests, violated an invariant, did not succeed or wrote too much");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn perform(arguments: &Arguments) -> Result<bool> {
    let (machine, before) = (Machine::this(), load_average());
    let mut trials = Vec::new();
    let mut failed = Ok(());
    for (strategy, limits, canaries) in plan(arguments) {
        eprintln!("bench: {canaries} at a time, {}, limits: {}", strategy.name(), limits.name());
        match attempt(strategy, limits, canaries, arguments) {
            Ok(trial) => trials.push(trial),
            Err(error) => {
                // What was measured before is told all the same.
                failed = Err(error);
                break;
            }
        }
    }
    println!("{}", table(&trials));
    println!();
    println!("{}", requests(&trials));
    println!();
    for trial in &trials {
        println!("First picture of one of {}: {}.", trial.canaries, trial.first_pictures.line());
    }
    println!();
    println!(
        "Shift: from the beginning of the first increment until all traffic was read back; ideal is the sum of the holds."
    );
    println!(
        "Calls and writes are per release, writes to Kubernetes without Leases. Late: how long after its hold or bake a step ended."
    );
    println!("CPU s and peak MiB are the operator's, over all releases of the row.");
    println!(
        "Limits: AWS's documented rate limits, or none. Throttled: tries of the operator that AWS refused over them."
    );
    println!("It reconciles {} objects at the same time; its other settings are the defaults.", arguments.concurrency);
    println!("Load average of the machine, all that runs on it: {before} before, {} after.", load_average());
    println!("Machine: {}. AWS is simulated on it, too: nothing here says how long AWS takes.", machine.line());
    if let Some(file) = &arguments.json {
        let text = json!({"machine": machine, "trials": trials}).to_string();
        std::fs::write(file, text).map_err(Error::of(format!("failed to write {}", file.display())))?;
    }
    failed.map(|()| trials.iter().all(Figures::is_good))
}

/// The trials, in their order.
fn plan(arguments: &Arguments) -> Vec<(Strategy, Limits, u16)> {
    let trials = |strategy: &Strategy| {
        let free = arguments.canaries.iter().map(|count| (Limits::None, *count));
        let limited = arguments.limited.iter().map(|count| (Limits::Documented, *count));
        let strategy = *strategy;
        free.chain(limited).map(move |(limits, count)| (strategy, limits, count)).collect::<Vec<_>>()
    };
    arguments.strategies.iter().flat_map(trials).collect()
}

fn attempt(strategy: Strategy, limits: Limits, canaries: u16, arguments: &Arguments) -> Result<Figures> {
    let folder = tempfile::Builder::new().prefix("sluice-bench-").tempdir();
    let folder = folder.map_err(Error::of("failed to make a folder"))?;
    let setting = Setting {
        strategy,
        limits,
        canaries: usize::from(canaries),
        hold: arguments.hold,
        concurrency: arguments.concurrency,
        idle: std::time::Duration::from_secs(arguments.idle),
    };
    trial::run(&setting, folder.path())
}
