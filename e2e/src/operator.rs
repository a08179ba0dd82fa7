//! The operator as a process, as a Pod would run it.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{Error, Result};
use crate::process::{Process, bound, free_address};
use crate::{binaries, http};

/// How an operator is run. The times are short, so that a release takes seconds: the barrier is
/// `aws_operation_timeout + aws_clock_error`.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The namespace that it watches and holds its Lease in; none: all of them, and `default` for the Lease.
    pub namespace: Option<String>,
    /// What `KUBECONFIG` is; none: that of this process.
    pub kubeconfig: Option<PathBuf>,
    /// What `AWS_ENDPOINT_URL` is.
    pub aws_url: String,
    /// The access key.
    pub access_key: String,
    /// `--lease-duration`. So long that an operator that is starved loses no Lease; where another operator is to take
    /// over, it is shorter.
    pub lease_duration: String,
    /// `--poll-interval`.
    pub poll_interval: String,
    /// `--resync-interval`.
    pub resync_interval: String,
    /// `--aws-operation-timeout`.
    pub aws_operation_timeout: String,
    /// `--aws-clock-error`.
    pub aws_clock_error: String,
    /// `--log-filter`.
    pub log_filter: String,
    /// Further arguments of `sluice run`.
    pub arguments: Vec<String>,
}

impl Settings {
    /// For one namespace and one AWS.
    #[must_use]
    pub fn new(namespace: &str, aws_url: &str) -> Self {
        Self {
            namespace: Some(namespace.to_owned()),
            kubeconfig: None,
            aws_url: aws_url.to_owned(),
            access_key: "AKIDSLUICE".to_owned(),
            lease_duration: "3m".to_owned(),
            poll_interval: "1s".to_owned(),
            resync_interval: "1s".to_owned(),
            aws_operation_timeout: "2s".to_owned(),
            aws_clock_error: "1s".to_owned(),
            log_filter: "info".to_owned(),
            arguments: Vec::new(),
        }
    }

    fn arguments(&self, metrics: SocketAddr, health: SocketAddr) -> Vec<String> {
        let mut arguments = vec!["run".to_owned()];
        let mut add = |flag: &str, value: &str| arguments.extend([flag.to_owned(), value.to_owned()]);
        add("--lease-namespace", self.namespace.as_deref().unwrap_or("default"));
        if let Some(namespace) = &self.namespace {
            add("--watch-namespace", namespace);
        }
        add("--lease-duration", &self.lease_duration);
        add("--poll-interval", &self.poll_interval);
        add("--resync-interval", &self.resync_interval);
        add("--aws-operation-timeout", &self.aws_operation_timeout);
        add("--aws-clock-error", &self.aws_clock_error);
        add("--metrics-bind-address", &metrics.to_string());
        add("--health-probe-bind-address", &health.to_string());
        add("--log-filter", &self.log_filter);
        add("--log-format", "text");
        arguments.extend(self.arguments.clone());
        arguments
    }
}

/// A running operator.
#[derive(Debug)]
pub struct Operator {
    settings: Settings,
    log: PathBuf,
    process: Process,
    metrics: SocketAddr,
}

impl Operator {
    /// Starts one and waits until it is ready; its log is appended to `log`.
    pub fn start(settings: Settings, log: &Path) -> Result<Self> {
        let mut last = Error::new("never tried");
        // Between finding a free port and listening on it, another may take it.
        for _ in 0..10 {
            match launch(&settings, log) {
                Ok((process, metrics)) => return Ok(Self { settings, log: log.to_owned(), process, metrics }),
                Err(error) if error.to_string().contains("in use") => last = error,
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }

    /// Its settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Number of its process.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// All that it, and those before it with the same log, have logged.
    #[must_use]
    pub fn log(&self) -> String {
        self.process.log()
    }

    /// Its metrics, in the text format.
    pub fn metrics(&self) -> Result<String> {
        Ok(http::get(self.metrics, "/metrics")?.good()?.body)
    }

    /// SIGKILL: no chance to finish anything, nor to give its Lease back.
    pub fn kill9(&mut self) -> Result<()> {
        self.process.kill()
    }

    /// SIGTERM, and its end.
    pub fn terminate(&mut self) -> Result<std::process::ExitStatus> {
        self.process.terminate()
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> Result<bool> {
        Ok(self.ended()?.is_none())
    }

    /// Its exit status, if it has ended.
    pub fn ended(&mut self) -> Result<Option<std::process::ExitStatus>> {
        self.process.ended()
    }

    /// SIGSTOP: it hangs, and does not know.
    pub fn freeze(&self) -> Result<()> {
        self.process.freeze()
    }

    /// SIGCONT: it goes on as if no time had passed.
    pub fn thaw(&self) -> Result<()> {
        self.process.thaw()
    }

    /// Starts another in its place, which is to have ended before.
    pub fn restart(&mut self) -> Result<()> {
        self.restart_with(self.settings.clone())
    }

    /// The same, with other settings.
    pub fn restart_with(&mut self, settings: Settings) -> Result<()> {
        let next = Self::start(settings, &self.log)?;
        *self = next;
        Ok(())
    }
}

fn launch(settings: &Settings, log: &Path) -> Result<(Process, SocketAddr)> {
    let (metrics, health) = (free_address()?, free_address()?);
    let mut command = bound(&binaries::sluice()?);
    forget_the_users_settings(&mut command, std::env::vars_os().map(|(name, _)| name));
    command
        .args(settings.arguments(metrics, health))
        .env("AWS_ENDPOINT_URL", &settings.aws_url)
        .env("AWS_ACCESS_KEY_ID", &settings.access_key)
        .env("AWS_SECRET_ACCESS_KEY", "not-checked")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        // A log in a file has no colours, whatever the terminal of the tests has.
        .env_remove("NO_COLOR");
    if let Some(path) = &settings.kubeconfig {
        command.env("KUBECONFIG", path);
    }
    let mut process = Process::start("sluice", command, log)?;
    process.wait_for_path(health, "/readyz")?;
    Ok((process, metrics))
}

/// Takes from the operator what the person at the terminal has set for a real AWS, or for an operator of their own.
fn forget_the_users_settings(command: &mut Command, variables: impl Iterator<Item = OsString>) {
    let is_theirs = |name: &str| name.starts_with("AWS_") || name.starts_with("SLUICE_");
    for name in variables.filter(|name| name.to_str().is_some_and(is_theirs)) {
        command.env_remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_has_set_for_aws_does_not_reach_the_operator() {
        let mut command = Command::new("true");
        let variables = ["AWS_PROFILE", "AWS_ENDPOINT_URL_ECS", "SLUICE_AWS_RATE_SHARE", "PATH", "HOME"];
        forget_the_users_settings(&mut command, variables.into_iter().map(OsString::from));
        let mut removed: Vec<_> = command.get_envs().map(|(name, value)| (name.to_str().unwrap(), value)).collect();
        removed.sort_unstable();
        assert_eq!(removed, [("AWS_ENDPOINT_URL_ECS", None), ("AWS_PROFILE", None), ("SLUICE_AWS_RATE_SHARE", None)]);
    }
}
