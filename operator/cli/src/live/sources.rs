//! Everything that happens while something is followed, one after the other.

use std::time::Duration;

use futures::stream::pending;
use futures::{Stream, StreamExt};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, sleep_until};

use super::known::Known;
use super::screen::Typed;
use super::streams::{Change, events_of, streams_of};
use crate::cluster::Cluster;
use crate::error::Error;

/// How long no more change is waited for before what came is shown: they come together.
const SETTLES: Duration = Duration::from_millis(80);

/// How often the API server is asked whether it is there: a connection may die without a word.
const ASKED: Duration = Duration::from_secs(10);

/// Something that happened.
pub enum Happened {
    /// Something was told.
    Change(Box<Change>),
    /// What came has been taken in.
    Settled,
    /// Something was typed.
    Typed(Typed),
    /// The API server is to be asked whether it is there.
    Ask,
    /// Another second.
    Tick,
    /// The program is to end, with this code.
    End(u8),
}

/// Where all of that comes from.
pub struct Sources {
    changes: Box<dyn Stream<Item = Box<Change>> + Unpin>,
    told: Box<dyn Stream<Item = Box<Change>> + Unpin>,
    /// Of which Deployment.
    told_of: Option<String>,
    typed: Box<dyn Stream<Item = Typed> + Unpin>,
    settles_at: Option<Instant>,
    ask: Interval,
    tick: Interval,
    interrupt: Signal,
    terminate: Signal,
}

impl Sources {
    /// All that belongs to what is known, and what is typed.
    pub fn of(cluster: &Cluster, known: &Known, typed: Box<dyn Stream<Item = Typed> + Unpin>) -> Result<Self, Error> {
        let of = |kind| signal(kind).map_err(|source| Error::Runtime { source });
        let mut ask = interval(ASKED);
        ask.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ask.reset();
        let mut sources = Self {
            changes: Box::new(streams_of(cluster, &known.watched)),
            told: Box::new(pending()),
            told_of: None,
            typed,
            settles_at: None,
            ask,
            tick: interval(Duration::from_secs(1)),
            interrupt: of(SignalKind::interrupt())?,
            terminate: of(SignalKind::terminate())?,
        };
        sources.follow(cluster, known);
        Ok(sources)
    }

    /// The Events of the Deployment that is shown now; true where that is another one.
    pub fn follow(&mut self, cluster: &Cluster, known: &Known) -> bool {
        let current = known.current();
        if current == self.told_of {
            return false;
        }
        self.told = match &current {
            Some(name) => Box::new(events_of(cluster, name)),
            None => Box::new(pending()),
        };
        self.told_of = current;
        true
    }

    /// What happens next.
    pub async fn next(&mut self) -> Happened {
        let settles_at = self.settles_at;
        let settled = async {
            match settles_at {
                Some(at) => sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            _ = self.terminate.recv() => Happened::End(143),
            _ = self.interrupt.recv() => Happened::End(130),
            Some(typed) = self.typed.next() => Happened::Typed(typed),
            Some(change) = self.changes.next() => self.changed(change),
            Some(change) = self.told.next() => self.changed(change),
            () = settled => {
                self.settles_at = None;
                Happened::Settled
            }
            _ = self.ask.tick() => Happened::Ask,
            _ = self.tick.tick() => Happened::Tick,
        }
    }

    fn changed(&mut self, change: Box<Change>) -> Happened {
        // From the first change on, so that one after the other is shown however many come.
        self.settles_at.get_or_insert_with(|| Instant::now() + SETTLES);
        Happened::Change(change)
    }
}
