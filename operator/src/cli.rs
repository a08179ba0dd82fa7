//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use sluice_api::{Duration, FailureStage};

/// Sluice progressively delivers services that run on Amazon ECS, from Kubernetes.
#[derive(Debug, Parser)]
#[command(name = "sluice", version, about)]
pub struct Sluice {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs the operator.
    Run(Box<RunSettings>),
    /// Prints the custom resource definitions as YAML.
    Crds(CrdsSettings),
    /// Explains a failure: what its words mean, whether the same may pass later, and what to do.
    Explain(ExplainSettings),
    /// Says what would be left behind by an uninstall that only a running operator can end, and fails where there is something.
    UninstallCheck(UninstallCheckSettings),
    /// Prints the version.
    Version,
}

/// Settings of `sluice explain`.
#[derive(Debug, Args)]
pub struct ExplainSettings {
    /// The words of the failure, or a code such as DEPLOYMENT_VERIFICATION_FAILED.
    #[arg(required_unless_present = "jsonl", conflicts_with = "jsonl", value_name = "TEXT")]
    pub text: Option<String>,
    /// Reads lines {"message", "where", "phase", "trigger"} from the standard input, and writes one JSON object a line.
    #[arg(long)]
    pub jsonl: bool,
    /// Where the words were read: task_stopped_reason, container_reason, service_event, target_health, api_error, hook,
    /// alarm, build, clone or other.
    #[arg(long = "where", value_name = "PLACE", conflicts_with = "jsonl")]
    pub place: Option<sluice_explain::Place>,
    /// The step in which they were met: clone, detect, auth, build, publish, setup, deploy, rollout, verify or rollback.
    #[arg(long, value_name = "STEP", conflicts_with = "jsonl", value_parser = sluice_explain::phase_of_word)]
    pub phase: Option<FailureStage>,
    /// Who began the way back, while it goes back: automatic or manual.
    #[arg(long, value_name = "WHO", conflicts_with = "jsonl")]
    pub trigger: Option<sluice_explain::Trigger>,
}

/// Settings of `sluice crds`.
#[derive(Debug, Args)]
pub struct CrdsSettings {
    /// Writes one file per kind into this folder, rather than all to the standard output.
    #[arg(long, value_name = "FOLDER")]
    pub output: Option<PathBuf>,
}

/// Settings of `sluice uninstall-check`.
#[derive(Debug, Args)]
pub struct UninstallCheckSettings {
    /// Looks into this namespace only, as the operator does. Default: all of them.
    #[arg(long, env = "WATCH_NAMESPACE", value_name = "NAMESPACE")]
    pub watch_namespace: Option<String>,
}

