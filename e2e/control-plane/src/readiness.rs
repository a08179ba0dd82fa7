//! Waiting until an API server serves.

use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::process::POLL;
use crate::server::Server;
use crate::{Error, Interrupt, Program, Programs, Result};

/// Twenty times what a machine with two idle cores takes.
const PATIENCE: Duration = Duration::from_mins(1);

/// Ready is not enough: the `default` namespace appears a moment later.
const ANSWERS: [&str; 2] = ["/readyz", "/api/v1/namespaces/default"];

/// Waits until the API server on `port` answers the admin of `kubeconfig`.
pub(crate) fn wait(api_server: &mut Server, port: u16, kubectl: &Kubectl<'_>, interrupt: &Interrupt) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    let mut missing = ANSWERS.as_slice();
    while let [path, later @ ..] = missing {
        interrupt.check()?;
        api_server.check()?;
        // Connecting is cheaper than running kubectl only to see it refused.
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() && kubectl.answers(path)? {
            missing = later;
        } else if Instant::now() > deadline {
            return Err(Error::ServerNotReady {
                server: api_server.name(),
                seconds: PATIENCE.as_secs(),
                log: api_server.log_tail(),
            });
        } else {
            thread::sleep(POLL);
        }
    }
    Ok(())
}

/// The client of one cluster.
#[derive(Debug)]
pub(crate) struct Kubectl<'a> {
    /// Where kubectl is.
    pub(crate) programs: &'a Programs,
    /// Which cluster it asks.
    pub(crate) kubeconfig: &'a Path,
}

impl Kubectl<'_> {
    fn answers(&self, path: &str) -> Result<bool> {
        self.get(path).map(|output| output.status.success())
    }

    /// Asks the API server for a path.
    pub(crate) fn get(&self, path: &str) -> Result<Output> {
        Command::new(self.programs.path(Program::Kubectl))
            .args(["get", "--request-timeout=5s", "--raw", path])
            .env("KUBECONFIG", self.kubeconfig)
            .stdin(Stdio::null())
            .output()
            .map_err(Error::io("run kubectl"))
    }
}
