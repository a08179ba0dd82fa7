//! The marker itself: one Lease of a fixed name in a fixed place, written with its resourceVersion, so that of two operators
//! that come at the same time one is second and sees the first.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use k8s_openapi::api::coordination::v1::Lease;
use kube::api::{ObjectMeta, PostParams};
use kube::{Api, Client};

use super::entry::{Annotations, Entry, Scope, entered, neighbours, rivals};
use crate::clock::now;
use crate::leadership::Leadership;

/// Where the marker is: a namespace that every cluster has, and in which no tenant writes.
const NAMESPACE: &str = "kube-system";

/// Its name.
const NAME: &str = "sluice-operators";

/// Longest time between two looks whether another operator has gone.
const LONGEST_LOOK: Duration = Duration::from_secs(5);

/// Longest time before a write is tried again that another operator's came before.
const LONGEST_RETRY: Duration = Duration::from_millis(300);

/// This operator among those of the cluster.
#[derive(Clone)]
pub struct Marker {
    leases: Api<Lease>,
    scope: Scope,
    holder: String,
    duration: Duration,
    leadership: Arc<Leadership>,
}

/// What came of the look for other operators.
#[derive(Debug)]
pub enum Presence {
    /// No other acts on what this one watches.
    Alone {
        /// Whether one did that fell silent: a write of its may still land.
        after_silence: bool,
        /// Operators of other namespaces.
        neighbours: Vec<String>,
    },
    /// The marker cannot be read or written, for this reason.
    Unseen(String),
}

/// One try to enter the marker.
enum Attempt {
    Entered(Presence),
    /// Another is there.
    Occupied(String),
    /// Another wrote in between.
    Again,
}

/// Others, by annotation: what was last read, and since when it did not change.
type Silences = HashMap<String, (String, Instant)>;

impl Marker {
    /// This operator, which watches `scope`. It is `holder`, the same for all replicas of one Lease.
    pub fn new(client: Client, scope: Scope, holder: String, duration: Duration, leadership: Arc<Leadership>) -> Self {
        Self { leases: Api::namespaced(client, NAMESPACE), scope, holder, duration, leadership }
    }

    /// Waits until no other operator acts on what this one watches, and says so in the marker.
    pub async fn enter(&self) -> Presence {
        let mut silences = Silences::new();
        let mut told = String::new();
        loop {
            match self.try_enter(&mut silences).await {
                Ok(Attempt::Entered(presence)) => return presence,
                Ok(Attempt::Again) => {
                    tokio::time::sleep(LONGEST_RETRY.mul_f64(rand::random_range(0.1..=1.0))).await;
                    continue;
                }
                Ok(Attempt::Occupied(by)) if by != told => {
                    tracing::warn!(
                        marker = format!("{NAMESPACE}/{NAME}"),
                        "another operator acts on this cluster: {by}. This one watches {} and does nothing until that one is gone",
                        self.scope
                    );
                    told = by;
                }
                Ok(Attempt::Occupied(_)) => {}
                Err(error) if is_out_of_reach(&error) => {
                    self.leadership.without_marker();
                    return Presence::Unseen(error.to_string());
                }
                Err(error) => tracing::warn!(%error, "failed to look for other operators; trying again"),
            }
            tokio::time::sleep((self.duration / 5).min(LONGEST_LOOK)).await;
        }
    }

    /// Keeps the entry alive, until another operator took its place. While it cannot be written, nothing is written to AWS
    /// for longer than it is good.
    pub async fn keep(&self) {
        let mut last = None;
        loop {
            tokio::time::sleep(self.duration / 3).await;
            match tokio::time::timeout(self.duration / 3, self.renew(&mut last)).await {
                Ok(Ok(true)) => {}
                Ok(Ok(false)) => break,
                Ok(Err(error)) => tracing::warn!(%error, "failed to renew the marker of operators"),
                Err(_) => tracing::warn!("failed to renew the marker of operators in time"),
            }
        }
        self.leadership.alone_until(None);
    }

