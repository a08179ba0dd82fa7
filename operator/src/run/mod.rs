//! `sluice run`: wiring, leadership, shutdown.

mod endpoints;
mod http;
mod signals;
mod startup;
mod tenure;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use prometheus_client::registry::Registry;
use sluice_aws::Regions;
use sluice_plan::Limits;
use tokio::task::JoinSet;

use self::endpoints::serve_endpoints;
use self::signals::{shutdown_signal, until_shutdown};
use self::startup::{aws_settings, connect, require_definitions, start_log, unsigned};
use self::tenure::Tenure;
use crate::cli::RunSettings;
use crate::clock::signed;
use crate::context::Context;
use crate::controllers::wake::{self, Woken};
use crate::controllers::{application, deployment, deployment_group};
use crate::dependents::Dependents;
use crate::error::Error;
use crate::hooks::{Hooks, Runners};
use crate::kubernetes::events::Events;
use crate::kubernetes::locks::ServiceLocks;
use crate::kubernetes::stores::Stores;
use crate::leadership::Leadership;
use crate::metrics::Metrics;
use crate::pipeline::claims::Claims;
use crate::pipeline::outages::Outages;
use crate::pipeline::requeue::FailureCounts;
use crate::probes::{HttpAsk, Probes};
use crate::slots::Slots;
use crate::told::Told;
use crate::unwritten::Unwritten;
use crate::urgency::Urgency;

/// How long the end waits for the last Events to be written.
const LAST_EVENTS: Duration = Duration::from_secs(5);

/// Runs the operator until it is asked to end, or loses its Lease.
pub fn run(settings: &RunSettings) -> Result<(), Error> {
    start_log(settings)?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|source| Error::Runtime { source })?;
    runtime.block_on(start(settings))
}

async fn start(settings: &RunSettings) -> Result<(), Error> {
    let mut registry = Registry::with_prefix("sluice");
    let metrics = Metrics::register(&mut registry);
    let aws_metrics = sluice_aws::Metrics::register(registry.sub_registry_with_prefix("aws"));
    let ready = Arc::new(AtomicBool::new(false));
    serve_endpoints(settings, Arc::new(registry), ready.clone()).await?;

    let hook_roots = settings.hook_ca_file.as_deref().map(sluice_hook_http::read_additional_roots).transpose()?;
    let client = connect(metrics.clone()).await?;
    let scope = settings.watch_namespace.as_deref();
    require_definitions(&client, scope).await?;
    let stop = shutdown_signal();
    let leadership = Arc::new(Leadership::default());
    let aws = aws_settings(settings);
    // Longest life of a write, and what clocks and networks may add to it.
    let barrier = aws.operation_timeout.saturating_add(unsigned(settings.aws_clock_error));
    let (stores, changes) = Stores::new(&client, &metrics);
    if until_shutdown(stores.fill_rules(&client, scope), stop.clone()).await.is_none() {
        return Ok(());
    }
    ready.store(true, Ordering::Relaxed);

    let Some(mut tenure) = Tenure::take(settings, &client, leadership.clone(), barrier, &stop).await else {
        return Ok(());
    };
    // Not before: what the last leader wrote must be in it.
    if until_shutdown(stores.fill_releases(&client, scope), stop.clone()).await.is_none() {
        tenure.leave().await;
        return Ok(());
    }
    metrics.leader.set(1);
    tracing::info!(version = env!("CARGO_PKG_VERSION"), namespace = scope.unwrap_or("all"), "acting");

    let (events, writer) = Events::start(client.clone(), metrics.clone());
    let http = Arc::new(sluice_hook_http::Client::new(hook_roots.unwrap_or_default()));
    let runners = Runners {
        http: http.clone(),
        kubernetes: client.clone(),
        poll: unsigned(settings.poll_interval),
        reads_pods: settings.hook_pod_messages,
    };
    let probes = Probes::new(Some(Arc::new(HttpAsk(http))), metrics.health.clone());
    let context = Arc::new(Context {
        stores,
        regions: Regions::new(aws, leadership, aws_metrics).await,
        limits: limits(settings, barrier),
        resync: unsigned(settings.resync_interval),
        events,
        metrics,
        hooks: Hooks::new(runners),
        probes,
        outages: Outages::default(),
        failures: FailureCounts::default(),
        service_locks: ServiceLocks::default(),
        claims: Claims::default(),
        slots: slots(settings),
        dependents: Dependents::default(),
        urgency: Urgency::default(),
        told: Told::default(),
        rows: Told::default(),
        unwritten: Unwritten::default(),
        stop,
    });
    let woken = wake::start(context.clone(), changes);
    let result = run_controllers(context, settings.concurrency, &mut tenure, woken).await;
    // The last Events, where there is time for them.
    let _ = tokio::time::timeout(LAST_EVENTS, writer).await;
    if result.is_ok() {
        tenure.leave().await;
    }
    tracing::info!("ended");
    result
}

/// The lengths of time that the planner is given.
fn limits(settings: &RunSettings, barrier: Duration) -> Limits {
    let network_weights = settings.network_weights_within.as_signed().as_secs();
    Limits {
        barrier: signed(barrier),
        poll: settings.poll_interval.as_signed(),
        network_weights_seconds: network_weights.try_into().unwrap_or(u32::MAX),
    }
}

/// The slots: all of them for one namespace, where only that is watched.
fn slots(settings: &RunSettings) -> Slots {
    let count = usize::from(settings.concurrency);
    if settings.watch_namespace.is_some() { Slots::new(count, count) } else { Slots::shared_fairly(count) }
}

/// Runs the controllers until a signal, which lets the reconciles in progress finish, or until the right to act is
/// lost, which does not.
async fn run_controllers(
    context: Arc<Context>,
    concurrency: u16,
    tenure: &mut Tenure,
    woken: Woken,
) -> Result<(), Error> {
    let Woken { applications, groups, deployments } = woken;
    // A task each, so that what wakes one does not poll the others. They end with the set.
    let mut controllers = JoinSet::new();
    controllers.spawn(application::run(context.clone(), concurrency, applications));
    controllers.spawn(deployment_group::run(context.clone(), groups));
    controllers.spawn(deployment::run(context, deployments));
    let controllers = controllers.join_all();
    tokio::select! {
        _ = controllers => Ok(()),
        lost = tenure.lost() => Err(lost),
    }
}
