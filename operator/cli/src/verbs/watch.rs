//! `kubectl sluice watch`.

use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::Duration;

use futures::stream::pending;
use futures::{Stream, StreamExt};
use sluice_api::Deployment;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, sleep_until, timeout};

use super::get::{now, painted};
use crate::arguments::{Common, Target};
use crate::cluster::Cluster;
use crate::error::Error;
use crate::format::Format;
use crate::live::{Change, Known, Screen, Subject, Typed, events_of, streams_of, typed};
use crate::look::{Found, LookError, find, parsed};
use crate::output::{takes_colour, write};
use crate::picture::{Foot, Frame, Line, Picture, Tone, clock, followed, screen};

/// Cells of a picture that is written to no terminal.
const USUAL: usize = 160;

/// How long no more change is waited for before what came is shown: they come together.
const SETTLES: Duration = Duration::from_millis(80);

/// How often the API server is asked whether it is there: a connection may die without a word.
const ASKED: Duration = Duration::from_secs(10);

/// How long it may take to answer that.
const ANSWERS: Duration = Duration::from_secs(5);

/// Follows a Deployment, a group to its next Deployments, or an Application, until someone ends it.
pub async fn run(common: &Common, target: &Target) -> Result<ExitCode, Error> {
    let Some((kind, name)) = parsed(target)? else { return Err(LookError::NothingToWatch.into()) };
    let cluster = Cluster::of(common).await?;
    let found = find(&cluster, kind, &name, "watch").await?;
    let wide = common.output == Some(Format::Wide);
    let mut watch = Watch::of(cluster, found, wide).await;
    if std::io::stdout().is_terminal() && std::io::stdin().is_terminal() {
        watch.in_terminal(takes_colour(common)).await
    } else {
        watch.in_lines(takes_colour(common)).await
    }
}

/// What is followed, and how it is drawn.
struct Watch {
    cluster: Cluster,
    known: Known,
    wide: bool,
    /// The last picture of what was there.
    last: Option<Picture>,
}

/// Something that happened.
enum Happened {
    Change(Box<Change>),
    /// What came has been taken in.
    Settled,
    Typed(Typed),
    /// The API server is to be asked whether it is there.
    Ask,
    /// Another second.
    Tick,
    /// The program is to end, with this code.
    End(u8),
}

/// Where all of that comes from.
struct Sources {
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
    fn of(watch: &Watch, typed: Box<dyn Stream<Item = Typed> + Unpin>) -> Result<Self, Error> {
        let of = |kind| signal(kind).map_err(|source| Error::Runtime { source });
        let mut ask = interval(ASKED);
        ask.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ask.reset();
        let mut sources = Self {
            changes: Box::new(streams_of(&watch.cluster, &watch.known.subject)),
            told: Box::new(pending()),
            told_of: None,
            typed,
            settles_at: None,
            ask,
            tick: interval(Duration::from_secs(1)),
            interrupt: of(SignalKind::interrupt())?,
            terminate: of(SignalKind::terminate())?,
        };
        sources.follow(watch);
        Ok(sources)
    }

    /// The Events of the Deployment that is shown now; true where that is another one.
    fn follow(&mut self, watch: &Watch) -> bool {
        let current = watch.known.current();
        if current == self.told_of {
            return false;
        }
        self.told = match &current {
            Some(name) => Box::new(events_of(&watch.cluster, name)),
            None => Box::new(pending()),
        };
        self.told_of = current;
        true
    }

