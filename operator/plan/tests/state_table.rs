//! The state table: at each position, what the planner does in each situation. It is drawn into
//! `docs/state-table.md`; with `UPDATE_GOLDEN=1` this test writes that file, else it fails where the file is stale.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use serde_json::json;
use sluice_api::{GateKind, IntentOperation, LifecycleEventName, LifecycleEventStatus, Share, StepState};
use sluice_plan::observation::{Observation, StoppedTask};
use sluice_plan::{Plan, Position};

use crate::support::fixture::{seconds, target_group};
use crate::support::{Behaviour, Event, Run, World};

/// A moment of a release, and how to know it.
pub type Moment = (&'static str, &'static str, fn(&Run) -> bool);

/// A situation: what it is called, what happens to the world, and how its observation differs.
pub type Situation = (&'static str, &'static [Event], fn(&mut Observation));

pub const FORWARD: &[Moment] = &[
    ("Install, begun", "The intent is recorded, nothing is made yet.", |_| true),
    ("Install, made", "The replacement is there, its tasks start.", |run| run.writes.len() == 1),
    ("Install, ready", "The replacement is steady and healthy.", |run| {
        run.world.healthy(&target_group(1)) == 2 && run.progress.steps[0].state == StepState::Pending
    }),
    (
        "AllowTraffic, first increment due",
        "The replacement is ready; the increment is recorded, and not yet written.",
        |run| run.progress.steps[0].state == StepState::Shifting,
    ),
    ("AllowTraffic, first increment half made", "One of two routes is written.", |run| {
        run.writes.iter().filter(|write| **write == "weights").count() == 1
    }),
    ("AllowTraffic, held", "Every route was read back at the weight.", |run| {
        run.progress.steps[0].state == StepState::Holding
    }),
    ("AllowTraffic, last increment due", "The hold is over.", |run| run.progress.steps[1].state == StepState::Shifting),
    ("AllowTraffic, last increment made", "Both routes are written, and not yet read back.", |run| {
        (0..2).all(|route| run.world.part(route, &target_group(1)).rounded() == Share::ALL)
            && run.progress.steps[1].verified_at.is_none()
    }),
    ("Bake", "All traffic moved, the original is kept.", |run| is_in_progress(run, LifecycleEventName::Bake)),
    ("TerminateOriginal, begun", "The bake is over.", |run| is_in_progress(run, LifecycleEventName::TerminateOriginal)),
    ("TerminateOriginal, promoted", "The replacement is primary.", |run| run.writes.contains(&"promote")),
    ("TerminateOriginal, past return", "It is written down that the original is deleted.", |run| {
        run.progress.intent.as_ref().is_some_and(|intent| intent.operation == IntentOperation::DeleteTaskSet)
    }),
    ("TerminateOriginal, deleted", "The delete was called.", |run| run.writes.contains(&"delete")),
    ("Ended, succeeded", "", |run| run.progress.completed_at.is_some()),
];

pub const BACK: &[Moment] = &[
    ("Rollback, begun", "A stop was asked for, and the first of two routes is back.", |run| {
        run.progress.rollback.is_some()
    }),
    ("Rollback, traffic restored", "Every route was read back at the original.", |run| {
        run.progress.rollback.as_ref().is_some_and(|rollback| rollback.traffic_restored_at.is_some())
    }),
    ("Rollback, deleted", "The delete of the replacement was called.", |run| run.writes.contains(&"delete")),
    ("Ended, rolled back", "", |run| run.progress.completed_at.is_some()),
];

fn nothing(_: &mut Observation) {}

fn later(observed: &mut Observation) {
    observed.at += seconds(660);
}

