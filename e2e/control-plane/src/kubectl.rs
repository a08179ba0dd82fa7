//! The client of one cluster, as a process.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::data::clients_beside;
use crate::environment::{self, variables};
use crate::error::{Error, Result};
use crate::programs::{Program, Programs};

/// Which kubectl, and which cluster it asks.
#[derive(Debug)]
pub(crate) struct Kubectl<'a> {
    /// Where kubectl is.
    pub(crate) programs: &'a Programs,
    /// Which cluster it asks; none: what the user's own kubeconfig says, which is for reading it only.
    pub(crate) kubeconfig: Option<&'a Path>,
}

impl Kubectl<'_> {
    /// Whether the API server answers a path well.
    pub(crate) fn answers(&self, path: &str) -> Result<bool> {
        let output = self.output(&["get", "--request-timeout=5s", "--raw", path])?;
        Ok(output.status.success())
    }

    /// What kubectl prints, without the white space around it; fails with its complaint.
    pub(crate) fn run(&self, arguments: &[&str]) -> Result<String> {
        let output = self.output(arguments)?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
        }
        Err(Error::KubectlFailed {
            arguments: arguments.join(" "),
            told: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        })
    }

    fn output(&self, arguments: &[&str]) -> Result<Output> {
        let mut command = Command::new(self.programs.path(Program::Kubectl));
        if let Some(kubeconfig) = self.kubeconfig {
            environment::prepare(&mut command, &variables(), &clients_beside(kubeconfig));
            command.env("KUBECONFIG", kubeconfig);
        }
        command.args(arguments).stdin(Stdio::null()).output().map_err(Error::io("run kubectl"))
    }
}
