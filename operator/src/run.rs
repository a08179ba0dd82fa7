//! `sluice run`: wiring, leadership, shutdown.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::StatusCode;
use kube::api::ListParams;
use kube::{Api, Client};
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use sluice_api::Deployment;
use sluice_aws::{Regions, Settings};
use sluice_plan::Limits;
use tokio::sync::{Semaphore, watch};
use tracing_subscriber::EnvFilter;

use crate::cli::{LogFormat, RunSettings};
use crate::context::{Admission, Context, KUBERNETES_TIMEOUT, signed};
use crate::controllers::{application, deployment, deployment_group};
use crate::error::Error;
use crate::events::Events;
use crate::http::{not_found, serve};
use crate::leadership::{Election, Leadership, Taken};
use crate::metrics::Metrics;
use crate::requeue::Failures;
use crate::stores::{Stores, scoped};

/// How long the end waits for the last Events to be written.
const LAST_EVENTS: Duration = Duration::from_secs(5);

/// Runs the operator until it is asked to end, or loses its Lease.
pub fn run(settings: &RunSettings) -> Result<(), Error> {
    log_to(settings)?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|source| Error::Runtime { source })?;
    runtime.block_on(operate(settings))
}

async fn operate(settings: &RunSettings) -> Result<(), Error> {
    let mut registry = Registry::with_prefix("sluice");
    let metrics = Metrics::register(&mut registry);
    let aws_metrics = sluice_aws::Metrics::register(registry.sub_registry_with_prefix("aws"));
    let ready = Arc::new(AtomicBool::new(false));
    serve_endpoints(settings, Arc::new(registry), ready.clone()).await?;

    let client = connect().await?;
    let scope = settings.watch_namespace.as_deref();
    require_definitions(&client, scope).await?;
    let stop = on_signal();
    let leadership = Arc::new(Leadership::default());
    let aws = aws_settings(settings);
    // Longest life of a write, and what clocks and networks may add to it.
    let barrier = aws.operation_timeout.saturating_add(duration(settings.aws_clock_error));
    let Some(stores) = or_stop(Stores::start(&client, scope), stop.clone()).await else {
        return Ok(());
    };
    ready.store(true, Ordering::Relaxed);

    let election = Election::new(
        client.clone(),
        &settings.lease_namespace,
        &settings.lease_name,
        duration(settings.lease_duration),
        leadership.clone(),
    );
    if !settings.leader_elect {
        leadership.alone();
    }
    let keeper = if settings.leader_elect {
        let Some(keeper) = or_stop(lead(&election, barrier), stop.clone()).await else {
            return Ok(());
        };
        Some(keeper)
    } else {
        None
    };
    metrics.leader.set(1);
    tracing::info!(version = env!("CARGO_PKG_VERSION"), namespace = scope.unwrap_or("all"), "acting");

    let (events, writer) = Events::start(client.clone(), metrics.clone());
    let context = Arc::new(Context {
        client: client.clone(),
        stores,
        regions: Regions::new(aws, leadership, aws_metrics).await,
        limits: Limits { barrier: signed(barrier), poll: settings.poll_interval.as_signed() },
        resync: duration(settings.resync_interval),
        watch_namespace: settings.watch_namespace.clone(),
        events,
        metrics,
        failures: Failures::default(),
        admission: Admission::default(),
        slots: Semaphore::new(settings.concurrency.into()),
        stop: stop.clone(),
    });
    let result = control(context, settings.concurrency, keeper, stop).await;
    // The last Events, where there is time for them.
    let _ = tokio::time::timeout(LAST_EVENTS, writer).await;
    if settings.leader_elect && result.is_ok() {
        election.release().await;
    }
    tracing::info!("ended");
    result
}