/// Settings of `sluice run`. AWS is configured as the AWS SDKs are: `AWS_PROFILE`, `AWS_ENDPOINT_URL` and so on.
#[derive(Clone, Debug, Args)]
pub struct RunSettings {
    /// Watches this namespace only. Default: all of them.
    #[arg(long, env = "WATCH_NAMESPACE", value_name = "NAMESPACE")]
    pub watch_namespace: Option<String>,
    /// Takes a Lease before it acts, so that only one of several replicas does.
    #[arg(long, env = "SLUICE_LEADER_ELECT", default_value_t = true, action = clap::ArgAction::Set)]
    pub leader_elect: bool,
    /// Namespace of the Lease.
    #[arg(long, env = "POD_NAMESPACE", default_value = "sluice-system", value_name = "NAMESPACE")]
    pub lease_namespace: String,
    /// Name of the Lease.
    #[arg(long, env = "SLUICE_LEASE_NAME", default_value = "sluice", value_name = "NAME")]
    pub lease_name: String,
    /// How long a Lease is good for when its holder is silent.
    #[arg(long, env = "SLUICE_LEASE_DURATION", default_value = "15s", value_name = "DURATION",
          value_parser = from_a_second_to_an_hour)]
    pub lease_duration: Duration,
    /// How often AWS is looked at while a Deployment is in progress, or something must be mended.
    #[arg(long, env = "SLUICE_POLL_INTERVAL", default_value = "5s", value_name = "DURATION",
          value_parser = from_a_second_to_an_hour)]
    pub poll_interval: Duration,
    /// How often AWS is looked at for a group in which nothing happens: what someone else changes is seen within this time.
    #[arg(long, env = "SLUICE_RESYNC_INTERVAL", default_value = "10m", value_name = "DURATION",
          value_parser = from_a_second_to_a_day)]
    pub resync_interval: Duration,
    /// Longest life of a call to AWS, with all its tries. Nothing is deleted for this long after a weight was written.
    #[arg(long, env = "SLUICE_AWS_OPERATION_TIMEOUT", default_value = "10s", value_name = "DURATION",
          value_parser = from_a_second_to_an_hour)]
    pub aws_operation_timeout: Duration,
    /// Error that clocks and networks may add to the life of a call.
    #[arg(long, env = "SLUICE_AWS_CLOCK_ERROR", default_value = "5s", value_name = "DURATION",
          value_parser = to_an_hour)]
    pub aws_clock_error: Duration,
    /// How long changed weights of a Network Load Balancer may take to work: AWS names no time, and ECS waits ten minutes. No
    /// increment may be held for less, and nothing is deleted for so long after they changed.
    #[arg(long, env = "SLUICE_NETWORK_WEIGHTS_WITHIN", default_value = "10m", value_name = "DURATION",
          value_parser = from_a_second_to_an_hour)]
    pub network_weights_within: Duration,
    /// Share of AWS's documented rate limits that is used, in percent; the rest is for everybody else in the account.
    /// Above 100 where AWS raised the limits of the account.
    #[arg(long, env = "SLUICE_AWS_RATE_SHARE", default_value_t = 70, value_name = "PERCENT",
          value_parser = clap::value_parser!(u32).range(5..=100_000))]
    pub aws_rate_share: u32,
    /// How many objects are reconciled at the same time. Those that wait for their turn to call AWS do not count.
    #[arg(long, env = "SLUICE_CONCURRENCY", default_value_t = 64, value_name = "COUNT",
          value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub concurrency: u16,
    /// Address of the metrics endpoint, /metrics. It asks nobody who he is, so that by default it is heard in the Pod alone.
    #[arg(long, env = "SLUICE_METRICS_BIND_ADDRESS", default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    pub metrics_bind_address: SocketAddr,
    /// Address of the health endpoints, /healthz and /readyz.
    #[arg(long, env = "SLUICE_HEALTH_PROBE_BIND_ADDRESS", default_value = "0.0.0.0:8081", value_name = "ADDRESS")]
    pub health_probe_bind_address: SocketAddr,
    /// A file of root certificates, in PEM, that count beside those of the system for hosts of HTTP hooks.
    #[arg(long, env = "SLUICE_HOOK_CA_FILE", value_name = "FILE")]
    pub hook_ca_file: Option<PathBuf>,
    /// Reads the Pods of hooks that are Jobs, for the message that they leave behind. Needs the right to list Pods.
    #[arg(long, env = "SLUICE_HOOK_POD_MESSAGES", default_value_t = false, action = clap::ArgAction::Set)]
    pub hook_pod_messages: bool,
    /// What is logged: a level, or a filter such as `sluice=debug,kube=warn`.
    #[arg(long, env = "SLUICE_LOG", default_value = "info", value_name = "FILTER")]
    pub log_filter: String,
    /// How it is logged.
    #[arg(long, env = "SLUICE_LOG_FORMAT", default_value = "json", value_name = "FORMAT")]
    pub log_format: LogFormat,
}

/// How lines are logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

/// Shorter ones would leave no time for a call, or ask without a pause.
fn from_a_second_to_an_hour(text: &str) -> Result<Duration, String> {
    within(text, Duration::from_secs(1), Duration::from_mins(60))
}

fn from_a_second_to_a_day(text: &str) -> Result<Duration, String> {
    within(text, Duration::from_secs(1), Duration::from_mins(24 * 60))
}

fn to_an_hour(text: &str) -> Result<Duration, String> {
    within(text, Duration::default(), Duration::from_mins(60))
}

fn within(text: &str, least: Duration, most: Duration) -> Result<Duration, String> {
    let duration: Duration = text.parse().map_err(|error: sluice_api::InvalidDuration| error.to_string())?;
    if (least..=most).contains(&duration) {
        Ok(duration)
    } else {
        Err(format!("write at least {least} and at most {most}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(flag: &str, value: &str) -> Result<Sluice, String> {
        Sluice::try_parse_from(["sluice", "run", flag, value]).map_err(|error| error.to_string())
    }

    #[test]
    fn a_length_of_time_that_makes_no_sense_is_refused_at_the_start() {
        let table = [
            ("--lease-duration", &["1s", "15s", "3m", "1h"][..], &["0s", "500ms", "61m", "soon"][..]),
            ("--poll-interval", &["1s", "5s"], &["0s", "2h", "5"]),
            ("--resync-interval", &["1s", "24h"], &["0s", "25h"]),
            ("--aws-operation-timeout", &["1s", "10s"], &["0s", "900ms", "2h"]),
            ("--aws-clock-error", &["0s", "30m"], &["61m", "much"]),
        ];
        for (flag, good, bad) in table {
            for value in good {
                assert!(run(flag, value).is_ok(), "{flag} {value}");
            }
            for value in bad {
                let told = run(flag, value).err().unwrap_or_default();
                assert!(told.contains(flag), "{flag} {value}: {told:?}");
            }
        }
        assert!(run("--poll-interval", "0s").err().unwrap_or_default().contains("write at least 1s and at most 1h"));
        assert!(run("--poll-interval", "5").err().unwrap_or_default().contains("such as 90s, 5m or 1h30m"));
    }
}
