//! `demo`: a release that succeeds and one that is rolled back, live, against a simulated AWS.

mod changes;
mod checks;
mod kept;
mod screen;
mod script;
mod setup;
mod signals;
mod snapshot;
mod text;
mod view;
mod watcher;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use sluice_e2e::kubernetes::Kubernetes;
use sluice_e2e::{Error, Result};

use crate::kept::{Kept, Lifetime};
use crate::screen::Screen;
use crate::script::Script;
use crate::setup::{BINDING, NAMESPACE};
use crate::signals::Signals;
use crate::text::{Line, Tone};
use crate::watcher::Watcher;

/// Set by `control-plane run` when the cluster lives only as long as its command.
const THROWN_AWAY: &str = "SLUICE_CONTROL_PLANE_DIR";

/// A linear release that succeeds, and a bad canary that is rolled back by itself, shown live.
///
/// Needs the cluster of `control-plane run`: call it by `make demo`, or `control-plane run -- demo`. AWS is simulated.
#[derive(Debug, Parser)]
#[command(name = "demo", version)]
struct Arguments {
    /// Leaves the operator and the simulated AWS running.
    #[arg(long, conflicts_with = "stop", requires = "data")]
    keep: bool,
    /// Stops what --keep left running.
    #[arg(long, requires = "data")]
    stop: bool,
    /// Is what --keep leaves running.
    #[arg(long, hide = true, conflicts_with_all = ["keep", "stop"], requires = "data")]
    serve: bool,
    /// Folder for what --keep leaves running: its logs, and where it is.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match perform(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!("demo: not all was as promised, see above");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("demo: {error}");
            ExitCode::FAILURE
        }
    }
}

fn perform(arguments: &Arguments) -> Result<bool> {
    let signals = Signals::taken()?;
    match &arguments.data {
        Some(data) if arguments.serve => kept::serve(data, &signals).map(|()| true),
        Some(data) if arguments.stop => {
            let told = if kept::stop(data)? { "stopped what it left running" } else { "nothing is left running" };
            println!("demo: {told}");
            Ok(true)
        }
        Some(data) if arguments.keep => keep(data, &signals),
        _ => play(&signals),
    }
}

/// The demo that cleans up.
fn play(signals: &Signals) -> Result<bool> {
    let kubernetes = connect()?;
    let folder = tempfile::Builder::new().prefix("sluice-demo-").tempdir();
    let folder = folder.map_err(Error::of("failed to make a folder"))?;
    signals.check()?;
    let told = kept::start(folder.path(), Lifetime::Ours)
        .and_then(|kept| run_script(&kubernetes, folder.path(), &kept, signals));
    let removed = if std::env::var_os(THROWN_AWAY).is_none() { remove(&kubernetes) } else { Ok(()) };
    let stopped = kept::stop(folder.path());
    let kept = told?;
    removed?;
    stopped.map(|_| kept)
}

/// The demo that stays.
fn keep(data: &Path, signals: &Signals) -> Result<bool> {
    kept::none_runs(data)?;
    let kubernetes = connect()?;
    let kept = kept::start(data, Lifetime::UntilStopped)?;
    let told = run_script(&kubernetes, data, &kept, signals);
    if signals.asked() {
        kept::stop(data)?;
        return Err(Error::new("interrupted; the operator and the simulated AWS are stopped"));
    }
    let mut screen = Screen::new();
    let kubeconfig = std::env::var("KUBECONFIG").unwrap_or_default();
    screen.say(&Line::empty())?;
    screen.say(&Line::of(Tone::Strong, "The operator and the simulated AWS are left running."))?;
    for (what, how) in [
        ("point kubectl at it", format!("export KUBECONFIG={kubeconfig}")),
        ("find the plugin", format!("export PATH={}:$PATH", programs()?.display())),
        ("watch", format!("kubectl sluice watch prod --namespace {NAMESPACE}")),
        ("release again", format!("kubectl sluice deploy shop --task-definition shop:41 --namespace {NAMESPACE}")),
        ("look into the simulated AWS", format!("curl http://{}/_sim/state", kept.aws)),
        ("logs", format!("{}", data.join("sluice.log").display())),
        ("stop", "make demo-stop".to_owned()),
    ] {
        screen.say(&Line::of(Tone::Faint, format!("  {what:<28}")).and(Tone::Plain, how))?;
    }
    told
}

/// Where the plugin was built, beside this program.
fn programs() -> Result<PathBuf> {
    let own = std::env::current_exe().map_err(Error::of("failed to find the demo's own folder"))?;
    Ok(own.parent().map(Path::to_path_buf).unwrap_or_default())
}

fn run_script(kubernetes: &Kubernetes, data: &Path, kept: &Kept, signals: &Signals) -> Result<bool> {
    let mut script = Script {
        kubernetes: kubernetes.clone(),
        watcher: Watcher::new(kubernetes.clone(), kept.aws),
        screen: Screen::new(),
        signals,
        alive: Box::new(|| kept.must_run(data)),
    };
    script.run()
}

/// The namespace of the demo, which must not be there yet, in a cluster without a binding of the name that the demo uses.
fn connect() -> Result<Kubernetes> {
    let kubernetes = Kubernetes::connect(NAMESPACE)?;
    if kubernetes.get("awsbindings", BINDING)?.is_none() {
        return Ok(kubernetes);
    }
    kubernetes.delete_namespace()?;
    Err(Error::new(format!(
        "failed to begin: the cluster has an AwsBinding {BINDING}, which the demo would change; name another cluster in \
         SLUICE_TEST_CLUSTER, or unset it"
    )))
}

/// Removes what the demo put into a cluster that stays, while the operator still runs and takes its finalizers off.
fn remove(kubernetes: &Kubernetes) -> Result<()> {
    for kind in ["deploymentgroups.sluice.dev", "applications.sluice.dev", "deployments.sluice.dev"] {
        kubernetes.kubectl(&["delete", kind, "--all", "--timeout=30s"], "")?.good()?;
    }
    kubernetes.delete("awsbindings", BINDING)?;
    kubernetes.delete_namespace()
}
