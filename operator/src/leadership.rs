//! Leadership by a Lease, and the fence before every write.
//!
//! The Lease is renewed with its resourceVersion, so that two replicas can never both take it. How long it is
//! good is counted on this machine's monotonic clock from the moment *before* the request was sent: whatever the
//! wall clocks say, no write leaves this process once another may hold the Lease (S13 Fence).

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::MicroTime;
use kube::api::{ObjectMeta, PostParams};
use kube::{Api, Client};
use sluice_aws::Fence;

/// Until when this process may write.
#[derive(Debug, Default)]
pub struct Leadership {
    /// Until when it holds the Lease.
    valid_until: Mutex<Option<Instant>>,
    /// Until when no other operator acts on what it watches.
    alone_until: Mutex<Option<Instant>>,
}

impl Fence for Leadership {
    fn is_valid(&self) -> bool {
        self.has_lease() && is_ahead(&self.alone_until)
    }
}

impl Leadership {
    fn set(&self, valid_until: Option<Instant>) {
        *self.valid_until.lock().unwrap_or_else(PoisonError::into_inner) = valid_until;
    }

    /// Leadership without a Lease, for a single replica.
    pub fn without_lease(&self) {
        self.set(a_century());
    }

    /// Until when no other operator acts on what this one watches.
    pub fn alone_until(&self, until: Option<Instant>) {
        *self.alone_until.lock().unwrap_or_else(PoisonError::into_inner) = until;
    }

    /// Leadership where other operators cannot be looked for.
    pub fn without_marker(&self) {
        self.alone_until(a_century());
    }

    fn has_lease(&self) -> bool {
        is_ahead(&self.valid_until)
    }
}

fn is_ahead(until: &Mutex<Option<Instant>>) -> bool {
    until.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|until| Instant::now() < until)
}

/// Longer than any process lives.
fn a_century() -> Option<Instant> {
    Instant::now().checked_add(Duration::from_hours(100 * 365 * 24))
}

/// The Lease and who we are.
#[derive(Clone)]
pub struct Election {
    /// Leases of the namespace.
    pub leases: Api<Lease>,
    /// Name of the Lease.
    pub name: String,
    /// Who we are, unlike any other process, also on the same machine.
    pub identity: String,
    /// How long a silent holder keeps it.
    pub duration: Duration,
    /// Where the result is told.
    pub leadership: Arc<Leadership>,
}

/// The Lease of another, as it was seen last.
#[derive(Clone, Debug)]
struct Seen {
    version: String,
    /// When it was first seen like this, by our own clock.
    since: Instant,
    /// How long its holder keeps it without a word.
    promised: Duration,
}

/// How the Lease was acquired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acquired {
    /// It was free: no earlier holder can have a write in flight.
    Free,
    /// Its holder fell silent: a write of its may still land.
    FromSilentHolder,
}

impl Election {
    /// A candidate with an identity of its own.
    pub fn new(client: Client, namespace: &str, name: &str, duration: Duration, leadership: Arc<Leadership>) -> Self {
        let host = std::env::var("HOSTNAME").unwrap_or_else(|_| "sluice".to_owned());
        let identity = format!("{host}_{:016x}", rand::random::<u64>());
        Self { leases: Api::namespaced(client, namespace), name: name.to_owned(), identity, duration, leadership }
    }

    /// Waits until the Lease is ours.
    pub async fn acquire(&self) -> Acquired {
        let mut seen: Option<Seen> = None;
        loop {
            match self.try_acquire(&mut seen).await {
                Ok(Some(acquired)) => return acquired,
                Ok(None) => {}
                Err(error) => tracing::warn!(%error, "failed to take the Lease; trying again"),
            }
            tokio::time::sleep(pause(self.duration / 5, seen.as_ref())).await;
        }
    }

    /// Renews the Lease until that fails for too long. Then another may hold it.
    pub async fn keep(&self) {
        let mut last = None;
        loop {
            tokio::time::sleep(self.duration / 3).await;
            let asked_at = Instant::now();
            match tokio::time::timeout(self.duration / 3, self.renew(&mut last)).await {
                Ok(Ok(true)) => self.leadership.set(Some(asked_at + self.duration)),
                Ok(Ok(false)) => break,
                Ok(Err(error)) => tracing::warn!(%error, "failed to renew the Lease"),
                Err(_) => tracing::warn!("failed to renew the Lease in time"),
            }
            if !self.leadership.has_lease() {
                break;
            }
        }
        self.leadership.set(None);
    }

    /// Gives the Lease back, so that the next holder need not wait. No write may be in flight any more.
    pub async fn release(&self) {
        self.leadership.set(None);
        let released = async {
            let mut lease = self.leases.get(&self.name).await?;
            if holder(&lease) == Some(self.identity.as_str()) {
                lease.spec = Some(LeaseSpec { holder_identity: None, ..lease.spec.unwrap_or_default() });
                self.leases.replace(&self.name, &PostParams::default(), &lease).await?;
            }
            Ok::<(), kube::Error>(())
        };
        if let Err(error) = released.await {
            tracing::warn!(%error, "failed to give the Lease back; it will expire");
        }
    }

