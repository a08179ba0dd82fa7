//! What goes wrong, and with which exit code.

use std::path::PathBuf;
use std::process::ExitCode;

use thiserror::Error;

use crate::import::problem::Problems;

/// What ends a verb before it has done what was asked.
#[derive(Debug, Error)]
pub enum Error {
    /// The runtime could not be made.
    #[error("failed to start")]
    Runtime {
        /// Why.
        source: std::io::Error,
    },
    /// No kubeconfig, or not with what was asked for.
    #[error(
        "failed to read the kubeconfig: name one with --kubeconfig or KUBECONFIG, and a context in it with --context"
    )]
    Kubeconfig {
        /// Why.
        source: Box<kube::config::KubeconfigError>,
    },
    /// The kubeconfig names what cannot be used, such as a certificate that is none.
    #[error("failed to use the kubeconfig")]
    Client {
        /// Why.
        source: Box<kube::Error>,
    },
    /// What is to be printed cannot be.
    #[error("failed to print")]
    Print {
        /// Why.
        source: std::io::Error,
    },
    /// What was asked for cannot be shown.
    #[error(transparent)]
    Look(Box<dyn std::error::Error + Send + Sync>),
    /// A file cannot be read.
    #[error("failed to read {}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There is nothing of Sluice in what was to be checked.
    #[error(
        "nothing was checked: there is no object of {} among the {passed_over} that were found; name files with manifests of Sluice",
        sluice_api::GROUP
    )]
    NothingToCheck {
        /// Objects of other kinds.
        passed_over: usize,
    },
    /// What was found cannot be written as it was asked for.
    #[error("failed to write the report")]
    Report {
        /// Why.
        source: serde_json::Error,
    },
    /// What was to be imported is not understood. Its message is the whole of it.
    #[error(transparent)]
    Import {
        /// What is wrong with it.
        source: Problems,
    },
}

impl Error {
    /// What the program ends with.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::FAILURE
    }
}

/// An error with what caused it, on one line.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        // Many errors of kube repeat their cause.
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        cause = error.source();
    }
    text
}
