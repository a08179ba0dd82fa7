//! What must be there before anything begins: a log, the Kubernetes API with our definitions, settings for AWS.

use std::time::Duration;

use kube::api::ListParams;
use kube::{Api, Client};
use sluice_api::Deployment;
use sluice_aws::Settings;
use tracing_subscriber::EnvFilter;

use crate::cli::{LogFormat, RunSettings};
use crate::error::Error;
use crate::kubernetes::counted::counted;
use crate::kubernetes::stores::scoped;
use crate::kubernetes::timeout::KUBERNETES_TIMEOUT;
use crate::metrics::Metrics;

/// Logs to the standard error from now on.
pub fn start_log(settings: &RunSettings) -> Result<(), Error> {
    let filter = EnvFilter::try_new(&settings.log_filter)
        .map_err(|source| Error::LogFilter { filter: settings.log_filter.clone(), source })?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match settings.log_format {
        LogFormat::Json => builder.json().flatten_event(true).init(),
        LogFormat::Text => builder.init(),
    }
    Ok(())
}

/// The Kubernetes API: that of the Pod, or of the kubeconfig.
pub async fn connect(metrics: Metrics) -> Result<Client, Error> {
    let config = kube::Config::infer()
        .await
        .map_err(|error| Error::Kubeconfig { source: Box::new(kube::Error::InferConfig(error)) })?;
    counted(config, metrics).map_err(|source| Error::Kubeconfig { source: Box::new(source) })
}

/// Fails early, and with the remedy, in a cluster that does not know our kinds.
pub async fn require_definitions(client: &Client, scope: Option<&str>) -> Result<(), Error> {
    let api: Api<Deployment> = scoped(client, scope);
    let mut tries = 0;
    loop {
        let listed = tokio::time::timeout(KUBERNETES_TIMEOUT, api.list(&ListParams::default().limit(1))).await;
        match listed {
            Ok(Ok(_)) => return Ok(()),
            // An API server may learn of fresh definitions a moment late.
            Ok(Err(error)) if tries >= 10 => {
                return Err(Error::MissingDefinitions { kind: "deployments.sluice.dev", source: Box::new(error) });
            }
            Ok(Err(error)) => tracing::warn!(%error, "failed to list deployments.sluice.dev; trying again"),
            Err(_) => tracing::warn!("failed to reach the Kubernetes API in time; trying again"),
        }
        tries += 1;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// How AWS is called.
pub fn aws_settings(settings: &RunSettings) -> Settings {
    let operation_timeout = unsigned(settings.aws_operation_timeout);
    let defaults = Settings::default();
    // Two tries must fit into an operation.
    Settings {
        operation_timeout,
        attempt_timeout: defaults.attempt_timeout.min(operation_timeout / 2),
        rate_share: f64::from(settings.aws_rate_share) / 100.0,
        ..defaults
    }
}

/// A length of time of the command line as one of the standard library.
pub fn unsigned(duration: sluice_api::Duration) -> Duration {
    Duration::try_from(duration.as_signed()).unwrap_or_default()
}