    /// Takes the Lease if it is free or its holder was silent for its duration, as seen by our own clock.
    async fn try_acquire(&self, seen: &mut Option<Seen>) -> Result<Option<Acquired>, kube::Error> {
        let asked_at = Instant::now();
        let Some(lease) = self.leases.get_opt(&self.name).await? else {
            let lease = Lease {
                metadata: ObjectMeta { name: Some(self.name.clone()), ..ObjectMeta::default() },
                spec: Some(self.spec(None)),
            };
            return match self.leases.create(&PostParams::default(), &lease).await {
                Ok(_) => Ok(Some(self.won(asked_at, Acquired::Free))),
                Err(kube::Error::Api(status)) if status.is_already_exists() => Ok(None),
                Err(error) => Err(error),
            };
        };
        let acquired = match holder(&lease) {
            None => Acquired::Free,
            Some(_) if self.is_silent(&lease, seen) => Acquired::FromSilentHolder,
            Some(_) => return Ok(None),
        };
        let spec = self.spec(lease.spec.as_ref());
        match self.leases.replace(&self.name, &PostParams::default(), &Lease { spec: Some(spec), ..lease }).await {
            Ok(_) => Ok(Some(self.won(asked_at, acquired))),
            Err(kube::Error::Api(status)) if status.is_conflict() => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn won(&self, asked_at: Instant, acquired: Acquired) -> Acquired {
        self.leadership.set(Some(asked_at + self.duration));
        acquired
    }

    /// Whether the Lease has not changed for as long as its holder promised to renew it.
    fn is_silent(&self, lease: &Lease, seen: &mut Option<Seen>) -> bool {
        let version = lease.metadata.resource_version.clone().unwrap_or_default();
        let promised = lease.spec.as_ref().and_then(|spec| spec.lease_duration_seconds);
        let promised =
            promised.and_then(|seconds| u64::try_from(seconds).ok()).map_or(self.duration, Duration::from_secs);
        match seen {
            Some(known) if known.version == version => known.since.elapsed() >= promised,
            _ => {
                *seen = Some(Seen { version, since: Instant::now(), promised });
                false
            }
        }
    }

    /// False when the Lease is another's. `last` is the Lease as this process wrote it last: while no one else writes, a
    /// renewal is one request. Where someone did, or it is not known what became of the last, it is read anew.
    async fn renew(&self, last: &mut Option<Lease>) -> Result<bool, kube::Error> {
        loop {
            let known = last.take();
            let is_read = known.is_none();
            let lease = match known {
                Some(lease) => lease,
                None => self.leases.get(&self.name).await?,
            };
            if holder(&lease) != Some(self.identity.as_str()) {
                return Ok(false);
            }
            let spec = self.spec(lease.spec.as_ref());
            match self.leases.replace(&self.name, &PostParams::default(), &Lease { spec: Some(spec), ..lease }).await {
                Ok(lease) => {
                    *last = Some(lease);
                    return Ok(true);
                }
                Err(kube::Error::Api(status)) if status.is_conflict() && is_read => return Ok(false),
                // Someone wrote it since: it is looked who has it.
                Err(kube::Error::Api(status)) if status.is_conflict() => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn spec(&self, previous: Option<&LeaseSpec>) -> LeaseSpec {
        #[allow(
            clippy::disallowed_methods,
            reason = "the Lease tells people when it was renewed; nothing is decided by it"
        )]
        let now = MicroTime(Timestamp::now());
        let ours = previous.and_then(|spec| spec.holder_identity.as_deref()) == Some(self.identity.as_str());
        let transitions = previous.and_then(|spec| spec.lease_transitions).unwrap_or(0);
        LeaseSpec {
            holder_identity: Some(self.identity.clone()),
            // Rounded up: a promise in whole seconds must not be shorter than the time that we count on.
            lease_duration_seconds: i32::try_from(self.duration.as_millis().div_ceil(1000)).ok(),
            acquire_time: if ours { previous.and_then(|spec| spec.acquire_time.clone()) } else { Some(now.clone()) },
            renew_time: Some(now),
            lease_transitions: Some(if ours { transitions } else { transitions.saturating_add(1) }),
            ..LeaseSpec::default()
        }
    }
}

/// How long until the Lease is asked for again: no longer than its holder has left, where it stays silent.
fn pause(longest: Duration, seen: Option<&Seen>) -> Duration {
    let left = seen.map(|seen| seen.promised.saturating_sub(seen.since.elapsed()));
    // One that has no time left and has the Lease all the same was not answered: not at call speed.
    left.filter(|left| !left.is_zero()).map_or(longest, |left| left.min(longest))
}

fn holder(lease: &Lease) -> Option<&str> {
    lease.spec.as_ref()?.holder_identity.as_deref().filter(|holder| !holder.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_holder_is_waited_for_no_longer_than_it_promised() {
        let longest = Duration::from_secs(36);
        let seen = |promised| Seen { version: "1".to_owned(), since: Instant::now(), promised };
        assert_eq!(pause(longest, None), longest);
        assert_eq!(pause(longest, Some(&seen(Duration::from_mins(3)))), longest);
        assert!(pause(longest, Some(&seen(Duration::from_secs(1)))) <= Duration::from_secs(1));
        assert_eq!(pause(longest, Some(&seen(Duration::ZERO))), longest);
    }
}
