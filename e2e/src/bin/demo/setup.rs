//! The simulated AWS and the operator, and where they are to be found.

use std::net::SocketAddr;
use std::path::Path;

use sluice_e2e::operator::{Operator, Settings};
use sluice_e2e::process::last_lines;
use sluice_e2e::simulator::Simulator;
use sluice_e2e::{Error, Result};

/// Namespace of the demo.
pub const NAMESPACE: &str = "demo";

/// Name of the demo's AwsBinding, as `e2e/demo/binding.yaml` has it.
pub const BINDING: &str = "team-shop";

/// The world to begin with.
const WORLD: &str = include_str!("../../../demo/world.yaml");

/// The running programs. Dropped, they are killed.
pub struct Programs {
    simulator: Simulator,
    operator: Operator,
}

impl Programs {
    /// Starts both, with their logs in `folder`. The namespace is to exist.
    pub fn start(folder: &Path) -> Result<Self> {
        let simulator = Simulator::start(WORLD, folder)?;
        let mut settings = Settings::new(NAMESPACE, &simulator.url());
        "30s".clone_into(&mut settings.resync_interval);
        let operator = Operator::start(settings, &folder.join("sluice.log"))?;
        Ok(Self { simulator, operator })
    }

    /// Where the simulated AWS listens.
    pub fn aws(&self) -> SocketAddr {
        self.simulator.address()
    }

    /// Fails when the operator has ended.
    pub fn must_run(&mut self) -> Result<()> {
        if self.operator.is_running()? {
            return Ok(());
        }
        Err(Error::new(format!("the operator has ended:\n{}", last_lines(&self.operator.log(), 20))))
    }

    /// Ends the operator in order, and with it the simulated AWS.
    pub fn stop(mut self) -> Result<()> {
        self.operator.terminate().map(drop)
    }
}
