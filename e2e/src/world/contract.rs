//! A proxy between the operator and its AWS that holds every message against the service models.
//!
//! `SLUICE_CONTRACT_PROXY` is its command line, without the options that are given here; without it there is none.
//! `SLUICE_CONTRACT_LEDGER` is a file that gets a line per test: the test, its requests, its answers.
//! `SLUICE_CONTRACT_TESTS` are the modules of tests that have one, separated by commas; all of them if not set.

use std::fs::File;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;

use crate::process::{Process, bound};
use crate::{Error, Result, http};

/// A running proxy.
#[derive(Debug)]
pub(super) struct Contract {
    address: SocketAddr,
    _process: Process,
}

impl Contract {
    /// Starts one, if this test is to have one.
    pub(super) fn start(target: &str, folder: &Path) -> Result<Option<Self>> {
        let Ok(prefix) = std::env::var("SLUICE_CONTRACT_PROXY") else { return Ok(None) };
        let wanted = std::env::var("SLUICE_CONTRACT_TESTS").unwrap_or_default();
        let own = test();
        if !wanted.is_empty() && !wanted.split(',').any(|module| own.starts_with(&format!("{module}::"))) {
            return Ok(None);
        }
        let mut words = prefix.split_whitespace();
        let program = words.next().ok_or_else(|| Error::new("SLUICE_CONTRACT_PROXY is empty"))?;
        let mut command = bound(Path::new(program));
        command.args(words).args(["--listen", "127.0.0.1:0", "--target", target]);
        let mut process = Process::start("the contract proxy", command, &folder.join("contract.log"))?;
        let address = process.wait_for_line("the address of the contract proxy", |line| {
            line.strip_prefix("listening on http://")?.trim().parse().ok()
        })?;
        Ok(Some(Self { address, _process: process }))
    }

    /// What belongs into `AWS_ENDPOINT_URL`.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// No message broke the models, and there were some. Enters their number into the ledger.
    pub(super) fn assert_kept(&self) -> Result<()> {
        let report = http::get(self.address, "/_contract/report")?.good()?.json()?;
        let checked = &report["checked"];
        if report["violations"].as_array().is_none_or(|violations| !violations.is_empty()) {
            return Err(Error::new(format!("messages broke the contract: {:#}", report["violations"])));
        }
        if checked["requests"].as_u64().is_none_or(|count| count == 0) {
            return Err(Error::new(format!("the contract proxy checked nothing: {report:#}")));
        }
        let Some(ledger) = std::env::var_os("SLUICE_CONTRACT_LEDGER") else { return Ok(()) };
        let line = format!("{} {} {}\n", test(), checked["requests"], checked["responses"]);
        let enter = || File::options().create(true).append(true).open(ledger)?.write_all(line.as_bytes());
        enter().map_err(Error::of("enter the messages into SLUICE_CONTRACT_LEDGER"))
    }
}

/// The name of the running test, which is that of its thread.
fn test() -> String {
    std::thread::current().name().unwrap_or("?").to_owned()
}
