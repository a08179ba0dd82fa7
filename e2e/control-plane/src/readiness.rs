//! Waiting until an API server serves.

use std::net::{Ipv4Addr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::interrupt::Interrupt;
use crate::kubectl::Kubectl;
use crate::process::POLL;
use crate::server::Server;

/// Twenty times what a machine with two idle cores takes.
const TIME_LIMIT: Duration = Duration::from_mins(1);

/// Ready is not enough: the `default` namespace appears a moment later.
const ANSWERS: [&str; 2] = ["/readyz", "/api/v1/namespaces/default"];

/// Waits until the API server on `port` answers the admin of `kubeconfig`.
pub(crate) fn wait(api_server: &mut Server, port: u16, kubectl: &Kubectl<'_>, interrupt: &Interrupt) -> Result<()> {
    let deadline = Instant::now() + TIME_LIMIT;
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
                seconds: TIME_LIMIT.as_secs(),
                log: api_server.log_tail(),
            });
        } else {
            thread::sleep(POLL);
        }
    }
    Ok(())
}
