//! A sweep: each thing that a release stands on is taken away at each position, and given back or not, while someone stops
//! or deletes the Deployment or leaves it alone. The table says what was told and how it ended; that nothing that serves is
//! deleted, the checker of every run sees to.

use std::fmt::Write;

use serde_json::json;
use sluice_api::{LifecycleEventName, LifecycleEventStatus, StepState};

use crate::support::{Event, Run, World, assert_golden};

/// A position, and how to know it.
type Position = (&'static str, fn(&Run) -> bool);

const POSITIONS: &[Position] = &[
    ("installing", |run| run.writes.len() == 1),
    ("holding", |run| run.progress.steps.first().is_some_and(|step| step.state == StepState::Holding)),
    ("baking", |run| is_in_progress(run, LifecycleEventName::Bake)),
    ("finishing", |run| is_in_progress(run, LifecycleEventName::TerminateOriginal)),
    ("rolling back", |run| run.progress.rollback.is_some()),
];

fn is_in_progress(run: &Run, name: LifecycleEventName) -> bool {
    let in_progress = LifecycleEventStatus::InProgress;
    run.progress.lifecycle_events.iter().any(|event| event.name == name && event.status == in_progress)
}

/// What is taken away, what happens then, what happens when it is given back, and the words that name it.
type Loss = (&'static str, &'static [Event], &'static [Event], &'static [&'static str]);

const LOSSES: &[Loss] = &[
    ("a rule", &[Event::RouteGone(1)], &[Event::RoutesBack], &["rule-1"]),
    ("the listener", &[Event::RouteGone(0), Event::RouteGone(1)], &[Event::RoutesBack], &["rule-0", "rule-1"]),
    ("the original's target group", &[Event::OriginalGroupGone], &[Event::RoutesBack], &["shop-a"]),
    ("the replacement's target group", &[Event::ReplacementGroupGone], &[Event::RoutesBack], &["shop-b"]),
    // ECS answers the same where the cluster is gone: that there is no such service.
    ("the service or its cluster", &[Event::ServiceGone], &[Event::ServiceBack], &["service"]),
    // What the namespace may do does not reach the planner, but for that it may not call.
    ("the binding, or the label of the namespace", &[Event::AccessGone], &[Event::AccessBack], &["AwsBinding"]),
    ("the task definition", &[Event::DefinitionGone], &[], &[]),
];

/// What someone asks for 20 seconds later.
const REQUESTS: &[(&str, Option<Event>)] =
    &[("nothing", None), ("stop", Some(Event::Stop)), ("delete", Some(Event::Delete))];

/// When it is given back, after it was taken away, in seconds.
const BACK_AFTER: i64 = 120;

/// What a run came to.
struct Outcome {
    /// The first line of the status that names what is gone.
    said: Option<String>,
    run: Run,
}

fn outcome((position, reached): Position, loss: &Loss, given_back: bool, request: Option<Event>) -> Outcome {
    let (_, taken, back, nouns) = loss;
    let canary = json!({"canary": {"percentage": 10, "interval": "5m"}});
    let run = Run::new(World::new(2, 4), &canary);
    let mut run = if position == "rolling back" { run.at(120, Event::Stop) } else { run }.until(reached);
    let now = run.elapsed();
    let before = run.said.len();
    for event in *taken {
        run = run.at(now, *event);
    }
    if let Some(request) = request {
        run = run.at(now + 20, request);
    }
    for event in back.iter().filter(|_| given_back) {
        run = run.at(now + BACK_AFTER, *event);
    }
    run.time_limit = now + 2 * 3600;
    let run = run.go_on();
    let names = |line: &&String| nouns.iter().any(|noun| line.contains(noun));
    let said = run.said.get(before..).unwrap_or_default().iter().find(names).cloned();
    Outcome { said, run }
}

/// How it ended, in minutes after the loss.
fn end(run: &Run) -> String {
    let status = &run.progress;
    match status.completed_at {
        Some(_) => format!("{}: {}", status.state, without_clocks(&status.message)),
        None => format!("waits: {}", without_clocks(&status.message)),
    }
}

/// The task sets that are left, with their greatest shares.
fn left(run: &Run) -> String {
    let live = run.world.sets.iter().filter(|set| set.is_live());
    let sets: Vec<String> = live
        .map(|set| {
            let name = if set.id.ends_with("42") { "replacement" } else { "original" };
            format!("{name} {}%", run.world.share(&set.group))
        })
        .collect();
    sets.join(", ")
}

/// Moments of the day are another matter.
fn without_clocks(text: &str) -> String {
    let is_clock = |word: &str| word.as_bytes().get(2) == Some(&b':') && word.as_bytes().get(8) == Some(&b'Z');
    let words =
        text.split(' ').map(|word| if is_clock(word) { format!("TIME{}", &word[9..]) } else { word.to_owned() });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn whatever_is_taken_away_at_whatever_position_is_named_and_stop_and_delete_end() {
    let mut table = String::new();
    let mut wrong = Vec::new();
    for position in POSITIONS {
        writeln!(table, "\n## {}\n", position.0).unwrap();
        writeln!(
            table,
            "| what is gone | given back | asked | told | end | task sets, weight |\n|---|---|---|---|---|---|"
        )
        .unwrap();
        for loss in LOSSES {
            for given_back in [false, true].into_iter().filter(|back| !back || !loss.2.is_empty()) {
                for (asked, request) in
                    REQUESTS.iter().filter(|(asked, _)| position.0 != "rolling back" || *asked != "stop")
                {
                    let Outcome { said, run } = outcome(*position, loss, given_back, *request);
                    let back = if given_back { "after 2m" } else { "never" };
                    let told = said.as_deref().map_or_else(|| "-".to_owned(), without_clocks);
                    let row = format!("| {} | {back} | {asked} | {told} | {} | {} |", loss.0, end(&run), left(&run));
                    let ended = run.progress.completed_at.is_some();
                    if !ended && (request.is_some() || given_back) {
                        wrong.push(format!("never ends: {}: {row}", position.0));
                    }
                    if !ended && said.is_none() {
                        wrong.push(format!("waits for what it does not name: {}: {row}", position.0));
                    }
                    writeln!(table, "{row}").unwrap();
                }
            }
        }
    }
    println!("{table}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_golden("sweep", "losses", &table);
}
