//! A server of the control plane as a process.

use std::ffi::{OsStr, OsString};
use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::data::DataDirectory;
use crate::error::{Error, Result};
use crate::files::write_private;
use crate::process::{bound_command, has_argument, spawn, tail, terminate, terminate_stranger};
use crate::programs::{Program, Programs};

/// How to start a server, as often as it is needed.
#[derive(Debug, Clone)]
pub(crate) struct Launch {
    /// The server.
    pub(crate) program: Program,
    /// Its arguments. The first names the data directory and thereby tells the
    /// process apart from any other.
    pub(crate) arguments: Vec<OsString>,
    /// Whether it goes on running when our process ends.
    pub(crate) outlives_us: bool,
}

/// A running server, which is stopped when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    program: Program,
    log: PathBuf,
    child: Option<Child>,
}

impl Server {
    /// Starts it in its own process group: Ctrl-C in a terminal reaches the
    /// whole group, and must not take the servers from the command that uses them.
    pub(crate) fn start(launch: &Launch, programs: &Programs, data: &DataDirectory) -> Result<Self> {
        let program = launch.program;
        let failed = |action: &str| Error::io(format!("{action} {}", program.name()));
        let log = data.log_of(program);
        let open = || OpenOptions::new().create(true).append(true).open(&log);
        let output = open().map_err(failed("open the log of"))?;
        let errors = output.try_clone().map_err(failed("open the log of"))?;

        let file = programs.path(program);
        let mut command = if launch.outlives_us { Command::new(file) } else { bound_command(file) };
        command
            .args(&launch.arguments)
            // Both are Go: a quarter of the API server's work in the tests was to collect its garbage, at Go's default of 100.
            .env("GOGC", "300")
            .current_dir(data.path())
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors);
        let child = spawn(command).map_err(failed("start"))?;
        let server = Self { program, log, child: Some(child) };
        server.write_pid_file(launch, data)?;
        Ok(server)
    }

    /// Its process identifier, while it is ours to stop.
    pub(crate) fn id(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Its name.
    pub(crate) fn name(&self) -> &'static str {
        self.program.name()
    }

    /// The last lines of its log.
    pub(crate) fn log_tail(&self) -> String {
        tail(&self.log)
    }

    /// Fails with the end of the log when the server has ended.
    pub(crate) fn check(&mut self) -> Result<()> {
        let Some(child) = &mut self.child else {
            return Ok(());
        };
        let ended = child.try_wait().map_err(Error::io(format!("look after {}", self.program.name())))?;
        match ended {
            None => Ok(()),
            Some(status) => {
                Err(Error::ServerEnded { server: self.name(), status: status.to_string(), log: self.log_tail() })
            }
        }
    }

    /// Stops it and waits until it has ended.
    pub(crate) fn stop(&mut self) -> Result<()> {
        let Some(mut child) = self.child.take() else {
            return Ok(());
        };
        terminate(&mut child).map_err(Error::io(format!("stop {}", self.name())))?;
        Ok(())
    }

    /// Leaves it running.
    pub(crate) fn release(&mut self) {
        self.child = None;
    }

    /// The second line tells whether the number still belongs to the server.
    fn write_pid_file(&self, launch: &Launch, data: &DataDirectory) -> Result<()> {
        let argument = launch.arguments.first().map(|it| it.to_string_lossy());
        let content = format!("{}\n{}\n", self.id().unwrap_or_default(), argument.unwrap_or_default());
        write_private(&data.pid_file_of(self.program), &content)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nobody is left to tell; `stop` is for those who want to know.
        let _ = self.stop();
    }
}

/// Whether the process that a pid file names is still the server it was.
pub(crate) fn runs(pid_file: &Path) -> bool {
    read_pid_file(pid_file).is_ok_and(|(pid, argument)| has_argument(pid, OsStr::new(&argument)))
}

/// Stops the server that a pid file names, unless it has ended already.
pub(crate) fn stop_by_pid_file(pid_file: &Path) -> Result<()> {
    match read_pid_file(pid_file) {
        Ok((pid, argument)) => {
            terminate_stranger(pid, OsStr::new(&argument)).map_err(Error::io(format!("stop process {pid}")))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Error::io(format!("read {}", pid_file.display()))(error)),
    }
}

fn read_pid_file(pid_file: &Path) -> io::Result<(i32, String)> {
    let content = fs::read_to_string(pid_file)?;
    let (pid, argument) = content.split_once('\n').unwrap_or((&content, ""));
    let pid = pid.parse().map_err(io::Error::other)?;
    Ok((pid, argument.trim_end_matches('\n').to_owned()))
}
