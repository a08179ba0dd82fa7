//! Processes that end when ours does.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// How long a process gets to end by itself after SIGTERM.
const GRACE: Duration = Duration::from_secs(5);

/// How often a process that is waited for is looked at.
pub(crate) const POLL: Duration = Duration::from_millis(20);

/// A command that the kernel kills when the thread that spawned it ends, even
/// when that is by SIGKILL. Without util-linux's `setpriv` it is the command
/// itself, and only an orderly end takes it along.
pub(crate) fn bound_command(program: impl AsRef<OsStr>) -> Command {
    static SETPRIV: OnceLock<bool> = OnceLock::new();
    const ARGUMENTS: [&str; 3] = ["--pdeathsig", "KILL", "--"];
    let works = SETPRIV.get_or_init(|| {
        Command::new("setpriv")
            .args(ARGUMENTS)
            .arg("true")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    });
    if *works {
        let mut command = Command::new("setpriv");
        command.args(ARGUMENTS).arg(program);
        command
    } else {
        Command::new(program)
    }
}

/// Spawns from a thread that lives as long as the process. The kernel ties a
/// bound command to the thread that spawned it, and a test's thread ends before
/// what it shares with other tests does.
pub(crate) fn spawn(mut command: Command) -> io::Result<Child> {
    type Request = (Command, Sender<io::Result<Child>>);
    static SPAWNER: OnceLock<Option<Sender<Request>>> = OnceLock::new();
    let spawner = SPAWNER.get_or_init(|| {
        let (requests, inbox) = mpsc::channel::<Request>();
        let serve = move || {
            for (mut command, answer) in inbox {
                // Nobody waits for the answer of a caller that has panicked.
                let _ = answer.send(command.spawn());
            }
        };
        let thread = thread::Builder::new().name("spawner".to_owned());
        thread.spawn(serve).ok().map(|_| requests)
    });
    let Some(spawner) = spawner else {
        return command.spawn();
    };
    let (answer, answered) = mpsc::channel();
    spawner.send((command, answer)).map_err(io::Error::other)?;
    answered.recv().map_err(io::Error::other)?
}

/// Ends a child: SIGTERM, then SIGKILL when that was not enough.
pub(crate) fn terminate(child: &mut Child) -> io::Result<ExitStatus> {
    if let Some(status) = child.try_wait()? {
        return Ok(status);
    }
    signal(Pid::from_child(child), Signal::TERM)?;
    let deadline = Instant::now() + GRACE;
    while Instant::now() < deadline {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        thread::sleep(POLL);
    }
    child.kill()?;
    child.wait()
}

/// Ends a process that is not our child, provided that `argument` is among its
/// arguments: its number may have passed to a stranger in the meantime.
pub(crate) fn terminate_stranger(pid: i32, argument: &OsStr) -> io::Result<()> {
    let Some(process) = Pid::from_raw(pid) else {
        return Ok(());
    };
    for (number, time_limit) in [(Signal::TERM, GRACE), (Signal::KILL, GRACE)] {
        if !has_argument(pid, argument) {
            return Ok(());
        }
        signal(process, number)?;
        let deadline = Instant::now() + time_limit;
        while has_argument(pid, argument) && Instant::now() < deadline {
            thread::sleep(POLL);
        }
    }
    Ok(())
}

/// Whether a process with this number lives and was started with `argument`.
/// One that has ended but was not yet waited for has no arguments any more.
pub(crate) fn has_argument(pid: i32, argument: &OsStr) -> bool {
    fs::read(format!("/proc/{pid}/cmdline"))
        .is_ok_and(|line| line.split(|byte| *byte == 0).any(|it| it == argument.as_bytes()))
}

/// The last lines of a log.
pub(crate) fn tail(log: &Path) -> String {
    const LINES: usize = 20;
    match fs::read(log) {
        Ok(bytes) => {
            let text = String::from_utf8_lossy(&bytes);
            let lines: Vec<&str> = text.lines().collect();
            lines[lines.len().saturating_sub(LINES)..].join("\n")
        }
        Err(error) => format!("({} cannot be read: {error})", log.display()),
    }
}

/// Sends a signal; that the process is gone already is as good.
fn signal(process: Pid, number: Signal) -> io::Result<()> {
    match kill_process(process, number) {
        Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_command_outlives_the_thread_that_asked_for_it() {
        let mut child = thread::spawn(|| {
            let mut command = bound_command("sleep");
            command.arg("60");
            spawn(command).unwrap()
        })
        .join()
        .unwrap();
        thread::sleep(Duration::from_millis(100));
        assert!(child.try_wait().unwrap().is_none());
        terminate(&mut child).unwrap();
    }

    #[test]
    fn a_process_without_the_argument_is_left_alone() {
        let mut command = bound_command("sleep");
        command.arg("60");
        let mut child = spawn(command).unwrap();
        let pid = child.id().cast_signed();
        while !has_argument(pid, OsStr::new("sleep")) {
            thread::sleep(POLL);
        }
        terminate_stranger(pid, OsStr::new("--data-dir=elsewhere")).unwrap();
        assert!(child.try_wait().unwrap().is_none());
        terminate_stranger(pid, OsStr::new("60")).unwrap();
        assert!(!child.wait().unwrap().success());
    }

    #[test]
    fn the_tail_of_a_log_is_its_last_twenty_lines() {
        let log = tempfile::NamedTempFile::new().unwrap();
        let lines: Vec<String> = (1..=30).map(|line| format!("line {line}")).collect();
        fs::write(log.path(), lines.join("\n")).unwrap();
        let tail = tail(log.path());
        assert!(tail.starts_with("line 11\n"), "{tail}");
        assert!(tail.ends_with("line 30"), "{tail}");
    }
}