    /// Takes the entry out. No write may be in flight any more.
    pub async fn leave(&self) {
        self.leadership.alone_until(None);
        let left = async {
            loop {
                let Some(mut lease) = self.leases.get_opt(NAME).await? else { return Ok(()) };
                let annotations = lease.metadata.annotations.get_or_insert_default();
                let key = self.scope.annotation();
                if annotations.get(&key).is_none_or(|text| Entry::parse(text).holder != self.holder) {
                    return Ok(());
                }
                annotations.remove(&key);
                match self.leases.replace(NAME, &PostParams::default(), &lease).await {
                    Err(kube::Error::Api(status)) if status.is_conflict() => {}
                    other => return other.map(|_| ()),
                }
            }
        };
        match tokio::time::timeout(LONGEST_LOOK, left).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "failed to leave the marker of operators; the entry will expire"),
            Err(_) => tracing::warn!("failed to leave the marker of operators in time; the entry will expire"),
        }
    }

    async fn try_enter(&self, silences: &mut Silences) -> Result<Attempt, kube::Error> {
        let asked_at = Instant::now();
        let lease = self.leases.get_opt(NAME).await?;
        let annotations = lease.as_ref().and_then(|lease| lease.metadata.annotations.clone()).unwrap_or_default();
        let rivals = rivals(&annotations, self.own());
        let after_silence = !rivals.is_empty();
        for (key, scope, entry) in rivals {
            if !is_silent(silences, key, &annotations[key], Duration::from_secs(entry.seconds)) {
                return Ok(Attempt::Occupied(format!("{}, which watches {scope}", entry.holder)));
            }
        }
        let neighbours = neighbours(&annotations, self.own());
        if self.write(lease, &annotations, asked_at).await?.is_some() {
            Ok(Attempt::Entered(Presence::Alone { after_silence, neighbours }))
        } else {
            Ok(Attempt::Again)
        }
    }

    /// False once another operator has taken the place. `last` is the marker as this operator wrote it last: while no one
    /// else writes, a renewal is one request.
    async fn renew(&self, last: &mut Option<Lease>) -> Result<bool, kube::Error> {
        loop {
            let asked_at = Instant::now();
            let lease = match last.take() {
                Some(lease) => Some(lease),
                None => self.leases.get_opt(NAME).await?,
            };
            let annotations = lease.as_ref().and_then(|lease| lease.metadata.annotations.clone()).unwrap_or_default();
            if !rivals(&annotations, self.own()).is_empty() {
                return Ok(false);
            }
            *last = self.write(lease, &annotations, asked_at).await?;
            if last.is_some() {
                return Ok(true);
            }
            tokio::time::sleep(LONGEST_RETRY.mul_f64(rand::random_range(0.1..=1.0))).await;
        }
    }

    /// Writes the entry; none when another write came in between.
    async fn write(
        &self,
        lease: Option<Lease>,
        annotations: &Annotations,
        asked_at: Instant,
    ) -> Result<Option<Lease>, kube::Error> {
        // Rounded up: a promise in whole seconds must not be shorter than the time that we count on.
        let seconds = u64::try_from(self.duration.as_millis().div_ceil(1000)).unwrap_or(u64::MAX);
        let entry = Entry { holder: self.holder.clone(), renewed: now(), seconds };
        let annotations = Some(entered(annotations, &self.scope, &entry));
        let parameters = PostParams::default();
        let written = match lease {
            None => {
                let metadata = ObjectMeta { name: Some(NAME.to_owned()), annotations, ..ObjectMeta::default() };
                self.leases.create(&parameters, &Lease { metadata, spec: None }).await
            }
            Some(lease) => {
                let metadata = ObjectMeta { annotations, ..lease.metadata.clone() };
                self.leases.replace(NAME, &parameters, &Lease { metadata, ..lease }).await
            }
        };
        match written {
            Ok(lease) => {
                self.leadership.alone_until(Some(asked_at + self.duration));
                Ok(Some(lease))
            }
            Err(kube::Error::Api(status)) if status.is_conflict() || status.is_already_exists() => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn own(&self) -> (&Scope, &str) {
        (&self.scope, &self.holder)
    }
}

/// Whether an entry has not changed for as long as its holder promised to renew it, by our own clock.
fn is_silent(silences: &mut Silences, key: &str, text: &str, promised: Duration) -> bool {
    match silences.get(key) {
        Some((known, since)) if known == text => since.elapsed() >= promised,
        _ => {
            silences.insert(key.to_owned(), (text.to_owned(), Instant::now()));
            false
        }
    }
}

/// Whether this operator may not use the marker, or there is no place for it.
fn is_out_of_reach(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.is_forbidden() || status.is_not_found())
}
