//! A process in the background that owns the operator and the simulated AWS, away from the terminal's Ctrl-C: they are
//! needed to clean up, and they may stay.

use std::fs::{File, read_to_string, remove_file, write};
use std::net::SocketAddr;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde::{Deserialize, Serialize};
use sluice_e2e::process::{bound, last_lines};
use sluice_e2e::{Error, Result, poll};

use crate::setup::Programs;
use crate::signals::Signals;

/// What is written down of the process in the background.
#[derive(Debug, Serialize, Deserialize)]
pub struct Kept {
    process: i32,
    /// When it started, in the kernel's ticks: with the number, no other process has it.
    started: u64,
    /// Where the simulated AWS listens.
    pub aws: SocketAddr,
}

fn record(data: &Path) -> PathBuf {
    data.join("demo.json")
}

fn log(data: &Path) -> PathBuf {
    data.join("demo.log")
}

fn read(data: &Path) -> Result<Option<Kept>> {
    let path = record(data);
    if !path.exists() {
        return Ok(None);
    }
    let attempt = format!("failed to read {}", path.display());
    let text = read_to_string(&path).map_err(Error::of(attempt.as_str()))?;
    serde_json::from_str(&text).map(Some).map_err(Error::of(attempt))
}

/// How long the process in the background lives at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// As long as we do: the kernel sees to it.
    Ours,
    /// Until someone stops it.
    UntilStopped,
}

/// Fails when one was left running.
pub fn none_runs(data: &Path) -> Result<()> {
    match read(data)?.filter(Kept::runs) {
        Some(kept) => {
            Err(Error::new(format!("a demo is left running, as process {}: run `make demo-stop` first", kept.process)))
        }
        None => Ok(()),
    }
}

/// Starts the process in the background and waits until both programs are ready.
pub fn start(data: &Path, lifetime: Lifetime) -> Result<Kept> {
    std::fs::create_dir_all(data).map_err(Error::of(format!("failed to make {}", data.display())))?;
    none_runs(data)?;
    remove_record(data)?;
    let log = log(data);
    let output = File::create(&log).map_err(Error::of("failed to make the log"))?;
    let errors = output.try_clone().map_err(Error::of("failed to make the log"))?;
    let own = std::env::current_exe().map_err(Error::of("failed to find the running program"))?;
    let mut command = if lifetime == Lifetime::Ours { bound(&own) } else { Command::new(own) };
    command.arg("--serve").arg("--data").arg(data);
    // A process group of its own: Ctrl-C at this terminal is not for it.
    command.stdin(Stdio::null()).stdout(output).stderr(errors).process_group(0);
    let mut child = command.spawn().map_err(Error::of("failed to start the process in the background"))?;
    poll::until("the programs in the background", || {
        if let Some(status) = child.try_wait().map_err(Error::of("failed to look at the background"))? {
            let told = last_lines(&read_to_string(&log).unwrap_or_default(), 20);
            return Err(Error::new(format!("failed to start in the background ({status}):\n{told}")));
        }
        read(data)
    })
}

/// The process in the background: owns both programs until it is asked to stop.
pub fn serve(data: &Path, signals: &Signals) -> Result<()> {
    let mut programs = Programs::start(data)?;
    let process = std::process::id();
    let number = i32::try_from(process).map_err(Error::of("failed to write down the process"))?;
    let started = started(number).ok_or_else(|| Error::new("failed to read /proc/self/stat"))?;
    let kept = Kept { process: number, started, aws: programs.aws() };
    let path = record(data);
    let text = serde_json::to_string(&kept).map_err(Error::of("failed to write down the process"))?;
    // In one piece: whoever waits for the file reads all of it.
    let draft = path.with_extension("draft");
    write(&draft, text)
        .and_then(|()| std::fs::rename(&draft, &path))
        .map_err(Error::of(format!("failed to write {}", path.display())))?;
    while !signals.asked() {
        std::thread::sleep(Duration::from_millis(200));
        programs.must_run()?;
    }
    programs.stop()
}

/// Stops what was left running. That nothing runs is as good.
pub fn stop(data: &Path) -> Result<bool> {
    let Some(kept) = read(data)? else {
        return Ok(false);
    };
    let runs = kept.runs();
    if let Some(process) = Pid::from_raw(kept.process).filter(|_| runs) {
        kill_process(process, Signal::TERM).map_err(Error::of(format!("failed to stop process {}", kept.process)))?;
        poll::until(&format!("the end of process {}", kept.process), || Ok((!kept.runs()).then_some(())))?;
    }
    remove_record(data)?;
    Ok(runs)
}

fn remove_record(data: &Path) -> Result<()> {
    let path = record(data);
    if path.exists() {
        remove_file(&path).map_err(Error::of(format!("failed to remove {}", path.display())))?;
    }
    Ok(())
}

impl Kept {
    /// Fails when it has ended, with what it said.
    pub fn must_run(&self, data: &Path) -> Result<()> {
        if self.runs() {
            return Ok(());
        }
        let told = last_lines(&read_to_string(log(data)).unwrap_or_default(), 20);
        Err(Error::new(format!("the programs in the background have ended:\n{told}")))
    }

    /// Whether it still runs, and is not another process that was given the same number.
    fn runs(&self) -> bool {
        started(self.process) == Some(self.started)
    }
}

/// When a process started, in ticks since the machine did; none when it has ended.
fn started(process: i32) -> Option<u64> {
    start_of(&read_to_string(format!("/proc/{process}/stat")).ok()?)
}

/// Fields 3 and 22 of `/proc/PID/stat`. The name in field 2 may hold anything, so that we count from its end.
fn start_of(stat: &str) -> Option<u64> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?;
    if state == "Z" {
        return None;
    }
    fields.nth(18)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_of_a_process_is_read_whatever_its_name() {
        let stat = "7 (a ) b) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 20";
        assert_eq!(start_of(stat), Some(4711));
        assert_eq!(start_of(&stat.replace(" S ", " Z ")), None);
        assert_eq!(start_of(""), None);
    }

    #[test]
    fn another_process_with_the_same_number_is_not_ours() {
        let own = i32::try_from(std::process::id()).unwrap();
        let aws = SocketAddr::from(([127, 0, 0, 1], 1));
        let started = started(own).unwrap();
        assert!(Kept { process: own, started, aws }.runs());
        assert!(!Kept { process: own, started: started - 1, aws }.runs());
    }
}
