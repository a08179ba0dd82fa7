//! `simulated-aws`: the simulated AWS on one loopback port.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use clap::Parser;
use simulated_aws::scenario::Scenario;
use simulated_aws::server::{Clock, serve};
use simulated_aws::{Moment, Simulator};

/// A simulated AWS for demos, end-to-end tests and benches, on one port: ECS, Elastic Load Balancing v2, CloudWatch,
/// Lambda, STS, SNS and EventBridge.
#[derive(Debug, Parser)]
#[command(name = "simulated-aws", version)]
struct Arguments {
    /// The loopback address to listen on; port 0 takes a free one and prints it.
    #[arg(long, default_value = "127.0.0.1:4566", value_parser = parse_loopback)]
    listen: SocketAddr,
    /// How many times faster than real time simulated time passes; 0 stands still until the control interface advances it.
    #[arg(long, default_value_t = 1.0, value_parser = parse_speed)]
    speed: f64,
    /// The world to start with, as YAML; an empty one if not given.
    #[arg(long)]
    scenario: Option<PathBuf>,
}

/// Refused before anything is bound: the simulator has no authentication.
fn parse_loopback(text: &str) -> Result<SocketAddr, String> {
    match text.parse::<SocketAddr>() {
        Ok(address) if address.ip().is_loopback() => Ok(address),
        Ok(_) => Err("the simulator has no authentication; give a loopback address such as 127.0.0.1:4566".to_owned()),
        Err(_) => Err("give an address and a port such as 127.0.0.1:4566".to_owned()),
    }
}

fn parse_speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(speed) if (0.0..=10_000.0).contains(&speed) => Ok(speed),
        _ => Err("a speed is a number from 0, which stands still, to 10000".to_owned()),
    }
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("simulated-aws: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    let scenario = match &arguments.scenario {
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
            Scenario::parse(&text).map_err(|problem| format!("{}: {problem}", path.display()))?
        }
        None => Scenario::default(),
    };
    let start = scenario.start().unwrap_or_else(start);
    let simulator = Simulator::new(scenario, start).map_err(|problem| problem.to_string())?;
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(arguments.listen)
            .await
            .map_err(|error| format!("cannot listen on {}: {error}", arguments.listen))?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        println!("listening on http://{address}");
        let clock = Clock::new(start, arguments.speed);
        tokio::select! {
            served = serve(listener, simulator, clock) => served.map_err(|error| error.to_string()),
            _ = tokio::signal::ctrl_c() => Ok(()),
            () = terminated() => Ok(()),
        }
    })
}

async fn terminated() {
    if let Ok(mut signal) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        signal.recv().await;
    } else {
        std::future::pending::<()>().await;
    }
}

/// The real time, the one moment at which it is read: the simulated clock starts here and then keeps its own pace.
#[expect(clippy::disallowed_methods, reason = "a binary is where the real time comes in")]
fn start() -> Moment {
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    Moment::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(0))
}
