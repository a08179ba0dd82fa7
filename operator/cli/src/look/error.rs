//! What goes wrong while objects are looked up.

use thiserror::Error;

use crate::error::Error as Failure;
use crate::kind::NoSuchKind;

/// Why nothing can be shown.
#[derive(Debug, Error)]
pub enum LookError {
    /// A kind that is none.
    #[error(transparent)]
    NoSuchKind(NoSuchKind),
    /// A watch of nothing.
    #[error("watch needs a name: of a Deployment, of a group, or of an Application, such as kubectl sluice watch prod")]
    NothingToWatch,
    /// The terminal cannot be used.
    #[error("failed to use the terminal")]
    Terminal {
        /// Why.
        source: std::io::Error,
    },
    /// A name, and every namespace.
    #[error("a name is of one namespace: leave -A out, and name the namespace with -n")]
    NameInAllNamespaces,
    /// Nothing has the name.
    #[error("there is no {what} {name:?} in namespace {namespace}{suggestion}")]
    NotFound {
        /// The kinds that were looked for.
        what: &'static str,
        /// The name.
        name: String,
        /// The namespace.
        namespace: String,
        /// What may have been meant, or where else to look.
        suggestion: String,
    },
    /// More than one object has the name.
    #[error("{name:?} names more than one object in namespace {namespace}: write {commands}")]
    Ambiguous {
        /// The name.
        name: String,
        /// The namespace.
        namespace: String,
        /// A command for each.
        commands: String,
    },
    /// The API server does not know the kinds.
    #[error(
        "this cluster has no Sluice: its API server does not know {plural}.sluice.dev: install the charts, or name another cluster with --context"
    )]
    NotInstalled {
        /// The kind.
        plural: String,
    },
    /// The objects cannot be written in the format that was asked for.
    #[error("failed to write the objects")]
    Write {
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The API server did not answer as asked.
    #[error("failed to read {what}")]
    Read {
        /// What was read.
        what: String,
        /// Why.
        source: Box<kube::Error>,
    },
}

impl From<LookError> for Failure {
    fn from(error: LookError) -> Self {
        Self::Look(Box::new(error))
    }
}
