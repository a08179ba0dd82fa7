//! `kubectl sluice watch`.

use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::Duration;

use futures::stream::pending;
use sluice_api::{Deployment, StatusWord};
use tokio::time::timeout;

use super::get::{now, painted};
use crate::acting::carry_out;
use crate::arguments::{Common, DryRun, Target};
use crate::changes;
use crate::changes::Change as Written;
use crate::cluster::Cluster;
use crate::error::{Error, chain};
use crate::format::Format;
use crate::live::{Change, Happened, Key, Known, Screen, Sources, Typed, Watched, offered, typed};
use crate::look::{Found, LookError, find, parsed};
use crate::output::{takes_colour, write};
use crate::picture::{Foot, Frame, Line, Picture, Tone, clock, followed, screen};

/// Cells of a picture that is written to no terminal.
const USUAL: usize = 160;

/// How long the API server may take to answer.
const ANSWERS: Duration = Duration::from_secs(5);

/// How often a change is made anew because the operator wrote in between.
const TRIES: usize = 4;

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

/// What was typed, and what came of it.
#[derive(Default)]
struct Asked {
    /// What is done once someone says yes.
    change: Option<(Key, Written)>,
    /// What came of the last key.
    says: Option<Line>,
}

fn bad(text: impl AsRef<str>) -> Line {
    Line::of(Tone::Bad, format!("✖ {}", text.as_ref()))
}

/// Whether a key takes something away: the traffic of the replacement, or the original.
fn takes_away(key: Key, deployment: &Deployment) -> bool {
    let word = deployment.status.as_ref().and_then(|status| status.summary.as_ref()?.status);
    match key {
        Key::Stop => true,
        Key::Promote | Key::Skip => word == Some(StatusWord::Baking),
        Key::Approve | Key::Pause => false,
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
        if sources.follow(&self.cluster, &self.known) {
            self.known.forget_told();
        }
    }

    /// Whether the API server is there.
    async fn ask(&mut self) {
        let cluster = &self.cluster;
        let asked = async {
            match &self.known.watched {
                Watched::Application(name) => {
                    cluster.named::<sluice_api::Application>().get_metadata_opt(name).await.err()
                }
                Watched::Group(name) => {
                    cluster.named::<sluice_api::DeploymentGroup>().get_metadata_opt(name).await.err()
                }
                Watched::Deployment { name, .. } => cluster.named::<Deployment>().get_metadata_opt(name).await.err(),
            }
        };
        match timeout(ANSWERS, asked).await {
            Ok(None) => self.known.hear(now()),
            Ok(Some(error)) => self.known.lose(chain(&error), now()),
            Err(_) => self.known.lose(format!("no answer within {}s", ANSWERS.as_secs()), now()),
        }
    }

    /// Redrawn in place, until someone ends it.
    async fn in_terminal(&mut self, colours: bool) -> Result<ExitCode, Error> {
        let failed = |source| Error::from(LookError::Terminal { source });
        let mut shown = Screen::take(colours).map_err(failed)?;
        let mut asked = Asked::default();
        self.draw(&mut shown, &asked).map_err(failed)?;
        let mut sources = Sources::of(&self.cluster, &self.known, Box::new(typed()))?;
        loop {
            match sources.next().await {
                Happened::Change(change) => self.learn(change, &mut sources),
                Happened::Ask => self.ask().await,
                Happened::End(code) => return Ok(ExitCode::from(code)),
                Happened::Typed(Typed::Away) => return Ok(ExitCode::SUCCESS),
                Happened::Typed(Typed::Letter('q')) if asked.change.is_none() => return Ok(ExitCode::SUCCESS),
                Happened::Typed(Typed::Letter(letter)) => {
                    self.press(letter, &mut asked).await;
                    self.draw(&mut shown, &asked).map_err(failed)?;
                }
                Happened::Settled | Happened::Tick | Happened::Typed(Typed::Resized) => {
                    self.draw(&mut shown, &asked).map_err(failed)?;
                }
            }
        }
    }

    /// The Deployment that is shown, as the verbs see it.
    fn view(&self) -> Option<changes::DeploymentView<'_>> {
        let deployment = self.known.deployment()?;
        Some(changes::DeploymentView { deployment, group: self.known.group(), hints: &self.cluster.hints })
    }

    /// What a letter does: the answer to what was asked, or a change, which is asked about where it takes something away.
    async fn press(&self, letter: char, asked: &mut Asked) {
        if let Some((key, change)) = asked.change.take() {
            asked.says = Some(if letter == 'y' {
                self.write(key, &change).await
            } else {
                Line::of(Tone::Faint, "nothing was changed")
            });
            return;
        }
        asked.says = None;
        let (Some(key), Some(view)) = (Key::of(letter), self.view()) else { return };
        match key.change(&view) {
            Err(refusal) => asked.says = Some(bad(refusal.to_string())),
            Ok(change) if takes_away(key, view.deployment) => asked.change = Some((key, change)),
            Ok(change) => asked.says = Some(self.write(key, &change).await),
        }
    }

    /// Writes a change, and says what came of it. Where the operator wrote in between, what is there now is looked at, and
    /// the change is made if it is still the same.
    async fn write(&self, key: Key, meant: &Written) -> Line {
        let Some(mut deployment) = self.known.deployment().cloned() else { return bad("it was deleted") };
        for _ in 0..TRIES {
            let view = changes::DeploymentView {
                deployment: &deployment,
                group: self.known.group(),
                hints: &self.cluster.hints,
            };
            let change = match key.change(&view) {
                Ok(change) if change.does_the_same_as(meant) => change,
                Ok(_) => return bad("it stands otherwise now, and nothing was written: look, and press the key again"),
                Err(refusal) => return bad(refusal.to_string()),
            };
            match timeout(ANSWERS, carry_out(&self.cluster, &change, DryRun::None)).await {
                Ok(Ok(_)) => return Line::of(Tone::Good, format!("✔ {}", change.sentence)),
                Ok(Err(Error::Conflict { .. })) => {}
                Ok(Err(error)) => return bad(chain(&error)),
                Err(_) => return bad("the API server did not answer: whether it was written is not known"),
            }
            match timeout(ANSWERS, self.cluster.named::<Deployment>().get(&change.name)).await {
                Ok(Ok(now)) => deployment = now,
                Ok(Err(error)) => return bad(chain(&error)),
                Err(_) => return bad("the API server did not answer, and nothing was written"),
            }
        }
        bad("it changes all the time, and nothing was written: press the key again")
    }

    fn draw(&mut self, shown: &mut Screen, asked: &Asked) -> std::io::Result<()> {
        let (width, height) = shown.size()?;
        let keys = self.view().map(|view| offered(&view)).unwrap_or_default();
        let foot = Foot {
            says: asked.says.clone(),
            asks: asked.change.as_ref().map(|(_, change)| change.sentence.clone()),
            keys: keys.into_iter().chain([('q', "quit")]).collect(),
        };
        let picture = self.picture(width);
        shown.show(&screen(picture, &foot, (width, height)))
    }

    /// The same text once for each change, until the Deployment has ended.
    async fn in_lines(&mut self, colours: bool) -> Result<ExitCode, Error> {
        let mut sources = Sources::of(&self.cluster, &self.known, Box::new(pending()))?;
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
