//! A folder in which Go builds programs, all of them by one `go build`: it then compiles what they share once, and
//! links one program while it compiles the next.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::{self, available_parallelism};

use crate::error::{Error, Result};
use crate::files::create_folder;
use crate::go::{compiler_flags, compilers, is_new_enough, linker_flags};
use crate::interrupt::Interrupt;
use crate::process::{POLL, bound_command, spawn, terminate};
use crate::programs::{Program, Programs};
use crate::progress::{Progress, names};
use crate::versions::{GO_MOD, GO_SUM, Versions};

/// A folder with our `go.mod` in it, in which half-made programs lie. It is not
/// the source folder, which may be gone or read-only when this runs.
pub(crate) struct Workshop {
    folder: PathBuf,
    versions: Versions,
}

impl Workshop {
    /// Next to the folder of the programs, and empty but for `go.mod` and `go.sum`.
    pub(crate) fn open(programs: &Path, versions: Versions) -> Result<Self> {
        let workshop = Self { folder: programs.with_added_extension("partial"), versions };
        // What an interrupted build left.
        workshop.close()?;
        create_folder(&workshop.output())?;
        for (name, content) in [("go.mod", GO_MOD), ("go.sum", GO_SUM)] {
            let file = workshop.folder.join(name);
            fs::write(&file, content).map_err(Error::io(format!("write {}", file.display())))?;
        }
        workshop.check_go()?;
        Ok(workshop)
    }

    /// Removes the folder; Go's own cache keeps what was compiled.
    pub(crate) fn close(&self) -> Result<()> {
        match fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(Error::io(format!("remove {}", self.folder.display()))(error))
            }
            _ => Ok(()),
        }
    }

    /// Builds programs and moves them to where they are looked for.
    pub(crate) fn build(&self, wanted: &[Program], programs: &Programs, interrupt: &Interrupt) -> Result<()> {
        let mut progress = Progress::begin(wanted, &programs.build_times());
        progress.compiling(self.count_packages(wanted, interrupt)?);
        self.compile(wanted, &mut progress, interrupt)?;
        for program in wanted {
            let (partial, built) = (self.output().join(program.file_of_go()), programs.path(*program));
            fs::rename(&partial, &built).map_err(Error::io(format!("create {}", built.display())))?;
        }
        progress.finish()
    }

    fn output(&self) -> PathBuf {
        self.folder.join("output")
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

    /// How many packages the programs are made of. Go downloads the modules that it needs to know, and no others.
    fn count_packages(&self, wanted: &[Program], interrupt: &Interrupt) -> Result<usize> {
        let (list, log) = (self.folder.join("packages"), self.folder.join("download.log"));
        let mut go = self.go(bound_command("go"));
        go.args(["list", "-deps"]).args(wanted.iter().map(|program| program.package()));
        go.stdout(create(&list)?).stderr(create(&log)?);
        finish(go, &log, wanted, interrupt, || {})?;
        Ok(read(&list).lines().count())
    }

    fn compile(&self, wanted: &[Program], progress: &mut Progress, interrupt: &Interrupt) -> Result<()> {
        let log = self.folder.join("build.log");
        let mut go = self.go(bound_command("go"));
        let (variables, at_a_time) = compilers(available_parallelism().map_or(1, NonZero::get));
        go.args(["build", "-v", "-trimpath", &at_a_time, "-ldflags", &linker_flags(&self.versions)])
            .args(compiler_flags())
            .envs(variables)
            .arg("-o")
            .arg(self.output())
            .args(wanted.iter().map(|program| program.package()))
            .stderr(create(&log)?);
        let is_there = |program: Program| self.output().join(program.file_of_go()).exists();
        finish(go, &log, wanted, interrupt, || progress.look(is_there, || packages(&read(&log)).count()))
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

/// Waits for Go to end, and looks after it meanwhile.
fn finish(go: Command, log: &Path, wanted: &[Program], interrupt: &Interrupt, mut look: impl FnMut()) -> Result<()> {
    let failed = |action: &str| Error::io(format!("{action} {}", names(wanted)));
    let mut child = spawn(go).map_err(failed("build"))?;
    let status = loop {
        if let Some(status) = child.try_wait().map_err(failed("build"))? {
            break status;
        }
        if let Err(interrupted) = interrupt.check() {
            terminate(&mut child).map_err(failed("stop the build of"))?;
            return Err(interrupted);
        }
        look();
        thread::sleep(POLL);
    };
    if status.success() {
        return Ok(());
    }
    Err(Error::BuildFailed { programs: names(wanted), output: complaints(&read(log)) })
}

fn create(file: &Path) -> Result<File> {
    File::create(file).map_err(Error::io(format!("create {}", file.display())))
}

/// A file of ours; what cannot be read is empty.
fn read(file: &Path) -> String {
    fs::read(file).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

/// The packages that `go build -v` has named. They have no space in their names, and whatever else it says has one.
fn packages(log: &str) -> impl Iterator<Item = &str> {
    log.lines().filter(|line| !line.trim().is_empty() && !line.contains(' '))
}

/// The last lines that are not just the name of a package.
fn complaints(log: &str) -> String {
    const LINES: usize = 20;
    let lines: Vec<&str> = log.lines().filter(|line| line.contains(' ')).collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "go: downloading k8s.io/api v0.36.1\ninternal/goarch\nk8s.io/api/core/v1\n\
                       # example.org/broken\nbroken.go:3:1: syntax error\nstrings\n";

    #[test]
    fn the_packages_that_go_has_named_are_counted_and_its_complaints_are_not() {
        assert_eq!(packages(LOG).collect::<Vec<_>>(), ["internal/goarch", "k8s.io/api/core/v1", "strings"]);
    }

    #[test]
    fn a_failed_build_tells_what_go_complained_about_and_no_names_of_packages() {
        assert!(complaints(LOG).ends_with("# example.org/broken\nbroken.go:3:1: syntax error"));
    }
}
