//! What goes wrong, and with which exit code.

use std::path::PathBuf;
use std::process::ExitCode;

use thiserror::Error;

use crate::import::problem::Problems;
use crate::refusal::Refusal;

/// What the program ends with where what was typed is no command: 1 and 2 are answers of `status`.
pub const USAGE: u8 = 64;

/// What `status` ends with where it cannot tell how a release stands.
const NOT_TOLD: u8 = 5;

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
    /// The API server does not answer, or not in a way that it would.
    #[error("failed to {what}: the API server at {server} does not answer: look whether the context is the right one")]
    Unreachable {
        /// What was tried.
        what: String,
        /// Where.
        server: String,
        /// Why.
        source: Box<kube::Error>,
    },
    /// The cluster does not know our kinds.
    #[error(
        "failed to {what}: this cluster does not know the kinds of sluice.dev: install them first, by helm install sluice-crds charts/sluice-crds or kubectl apply -f crds/, then the operator"
    )]
    NoDefinitions {
        /// What was tried.
        what: String,
    },
    /// The user may not do that.
    #[error("failed to {what}: {said}: {remedy}")]
    Forbidden {
        /// What was tried.
        what: String,
        /// What the API server says: who may not do what, where.
        said: String,
        /// Which role has the right, and how it is given.
        remedy: String,
    },
    /// The API server answers otherwise than well.
    #[error("failed to {what}: {said}")]
    Api {
        /// What was tried.
        what: String,
        /// What the API server says.
        said: String,
    },
    /// Somebody changed the object since it was looked at.
    #[error("failed to {what}: it changes all the time: nothing was written, try again")]
    Conflict {
        /// What was tried.
        what: String,
    },
    /// What was asked for is not done.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A file that was named cannot be read.
    #[error("failed to read {path}: name a file, or - for the standard input", path = path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
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
    /// A file is no task definition.
    #[error("failed to compare {}: {why}", path.display())]
    Definition {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
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
    /// How a release stands cannot be told, which is no answer to it.
    #[error(transparent)]
    NotTold(Box<Self>),
}

impl Error {
    /// What the program ends with.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::NotTold(_) => ExitCode::from(NOT_TOLD),
            _ => ExitCode::FAILURE,
        }
    }

    /// What the API server's answer to something comes to. `what` was tried, such as `list deployments`.
    #[must_use]
    pub fn of_api(what: &str, server: &str, source: kube::Error) -> Self {
        let what = what.to_owned();
        let kube::Error::Api(status) = &source else {
            return Self::Unreachable { what, server: server.to_owned(), source: Box::new(source) };
        };
        let said = first_line(&status.message);
        match status.code {
            401 => Self::Api {
                what,
                said: "the API server does not accept the credentials: log in anew, or name another --context"
                    .to_owned(),
            },
            403 => Self::Forbidden { what, remedy: remedy(&said), said },
            // Of an object that is missing its name is told.
            404 if status.details.as_ref().is_none_or(|details| details.name.is_empty()) => {
                Self::NoDefinitions { what }
            }
            409 if status.reason == "Conflict" => Self::Conflict { what },
            _ => Self::Api { what, said: status.message.trim().to_owned() },
        }
    }
}

fn first_line(text: &str) -> String {
    text.trim().lines().next().unwrap_or_default().to_owned()
}

/// Which role has a right that is missing, and how it is given. The charts add the rights to Kubernetes's own roles.
fn remedy(said: &str) -> String {
    let between = |from: &str, to: &str| {
        let rest = said.split_once(from)?.1;
        rest.split_once(to).map(|(found, _)| found)
    };
    let user = between("User \"", "\"").unwrap_or("NAME");
    let verb = between("cannot ", " ").unwrap_or_default();
    let role = if matches!(verb, "get" | "list" | "watch") { "view" } else { "edit" };
    let whom = match user.strip_prefix("system:serviceaccount:") {
        Some(account) => format!("--serviceaccount {account}"),
        None => format!("--user {user}"),
    };
    let namespace = between("in the namespace \"", "\"").map(|namespace| format!(" -n {namespace}"));
    let namespace = namespace.unwrap_or_default();
    format!(
        "the ClusterRole {role} has this right, to which the chart adds those of sluice.dev: an admin gives it by kubectl create rolebinding sluice-{role} --clusterrole {role} {whom}{namespace}"
    )
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

#[cfg(test)]
mod tests {
    use kube::core::Status;
    use serde_json::json;

    use super::*;

    fn of(status: serde_json::Value) -> String {
        let status: Status = serde_json::from_value(status).unwrap();
        Error::of_api("list deployments", "https://c:6443", kube::Error::Api(Box::new(status))).to_string()
    }

    #[test]
    fn what_the_api_server_says_is_told_with_what_to_do() {
        let denied = |who: &str, verb: &str| {
            let message = format!(
                "deployments.sluice.dev is forbidden: User \"{who}\" cannot {verb} resource \"deployments\" in API group \"sluice.dev\" in the namespace \"shop\""
            );
            json!({"code": 403, "reason": "Forbidden", "message": message})
        };
        let table = [
            (json!({"code": 401, "message": "Unauthorized"}), "log in anew"),
            (denied("ada", "list"), "create rolebinding sluice-view --clusterrole view --user ada -n shop"),
            (denied("system:serviceaccount:ci:bot", "patch"), "--clusterrole edit --serviceaccount ci:bot -n shop"),
            (json!({"code": 404, "message": "404 page not found\n"}), "helm install sluice-crds"),
            (
                json!({"code": 404, "reason": "NotFound", "message": "deployments.sluice.dev \"a\" not found", "details": {"name": "a"}}),
                "failed to list deployments: deployments.sluice.dev \"a\" not found",
            ),
            (json!({"code": 409, "reason": "Conflict", "message": "changed"}), "nothing was written, try again"),
            (json!({"code": 422, "reason": "Invalid", "message": "spec.stop: once set"}), "spec.stop: once set"),
        ];
        for (status, expected) in table {
            let told = of(status.clone());
            assert!(told.contains(expected), "{status}: {told}");
        }
    }
}
