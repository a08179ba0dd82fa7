//! One trial: so many canaries at the same time, with an operator and a simulated AWS of their own.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use serde::Serialize;
use serde_json::{Value, json};
use sluice_api::{Deployment, DeploymentStatus, State};
use sluice_e2e::fleet::{self, Limits, Strategy};
use sluice_e2e::kubernetes::{Kubernetes, kubectl};
use sluice_e2e::operator::{Operator, Settings};
use sluice_e2e::simulator::Simulator;
use sluice_e2e::{Error, Result, manifests, poll};

use crate::measure::{Usage, approximate, by_verb_and_kind, counted, ideal, lateness, percentile, shift, usage};
use crate::picture::{Pictures, pictures};

/// Longest time of a trial. On a quiet machine the longest takes less than half of it.
const TIME_LIMIT: Duration = Duration::from_mins(10);

/// Set by `control-plane run` when the cluster lives only as long as its command.
const THROWN_AWAY: &str = "SLUICE_CONTROL_PLANE_DIR";

/// The operator's own word for each kind of write to Kubernetes.
const WRITES: [&str; 4] = ["Status", "Event", "Object", "Finalizer"];

/// What a trial came to. Counts are per release.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Figures {
    pub strategy: &'static str,
    pub limits: &'static str,
    pub canaries: usize,
    pub succeeded: usize,
    pub aws_reads: f64,
    pub aws_writes: f64,
    pub aws_writes_expected: u64,
    pub kubernetes_writes: f64,
    /// The same by kind: Status, Event, Object, Finalizer.
    pub kubernetes_writes_by_kind: [f64; 4],
    /// The same, as the API server counted them; without Leases.
    pub kubernetes_writes_served: f64,
    /// Requests of the operator to the API server of all releases, by verb and kind.
    pub kubernetes_requests: BTreeMap<String, u64>,
    pub shift_ideal_millis: i128,
    pub shift_p50_millis: i128,
    pub shift_p99_millis: i128,
    /// CPU seconds and requests while nothing happened.
    pub idle: Option<Idle>,
    pub steps_measured: usize,
    pub late_p50_millis: i128,
    pub late_p99_millis: i128,
    pub late_most_millis: i128,
    /// Tries that AWS refused over its rate limits, of all releases.
    pub throttled: f64,
    pub operator: Usage,
    pub simulated_aws: Usage,
    pub wall_seconds: f64,
    pub requests: u64,
    pub requests_lost: u64,
    pub violations: u64,
    /// How soon one of the releases is seen.
    pub first_pictures: Pictures,
}

impl Figures {
    /// Whether all was as it must be.
    pub fn is_good(&self) -> bool {
        let writes = (self.aws_writes - approximate(self.aws_writes_expected)).abs() < 1e-9;
        self.succeeded == self.canaries && self.requests_lost == 0 && self.violations == 0 && writes
    }
}

/// What a trial is made of.
pub struct Setting {
    pub strategy: Strategy,
    pub limits: Limits,
    pub canaries: usize,
    pub hold: sluice_api::Duration,
    pub concurrency: u16,
    /// For how long the operator is watched when nothing happens any more.
    pub idle: Duration,
}

/// What an operator costs in which nothing happens.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Idle {
    pub seconds: u64,
    pub cpu_seconds: f64,
    pub kubernetes_requests: BTreeMap<String, u64>,
}

/// Counters before and after.
struct Counts {
    aws_reads: u64,
    aws_writes: u64,
    kubernetes: [f64; 4],
    served: f64,
    requests: BTreeMap<String, u64>,
}