pub const SITUATIONS: &[Situation] = &[
    ("all is well", &[], nothing),
    ("11 minutes later: holds, bakes, barriers and deadlines are over", &[], later),
    ("the replacement has no healthy target", &[Event::ReplacementBecomes(Behaviour::Unhealthy)], nothing),
    ("the replacement has too few healthy targets", &[Event::Desired(8)], nothing),
    ("too many tasks of the replacement failed", &[], tasks_failed),
    ("someone deleted the replacement", &[Event::LoseReplacement], nothing),
    ("the original has no healthy target", &[Event::OriginalBecomes(Behaviour::Unhealthy)], nothing),
    (
        "neither has a healthy target",
        &[Event::OriginalBecomes(Behaviour::Unhealthy), Event::ReplacementBecomes(Behaviour::Unhealthy)],
        nothing,
    ),
    ("someone deleted the original", &[Event::LoseOriginal], nothing),
    ("someone set a weight to 0", &[Event::Weigh(0, 0)], nothing),
    ("someone set a weight to 60", &[Event::Weigh(0, 60)], nothing),
    ("someone set a weight to 100", &[Event::Weigh(0, 100)], nothing),
    ("someone removed a route", &[Event::RouteGone(1)], nothing),
    ("someone removed a route, and 11 minutes later", &[Event::RouteGone(1)], later),
    ("a route answers without a forward action", &[Event::RouteWithoutForward(1)], nothing),
    ("someone wrote a route without the replacement", &[Event::RouteOfOriginalAlone(1)], nothing),
    ("someone wrote a route without the original", &[Event::RouteOfReplacementAlone(1)], nothing),
    ("someone gave a third target group half of a route", &[Event::Outsider(1, 50)], nothing),
    ("someone gave a third target group half of a route, and 11 minutes later", &[Event::Outsider(1, 50)], later),
    ("the replacement's target group is deleted", &[Event::ReplacementGroupGone], nothing),
    ("the original's target group is deleted", &[Event::OriginalGroupGone], nothing),
    ("someone made another rule for the original", &[Event::UnnamedRule(0)], nothing),
    ("someone made another rule for the replacement", &[Event::UnnamedRule(100)], nothing),
    ("someone made another rule for the original, and 11 minutes later", &[Event::UnnamedRule(0)], later),
    ("stop, and someone made another rule for the replacement", &[Event::Stop, Event::UnnamedRule(100)], nothing),
    ("ECS leaves the task sets out of one answer", &[], |observed| {
        observed.service.as_mut().unwrap().task_sets.clear();
    }),
    ("ECS does not answer with the service", &[Event::ServiceGone], nothing),
    ("the service wants no tasks any more", &[Event::Desired(0)], nothing),
    ("paused", &[Event::Pause], nothing),
    ("paused, and 11 minutes later", &[Event::Pause], later),
    (
        "paused, and the replacement has no healthy target",
        &[Event::Pause, Event::ReplacementBecomes(Behaviour::Unhealthy)],
        nothing,
    ),
    ("stop", &[Event::Stop], nothing),
    ("stop and paused", &[Event::Stop, Event::Pause], nothing),
    (
        "stop, and the original has no healthy target",
        &[Event::Stop, Event::OriginalBecomes(Behaviour::Unhealthy)],
        nothing,
    ),
    ("stop, and someone removed a route", &[Event::Stop, Event::RouteGone(1)], nothing),
    ("stop, and someone gave a third target group half of a route", &[Event::Stop, Event::Outsider(1, 50)], nothing),
    ("stop, and the replacement's target group is deleted", &[Event::Stop, Event::ReplacementGroupGone], nothing),
    ("stop, and the original's target group is deleted", &[Event::Stop, Event::OriginalGroupGone], nothing),
    ("deleted", &[Event::Delete], nothing),
    ("what the original runs is asked for again", &[Event::AskForOriginal], nothing),
    (
        "what the original runs is asked for again, and it has no healthy target",
        &[Event::AskForOriginal, Event::OriginalBecomes(Behaviour::Unhealthy)],
        nothing,
    ),
    ("a newer one supersedes it", &[Event::Supersede], nothing),
    (
        "a newer one supersedes it, and the original has no healthy target",
        &[Event::Supersede, Event::OriginalBecomes(Behaviour::Unhealthy)],
        nothing,
    ),
    ("a newer one ends its bake", &[Event::EndBake], nothing),
];

