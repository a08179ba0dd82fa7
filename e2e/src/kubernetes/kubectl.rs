//! `kubectl`, as users run it.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::error::{Error, Result};

/// What `kubectl` came to.
#[derive(Clone, Debug)]
pub struct Told {
    /// Whether it ended well.
    pub success: bool,
    /// Its standard output.
    pub output: String,
    /// Its standard error.
    pub errors: String,
}

impl Told {
    /// The output, if it ended well.
    pub fn good(self) -> Result<String> {
        if self.success { Ok(self.output) } else { Err(Error::new(self.errors)) }
    }
}

/// Runs `kubectl` in the cluster of `control-plane run`.
pub fn kubectl(arguments: &[&str], input: &str) -> Result<Told> {
    kubectl_in(None, arguments, input)
}

/// Runs `kubectl` in the cluster of a kubeconfig, that of `control-plane run` if there is none.
pub(super) fn kubectl_in(kubeconfig: Option<&Path>, arguments: &[&str], input: &str) -> Result<Told> {
    let run = || {
        let mut command = Command::new("kubectl");
        if let Some(path) = kubeconfig {
            command.env("KUBECONFIG", path);
        }
        let mut child =
            command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(input.as_bytes())?;
        }
        child.wait_with_output()
    };
    let output = run().map_err(Error::of(format!("run kubectl {}", arguments.join(" "))))?;
    Ok(Told {
        success: output.status.success(),
        output: String::from_utf8_lossy(&output.stdout).into_owned(),
        errors: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}
