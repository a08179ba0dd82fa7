//! How soon someone who asks for a release sees it: the plugin beside `kubectl get`, in one run.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde::Serialize;
use sluice_e2e::kubernetes::Kubernetes;
use sluice_e2e::{Error, Result, binaries};

/// How often each is asked.
const TIMES: usize = 9;

/// Milliseconds from the start of a program until it has shown something, medians.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Pictures {
    pub kubectl_get: u128,
    pub sluice_get: u128,
    pub sluice_watch: u128,
}

impl Pictures {
    /// In one line.
    pub fn line(&self) -> String {
        let Self { kubectl_get, sluice_get, sluice_watch } = self;
        format!(
            "kubectl get {kubectl_get} ms, kubectl-sluice get {sluice_get} ms, kubectl-sluice watch {sluice_watch} ms"
        )
    }
}

/// Of one of the Deployments of a namespace. The programs take turns, so that what else the machine does meets all of them.
pub fn pictures(kubernetes: &Kubernetes) -> Result<Pictures> {
    let deployments = kubernetes.list("deployments")?;
    let name = deployments.first().and_then(|one| one["metadata"]["name"].as_str());
    let name = name.ok_or_else(|| Error::new("there is no Deployment to show".to_owned()))?;
    let plugin = binaries::kubectl_sluice()?;
    let command = |program: &std::path::Path, words: &[&str]| {
        let mut command = Command::new(program);
        command.args(words).args([name, "-n", kubernetes.namespace()]);
        command
    };
    let mut times = [const { Vec::new() }; 3];
    for _ in 0..TIMES {
        let commands = [
            command("kubectl".as_ref(), &["get", "deployments.sluice.dev"]),
            command(&plugin, &["get"]),
            command(&plugin, &["watch"]),
        ];
        for (times, command) in times.iter_mut().zip(commands) {
            times.push(first_output(command)?.as_millis());
        }
    }
    let [kubectl_get, sluice_get, sluice_watch] = times.map(|mut times| {
        times.sort_unstable();
        times[TIMES / 2]
    });
    Ok(Pictures { kubectl_get, sluice_get, sluice_watch })
}

fn first_output(mut command: Command) -> Result<Duration> {
    let failed = || Error::of(format!("failed to see what {command:?} shows"));
    let (at_start, at_read) = (failed(), failed());
    let began = Instant::now();
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().map_err(at_start)?;
    let read = child.stdout.as_mut().map_or(Ok(0), |output| output.read(&mut [0; 4096]));
    let elapsed = began.elapsed();
    // It may have ended already, which is as good.
    drop((child.kill(), child.wait()));
    match read.map_err(at_read)? {
        0 => Err(Error::new(format!("{command:?} showed nothing"))),
        _ => Ok(elapsed),
    }
}