/// One trial.
pub fn run(setting: &Setting, folder: &Path) -> Result<Figures> {
    let Setting { strategy, limits, canaries, hold, concurrency, idle } = *setting;
    let kind = format!("{}-{limits:?}", strategy.name().replace(' ', "-")).to_lowercase();
    let name = format!("bench-{kind}-{canaries}-{}", std::process::id());
    let kubernetes = Kubernetes::connect(&name)?;
    let aws = Simulator::start(&fleet::ground(limits).to_string(), folder)?;
    fleet::services(canaries).iter().try_for_each(|part| aws.merge(part))?;
    let mut operator = Operator::start(settings(&name, &aws, limits, concurrency), &folder.join("sluice.log"))?;
    kubernetes.apply(&manifests::binding(&name))?;
    let groups = json!({"apiVersion": "v1", "kind": "List", "items": fleet::groups(canaries, strategy, &hold.to_string(), &name)});
    kubernetes.kubectl_apply(&groups.to_string())?;
    wait_until_groups_wait(&operator, canaries)?;

    let before = count(&aws, &operator)?;
    let used = usage(operator.process_id())?;
    let began = Instant::now();
    // The Application comes last, so that all canaries begin together.
    kubernetes.apply(&manifests::application("shop:42"))?;
    let ended = wait_until_ended(&kubernetes, &operator, canaries)?;
    let wall = began.elapsed();
    wait_until_quiet(&operator, canaries)?;
    let after = count(&aws, &operator)?;
    let used_after = usage(operator.process_id())?;
    let operator_usage = Usage { cpu_seconds: used_after.cpu_seconds - used.cpu_seconds, ..used_after };
    let per = |count: f64| count / approximate(canaries as u64);
    let by_kind = [0, 1, 2, 3].map(|kind| per(after.kubernetes[kind] - before.kubernetes[kind]));
    let mut late: Vec<SignedDuration> = ended.iter().flat_map(lateness).collect();
    late.sort_unstable();
    let mut shifts: Vec<SignedDuration> = ended.iter().filter_map(shift).collect();
    shifts.sort_unstable();
    let idle = (!idle.is_zero()).then(|| watch_idle(&operator, idle)).transpose()?;
    let traffic = aws.traffic()?;
    let figures = Figures {
        strategy: strategy.name(),
        limits: limits.name(),
        canaries,
        succeeded: ended.iter().filter(|status| status.state == State::Succeeded).count(),
        aws_reads: per(approximate(after.aws_reads - before.aws_reads)),
        aws_writes: per(approximate(after.aws_writes - before.aws_writes)),
        // One per weight, and create, promote, delete.
        aws_writes_expected: strategy.weights() + 3,
        kubernetes_writes: by_kind.iter().sum(),
        kubernetes_writes_by_kind: by_kind,
        // Less the one write that was ours.
        kubernetes_writes_served: per(after.served - before.served - 1.0),
        kubernetes_requests: between(&before.requests, &after.requests),
        shift_ideal_millis: ended.first().map_or(0, |status| ideal(status).as_millis()),
        shift_p50_millis: percentile(&shifts, 50).as_millis(),
        shift_p99_millis: percentile(&shifts, 99).as_millis(),
        idle,
        steps_measured: late.len(),
        late_p50_millis: percentile(&late, 50).as_millis(),
        late_p99_millis: percentile(&late, 99).as_millis(),
        late_most_millis: percentile(&late, 100).as_millis(),
        throttled: counted(&operator.metrics()?, "sluice_aws_throttled_tries_total", |_| true),
        operator: operator_usage,
        simulated_aws: usage(aws.process_id())?,
        wall_seconds: wall.as_secs_f64(),
        requests: traffic["total"].as_u64().unwrap_or(0),
        requests_lost: traffic["lost"].as_u64().unwrap_or(u64::MAX),
        violations: aws.get("invariants")?["total"].as_u64().unwrap_or(u64::MAX),
        first_pictures: pictures(&kubernetes)?,
    };
    if std::env::var_os(THROWN_AWAY).is_none() {
        remove(&kubernetes, &name)?;
    }
    operator.terminate()?;
    Ok(figures)
}

/// The operator's own defaults, unlike those of the tests.
fn settings(namespace: &str, aws: &Simulator, limits: Limits, concurrency: u16) -> Settings {
    let mut arguments = vec!["--concurrency".to_owned(), concurrency.to_string()];
    if limits == Limits::None {
        // What a fleet costs is measured, and not how long it is held back.
        arguments.extend(["--aws-rate-share", "100000"].map(str::to_owned));
    }
    Settings {
        poll_interval: "5s".to_owned(),
        resync_interval: "5m".to_owned(),
        aws_operation_timeout: "10s".to_owned(),
        aws_clock_error: "5s".to_owned(),
        arguments,
        ..Settings::new(namespace, &aws.url())
    }
}

/// Until every group has said that its Application is missing, so that its first writes are not counted.
fn wait_until_groups_wait(operator: &Operator, groups: usize) -> Result<()> {
    poll::within(TIME_LIMIT, "every group to have a status", || {
        let page = operator.metrics()?;
        let written = counted(&page, "sluice_kubernetes_writes_total", |labels| labels.contains("Status"));
        Ok((written >= approximate(groups as u64)).then_some(()))
    })
}

