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
    #[error("failed to build {programs}; the end of what Go says:\n{output}")]
    BuildFailed {
        /// The programs that were built.
        programs: String,
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
    /// What is kept has a cluster of its own.
    #[error("failed to keep a control plane running: a cluster of yours is named too; unset SLUICE_TEST_CLUSTER")]
    KeptElsewhere,
    /// The kubeconfig has no context of the name that was given.
    #[error(
        "failed to find the context {context} in the kubeconfig; it has: {known}; name one of them in SLUICE_TEST_CLUSTER, \
         or unset it to get a cluster of your own"
    )]
    UnknownContext {
        /// The name.
        context: String,
        /// The contexts that there are.
        known: String,
    },
    /// The server of the context is, or may be, another machine's.
    #[error(
        "failed to use the context {context} for tests: its server {server} is not on this machine; name another context \
         in SLUICE_TEST_CLUSTER, unset it to get a cluster of your own, or say that tests may run there: --yes, or \
         SLUICE_TEST_CLUSTER_YES=1"
    )]
    RemoteCluster {
        /// The context.
        context: String,
        /// The URL of its server.
        server: String,
    },
    /// Sluice, or another run of its tests, is in the cluster of the context.
    #[error(
        "failed to use the context {context} ({server}) for tests: Sluice is there already ({seen}); name another context \
         in SLUICE_TEST_CLUSTER, unset it to get a cluster of your own, or say that tests may run beside it, with its \
         definitions replaced by those of this checkout: --yes, or SLUICE_TEST_CLUSTER_YES=1"
    )]
    SluiceIsThere {
        /// The context.
        context: String,
        /// The URL of its server.
        server: String,
        /// What was seen of it.
        seen: String,
    },
    /// The cluster of the context does not answer, or not what it was asked.
    #[error(
        "failed to reach the cluster of the context {context} ({server}); start it, name another context in \
         SLUICE_TEST_CLUSTER, or unset it to get a cluster of your own: {answer}"
    )]
    ClusterUnreachable {
        /// The context.
        context: String,
        /// The URL of its server.
        server: String,
        /// What kubectl said.
        answer: String,
    },
    /// Somebody uses the definitions that the run brought.
    #[error(
        "failed to delete the definitions of sluice.dev that the run brought, because others use them: {left}; delete \
         these, then: kubectl delete customresourcedefinitions -l sluice.dev/test-run={run}"
    )]
    DefinitionsInUse {
        /// The objects.
        left: String,
        /// The run.
        run: String,
    },
    /// kubectl did not do what it was asked.
    #[error("failed to run kubectl {arguments}: {told}")]
    KubectlFailed {
        /// Its arguments.
        arguments: String,
        /// What it said.
        told: String,
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
