//! Every kind of failure, when it has ended or while traffic returns.

use serde_json::json;

use crate::positions::release;
use crate::scene::{Screen, at, until};
use crate::support::{AlarmIs, Behaviour, Event, Function, Run, World};

/// When every release has ended.
const LATE: i64 = 3600;

fn of(behaviour: Behaviour) -> Run {
    let world = World { behaviour, ..World::new(1, 4) };
    Run::new(world, &json!({"name": "CodeDeployDefault.ECSCanary10Percent5Minutes"}))
}

pub fn all() -> Vec<Screen> {
    let unhealthy = || release().at(120, Event::ReplacementBecomes(Behaviour::Unhealthy));
    let mut refused = release();
    refused.refuses_create = true;
    let mut alarmed = release();
    alarmed.settings.alarms = Some(serde_json::from_value(json!({"names": ["shop-5xx"]})).unwrap());
    alarmed.happen(Event::Alarm("shop-5xx", AlarmIs::Ok));
    let alarmed = alarmed.at(123, Event::Alarm("shop-5xx", AlarmIs::Alarm));
    let mut hooked = release();
    hooked.settings.hooks = serde_json::from_value(json!([
        {"name": "smoke", "event": "AfterInstall", "lambda": {"function": "smoke"}, "timeout": "2m"},
        {"name": "tell", "event": "OnRollback", "lambda": {"function": "tell"}, "timeout": "2m"},
    ]))
    .unwrap();
    hooked.world.hooks.functions.insert("smoke".to_owned(), Function::Fails(5));
    let half = json!({"name": "half", "weight": 50, "approval": {"timeout": "5m"}});
    let asked = Run::new(World::new(1, 4), &json!({"steps": [half, {"weight": 100}]}));
    let crashes = World { behaviour: Behaviour::Crashes, ..World::empty(1, 4) };
    let first = Run::new(crashes, &json!({"allAtOnce": {}}));
    vec![
        Screen::of("crashing", "Its tasks exit soon after they run.", &at(of(Behaviour::Crashes), LATE)),
        Screen::of("never-starting", "The image of its tasks cannot be pulled.", &at(of(Behaviour::NeverStarts), LATE)),
        Screen::of(
            "rolling-back",
            "Its tasks fail their health checks: traffic is back, and the replacement goes.",
            &until(unhealthy(), |run| run.progress.rollback.is_some()),
        ),
        Screen::of("unhealthy", "The same, when it has ended.", &at(unhealthy(), LATE)),
        Screen::of("progress-deadline", "Its tasks stay pending until the deadline.", &at(of(Behaviour::Hangs), LATE)),
        Screen::of(
            "no-place",
            "ECS finds no place for its tasks.",
            &at(of(Behaviour::Hangs).at(60, Event::NoPlace), LATE),
        ),
        Screen::of("create-refused", "AWS refuses to create its task set.", &at(refused, LATE)),
        Screen::of(
            "denied",
            "AWS denies the weights until the deadline.",
            &at(release().at(0, Event::Deny("weights")), LATE),
        ),
        Screen::of("alarm-rollback", "An alarm turns it round.", &at(alarmed, LATE)),
        Screen::of("hook-rollback", "A hook fails.", &at(hooked, LATE)),
        Screen::of("approval-timed-out", "Nobody approves in time.", &at(asked, LATE)),
        Screen::of(
            "first-failed",
            "The first release of a service fails: there is nothing to return to.",
            &at(first, LATE),
        ),
    ]
}
