//! Errors of the program and of the steps of a reconcile.

use std::net::SocketAddr;
use std::path::PathBuf;

use thiserror::Error;

/// What ends the program.
#[derive(Debug, Error)]
pub enum Error {
    /// A definition has no YAML form.
    #[error("failed to write {name} as YAML: {message}")]
    Yaml {
        /// Plural name of the kind.
        name: String,
        /// Why.
        message: String,
    },
    /// A file could not be written.
    #[error("failed to write {}", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Lines that could not be explained.
    #[error("failed to explain {bad} of {lines} lines: each has its error in its place")]
    BadLines {
        /// How many.
        bad: u64,
        /// Of how many.
        lines: u64,
    },
    /// The standard input could not be read, or the output not be written.
    #[error("failed to read lines, or to write what they mean")]
    Lines {
        /// Why.
        source: std::io::Error,
    },
    /// The asynchronous runtime did not start.
    #[error("failed to start the runtime")]
    Runtime {
        /// Why.
        source: std::io::Error,
    },
    /// A log filter that cannot be read.
    #[error("failed to read --log-filter {filter:?}: write a level such as info, or sluice=debug,kube=warn")]
    LogFilter {
        /// As given.
        filter: String,
        /// Why.
        source: tracing_subscriber::filter::ParseError,
    },
    /// Root certificates for hooks that cannot be read.
    #[error(transparent)]
    HookRoots(#[from] sluice_hook_http::RootsError),
    /// No way to the Kubernetes API.
    #[error("failed to find the Kubernetes API: run in a Pod, or set KUBECONFIG")]
    Kubeconfig {
        /// Why.
        source: Box<kube::Error>,
    },
    /// The Kubernetes API does not know our kinds.
    #[error("failed to list {kind}: apply the custom resource definitions first (sluice crds | kubectl apply -f -)")]
    MissingDefinitions {
        /// Plural name of the kind, with its group.
        kind: String,
        /// Why.
        source: Box<kube::Error>,
    },
    /// Objects could not be listed.
    #[error("failed to list {kind}")]
    List {
        /// Plural name of the kind.
        kind: String,
        /// Why.
        source: Box<kube::Error>,
    },
    /// An uninstall would leave something behind.
    #[error("failed: {count} would be left behind that only a running operator can end, see above")]
    Remains {
        /// How many objects.
        count: usize,
    },
    /// An endpoint could not be opened.
    #[error("failed to listen on {address}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The Lease was lost: another replica acts now, and this one starts anew.
    #[error("failed to keep the Lease: another replica may act now, so this one ends")]
    LeaseLost,
    /// Another operator has taken this one's place.
    #[error("failed to stay alone: another operator acts on the same namespaces now, so this one ends")]
    Displaced,
}

/// A step of a reconcile that failed on the side of Kubernetes. AWS's errors are no errors of a reconcile:
/// they are told in the status.
#[derive(Debug, Error)]
pub enum ReconcileError {
    /// An object could not be read.
    #[error("failed to read {what}")]
    Read {
        /// What.
        what: &'static str,
        /// Why.
        source: Box<kube::Error>,
    },
    /// An object could not be written.
    #[error("failed to write {what}")]
    Write {
        /// What.
        what: &'static str,
        /// Why.
        source: Box<kube::Error>,
    },
    /// The program has a fault that this object brought out. It fails alone, and is tried again.
    #[error("failed to reconcile: the program has a fault: {message}")]
    Panicked {
        /// What the panic said.
        message: String,
    },
    /// The API server did not answer in time.
    #[error("failed to reach the Kubernetes API within {seconds} s: {what}")]
    Timeout {
        /// What was asked.
        what: &'static str,
        /// How long it was waited.
        seconds: u64,
    },
}

/// The error and its causes in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        let text = match source.downcast_ref::<kube::Error>() {
            // Its own words repeat the whole answer of the API server.
            Some(kube::Error::Api(status)) => status.message.clone(),
            _ => source.to_string(),
        };
        if !line.contains(&text) {
            line.push_str(": ");
            line.push_str(&text);
        }
        cause = source.source();
    }
    line
}

impl ReconcileError {
    /// The error and its causes in one line.
    #[must_use]
    pub fn chain(&self) -> String {
        chain(self)
    }
}