/// Runs the controllers until a signal, which lets the reconciles in progress finish, or until the Lease is lost,
/// which does not.
async fn control(
    context: Arc<Context>,
    concurrency: u16,
    keeper: Option<tokio::task::JoinHandle<()>>,
    stop: watch::Receiver<bool>,
) -> Result<(), Error> {
    let controllers = async {
        tokio::join!(
            application::run(context.clone(), concurrency, stop.clone()),
            deployment_group::run(context.clone(), stop.clone()),
            deployment::run(context.clone(), stop.clone()),
        );
    };
    let lost = async {
        match keeper {
            Some(keeper) => drop(keeper.await),
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = controllers => Ok(()),
        () = lost => Err(Error::LeaseLost),
    }
}

/// Waits for the Lease, keeps it in the background, and waits out what a silent holder may have in flight.
async fn lead(election: &Election, barrier: Duration) -> tokio::task::JoinHandle<()> {
    tracing::info!(lease = election.name, identity = election.identity, "waiting for the Lease");
    let taken = election.acquire().await;
    let keeper = tokio::spawn({
        let election = election.clone();
        async move { election.keep().await }
    });
    if taken == Taken::FromSilentHolder {
        // Its last write may still land: nothing is decided before that can no more (S12 Barrier).
        tracing::info!(seconds = barrier.as_secs_f64(), "the last holder fell silent: waiting for its writes to land");
        tokio::time::sleep(barrier).await;
    }
    keeper
}

/// The future's result; none when the program is asked to end first.
async fn or_stop<T>(future: impl Future<Output = T>, mut stop: watch::Receiver<bool>) -> Option<T> {
    tokio::select! {
        value = future => Some(value),
        _ = stop.wait_for(|stopped| *stopped) => None,
    }
}

fn aws_settings(settings: &RunSettings) -> Settings {
    let operation_timeout = duration(settings.aws_operation_timeout);
    let defaults = Settings::default();
    // Two tries must fit into an operation.
    Settings {
        operation_timeout,
        attempt_timeout: defaults.attempt_timeout.min(operation_timeout / 2),
        rate_share: f64::from(settings.aws_rate_share) / 100.0,
        ..defaults
    }
}

fn duration(duration: sluice_api::Duration) -> Duration {
    Duration::try_from(duration.as_signed()).unwrap_or_default()
}

async fn connect() -> Result<Client, Error> {
    let config = kube::Config::infer()
        .await
        .map_err(|error| Error::Kubeconfig { source: Box::new(kube::Error::InferConfig(error)) })?;
    Client::try_from(config).map_err(|source| Error::Kubeconfig { source: Box::new(source) })
}

/// Fails early, and with the remedy, in a cluster that does not know our kinds.
async fn require_definitions(client: &Client, scope: Option<&str>) -> Result<(), Error> {
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

/// True once the program is asked to end.
fn on_signal() -> watch::Receiver<bool> {
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        wait_for_signal().await;
        tracing::info!("asked to end: finishing what is in progress");
        // No receiver is left only when the program has ended already.
        let _ = sender.send(true);
        std::future::pending::<()>().await;
    });
    receiver
}

async fn wait_for_signal() {
    let interrupt = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => drop(interrupt.await),
    }
}

async fn serve_endpoints(settings: &RunSettings, registry: Arc<Registry>, ready: Arc<AtomicBool>) -> Result<(), Error> {
    let metrics = Arc::new(move |path: &str| match path {
        "/metrics" => {
            let mut text = String::new();
            match encode(&mut text, &registry) {
                Ok(()) => (StatusCode::OK, text),
                Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
            }
        }
        other => not_found(other),
    });
    let health = Arc::new(move |path: &str| match path {
        "/healthz" => (StatusCode::OK, "ok\n".to_owned()),
        "/readyz" if ready.load(Ordering::Relaxed) => (StatusCode::OK, "ok\n".to_owned()),
        "/readyz" => (StatusCode::SERVICE_UNAVAILABLE, "the first lists of objects are not here yet\n".to_owned()),
        other => not_found(other),
    });
    serve(settings.metrics_bind_address, metrics).await?;
    serve(settings.health_probe_bind_address, health).await
}

fn log_to(settings: &RunSettings) -> Result<(), Error> {
    let filter = EnvFilter::try_new(&settings.log_filter)
        .map_err(|source| Error::LogFilter { filter: settings.log_filter.clone(), source })?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match settings.log_format {
        LogFormat::Json => builder.json().flatten_event(true).init(),
        LogFormat::Text => builder.init(),
    }
    Ok(())
}