/// What the operator costs while nothing happens.
fn watch_idle(operator: &Operator, time: Duration) -> Result<Idle> {
    let (used, asked) = (usage(operator.process_id())?, by_verb_and_kind(&operator.metrics()?));
    std::thread::sleep(time);
    let used_after = usage(operator.process_id())?;
    let asked = between(&asked, &by_verb_and_kind(&operator.metrics()?));
    Ok(Idle {
        seconds: time.as_secs(),
        cpu_seconds: used_after.cpu_seconds - used.cpu_seconds,
        kubernetes_requests: asked,
    })
}

/// What was counted between two moments.
fn between(before: &BTreeMap<String, u64>, after: &BTreeMap<String, u64>) -> BTreeMap<String, u64> {
    let made = after.iter().map(|(what, count)| (what.clone(), count - before.get(what).copied().unwrap_or(0)));
    made.filter(|(_, count)| *count > 0).collect()
}

/// Waits by the operator's own counter: to list a hundred statuses again and again would slow down what is measured.
fn wait_until_ended(kubernetes: &Kubernetes, operator: &Operator, canaries: usize) -> Result<Vec<DeploymentStatus>> {
    let deadline = Instant::now() + TIME_LIMIT;
    let statuses = || kubernetes.list("deployments")?.into_iter().map(status).collect::<Result<Vec<_>>>();
    loop {
        let ended = counted(&operator.metrics()?, "sluice_deployments_ended_total", |_| true);
        if ended >= approximate(canaries as u64) {
            return statuses();
        }
        if Instant::now() >= deadline {
            let statuses = statuses()?;
            let waits = statuses.iter().find(|status| !status.state.is_ended()).map(|status| status.message.as_str());
            let why = waits.unwrap_or("they were never made");
            return Err(Error::new(format!(
                "only {ended} of {canaries} canaries ended in time; one of the others: {why}"
            )));
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// The last writes follow the end: until no more came for a while, the counts are not complete.
/// The last write is that of the Application, which gathers changes for the longer the more groups it has.
fn wait_until_quiet(operator: &Operator, canaries: usize) -> Result<()> {
    let mut last = -1.0;
    let gathered = Duration::from_millis(10).saturating_mul(u32::try_from(canaries).unwrap_or(u32::MAX));
    poll::within(TIME_LIMIT, "the operator's writes to end", || {
        std::thread::sleep(Duration::from_secs(2) + gathered);
        let written = counted(&operator.metrics()?, "sluice_kubernetes_writes_total", |_| true);
        let quiet = (written - last).abs() < f64::EPSILON;
        last = written;
        Ok(quiet.then_some(()))
    })
}

fn status(deployment: Value) -> Result<DeploymentStatus> {
    let deployment: Deployment =
        serde_json::from_value(deployment).map_err(Error::of("failed to read a Deployment"))?;
    Ok(deployment.status.unwrap_or_default())
}

fn count(aws: &Simulator, operator: &Operator) -> Result<Counts> {
    let calls = aws.calls()?;
    let page = operator.metrics()?;
    let written = |kind: &str| {
        let label = format!("write=\"{kind}\"");
        counted(&page, "sluice_kubernetes_writes_total", |labels| labels.contains(&label))
    };
    let served = kubectl(&["get", "--raw", "/metrics"], "")?.good()?;
    Ok(Counts {
        requests: by_verb_and_kind(&page),
        aws_reads: calls["reads"].as_u64().unwrap_or(0),
        aws_writes: calls["writes"].as_u64().unwrap_or(0),
        kubernetes: WRITES.map(written),
        served: counted(&served, "apiserver_request_total", is_write),
    })
}

/// Whether a series of the API server counts writes to our kinds or to Events.
fn is_write(labels: &str) -> bool {
    let ours = labels.contains("group=\"sluice.dev\"") || labels.contains("resource=\"events\"");
    ours && ["POST", "PUT", "PATCH", "APPLY", "DELETE"].iter().any(|verb| labels.contains(&format!("verb=\"{verb}\"")))
}

/// Removes the objects while the operator still takes its finalizers off.
fn remove(kubernetes: &Kubernetes, binding: &str) -> Result<()> {
    for kind in ["deploymentgroups.sluice.dev", "applications.sluice.dev", "deployments.sluice.dev"] {
        kubernetes.kubectl(&["delete", kind, "--all", "--timeout=60s"], "")?.good()?;
    }
    kubernetes.delete("awsbindings", binding)?;
    kubernetes.delete_namespace()
}
