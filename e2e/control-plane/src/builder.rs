//! Building the programs, once for each set of versions.

use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::go::{is_new_enough, linker_flags};
use crate::process::{POLL, bound_command, spawn, tail, terminate};
use crate::versions::{GO_MOD, GO_SUM};
use crate::{Error, Interrupt, Program, Programs, Result, Versions};

/// How often a build that takes long says that it is still at it.
const HEARTBEAT: Duration = Duration::from_secs(30);

/// Makes sure that the programs are in the cache and says where. Two of these
/// at once build everything once.
pub fn ensure(wanted: &[Program], interrupt: &Interrupt) -> Result<Programs> {
    let versions = Versions::pinned()?;
    let programs = Programs::in_cache(&versions)?;
    let missing = || wanted.iter().copied().filter(|it| !programs.path(*it).exists());
    if missing().next().is_none() {
        return Ok(programs);
    }
    let folder = programs.folder();
    create_folder(folder)?;
    let _lock = lock(&folder.with_added_extension("lock"), interrupt)?;
    // Another process may have built them while we waited for the lock.
    let missing: Vec<Program> = missing().collect();
    if !missing.is_empty() {
        let workshop = Workshop::open(folder, versions)?;
        for program in missing {
            workshop.build(program, &programs, interrupt)?;
        }
        workshop.close()?;
    }
    Ok(programs)
}

/// Holds the lock until the file is closed, which the end of the process does
/// as well.
fn lock(path: &Path, interrupt: &Interrupt) -> Result<File> {
    let failed = || Error::io(format!("lock {}", path.display()));
    let file = File::create(path).map_err(failed())?;
    let mut told = false;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(failed()(error)),
            Err(TryLockError::WouldBlock) => interrupt.check()?,
        }
        if !told {
            eprintln!("control-plane: waiting for another build to finish");
            told = true;
        }
        thread::sleep(POLL);
    }
}

/// A folder with our `go.mod` in it, in which half-made programs lie. It is not
/// the source folder, which may be gone or read-only when this runs.
struct Workshop {
    folder: PathBuf,
    versions: Versions,
}

impl Workshop {
    fn open(programs: &Path, versions: Versions) -> Result<Self> {
        let workshop = Self { folder: programs.with_added_extension("partial"), versions };
        // What an interrupted build left.
        workshop.close()?;
        create_folder(&workshop.folder)?;
        for (name, content) in [("go.mod", GO_MOD), ("go.sum", GO_SUM)] {
            let file = workshop.folder.join(name);
            fs::write(&file, content).map_err(Error::io(format!("write {}", file.display())))?;
        }
        workshop.check_go()?;
        Ok(workshop)
    }

    fn close(&self) -> Result<()> {
        match fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(Error::io(format!("remove {}", self.folder.display()))(error))
            }
            _ => Ok(()),
        }
    }

    /// Asks for the version inside of the module, because that is where a Go
    /// that is too old fetches a newer one, if it is allowed to.
    fn check_go(&self) -> Result<()> {
        let needed = || self.versions.go.clone();
        let output = self
            .go(Command::new("go"))
            .args(["env", "GOVERSION"])
            .output()
            .map_err(|source| Error::GoMissing { needed: needed(), source })?;
        let found = if output.status.success() {
            String::from_utf8_lossy(&output.stdout)
        } else {
            String::from_utf8_lossy(&output.stderr)
        };
        if output.status.success() && is_new_enough(&found, &self.versions.go) {
            return Ok(());
        }
        Err(Error::GoTooOld { needed: needed(), found: found.trim().to_owned() })
    }

    /// Builds one program and moves it to where it is looked for.
    fn build(&self, program: Program, programs: &Programs, interrupt: &Interrupt) -> Result<()> {
        let (name, expected) = (program.name(), program.expected());
        eprintln!("control-plane: building {name} ({expected} the first time) ...");
        let started = Instant::now();
        let partial = self.folder.join(name);
        let log = self.folder.join(format!("{name}.log"));
        self.compile(program, &partial, &log, interrupt)?;
        let built = programs.path(program);
        fs::rename(&partial, &built).map_err(Error::io(format!("create {}", built.display())))?;
        eprintln!("control-plane: built {name} in {} s", started.elapsed().as_secs());
        Ok(())
    }

    fn compile(&self, program: Program, output: &Path, log: &Path, interrupt: &Interrupt) -> Result<()> {
        let name = program.name();
        let failed = |action: &str| Error::io(format!("{action} {name}"));
        let said = File::create(log).map_err(failed("open the log of the build of"))?;
        let mut go = self.go(bound_command("go"));
        go.args(["build", "-trimpath", "-ldflags", &linker_flags(&self.versions)])
            .arg("-o")
            .args([output.as_os_str(), program.package().as_ref()])
            .stderr(said);
        let mut child = spawn(go).map_err(failed("build"))?;
        let started = Instant::now();
        let mut heartbeats = 1;
        let status = loop {
            if let Some(status) = child.try_wait().map_err(failed("build"))? {
                break status;
            }
            if let Err(interrupted) = interrupt.check() {
                terminate(&mut child).map_err(failed("stop the build of"))?;
                return Err(interrupted);
            }
            if started.elapsed() >= HEARTBEAT * heartbeats {
                let seconds = started.elapsed().as_secs();
                eprintln!("control-plane: still building {name}, {seconds} s so far");
                heartbeats += 1;
            }
            thread::sleep(POLL);
        };
        if status.success() {
            return Ok(());
        }
        Err(Error::BuildFailed { program: name, output: tail(log) })
    }

    /// Go as it is for everyone: neither a workspace around the cache nor the
    /// developer's own flags may change what is built.
    fn go(&self, mut command: Command) -> Command {
        command
            .current_dir(&self.folder)
            .env("CGO_ENABLED", "0")
            .env("GO111MODULE", "on")
            .env("GOWORK", "off")
            .env_remove("GOFLAGS")
            .env_remove("GOOS")
            .env_remove("GOARCH")
            .stdin(Stdio::null());
        command
    }
}

fn create_folder(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(Error::io(format!("create {}", folder.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_build_waits_for_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let first = lock(&path, &Interrupt::default()).unwrap();
        let second = thread::spawn(move || lock(&path, &Interrupt::default()));
        thread::sleep(POLL * 3);
        assert!(!second.is_finished());
        drop(first);
        second.join().unwrap().unwrap();
    }
}