    async fn next(&mut self) -> Happened {
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

impl Watch {
    /// The first picture takes one object, and what belongs to it, each by its name: the lists come later.
    async fn of(cluster: Cluster, found: Found, wide: bool) -> Self {
        let (group, deployment) = match &found {
            Found::Application(_) => (None, None),
            Found::Deployment(one) => (cluster.named().get_opt(&one.spec.group_ref).await.unwrap_or_default(), None),
            Found::Group(one) => {
                let current = one.status.as_ref().and_then(|status| {
                    status.current.as_ref().or_else(|| status.history.first().map(|record| &record.deployment))
                });
                match current {
                    Some(name) => (None, cluster.named().get_opt(name).await.unwrap_or_default()),
                    None => (None, None),
                }
            }
        };
        let known = Known::of(found, now()).with(group, deployment);
        Self { cluster, known, wide, last: None }
    }

    /// What is shown now; where what is followed is gone, what was there last, and that it is gone.
    fn picture(&mut self, width: usize) -> Picture {
        let frame = Frame { now: now(), width, wide: self.wide, flags: self.cluster.flags.clone() };
        let picture = match self.known.picture(&frame) {
            Some(picture) => {
                self.last = Some(picture.clone());
                picture
            }
            None => self.gone(),
        };
        followed(picture, self.known.lost(), &frame)
    }

    fn gone(&self) -> Picture {
        let mut picture = self.last.clone().unwrap_or_default();
        let says = Line::of(Tone::Bad, "✖ It was deleted. This is what it was.");
        picture.0.insert(0, crate::picture::Section::of(0, vec![says]));
        picture
    }

    /// Takes in what is told, and goes on with the Events of the Deployment that is shown then.
    fn learn(&mut self, change: Box<Change>, sources: &mut Sources) {
        self.known.learn(change, now());
        if sources.follow(self) {
            self.known.forget_told();
        }
    }

    /// Whether the API server is there.
    async fn ask(&mut self) {
        let cluster = &self.cluster;
        let asked = async {
            match &self.known.subject {
                Subject::Application(name) => {
                    cluster.named::<sluice_api::Application>().get_metadata_opt(name).await.err()
                }
                Subject::Group(name) => {
                    cluster.named::<sluice_api::DeploymentGroup>().get_metadata_opt(name).await.err()
                }
                Subject::Deployment { name, .. } => cluster.named::<Deployment>().get_metadata_opt(name).await.err(),
            }
        };
        match timeout(ANSWERS, asked).await {
            Ok(None) => self.known.hear(now()),
            Ok(Some(error)) => self.known.lose(crate::error::chain(&error), now()),
            Err(_) => self.known.lose(format!("no answer within {}s", ANSWERS.as_secs()), now()),
        }
    }

    /// Redrawn in place, until someone ends it.
    async fn in_terminal(&mut self, colours: bool) -> Result<ExitCode, Error> {
        let failed = |source| Error::from(LookError::Terminal { source });
        let mut shown = Screen::take(colours).map_err(failed)?;
        let foot = Foot { keys: vec![('q', "quit")], ..Foot::default() };
        self.draw(&mut shown, &foot).map_err(failed)?;
        let mut sources = Sources::of(self, Box::new(typed()))?;
        loop {
            match sources.next().await {
                Happened::Change(change) => self.learn(change, &mut sources),
                Happened::Ask => self.ask().await,
                Happened::End(code) => return Ok(ExitCode::from(code)),
                Happened::Typed(Typed::Letter('q') | Typed::Away) => return Ok(ExitCode::SUCCESS),
                Happened::Settled | Happened::Tick | Happened::Typed(_) => {
                    self.draw(&mut shown, &foot).map_err(failed)?;
                }
            }
        }
    }

    fn draw(&mut self, shown: &mut Screen, foot: &Foot) -> std::io::Result<()> {
        let (width, height) = shown.size()?;
        let picture = self.picture(width);
        shown.show(&screen(picture, foot, (width, height)))
    }

    /// The same text once for each change, until the Deployment has ended.
    async fn in_lines(&mut self, colours: bool) -> Result<ExitCode, Error> {
        let mut sources = Sources::of(self, Box::new(pending()))?;
        let mut before: Option<Known> = None;
        loop {
            match sources.next().await {
                Happened::Change(change) => self.learn(change, &mut sources),
                Happened::Ask => self.ask().await,
                Happened::End(code) => return Ok(ExitCode::from(code)),
                Happened::Settled if self.known.is_complete() => {
                    self.print(before.as_ref(), colours)?;
                    before = Some(self.known.clone());
                    if self.known.has_ended() {
                        return Ok(ExitCode::SUCCESS);
                    }
                }
                Happened::Settled | Happened::Tick | Happened::Typed(_) => {}
            }
        }
    }

    /// Prints what is new. That time passes is no change.
    fn print(&mut self, before: Option<&Known>, colours: bool) -> Result<(), Error> {
        let frame = Frame { now: now(), width: USUAL, wide: self.wide, flags: self.cluster.flags.clone() };
        let same = |known: &Known| known.picture(&frame).map(|picture| followed(picture, known.lost(), &frame));
        if before.is_some_and(|before| same(before) == same(&self.known)) {
            return Ok(());
        }
        let picture = painted(&self.picture(USUAL), USUAL, colours);
        write(&format!("──── {} ────\n{picture}\n", clock(frame.now, frame.now)))
    }
}
