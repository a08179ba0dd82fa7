//! Every position of a release, from the queue to its end.

use serde_json::{Value, json};
use sluice_api::{Capacity, Deployment, DeploymentStatus, Source, StepState};
use sluice_plan::status::{paused_before_begin, queued};

use crate::scene::{Screen, at, until};
use crate::support::fixture::{midnight, target_group};
use crate::support::{Behaviour, Event, Run, World};

/// Three increments, each held.
fn steps() -> Value {
    json!({"steps": [
        {"name": "canary", "weight": 10, "hold": "5m"}, {"name": "half", "weight": 50, "hold": "5m"}, {"weight": 100},
    ]})
}

/// A release by them, in a group of four tasks.
pub fn release() -> Run {
    Run::new(World::new(1, 4), &steps())
}

fn tested() -> Run {
    let mut world = World::new(1, 4);
    world.test = vec![(target_group(0), 100), (target_group(1), 0)];
    let mut run = Run::new(world, &steps());
    run.settings.hooks = serde_json::from_value(json!([
        {"name": "migrate", "event": "BeforeInstall", "lambda": {"function": "migrate"}, "timeout": "2m"},
        {"name": "smoke", "event": "AfterAllowTestTraffic", "lambda": {"function": "smoke"}, "timeout": "2m"},
        {"name": "measure", "event": "AfterStep", "lambda": {"function": "measure"}, "timeout": "2m"},
    ]))
    .unwrap();
    run
}

pub fn all() -> Vec<Screen> {
    [before(), on_the_way(), ends()].into_iter().flatten().collect()
}

fn before() -> Vec<Screen> {
    let nothing = DeploymentStatus::default();
    vec![
        Screen::before("not-looked-at", "The operator has not looked at it yet.", &nothing).changed(|screen| {
            screen.seen.deployments[0].status = None;
        }),
        Screen::before(
            "queued",
            "Another release of the group comes first.",
            &queued(&nothing, "shop/prod-0", Some(1), midnight()),
        ),
        Screen::before(
            "paused-before",
            "It is paused, and has not begun.",
            &paused_before_begin(&nothing, Some(1), midnight()),
        )
        .changed(|screen| screen.seen.deployments[0].spec.paused = true),
    ]
}

fn on_the_way() -> Vec<Screen> {
    let proportional = |second| {
        let mut run = Run::new(World::new(1, 8), &json!({"linear": {"percentage": "25%", "interval": "2m"}}));
        run.settings.capacity = Capacity::Proportional;
        at(run, second)
    };
    let by_size = at(Run::new(World::by_size(10), &json!({"canary": {"percentage": 20, "interval": "5m"}})), 200);
    let fine = at(Run::new(World::new(3, 4), &json!({"canary": {"percentage": "0.5%", "interval": "5m"}})), 100);
    vec![
        Screen::of("installing", "The replacement is made, and gets healthy.", &at(release(), 30)),
        Screen::of("hook", "A hook runs on test traffic, before any production traffic moves.", &at(tested(), 52)),
        Screen::of(
            "hook-of-a-step",
            "A hook runs after an increment.",
            &until(tested(), |run| run.progress.message.contains("measure")),
        ),
        Screen::of(
            "shifting",
            "An increment is being made.",
            &until(release(), |run| run.progress.steps.iter().any(|step| step.state == StepState::Shifting)),
        ),
        Screen::of("holding", "An increment is held for its time.", &at(release(), 154)).changed(sourced),
        Screen::of("holding-wide", "The same with -o wide.", &at(release(), 154)).changed(|screen| screen.wide = true),
        Screen::of("holding-fine", "A share of half a percent, on three routes.", &fine),
        Screen::of("proportional", "The original shrinks as the replacement grows.", &proportional(250)),
        Screen::of("by-size", "A service without a load balancer: its tasks are its traffic.", &by_size),
        Screen::of(
            "adopted",
            "The traffic comes from a service that something else deploys.",
            &at(Run::new(World::of_another_service(1, 4), &steps()), 154),
        ),
        Screen::of("first", "The first release of a service.", &at(Run::new(World::empty(1, 4), &steps()), 154)),
        Screen::of("baking", "All traffic moved, and the original is kept.", &at(release(), 720)),
        Screen::of(
            "finishing",
            "The bake is over, and the original goes.",
            &until(release(), |run| run.progress.reason == "Terminating"),
        ),
        Screen::of("scaled-to-0", "The service wants no tasks.", &at(release().at(100, Event::Desired(0)), 160)),
    ]
}

fn ends() -> Vec<Screen> {
    let stopped = release().at(100, Event::Stop);
    vec![
        Screen::of("succeeded", "It ended well.", &at(release(), 3600)),
        Screen::of("returning", "It was stopped, and traffic returns.", &at(stopped.clone(), 100)),
        Screen::of("stopped", "It was stopped, and has ended.", &at(stopped, 3600)),
        Screen::of("superseded", "A newer release took its place.", &at(release().at(100, Event::Supersede), 3600)),
        Screen::of(
            "reverted",
            "What the original runs was asked for again.",
            &at(release().at(100, Event::AskForOriginal), 105),
        ),
        Screen::of(
            "original-down",
            "The original dies in a hold: all traffic moves.",
            &at(release().at(100, Event::OriginalBecomes(Behaviour::Unhealthy)), 115),
        ),
        Screen::of("retry", "A further try of one that failed.", &at(release(), 154)).changed(|screen| {
            screen.seen.deployments[0].spec.retry_of = Some("prod-0".to_owned());
        }),
        Screen::of("gone-back", "Made by hand, to go back from another.", &at(release(), 154)).changed(|screen| {
            let one: &mut Deployment = &mut screen.seen.deployments[0];
            one.metadata.labels = None;
            one.spec.rollback_of = Some("prod-0".to_owned());
            one.spec.revision = None;
        }),
    ]
}

/// Where what is released comes from, as a pipeline reports it.
fn sourced(screen: &mut Screen) {
    let source: Source = serde_json::from_value(json!({
        "repository": "acme/shop", "commitSha": "9f1c2e7", "scan": "passed", "runUrl": "https://ci.example.com/runs/1017",
    }))
    .unwrap();
    screen.seen.deployments[0].status.as_mut().unwrap().source = Some(source);
}
