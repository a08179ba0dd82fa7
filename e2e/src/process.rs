//! A child process with a log file, which ends when its owner does.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::error::{Error, Result};
use crate::{http, poll};

/// A command that the kernel kills when the thread that spawned it ends, so that an interrupted test leaves nothing
/// behind. The control plane needs util-linux's `setpriv` for the same.
#[must_use]
pub fn bound(program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--"]).arg(program);
    command
}

/// A child process. Dropped, it is killed.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    log: PathBuf,
    /// How many bytes others had written to the log before it started.
    before: usize,
}

impl Process {
    /// Starts it, with its output appended to `log`.
    pub fn start(name: &str, mut command: Command, log: &Path) -> Result<Self> {
        let attempt = |what: &str| Error::of(format!("{what} of {name}"));
        let output = File::options().create(true).append(true).open(log).map_err(attempt("open the log"))?;
        let errors = output.try_clone().map_err(attempt("open the log"))?;
        let before = std::fs::read(log).map_err(attempt("read the log"))?.len();
        let child = command
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .spawn()
            .map_err(Error::of(format!("start {name}")))?;
        Ok(Self { name: name.to_owned(), child, log: log.to_owned(), before })
    }

    /// Its number.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its exit status, if it has ended.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.child.try_wait().map_err(Error::of(format!("look at {}", self.name)))
    }

    /// Asks it to end, and waits until it has.
    pub fn terminate(&mut self) -> Result<ExitStatus> {
        if self.ended()?.is_none() {
            self.signal(Signal::TERM)?;
        }
        let what = format!("the end of {} after SIGTERM", self.name);
        poll::until(&what, || self.ended())
    }

    /// Stops it in its tracks, as a machine does that hangs.
    pub fn freeze(&self) -> Result<()> {
        self.signal(Signal::STOP)
    }

    /// Lets a frozen one go on, with no idea of the time that has passed.
    pub fn thaw(&self) -> Result<()> {
        self.signal(Signal::CONT)
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        kill_process(Pid::from_child(&self.child), signal).map_err(Error::of(format!("signal {}", self.name)))
    }

    /// Kills it, with no chance to tidy up, and waits until it has ended.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill().map_err(Error::of(format!("kill {}", self.name)))?;
        self.child.wait().map_err(Error::of(format!("wait for {}", self.name)))?;
        Ok(())
    }

    /// All of its log, with what those before it wrote.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Waits for a line that it writes and that `read` makes something of. What those before it wrote does not count.
    pub fn wait_for_line<T>(&mut self, what: &str, read: impl Fn(&str) -> Option<T>) -> Result<T> {
        poll::until(what, || {
            let log = self.log();
            let found = log.get(self.before..).unwrap_or_default().lines().find_map(&read);
            self.must_run()?;
            Ok(found)
        })
    }

    /// Waits until a path answers well.
    pub fn wait_for_path(&mut self, address: SocketAddr, path: &str) -> Result<()> {
        let what = format!("{} to answer well on http://{address}{path}", self.name);
        poll::until(&what, || {
            self.must_run()?;
            Ok(http::get(address, path).and_then(http::Response::good).ok().map(|_| ()))
        })
    }

    fn must_run(&mut self) -> Result<()> {
        match self.ended()? {
            None => Ok(()),
            Some(status) => {
                Err(Error::new(format!("{} has ended ({status}):\n{}", self.name, last_lines(&self.log(), 20))))
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already, which is as good.
        let _ = self.kill();
    }
}

/// The last lines of a text.
#[must_use]
pub fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

/// A loopback address that nobody listens on now. Another may come first: retry with another one.
pub fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(Error::of("find a free port"))?;
    listener.local_addr().map_err(Error::of("find a free port"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_process_before_is_not_taken_for_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        for number in 1..=2 {
            let mut command = Command::new("sh");
            command.args(["-c", &format!("echo number {number}; exec sleep 60")]);
            let mut process = Process::start("sh", command, &log).unwrap();
            let found = process.wait_for_line("its number", |line| line.strip_prefix("number ")?.parse::<u32>().ok());
            assert_eq!(found.unwrap(), number);
        }
    }
}
