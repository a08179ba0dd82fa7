//! A cluster that exists already, in place of one of our own.

use std::env;
use std::ffi::OsString;
use std::path::Path;

use crate::readiness::Kubectl;
use crate::{Error, Programs, Result};

/// The cluster that the environment names, if it names one.
pub(crate) fn kubeconfig() -> Option<OsString> {
    env::var_os("KUBECONFIG").filter(|value| !value.is_empty())
}

/// Fails unless the cluster answers.
pub(crate) fn check(programs: &Programs, kubeconfig: &OsString) -> Result<()> {
    let kubectl = Kubectl { programs, kubeconfig: Path::new(kubeconfig) };
    let output = kubectl.get("/readyz")?;
    if output.status.success() {
        return Ok(());
    }
    Err(Error::ClusterUnreachable {
        kubeconfig: kubeconfig.to_string_lossy().into_owned(),
        answer: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    })
}
