//! What can go wrong with a local control plane.

use std::path::PathBuf;
use std::{io, result};

/// The result of an operation on a local control plane.
pub type Result<T> = result::Result<T, Error>;

/// Why a local control plane was not built, started or stopped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file, folder or process could not be worked with.
    #[error("failed to {action}")]
    Io {
        /// What was tried, as the end of "failed to".
        action: String,
        /// The operating system's answer.
        source: io::Error,
    },
    /// The embedded `go.mod` does not name a version that is needed.
    #[error("failed to find the version of {module} in e2e/control-plane/go.mod")]
    VersionMissing {
        /// The module, or `go` for the language itself.
        module: &'static str,
    },
    /// Neither variable from which the cache folder derives is set.
    #[error("failed to choose a cache folder: set SLUICE_CACHE, XDG_CACHE_HOME or HOME")]
    NoCacheFolder,
    /// Go is not installed.
    #[error("failed to run go: install Go {needed} or newer from https://go.dev/dl/ and put it on PATH")]
    GoMissing {
        /// The oldest version that will do.
        needed: String,
        /// Why it did not run.
        source: io::Error,
    },
    /// Go is installed, but cannot build our modules.
    #[error(
        "failed to build with {found}: install Go {needed} or newer from https://go.dev/dl/ and put it first on PATH"
    )]
    GoTooOld {
        /// The oldest version that will do.
        needed: String,
        /// What is installed, in Go's words.
        found: String,
    },
    /// `go build` failed.
    #[error("failed to build {program}; the end of its output:\n{output}")]
    BuildFailed {
        /// The program that was built.
        program: &'static str,
        /// The last lines that Go wrote.
        output: String,
    },
    /// A server ended before it was ready.
    #[error("failed to start {server}: it ended with {status}; the end of its log:\n{log}")]
    ServerEnded {
        /// The server's name.
        server: &'static str,
        /// Its exit status.
        status: String,
        /// The last lines of its log.
        log: String,
    },
    /// A server runs, but was not ready in time.
    #[error("failed to start {server}: not ready after {seconds} s; the end of its log:\n{log}")]
    ServerNotReady {
        /// The server's name.
        server: &'static str,
        /// How long it was given.
        seconds: u64,
        /// The last lines of its log.
        log: String,
    },
    /// The data directory serves a control plane that runs.
    #[error(
        "failed to use {}: a control plane runs there; stop it with `control-plane stop --data {}`",
        .0.display(), .0.display()
    )]
    AlreadyRunning(PathBuf),
    /// The data directory holds something that is not ours.
    #[error("failed to use {}: it holds {entry}, which no control plane made", path.display())]
    ForeignData {
        /// The data directory.
        path: PathBuf,
        /// The first thing in it that is not ours.
        entry: String,
    },
    /// No control plane was started in the data directory.
    #[error("failed to find a control plane in {}", .0.display())]
    NoControlPlane(PathBuf),
    /// The cluster of `KUBECONFIG` does not answer.
    #[error(
        "failed to reach the cluster that KUBECONFIG names ({kubeconfig}); unset KUBECONFIG to start a local one: {answer}"
    )]
    ClusterUnreachable {
        /// The value of `KUBECONFIG`.
        kubeconfig: String,
        /// What kubectl said.
        answer: String,
    },
    /// A signal asked us to stop.
    #[error("failed to finish: interrupted by signal {signal}")]
    Interrupted {
        /// The number of the signal.
        signal: i32,
    },
}

impl Error {
    /// Says what was tried when the operating system refused.
    pub(crate) fn io(action: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let action = action.into();
        move |source| Self::Io { action, source }
    }
}
