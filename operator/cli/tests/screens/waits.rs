//! Every wait: for a person, for time, for others, and for someone who mends something.

use std::sync::Arc;

use serde_json::{Value, json};
use sluice_api::{Application, Deployment, DeploymentStatus, Duration, MultiStatus, Reason, SiblingRef};
use sluice_plan::admission::begin_gates::{Moment, ask};
use sluice_plan::multi::as_seen;
use sluice_plan::promotion::{Member, Promoted};
use sluice_plan::status::{call_failed, gated, refused};
use sluice_plan::{CallError, Controls, Refusal};

use crate::positions::release;
use crate::scene::{Screen, at, deployment, group_object, until};
use crate::support::fixture::{midnight, seconds};
use crate::support::{AlarmIs, Event, Function, Run, World};

pub fn all() -> Vec<Screen> {
    [before_it_begins(), of_a_person(), of_others()].into_iter().flatten().collect()
}

/// A release that was made by a change of the revision, before it has begun, at one of the gates.
fn gate(name: &'static str, what: &'static str, spec: &Value, suspended: bool, promoted: Option<&Promoted>) -> Screen {
    let group = group_object("prod", spec, None);
    let own = deployment("prod", 1, 42, &DeploymentStatus::default());
    let moment = Moment {
        deployment: &own,
        settings: &group.spec,
        application_is_suspended: suspended,
        promoted,
        now: midnight(),
    };
    let wait = ask(&moment).unwrap().unwrap();
    Screen::before(name, what, &gated(&DeploymentStatus::default(), &wait, Some(1), midnight()))
}

fn promoted() -> Promoted {
    let application: Application = serde_json::from_value(json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": "Application", "metadata": {"name": "shop", "namespace": "shop"},
        "spec": {
            "computePlatform": "ECS", "revision": {"taskDefinition": "shop:42"},
            "promotion": {"groups": ["staging", "prod"]},
        },
    }))
    .unwrap();
    let asked = |name: &str, deployments: Vec<Deployment>| {
        let status = json!({"requested": {"taskDefinition": "shop:42", "sequence": 1}});
        let group = group_object(name, &json!({}), Some(&serde_json::from_value(status).unwrap()));
        Member { group: Arc::new(group), deployments: deployments.into_iter().map(Arc::new).collect() }
    };
    let staging = deployment("staging", 1, 42, &at(release(), 100).run.progress);
    let prod = deployment("prod", 1, 42, &DeploymentStatus::default());
    Promoted {
        application: Arc::new(application),
        groups: vec![asked("staging", vec![staging]), asked("prod", vec![prod])],
    }
}

fn before_it_begins() -> Vec<Screen> {
    let schedule = json!({"days": ["Mon"], "from": "09:00", "to": "16:00", "timeZone": "Europe/Berlin"});
    let windows = json!({"windows": [{"name": "office", "schedule": schedule}]});
    let none = json!({});
    let nothing = DeploymentStatus::default();
    let unknown = Refusal::new(
        Reason::TaskDefinitionNotFound,
        "spec.revision.taskDefinition: shop:99 does not exist in this account and region: register it, or release another revision",
    );
    let stalled = refused(&nothing, &unknown, Controls::default(), Some(1), midnight());
    vec![
        gate("window", "No window of the group is open.", &windows, false, None),
        gate("suspended", "The group is suspended.", &json!({"suspend": true}), false, None),
        gate("promotion", "Another group comes first.", &none, false, Some(&promoted())),
        Screen::before("cannot-begin", "Something has to be mended before it can begin.", &stalled),
    ]
}

fn asks(fields: &Value) -> Run {
    let mut half = json!({"name": "half", "weight": 50, "hold": "1m"});
    half.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    Run::new(World::new(1, 4), &json!({"steps": [{"weight": 10}, half, {"weight": 100}]}))
}

fn alarmed(policy: &Value) -> Run {
    let mut run = release();
    let mut alarms = json!({"names": ["shop-5xx", "shop-p99"]});
    alarms.as_object_mut().unwrap().extend(policy.as_object().unwrap().clone());
    run.settings.alarms = Some(serde_json::from_value(alarms).unwrap());
    for name in ["shop-5xx", "shop-p99"] {
        run.happen(Event::Alarm(name, AlarmIs::Ok));
    }
    run
}

