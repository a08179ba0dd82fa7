//! A cluster made ready for tests: our kinds in it, and one `kubectl proxy` to look often at little cost.

use std::fs::DirEntry;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::mpsc;

use crate::error::{Error, Result};
use crate::kubernetes::kinds::API;
use crate::kubernetes::kubectl::kubectl_in;
use crate::kubernetes::test_run;
use crate::process::{Process, bound};
use crate::{http, poll};

/// The address of the proxy to a cluster that knows our kinds: made once in the process.
pub(super) fn default() -> Result<SocketAddr> {
    static CLUSTER: OnceLock<std::result::Result<SocketAddr, String>> = OnceLock::new();
    CLUSTER.get_or_init(|| own().map_err(|error| error.to_string())).clone().map_err(Error::new)
}

fn own() -> Result<SocketAddr> {
    prepare(None, &test_run::name()?)
}

/// Applies the definitions of our kinds to a cluster, that of `control-plane run` if not told otherwise, and starts a
/// proxy.
pub(super) fn prepare(kubeconfig: Option<&Path>, run: &str) -> Result<SocketAddr> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crds");
    define(kubeconfig, &folder, run)?;
    let limit = format!("--timeout={}s", poll::time_limit().as_secs());
    let wait = ["wait", "--for=condition=Established", &limit, "--filename", &folder.to_string_lossy()];
    kubectl_in(kubeconfig, &wait, "")?.good()?;
    let address = start_proxy(kubeconfig)?;
    for kind in ["deployments", "deploymentgroups", "applications", "awsbindings", "deploymentconfigs"] {
        // Established comes a moment before served.
        poll::until(&format!("the API server to serve {kind}"), || {
            Ok(http::get(address, &format!("{API}/{kind}?limit=1"))?.good().ok())
        })?;
    }
    Ok(address)
}

/// Applies the definitions of a folder. Those that the cluster did not have get the label of the run, and go with it; the
/// others are changed and stay.
fn define(kubeconfig: Option<&Path>, folder: &Path, run: &str) -> Result<()> {
    let others = format!("--selector={}!={run}", test_run::LABEL);
    let others = kubectl_in(kubeconfig, &["get", "customresourcedefinitions", &others, "--output=name"], "")?.good()?;
    let listed = folder.read_dir().and_then(Iterator::collect::<std::io::Result<Vec<_>>>);
    let listed = listed.map_err(Error::of(format!("failed to list {}", folder.display())))?;
    let is_there = |file: &PathBuf| {
        // A file is named after the plural of its kind.
        let plural = file.file_stem().unwrap_or_default().to_string_lossy();
        others.lines().any(|name| name.ends_with(&format!("/{plural}.sluice.dev")))
    };
    let (others, ours): (Vec<_>, Vec<_>) = listed.iter().map(DirEntry::path).partition(is_there);
    if !ours.is_empty() {
        let label = test_run::selector(run);
        // In JSON: kubectl prints several objects in YAML without a line between them.
        let labelled = with_files(&["label", "--local", "--output=json", &label], &ours);
        let labelled = kubectl_in(kubeconfig, &arguments(&labelled), "")?.good()?;
        let apply = ["apply", "--server-side", "--force-conflicts", "--filename", "-"];
        kubectl_in(kubeconfig, &apply, &labelled)?.good()?;
    }
    if !others.is_empty() {
        let apply = with_files(&["apply", "--server-side", "--force-conflicts"], &others);
        kubectl_in(kubeconfig, &arguments(&apply), "")?.good()?;
    }
    Ok(())
}

/// Arguments, and then a `--filename` for each file.
fn with_files(first: &[&str], files: &[PathBuf]) -> Vec<String> {
    let files = files.iter().map(|file| format!("--filename={}", file.display()));
    first.iter().map(|one| (*one).to_owned()).chain(files).collect()
}

fn arguments(owned: &[String]) -> Vec<&str> {
    owned.iter().map(String::as_str).collect()
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
