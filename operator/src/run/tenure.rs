//! The right of this process to act: the Lease among its replicas, and its entry among all operators of the cluster.

use std::sync::Arc;
use std::time::Duration;

use kube::Client;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::signals::until_shutdown;
use super::startup::unsigned;
use crate::cli::RunSettings;
use crate::error::Error;
use crate::leadership::{Acquired, Election, Leadership};
use crate::presence::{Marker, Presence, Scope};

/// The right to act, from when it was taken until it is left.
pub struct Tenure {
    election: Election,
    marker: Marker,
    /// Renews the Lease; none where none is taken.
    renewal: Option<JoinHandle<()>>,
    /// Renews the entry; none where other operators cannot be seen.
    presence: Option<JoinHandle<()>>,
}

impl Tenure {
    /// Waits for the right to act, which `leadership` tells every write from then on. None when the program is asked to end
    /// first: what was taken by then is given back.
    pub async fn take(
        settings: &RunSettings,
        client: &Client,
        leadership: Arc<Leadership>,
        barrier: Duration,
        stop: &watch::Receiver<bool>,
    ) -> Option<Self> {
        let election = Election::new(
            client.clone(),
            &settings.lease_namespace,
            &settings.lease_name,
            unsigned(settings.lease_duration),
            leadership.clone(),
        );
        let renewal = if settings.leader_elect {
            Some(until_shutdown(lead(&election, barrier), stop.clone()).await?)
        } else {
            leadership.without_lease();
            None
        };
        let marker = marker(settings, client.clone(), &election, leadership);
        let Some(presence) = until_shutdown(stay_alone(&marker, barrier), stop.clone()).await else {
            if renewal.is_some() {
                election.release().await;
            }
            return None;
        };
        Some(Self { election, marker, renewal, presence })
    }

    /// Ends once the right is lost, with the reason; never before.
    pub async fn lost(&mut self) -> Error {
        tokio::select! {
            () = end_of(self.renewal.as_mut()) => Error::LeaseLost,
            () = end_of(self.presence.as_mut()) => Error::Displaced,
        }
    }

    /// Makes room for the next at once. The marker before the Lease: the next replica enters it under the same name.
    pub async fn leave(self) {
        self.marker.leave().await;
        if self.renewal.is_some() {
            self.election.release().await;
        }
    }
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

/// Ends with the task; never without one.
async fn end_of(task: Option<&mut JoinHandle<()>>) {
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