pub fn tasks_failed(observed: &mut Observation) {
    let task = StoppedTask {
        arn: "task/1".to_owned(),
        stop_code: Some("EssentialContainerExited".to_owned()),
        stopped_reason: Some("Essential container in task exited".to_owned()),
        container: Some("web".to_owned()),
        container_reason: None,
        exit_code: Some(1),
        started_at: None,
        stopped_at: Some(observed.at),
    };
    observed.stopped_tasks = Some(vec![task; 3]);
    // Whose tasks fail is not steady, and its stopped tasks are read only then.
    let sets = observed.service.iter_mut().flat_map(|service| &mut service.task_sets);
    sets.filter(|set| set.external_id.is_some()).for_each(|set| set.steady = false);
}

fn is_in_progress(run: &Run, name: LifecycleEventName) -> bool {
    let in_progress = LifecycleEventStatus::InProgress;
    run.progress.lifecycle_events.iter().any(|event| event.name == name && event.status == in_progress)
}

const fn name(position: Position) -> &'static str {
    match position {
        Position::Install => "Install",
        Position::Event(name) => name.as_str(),
        Position::AllowTraffic(_) => "AllowTraffic",
        Position::Bake => "Bake",
        Position::TerminateOriginal => "TerminateOriginal",
        Position::Rollback => "Rollback",
        Position::Ended => "Ended",
    }
}

/// What the plan does, without its times: they differ from moment to moment, and the logs show them.
fn cell(plan: &Plan) -> String {
    let does = match (&plan.action, &plan.waiting) {
        (Some(step), _) => format!(
            "**{}**",
            step.describe().replace("ecs-svc/42", "the replacement").replace("ecs-svc/41", "the original")
        ),
        (None, Some(waiting)) => {
            let mut text = waiting.to_string();
            for end in [", until ", " until ", " at 00:", " since "] {
                let clock = text.find(end).filter(|at| {
                    text[at + end.len()..].starts_with(|first: char| first.is_ascii_digit()) || end == " at 00:"
                });
                if let Some(at) = clock {
                    let rest = text[at + end.len()..]
                        .find([',', ';', ' '])
                        .map(|next| text[at + end.len() + next..].to_owned());
                    text = format!("{}{}", &text[..at], rest.unwrap_or_default());
                }
            }
            text
        }
        (None, None) if plan.is_ended() && plan.notes.is_empty() => "nothing".to_owned(),
        (None, None) => "remembers".to_owned(),
    };
    let told: Vec<&str> = plan.notes.iter().map(|note| note.message.as_str()).collect();
    if told.is_empty() { does } else { format!("{does}; tells: {}", without_clocks(&told.join(" · "))) }
}

