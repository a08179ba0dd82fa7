//! `virtual-canaries`: so many linear releases of ten steps, in waves, in one process and in virtual time.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Parser;
use sluice_api::State;
use sluice_virtual_time::{Error, Release, Report, World};

/// Runs canaries of ten steps against the simulated AWS in virtual time, and prints what they took.
#[derive(Debug, Parser)]
#[command(name = "virtual-canaries", version)]
struct Settings {
    /// How many canaries in all.
    #[arg(long, default_value_t = 1000)]
    canaries: usize,
    /// How many of them at a time; each service releases once per wave.
    #[arg(long, default_value_t = 100)]
    concurrent: usize,
    /// Time between two steps.
    #[arg(long, default_value = "1m")]
    interval: String,
}

fn main() -> ExitCode {
    let settings = Settings::parse();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(simulate(&settings)),
        Err(error) => Err(Error::World(error.to_string())),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("virtual-canaries: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs all waves. True when every release succeeded and no request was lost.
async fn simulate(settings: &Settings) -> Result<bool, Error> {
    let concurrent = settings.concurrent.clamp(1, settings.canaries.max(1));
    let waves = settings.canaries.div_ceil(concurrent);
    let releases = u32::try_from(waves + 1).unwrap_or(u32::MAX);
    let world = Arc::new(World::new(concurrent, releases)?);
    let ticker = world.run(Duration::from_millis(500));
    let began = Instant::now();
    let mut reports: Vec<Report> = Vec::new();
    println!("  wave  canaries  virtual time  real time  resident memory");
    for wave in 0..waves {
        let number = u32::try_from(wave + 2).unwrap_or(u32::MAX);
        let count = concurrent.min(settings.canaries - wave * concurrent);
        let tasks: Vec<_> = (0..count)
            .map(|service| {
                let (world, interval) = (world.clone(), settings.interval.clone());
                tokio::task::spawn(async move { Release::linear(service, number, &interval)?.run(&world).await })
            })
            .collect();
        for task in tasks {
            reports.push(task.await.map_err(|error| Error::World(error.to_string()))??);
        }
        let virtual_time = world.clock.timestamp().duration_since(sluice_virtual_time::Clock::beginning());
        println!(
            "  {:>4}  {:>8}  {:>10} s  {:>7.1} s  {:>11.1} MB",
            wave + 1,
            reports.len(),
            virtual_time.as_secs(),
            began.elapsed().as_secs_f64(),
            resident_megabytes()
        );
    }
    ticker.abort();
    Ok(summarise(&world, &reports, began.elapsed()))
}

fn summarise(world: &World, reports: &[Report], took: Duration) -> bool {
    let succeeded = reports.iter().filter(|report| report.state == State::Succeeded).count();
    let traffic = world.control("/_sim/traffic");
    let violations = world.control("/_sim/invariants");
    let lost = traffic["lost"].as_u64().unwrap_or(u64::MAX);
    let broken = violations["total"].as_u64().unwrap_or(u64::MAX);
    let reconciles: u64 = reports.iter().map(|report| report.reconciles).sum();
    println!("{succeeded} of {} canaries succeeded in {:.1} s of real time", reports.len(), took.as_secs_f64());
    println!("{reconciles} reconciles, {:.0} a second", to_float(reconciles) / took.as_secs_f64());
    // The one that no batch makes cheaper.
    let described = world.calls_of("DescribeTargetHealth");
    println!(
        "{described} calls of DescribeTargetHealth, {:.2} a reconcile",
        to_float(described) / to_float(reconciles)
    );
    println!("{} requests served, {lost} lost; {broken} invariants broken", traffic["total"]);
    for report in reports.iter().filter(|report| report.state != State::Succeeded).take(3) {
        println!("  {}: {}", report.state, report.message);
    }
    succeeded == reports.len() && lost == 0 && broken == 0
}

#[expect(clippy::cast_precision_loss, reason = "a count that is printed")]
fn to_float(count: u64) -> f64 {
    count as f64
}

/// Resident memory of this process, from /proc.
fn resident_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse().unwrap_or_default();
    kilobytes / 1024.0
}