fn of_a_person() -> Vec<Screen> {
    let mut ready = release();
    ready.settings.ready = Some(serde_json::from_value(json!({"wait": "30m"})).unwrap());
    let mut failing = release();
    failing.settings.hooks = serde_json::from_value(json!([
        {"name": "smoke", "event": "AfterInstall", "lambda": {"function": "smoke"}, "timeout": "2m", "onFailure": "Pause"},
    ]))
    .unwrap();
    failing.world.hooks.functions.insert("smoke".to_owned(), Function::Fails(5));
    let pauses = alarmed(&json!({"onAlarm": "Pause"})).at(120, Event::Alarm("shop-5xx", AlarmIs::Alarm));
    vec![
        Screen::of("ready", "A person lets traffic move.", &at(ready, 200)),
        Screen::of("approval", "A person approves an increment.", &at(asks(&json!({"approval": {}})), 200)),
        Screen::of(
            "approval-continues",
            "Nobody has to.",
            &at(asks(&json!({"approval": {"timeout": "5m", "onTimeout": "Continue"}})), 200),
        ),
        Screen::of("paused", "A user holds it.", &at(release().at(100, Event::Pause), 200)),
        Screen::of("alarm", "An alarm holds it.", &at(pauses, 200)),
        Screen::of("hook-failed", "A hook failed, and a person decides.", &at(failing, 120)),
        Screen::of("alarms-ok", "It watches alarms, which are OK.", &at(alarmed(&json!({})), 200)),
        Screen::of(
            "alarm-unread",
            "An alarm is not read for a while.",
            &at(alarmed(&json!({})).at(320, Event::Alarm("shop-5xx", AlarmIs::Throttled)), 360),
        ),
    ]
}

fn of_others() -> Vec<Screen> {
    let no_binding = Refusal::new(
        Reason::NoBinding,
        "spec.aws.binding: there is no AwsBinding team-shop: ask an admin to create one that admits namespace shop",
    );
    let denied = CallError {
        reason: Reason::AccessDenied,
        message: "failed to call ecs:DescribeServices: AccessDeniedException; allow the operator's role this action"
            .to_owned(),
        stalled: true,
        refused: false,
    };
    let mut without = at(release(), 154);
    let stop = Controls { stop: true, ..Controls::default() };
    without.run.progress = refused(&without.run.progress, &no_binding, stop, Some(1), midnight() + seconds(120));
    let mut unread = at(release(), 154);
    unread.run.progress =
        call_failed(&unread.run.progress, &denied, Controls::default(), Some(1), midnight() + seconds(120));
    let foreign = release().at(100, Event::Outsider(0, 50));
    vec![
        Screen::of("multi", "It waits for those that are released as one with it.", &together()),
        Screen::of("no-binding", "Its AwsBinding is gone in the middle of a release.", &without),
        Screen::of("access-denied", "AWS refuses to be read in the middle of a release.", &unread),
        Screen::of("foreign-traffic", "A third target group has half of the traffic.", &at(foreign, 130)),
        Screen::of(
            "weights-edited",
            "Someone edits the weights in a hold.",
            &until(release().at(100, Event::Weigh(0, 80)), |run| {
                run.progress.traffic.as_ref().is_some_and(|traffic| traffic.observed > traffic.desired)
            }),
        ),
    ]
}

/// A release that has done all its own, beside one that has not.
fn together() -> crate::scene::Moment {
    let mut run = Run::new(World::new(1, 4), &json!({"allAtOnce": {}}));
    run.settings.bake = Duration::default();
    let pinned = |group: &str, uid: &str| MultiStatus {
        siblings: vec![SiblingRef { group: group.to_owned(), deployment: format!("{group}-1"), uid: uid.to_owned() }],
        wait: Duration::from_mins(60),
        ..MultiStatus::default()
    };
    let mut worker = release();
    worker.multi = Some(pinned("prod", run.uid()));
    let other = deployment("worker", 1, 42, &at(worker, 100).run.progress);
    let multi = pinned("worker", "worker-1");
    run.siblings = as_seen(run.uid(), &multi, |_| Some(&other));
    run.multi = Some(multi);
    at(run, 200)
}
