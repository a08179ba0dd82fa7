//! A cluster made ready for tests: our kinds in it, and one `kubectl proxy` to look often at little cost.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::mpsc;

use super::{API, kubectl_in};
use crate::process::{Process, bound};
use crate::{Error, Result, http, poll};

/// The address of the proxy to a cluster that knows our kinds: made once in the process.
pub(super) fn default() -> Result<SocketAddr> {
    static CLUSTER: OnceLock<std::result::Result<SocketAddr, String>> = OnceLock::new();
    CLUSTER.get_or_init(|| own().map_err(|error| error.to_string())).clone().map_err(Error::new)
}

fn own() -> Result<SocketAddr> {
    if std::env::var_os("KUBECONFIG").is_none() {
        return Err(Error::new(
            "KUBECONFIG is not set, so there is no cluster to test with: run `make test`, or \
             `control-plane run -- cargo test -p sluice-e2e`",
        ));
    }
    prepare(None)
}

/// Applies the definitions of our kinds to a cluster, the one of `KUBECONFIG` if not told otherwise, and starts a proxy.
pub(super) fn prepare(kubeconfig: Option<&Path>) -> Result<SocketAddr> {
    let definitions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crds");
    kubectl_in(
        kubeconfig,
        &["apply", "--server-side", "--force-conflicts", "--filename", &definitions.to_string_lossy()],
        "",
    )?
    .good()?;
    let limit = format!("--timeout={}s", poll::time_limit().as_secs());
    kubectl_in(kubeconfig, &["wait", "--for=condition=Established", "customresourcedefinitions", "--all", &limit], "")?
        .good()?;
    let address = start_proxy(kubeconfig)?;
    for kind in ["deployments", "deploymentgroups", "applications", "awsbindings", "deploymentconfigs"] {
        // Established comes a moment before served.
        poll::until(&format!("the API server to serve {kind}"), || {
            Ok(http::get(address, &format!("{API}/{kind}?limit=1"))?.good().ok())
        })?;
    }
    Ok(address)
}

/// Starts the proxy from a thread that lives as long as this process: the kernel ties the proxy to its starter.
fn start_proxy(kubeconfig: Option<&Path>) -> Result<SocketAddr> {
    let (sender, receiver) = mpsc::channel();
    let kubeconfig = kubeconfig.map(Path::to_owned);
    std::thread::spawn(move || {
        let started = proxy(kubeconfig.as_deref());
        // The receiver waits for exactly this.
        let _ = sender.send(started.as_ref().map(|(_, address)| *address).map_err(ToString::to_string));
        if started.is_ok() {
            loop {
                std::thread::park();
            }
        }
    });
    receiver.recv().map_err(Error::of("start kubectl proxy"))?.map_err(Error::new)
}

fn proxy(kubeconfig: Option<&Path>) -> Result<(Process, SocketAddr)> {
    let log: PathBuf = tempfile::Builder::new()
        .prefix("sluice-kubectl-proxy-")
        .suffix(".log")
        .tempfile()
        .map_err(Error::of("make a log for kubectl proxy"))?
        .into_temp_path()
        .keep()
        .map_err(Error::of("keep the log of kubectl proxy"))?;
    let mut command = bound(Path::new("kubectl"));
    command.args(["proxy", "--port", "0"]);
    if let Some(path) = kubeconfig {
        command.env("KUBECONFIG", path);
    }
    let mut process = Process::start("kubectl proxy", command, &log)?;
    let address = process.wait_for_line("the address of kubectl proxy", |line| {
        line.strip_prefix("Starting to serve on ")?.trim().parse().ok()
    })?;
    // The log has said what it had to say; the open file lives on without its name.
    let _ = std::fs::remove_file(&log);
    Ok((process, address))
}
