//! `sluice run`: wiring, leadership, shutdown.

mod endpoints;
mod http;
mod signals;
mod startup;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kube::Client;
use prometheus_client::registry::Registry;
use sluice_aws::Regions;
use sluice_plan::Limits;
use tokio::task::{JoinHandle, JoinSet};

use self::endpoints::serve_endpoints;
use self::signals::{shutdown_signal, until_shutdown};
use self::startup::{aws_settings, connect, require_definitions, start_log, unsigned};
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
use crate::leadership::{Acquired, Election, Leadership};
use crate::metrics::Metrics;
use crate::pipeline::claims::Claims;
use crate::pipeline::outages::Outages;
use crate::pipeline::requeue::FailureCounts;
use crate::presence::{Marker, Presence, Scope};
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

    let election = Election::new(
        client.clone(),
        &settings.lease_namespace,
        &settings.lease_name,
        unsigned(settings.lease_duration),
        leadership.clone(),
    );
    let renewal = if settings.leader_elect {
        let Some(renewal) = until_shutdown(lead(&election, barrier), stop.clone()).await else {
            return Ok(());
        };
        Some(renewal)
    } else {
        leadership.without_lease();
        None
    };
    let marker = marker(settings, client.clone(), &election, leadership.clone());
    let Some(presence) = until_shutdown(stay_alone(&marker, barrier), stop.clone()).await else {
        if settings.leader_elect {
            election.release().await;
        }
        return Ok(());
    };
    // Not before: what the last leader wrote must be in it.
    if until_shutdown(stores.fill_releases(&client, scope), stop.clone()).await.is_none() {
        leave(settings, &marker, &election).await;
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
        limits: Limits {
            barrier: signed(barrier),
            poll: settings.poll_interval.as_signed(),
            network_weights_seconds: settings
                .network_weights_within
                .as_signed()
                .as_secs()
                .try_into()
                .unwrap_or(u32::MAX),
        },
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
    let result = run_controllers(context, settings.concurrency, (renewal, presence), woken).await;
    // The last Events, where there is time for them.
    let _ = tokio::time::timeout(LAST_EVENTS, writer).await;
    if result.is_ok() {
        leave(settings, &marker, &election).await;
    }
    tracing::info!("ended");
    result
}

/// The slots: all of them for one namespace, where only that is watched.
fn slots(settings: &RunSettings) -> Slots {
    let count = usize::from(settings.concurrency);
    if settings.watch_namespace.is_some() { Slots::new(count, count) } else { Slots::shared_fairly(count) }
}

/// Waits for the Lease, renews it in the background, and waits out what a silent holder may have in flight.
async fn lead(election: &Election, barrier: Duration) -> JoinHandle<()> {
    tracing::info!(lease = election.name, identity = election.identity, "waiting for the Lease");
    let acquired = election.acquire().await;
    let renewal = tokio::spawn({
        let election = election.clone();
        async move { election.keep().await }
    });
    if acquired == Acquired::FromSilentHolder {
        // Its last write may still land: nothing is decided before that can no more (S12 Barrier).
        tracing::info!(seconds = barrier.as_secs_f64(), "the last holder fell silent: waiting for its writes to land");
        tokio::time::sleep(barrier).await;
    }
    renewal
}

/// Makes room for the next at once. The marker before the Lease: the next replica enters it under the same name.
async fn leave(settings: &RunSettings, marker: &Marker, election: &Election) {
    marker.leave().await;
    if settings.leader_elect {
        election.release().await;
    }
}

/// This operator in the marker: by its Lease, which is one for all replicas, or by its process where it takes none.
fn marker(settings: &RunSettings, client: Client, election: &Election, leadership: Arc<Leadership>) -> Marker {
    let holder = if settings.leader_elect {
        format!("Lease {}/{}", settings.lease_namespace, settings.lease_name)
    } else {
        format!("process {}", election.identity)
    };
    let scope = Scope::of(settings.watch_namespace.as_deref());
    Marker::new(client, scope, holder, unsigned(settings.lease_duration), leadership)
}

/// The first of them, and how many more: each may be an operator for one namespace of hundreds.
fn few_of(neighbours: &[String]) -> String {
    const MOST: usize = 5;
    let told = neighbours.iter().take(MOST).map(String::as_str).collect::<Vec<_>>().join("; ");
    match neighbours.len().saturating_sub(MOST) {
        0 => told,
        more => format!("{told}; and {more} more"),
    }
}

/// Waits until no other operator acts on the same namespaces, and keeps it so in the background. None where that cannot be
/// seen.
async fn stay_alone(marker: &Marker, barrier: Duration) -> Option<JoinHandle<()>> {
    let (after_silence, neighbours) = match marker.enter().await {
        Presence::Alone { after_silence, neighbours } => (after_silence, neighbours),
        Presence::Unseen(reason) => {
            tracing::warn!(
                reason,
                "other operators of this cluster cannot be seen: make sure that no other one watches the same namespaces (docs/operations.md, Two operators)"
            );
            return None;
        }
    };
    let presence = tokio::spawn({
        let marker = marker.clone();
        async move { marker.keep().await }
    });
    if !neighbours.is_empty() {
        tracing::warn!(
            neighbours = few_of(&neighbours),
            "other operators watch other namespaces, and no queue is shared with them: give no ECS service to two namespaces"
        );
    }
    tracing::info!(
        "operators of other clusters cannot be seen: give no ECS service to two clusters (docs/operations.md, Two operators)"
    );
    if after_silence {
        // As with the Lease: what it wrote last may still land (S12 Barrier).
        tracing::info!(seconds = barrier.as_secs_f64(), "another operator fell silent: waiting for its writes to land");
        tokio::time::sleep(barrier).await;
    }
    Some(presence)
}

/// Runs the controllers until a signal, which lets the reconciles in progress finish, or until the Lease is lost,
/// which does not.
async fn run_controllers(
    context: Arc<Context>,
    concurrency: u16,
    (renewal, presence): (Option<JoinHandle<()>>, Option<JoinHandle<()>>),
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
        () = end_of(renewal) => Err(Error::LeaseLost),
        () = end_of(presence) => Err(Error::Displaced),
    }
}

/// Ends with the task; never without one.
async fn end_of(task: Option<JoinHandle<()>>) {
    match task {
        Some(task) => drop(task.await),
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::few_of;

    #[test]
    fn many_neighbours_are_told_by_the_first_and_their_number() {
        let named = |count: usize| (0..count).map(|one| format!("Lease n{one}/sluice")).collect::<Vec<_>>();
        assert_eq!(few_of(&named(1)), "Lease n0/sluice");
        let many = few_of(&named(300));
        assert!(many.ends_with("Lease n4/sluice; and 295 more"), "{many}");
    }
}