fn without_clocks(text: &str) -> String {
    let words = text.split(' ').map(|word| if word.len() == 9 && word.ends_with('Z') { "its time" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

/// A release of two increments over two routes, up to this moment; on its way back since the first of them was held.
pub fn release(back: bool, reached: fn(&Run) -> bool) -> Run {
    let canary = json!({"steps": [{"weight": 10, "scale": 50, "hold": "5m"}, {"weight": 100}]});
    let run = Run::new(World::new(2, 4), &canary);
    if back { run.at(120, Event::Stop) } else { run }.until(reached)
}

/// A release that waits for a person before any traffic and after its first increment.
const PERSON: &[Moment] = &[
    ("Ready, waiting", "The replacement is ready, and a person is asked before any traffic moves.", |run| {
        waits(run, GateKind::Ready)
    }),
    ("AllowTraffic, waiting", "The first increment is held no more, and a person is asked.", |run| {
        waits(run, GateKind::Approval)
    }),
];

/// What a person says, beside all that may happen.
const WORDS: &[Situation] = &[
    ("someone approves", &[Event::Approve("Ready"), Event::Approve("0")], nothing),
    ("someone approves, and 11 minutes later", &[Event::Approve("Ready"), Event::Approve("0")], later),
    ("someone approves while it is paused", &[Event::Pause, Event::Approve("Ready"), Event::Approve("0")], nothing),
    ("someone approves and stops it", &[Event::Stop, Event::Approve("Ready"), Event::Approve("0")], nothing),
    ("someone approves what there is not", &[Event::Approve("hlaf")], nothing),
    ("someone skips to the end", &[Event::SkipTo("End")], nothing),
    ("someone skips to what there is not", &[Event::SkipTo("hlaf")], nothing),
    ("a newer one goes back to what it replaces", &[Event::GoBack], nothing),
];

fn waits(run: &Run, kind: GateKind) -> bool {
    run.progress.gates.iter().any(|gate| gate.kind == kind && gate.is_waiting())
}

fn release_that_asks(reached: fn(&Run) -> bool) -> Run {
    let first = json!({"weight": 10, "scale": 50, "hold": "1m", "approval": {"timeout": "10m"}});
    let mut run = Run::new(World::new(2, 4), &json!({"steps": [first, {"weight": 100}]}));
    run.settings.ready = Some(serde_json::from_value(json!({"wait": "10m"})).unwrap());
    run.at(60, Event::Approve("Ready")).until(reached)
}

/// Every moment, in the order of the page, with the situations that it is looked at in.
fn rows() -> Vec<(&'static Moment, Run, Vec<&'static Situation>)> {
    let forward = FORWARD.iter().map(|moment| (moment, release(false, moment.2), SITUATIONS.iter().collect()));
    let asked = PERSON
        .iter()
        .map(|moment| (moment, release_that_asks(moment.2), WORDS.iter().chain(SITUATIONS).collect::<Vec<_>>()));
    let back = BACK.iter().map(|moment| (moment, release(true, moment.2), SITUATIONS.iter().collect()));
    forward.chain(asked).chain(back).collect()
}

fn table() -> String {
    let mut text = HEAD.to_owned();
    let mut tables = String::new();
    let mut edges: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for ((moment, about, _), run, situations) in rows() {
        let from = moment.split(',').next().unwrap_or_default();
        write!(tables, "\n### {moment}\n\n{about}\n\n| situation | what it does | then |\n|---|---|---|\n").unwrap();
        for (situation, events, change) in situations {
            let mut run = run.clone();
            events.iter().for_each(|event| run.happen(*event));
            let (plan, _) = run.look(change);
            let to = name(plan.position());
            writeln!(tables, "| {situation} | {} | {to} |", cell(&plan)).unwrap();
            if from != to {
                edges.entry((from, to)).or_default().insert(situation);
            }
        }
    }
    text.push_str("```mermaid\nstateDiagram-v2\n    [*] --> Install: its turn, and every check passed\n");
    for ((from, to), situations) in &edges {
        let label = match (*to, situations.len()) {
            ("Rollback", _) => "a failure, stop or deletion".to_owned(),
            _ if situations.contains("all is well") => "done".to_owned(),
            (_, 1..=2) => situations
                .iter()
                .copied()
                .collect::<Vec<_>>()
                .join(", or ")
                .split(':')
                .next()
                .unwrap_or_default()
                .to_owned(),
            _ => "time, or someone's hand".to_owned(),
        };
        writeln!(text, "    {from} --> {to}: {label}").unwrap();
    }
    text.push_str("    Ended --> [*]\n```\n\n## Every position, in every situation\n");
    text.push_str(&tables);
    text
}

const HEAD: &str = "<!-- Generated by operator/plan/tests/state_table.rs: UPDATE_GOLDEN=1 cargo test -p sluice-plan state_table -->

# The state table of a Deployment

What the planner does at each position of a release, in each situation: the one call it makes (in bold), what it
waits for, or what it only remembers. The release is one of two increments, 10 and 100 percent, over two routes, with four tasks; that of the two
positions in which a person is waited for has `ready` and an `approval` besides, each for ten minutes. Right after each line the world is looked at again; no line makes more than one call.

";

#[test]
fn the_state_table_in_the_docs_is_what_the_planner_does() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/state-table.md");
    let table = table();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let stale = table.lines().zip(committed.lines()).find(|(new, old)| new != old);
    assert_eq!(stale, None, "docs/state-table.md is stale: UPDATE_GOLDEN=1 cargo test -p sluice-plan state_table");
    assert_eq!(table.len(), committed.len(), "docs/state-table.md is stale");
}

#[test]
fn no_situation_is_met_with_an_action_that_would_break_an_invariant() {
    assert!(!table().contains("would break"), "a step was blocked: see the table");
}
