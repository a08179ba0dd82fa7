//! What must be there before anything begins: a log, the Kubernetes API with our definitions, settings for AWS.

use std::fmt::Debug;
use std::io::IsTerminal as _;
use std::time::Duration;

use kube::api::ListParams;
use kube::{Api, Client, Resource};
use serde::de::DeserializeOwned;
use sluice_api::{Application, AwsBinding, Deployment, DeploymentConfig, DeploymentGroup};
use sluice_aws::Settings;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::cli::{LogFormat, RunSettings};
use crate::error::Error;
use crate::kubernetes::counted::counted;
use crate::kubernetes::stores::scoped;
use crate::kubernetes::timeout::KUBERNETES_TIMEOUT;
use crate::metrics::Metrics;

/// How often the kinds are asked for, a second apart, before the program ends.
const TRIES: u32 = 10;

/// Logs to the standard error from now on. Each line has its fields once: spans, which have them too, are left out. Colours
/// are for terminals (<https://no-color.org>).
pub fn start_log(settings: &RunSettings) -> Result<(), Error> {
    let filter = EnvFilter::try_new(&settings.log_filter)
        .map_err(|source| Error::LogFilter { filter: settings.log_filter.clone(), source })?;
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let has_colours = std::io::stderr().is_terminal() && !no_color;
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(has_colours);
    // Spans cost the more the more calls there are, and no line has them: they are not made at all.
    let log = tracing_subscriber::registry().with(filter).with(filter_fn(is_event));
    match settings.log_format {
        LogFormat::Json => {
            let lines = lines.json().flatten_event(true).with_current_span(false).with_span_list(false);
            log.with(lines).init();
        }
        LogFormat::Text => log.with(lines).init(),
    }
    Ok(())
}

fn is_event(metadata: &tracing::Metadata<'_>) -> bool {
    metadata.is_event()
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
    let mut tries = 0;
    require(&scoped::<Deployment>(client, scope), &mut tries).await?;
    require(&scoped::<DeploymentGroup>(client, scope), &mut tries).await?;
    require(&scoped::<Application>(client, scope), &mut tries).await?;
    require(&Api::<AwsBinding>::all(client.clone()), &mut tries).await?;
    require(&Api::<DeploymentConfig>::all(client.clone()), &mut tries).await
}

/// Fails when a kind is not known after so many tries of all kinds together.
async fn require<K>(api: &Api<K>, tries: &mut u32) -> Result<(), Error>
where
    K: Resource<DynamicType = ()> + Clone + Debug + DeserializeOwned,
{
    let kind = format!("{}.{}", K::plural(&()), K::group(&()));
    loop {
        let listed = tokio::time::timeout(KUBERNETES_TIMEOUT, api.list(&ListParams::default().limit(1))).await;
        match listed {
            Ok(Ok(_)) => return Ok(()),
            // An API server may learn of fresh definitions a moment late.
            Ok(Err(error)) if *tries >= TRIES => {
                return Err(Error::MissingDefinitions { kind, source: Box::new(error) });
            }
            Ok(Err(kube::Error::Api(status))) if status.is_not_found() => {
                tracing::warn!(
                    kind,
                    "the cluster does not know this kind yet: apply the custom resource definitions (sluice crds | kubectl apply -f -)"
                );
            }
            Ok(Err(error)) => tracing::warn!(kind, %error, "failed to list; trying again"),
            Err(_) => tracing::warn!(kind, "failed to reach the Kubernetes API in time; trying again"),
        }
        *tries += 1;
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
