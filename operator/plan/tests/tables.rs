//! What `kubectl get` shows in each situation: the golden file `tests/snapshots/tables/kubectl-get.snap` reads as the
//! documentation of the columns.

use std::fmt::Write;
use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};
use kube::CustomResourceExt;
use serde_json::{Value, json};
use sluice_api::{
    Adoption, Application, ApplicationStatus, ConditionType, Deployment, DeploymentGroup, DeploymentGroupStatus,
    DeploymentStatus, LastRequest, Reason, status_of,
};
use sluice_plan::admission::succession::Terms;
use sluice_plan::group::deployments::replaced;
use sluice_plan::group::facts::Facts;
use sluice_plan::group::request::{RevisionDecision, decide};
use sluice_plan::status::{call_failed, paused_before_begin, queued, ready_behind, refused, rejected, superseded};
use sluice_plan::{CallError, Controls, Newer, ReadScope, Refusal, application, begin, group, status};

use crate::support::fixture::{midnight, outsider, released, revision, seconds, target_group};
use crate::support::printer::table;
use crate::support::reads::look;
use crate::support::{Behaviour, Event, Run, World, assert_golden};

/// A group, what is asked of it, and the world that it is in.
#[derive(Clone)]
pub struct Scene {
    pub what: &'static str,
    pub wish: Option<i32>,
    has_application: bool,
    world: World,
    pub deployments: Vec<Deployment>,
    requested: Option<LastRequest>,
    refusal: Option<Refusal>,
    call_error: Option<CallError>,
}

impl Scene {
    /// `shop:41` serves, as it was found.
    fn adopted(what: &'static str) -> Self {
        Self {
            what,
            wish: Some(41),
            has_application: true,
            world: World { now: now(), ..World::new(1, 4) },
            deployments: Vec::new(),
            requested: Some(LastRequest {
                task_definition: "shop:41".to_owned(),
                pinned: None,
                sequence: 0,
                adopted: true,
            }),
            refusal: None,
            call_error: None,
        }
    }

    /// A release of `shop:42` after that, as far as it has got.
    pub fn released(what: &'static str, run: Run) -> Self {
        let mut scene = Self::adopted(what);
        scene.wish = Some(42);
        scene.requested =
            Some(LastRequest { task_definition: "shop:42".to_owned(), pinned: None, sequence: 1, adopted: false });
        scene.deployments.push(deployment(1, 42, &run.progress));
        scene.world = run.world;
        scene
    }

    /// A group that can do nothing, and is asked for a revision.
    pub fn refused(refusal: Refusal, wish: i32) -> Self {
        Self::adopted("").changed(|scene| (scene.refusal, scene.wish) = (Some(refusal), Some(wish)))
    }

    fn then(mut self, revision: i32, status: &DeploymentStatus) -> Self {
        let sequence = i64::try_from(self.deployments.len()).unwrap() + 1;
        self.deployments.push(deployment(sequence, revision, status));
        self.requested =
            Some(LastRequest { task_definition: format!("shop:{revision}"), pinned: None, sequence, adopted: false });
        self.wish = Some(revision);
        self
    }

    fn changed(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// The group as it is shown in the end: what is seen twice is so.
    pub fn group(&self, name: &str) -> DeploymentGroup {
        let mut settings = crate::support::fixture::settings(self.world.routes.len());
        if self.world.sets.iter().any(|set| set.is_other_service) {
            settings.adopt = Some(Adoption { service: "shop-rolling".to_owned(), cluster: None, keep: true });
        }
        let busy = self.deployments.iter().any(|one| {
            one.status.as_ref().is_some_and(|status| status.started_at.is_some() && status.completed_at.is_none())
        });
        let observed = look(ReadScope::Group, &settings, &self.world.observe("none")).observed;
        let seen = (!busy && self.call_error.is_none()).then_some(&observed);
        let preflight = begin::preflight::input::PreflightInput { settings: &settings, observed: &observed };
        let found = seen.and_then(|_| begin::preflight::check_group(&preflight));
        let wish = self.wish.map(|number| format!("shop:{number}"));
        let facts = Facts {
            suspended_by: None,
            settings: &settings,
            named_config: None,
            generation: Some(1),
            deployments: &self.deployments,
            desired: wish.as_deref(),
            made: None,
            requested: self.requested.clone(),
            observed: seen,
            refusal: self.refusal.as_ref().or(found.as_ref()),
            call_error: self.call_error.as_ref(),
            now: now(),
        };
        let first = group::status(&DeploymentGroupStatus::default(), &facts);
        let shown = group::status(&first, &facts);
        assert_eq!(group::status(&shown, &facts), shown, "{}: the same facts give the same status", self.what);
        let mut group: DeploymentGroup = serde_json::from_value(json!({
            "apiVersion": "sluice.dev/v1alpha1", "kind": "DeploymentGroup",
            "metadata": {"name": name, "creationTimestamp": midnight()}, "spec": settings,
        }))
        .unwrap();
        group.status = Some(shown);
        group
    }
}

fn deployment(sequence: i64, revision: i32, status: &DeploymentStatus) -> Deployment {
    let name = format!("prod-{sequence}");
    serde_json::from_value(json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment",
        "metadata": {
            "name": name, "uid": name, "creationTimestamp": midnight() + seconds(60 * sequence),
            "labels": {"sluice.dev/group": "prod", "sluice.dev/sequence": sequence.to_string()},
        },
        "spec": {"groupRef": "prod", "revision": {"taskDefinition": format!("shop:{revision}")}},
        "status": status::with_revision(status.clone(), &released(revision)),
    }))
    .unwrap()
}

/// When the tables are read.
fn now() -> Timestamp {
    midnight() + SignedDuration::from_mins(30)
}

/// A release by three increments of 25, 50 and 100 percent, five minutes each.
fn release() -> Run {
    let steps = json!({"steps": [{"weight": 25, "hold": "5m"}, {"weight": 50, "hold": "5m"}, {"weight": 100}]});
    Run::new(World::new(1, 4), &steps)
}

pub fn after(run: Run, second: i64) -> Run {
    run.until(move |run| run.elapsed() >= second || run.progress.completed_at.is_some())
}

fn weigh(scene: &mut Scene, weights: &[(&str, i32)]) {
    let arn = |name: &str| match name {
        "shop-a" => target_group(0),
        "shop-b" => target_group(1),
        other => other.to_owned(),
    };
    scene.world.routes[0].1 = weights.iter().map(|(group, weight)| (arn(group), *weight)).collect();
}

/// A release that takes the traffic from a service that something else deploys.
fn adoption() -> Run {
    Run::new(World::of_another_service(1, 4), &json!({"canary": {"percentage": 10, "interval": "5m"}}))
}

fn no_binding() -> Refusal {
    Refusal::new(
        Reason::NoBinding,
        "spec.aws.binding: there is no AwsBinding team-shop: ask an admin to create one that admits namespace shop",
    )
}

/// Every situation of a group alone in its Application.
pub fn scenes() -> &'static [Scene] {
    static SCENES: LazyLock<Vec<Scene>> =
        LazyLock::new(|| before_and_during().into_iter().chain(newer_ones()).chain(after_the_end()).collect());
    &SCENES
}

fn before_and_during() -> Vec<Scene> {
    let nothing = DeploymentStatus::default();
    let waits = queued(&nothing, "prod-1", Some(1), now());
    let no_definition = Refusal::new(
        Reason::TaskDefinitionNotFound,
        "spec.revision.taskDefinition: shop:99 does not exist in this account and region: register it, or release another revision",
    );
    let stalled = refused(&nothing, &no_definition, Controls::default(), Some(1), now());
    let paused = paused_before_begin(&nothing, Some(1), now());
    vec![
        Scene::adopted("nothing was released yet, and nothing is asked for").changed(|scene| {
            scene.world = World::empty(1, 4);
            (scene.wish, scene.requested) = (None, None);
        }),
        Scene::adopted("a service that is to be adopted serves").changed(|scene| {
            scene.world = World { now: now(), ..World::of_another_service(1, 4) };
            (scene.wish, scene.requested) = (Some(42), None);
        }),
        Scene::released("its traffic moves", after(adoption(), 100)),
        Scene::released("it has the traffic back", after(adoption().at(90, Event::Stop), 3600)),
        Scene::released("it is adopted, and still runs", after(adoption(), 3600)),
        Scene::adopted("the service is adopted as it stands"),
        Scene::released("the replacement gets healthy", after(release(), 10)),
        Scene::released("an increment is held, and another release waits", after(release(), 100)).then(43, &waits),
        Scene::released("a user holds it", after(release().at(90, Event::Pause), 100)),
        Scene::released("all traffic moved, and the original is kept", after(release(), 700)),
        Scene::released("it ended well", after(release(), 3600)),
        Scene::released("traffic returns to the original", after(release().at(90, Event::Stop), 92)),
        Scene::adopted("a Deployment is paused before it begins").then(42, &paused),
        Scene::adopted("the task definition does not exist, so that it cannot begin").then(99, &stalled),
        Scene::adopted("the same, and a later one has begun").then(99, &stalled).changed(|scene| {
            let run = after(release(), 100);
            scene.world = run.world;
            scene.deployments[0].status =
                Some(superseded(&status::with_revision(stalled.clone(), &released(99)), "prod-2", Some(1), now()));
            scene.deployments.push(deployment(2, 42, &run.progress));
            scene.wish = Some(42);
            scene.requested =
                Some(LastRequest { task_definition: "shop:42".to_owned(), pinned: None, sequence: 2, adopted: false });
        }),
        Scene::released("its AwsBinding is gone while it holds an increment, and a stop is asked for", {
            let mut run = after(release(), 100);
            let controls = Controls { stop: true, ..Controls::default() };
            run.progress = refused(&run.progress, &no_binding(), controls, Some(1), run.world.now);
            run
        }),
        Scene::released("AWS refuses to be read in the middle of a release", {
            let mut run = after(release(), 100);
            run.progress = call_failed(&run.progress, &denied(), Controls::default(), Some(1), run.world.now);
            run
        }),
        Scene::released("a third target group gets half of the traffic in the middle of a release", {
            after(release().at(90, Event::Outsider(0, 50)), 120)
        }),
    ]
}

/// What a newer Deployment does to the one in progress, as the group has it.
fn newer_ones() -> Vec<Scene> {
    let nothing = status::with_revision(DeploymentStatus::default(), &released(43));
    let ready = Terms { group_generation: 1, binding_generation: 1, ..Terms::default() }.passed(now());
    let behind = |asks| ready_behind(&nothing, ("shop/prod-1", asks), ready, Some(1), now());
    let turned = || release().at(90, Event::Supersede);
    let in_line = superseded(&nothing, "shop/prod-3", Some(1), now());
    vec![
        Scene::released("a newer one supersedes the one in progress", after(turned(), 92))
            .then(43, &behind(Newer::Supersedes)),
        Scene::released("it is superseded, and the newer one has not begun yet", after(turned(), 3600))
            .then(43, &behind(Newer::Supersedes)),
        Scene::released("a newer one ends the bake of the one in progress", after(release(), 700))
            .then(43, &behind(Newer::EndsBake)),
        Scene::released("a newer one is rejected", after(release(), 100))
            .then(43, &rejected(&nothing, "shop/prod-1", Some(1), now())),
        Scene::released("the one in progress has ended since", after(release(), 3600))
            .then(43, &rejected(&nothing, "shop/prod-1", Some(1), now())),
        Scene::released("of those that waited the newest has begun", after(release(), 3600))
            .then(43, &in_line)
            .changed(|scene| {
                let world = World { revision: 44, ..scene.world.clone() };
                let run = after(Run::new(world, &json!({"allAtOnce": {}})), 20);
                scene.deployments.push(deployment(3, 44, &run.progress));
                scene.world = run.world;
                scene.wish = Some(44);
                scene.requested = Some(LastRequest {
                    task_definition: "shop:44".to_owned(),
                    pinned: None,
                    sequence: 3,
                    adopted: false,
                });
            }),
    ]
}

fn denied() -> CallError {
    CallError {
        reason: Reason::AccessDenied,
        message: "failed to call ecs:DescribeServices: AccessDeniedException; allow the operator's role this action"
            .to_owned(),
        stalled: true,
        refused: false,
    }
}

fn after_the_end() -> Vec<Scene> {
    let done = || after(release(), 3600);
    let failed = || {
        let unhealthy = World { behaviour: Behaviour::Unhealthy, ..World::new(1, 4) };
        let run = Run::new(unhealthy, &json!({"canary": {"percentage": 10, "interval": "5m"}}));
        after(run, 7200)
    };
    let slow = CallError {
        reason: Reason::AwsUnavailable,
        message: "failed to call ecs:DescribeServices: no answer; it is tried again".to_owned(),
        stalled: false,
        refused: false,
    };
    vec![
        Scene::released("a later release took its place", done()).changed(|scene| {
            let world = World { revision: 43, ..scene.world.clone() };
            let run = after(Run::new(world, &json!({"allAtOnce": {}})), 3600);
            scene.deployments.push(deployment(2, 43, &run.progress));
            let by = replaced(&scene.deployments)[0].1.clone();
            let old = scene.deployments[0].status.clone().unwrap();
            scene.deployments[0].status = Some(status::replaced(&old, &by));
            assert!(replaced(&scene.deployments).is_empty(), "told once");
            scene.world = run.world;
            scene.wish = Some(43);
            scene.requested =
                Some(LastRequest { task_definition: "shop:43".to_owned(), pinned: None, sequence: 2, adopted: false });
        }),
        Scene::released("a release failed and was rolled back: what is asked for is held", failed()),
        Scene::released("a release was stopped: what is asked for is held", after(release().at(90, Event::Stop), 3600)),
        Scene::released("the Deployment of what is asked for was deleted", after(release().at(90, Event::Stop), 3600))
            .changed(|scene| scene.deployments.clear()),
        Scene::released("someone sets the rule back to the empty target group", done())
            .changed(|scene| weigh(scene, &[("shop-a", 100), ("shop-b", 0)])),
        Scene::released("someone takes all weight away", done())
            .changed(|scene| weigh(scene, &[("shop-a", 0), ("shop-b", 0)])),
        Scene::released("a third target group has half of the traffic", done())
            .changed(|scene| weigh(scene, &[("shop-a", 0), ("shop-b", 50), (&outsider(), 50)])),
        Scene::adopted("two revisions receive traffic, and nothing is being released").changed(|scene| {
            scene.world = after(release(), 100).world;
        }),
        Scene::released("someone deletes the only task set", done()).changed(|scene| {
            scene.world.delete("ecs-svc/42");
        }),
        Scene::released("the service is scaled to 0", done()).changed(|scene| {
            scene.world.desired = 0;
            scene.world.tick();
        }),
        Scene::released("its tasks do not answer any more", done()).changed(|scene| {
            scene.world.sets.iter_mut().for_each(|set| set.behaviour = Behaviour::Unhealthy);
        }),
        Scene::released("AWS refuses to be read", done()).changed(|scene| scene.call_error = Some(denied())),
        Scene::released("AWS does not answer for a while", done()).changed(|scene| scene.call_error = Some(slow)),
        Scene::released("the Application is deleted", done()).changed(|scene| {
            (scene.has_application, scene.wish) = (false, None);
            scene.refusal = Some(Refusal::new(
                Reason::NoApplication,
                "spec.applicationRef: there is no Application shop in namespace shop: create it",
            ));
        }),
    ]
}

pub fn application_of(wish: Option<i32>, groups: &[DeploymentGroup]) -> Value {
    let wanted = wish.map(revision);
    let status =
        application::status(&ApplicationStatus::default(), wanted.as_ref(), groups, None, None, Some(1), now());
    json!({
        "metadata": {"name": "shop", "creationTimestamp": midnight()},
        "spec": {"computePlatform": "ECS", "revision": wanted},
        "status": status,
    })
}

/// The three tables, and what the group and the Application say.
fn picture(what: &str, application: Option<&Value>, groups: &[DeploymentGroup], deployments: &[Deployment]) -> String {
    let mut text = format!("## {what}\n\n$ kubectl get sapp,sdg,sdep\n");
    let values = |items: Vec<Value>| items;
    let groups: Vec<Value> = groups.iter().map(|group| serde_json::to_value(group).unwrap()).collect();
    let deployments: Vec<Value> = deployments.iter().map(|one| serde_json::to_value(one).unwrap()).collect();
    let kinds = [
        (Application::crd(), values(application.cloned().into_iter().collect())),
        (DeploymentGroup::crd(), groups.clone()),
        (Deployment::crd(), deployments.clone()),
    ];
    let tables = kinds.iter().filter(|(_, objects)| !objects.is_empty());
    let tables: Vec<String> = tables
        .map(|(definition, objects)| table(&serde_json::to_value(definition).unwrap(), objects, false, now()))
        .collect();
    writeln!(text, "{}\n", tables.join("\n\n")).unwrap();
    for (kind, object) in
        application.map(|one| ("Application", one)).into_iter().chain(groups.iter().map(|one| ("DeploymentGroup", one)))
    {
        writeln!(text, "{kind} {}: {}", object["metadata"]["name"].as_str().unwrap(), conditions(object)).unwrap();
    }
    for one in &deployments {
        let (name, message) = (&one["metadata"]["name"], &one["status"]["message"]);
        writeln!(text, "Deployment {}: {}", name.as_str().unwrap(), message.as_str().unwrap_or("")).unwrap();
    }
    text
}

/// The condition of kstatus that stands at True, with its reason and message.
fn conditions(object: &Value) -> String {
    let all = object["status"]["conditions"].as_array().unwrap();
    let stands: Vec<String> = all
        .iter()
        .filter(|condition| condition["status"] == "True")
        .map(|one| format!("{}, {}: {}", one["type"], one["reason"], one["message"]).replace('"', ""))
        .collect();
    assert_eq!(stands.len(), 1, "exactly one of Ready, Reconciling and Stalled is true: {stands:?}");
    stands.join("; ")
}

#[test]
fn kubectl_get_tells_what_serves_and_where_it_stands() {
    let mut pictures = Vec::new();
    for scene in scenes() {
        let groups = [scene.group("prod")];
        let application = scene.has_application.then(|| application_of(scene.wish, &groups));
        pictures.push(picture(scene.what, application.as_ref(), &groups, &scene.deployments));
    }
    let well = Scene::adopted("").changed(|scene| scene.wish = Some(41)).group("dev");
    let drifted = Scene::adopted("").changed(|scene| weigh(scene, &[("shop-a", 0), ("shop-b", 100)])).group("prod");
    let groups = [drifted, well];
    let both = application_of(Some(41), &groups);
    pictures.push(picture("of two groups one is stalled", Some(&both), &groups, &[]));
    assert!(pictures.len() >= 20);
    assert_golden("tables", "kubectl-get", &pictures.join("\n\n"));
}

#[test]
fn an_application_that_is_suspended_says_so_and_which_command_ends_it() {
    let command = r#"kubectl patch sapp shop -n shop --type merge -p '{"spec":{"suspend":false}}'"#;
    let adopted = || Scene::adopted("").changed(|scene| scene.wish = Some(41));
    let well = [adopted().group("prod")];
    let stalled = [adopted().changed(|scene| weigh(scene, &[("shop-a", 0), ("shop-b", 100)])).group("prod")];
    let busy = [Scene::released("", after(release(), 100)).group("prod")];
    for (what, groups, head) in [
        ("no group", &[][..], "no DeploymentGroup names this Application"),
        ("well", &well[..], "every group is as it should be"),
        ("in progress", &busy[..], "groups in progress: prod"),
        ("stalled, which has much to say", &stalled[..], "group prod: "),
    ] {
        let status = |suspended| {
            let previous = ApplicationStatus::default();
            let status = application::status(&previous, Some(&revision(41)), groups, None, suspended, Some(1), now());
            serde_json::to_value(status).unwrap()["conditions"][0]["message"].as_str().unwrap().to_owned()
        };
        let (told, silent) = (status(Some(("shop", "shop"))), status(None));
        assert!(told.starts_with(head) && silent.starts_with(head), "{what}: {told}");
        assert!(
            told.ends_with(&format!("; nothing begins: suspended by spec.suspend; to end that: {command}")),
            "{what}: {told}"
        );
        assert!(!silent.contains("suspend") && told.chars().count() <= sluice_api::MESSAGE_LIMIT, "{what}: {told}");
    }
}

/// What is wrong once may be a late answer: not Ready at once, and Stalled when it is seen again.
#[test]
fn what_is_wrong_with_the_traffic_is_told_at_once_and_stalls_when_it_is_seen_again() {
    let mut scene = Scene::adopted("");
    weigh(&mut scene, &[("shop-a", 0), ("shop-b", 100)]);
    let settings = crate::support::fixture::settings(1);
    let observed = look(ReadScope::Group, &settings, &scene.world.observe("none")).observed;
    let facts = Facts {
        suspended_by: None,
        settings: &settings,
        named_config: None,
        generation: Some(1),
        deployments: &[],
        desired: Some("shop:41"),
        made: None,
        requested: scene.requested.clone(),
        observed: Some(&observed),
        refusal: None,
        call_error: None,
        now: now(),
    };
    let once = group::status(&DeploymentGroupStatus::default(), &facts);
    let twice = group::status(&once, &facts);
    let stands = |status: &DeploymentGroupStatus, kind| status_of(&status.conditions, kind) == Some(true);
    assert!(stands(&once, ConditionType::Reconciling) && stands(&twice, ConditionType::Stalled));
    assert!(group::has_symptom(&once) && group::has_symptom(&twice), "it is looked at again soon");
    assert_eq!(
        (group::notes(&DeploymentGroupStatus::default(), &once).len(), group::notes(&once, &twice).len()),
        (0, 1)
    );
    assert_eq!(group::notes(&twice, &group::status(&twice, &facts)).len(), 0, "told once");
}

/// Right after a Deployment was made, the group waits for it, and does not pass for an answer to the change.
#[test]
fn a_group_waits_for_the_deployment_that_was_made_right_now() {
    let scene = Scene::adopted("");
    let RevisionDecision::Deploy(made) = decide("prod", Some(&revision(42)), scene.requested.as_ref(), &[], None)
    else {
        panic!("a change asks for a Deployment")
    };
    let settings = crate::support::fixture::settings(1);
    let observed = look(ReadScope::Group, &settings, &scene.world.observe("none")).observed;
    let facts = Facts {
        suspended_by: None,
        settings: &settings,
        named_config: None,
        generation: Some(1),
        deployments: &[],
        desired: Some("shop:42"),
        made: Some(&made.name),
        requested: Some(LastRequest {
            task_definition: "shop:42".to_owned(),
            pinned: None,
            sequence: made.sequence,
            adopted: false,
        }),
        observed: Some(&observed),
        refusal: None,
        call_error: None,
        now: now(),
    };
    let shown = group::status(&DeploymentGroupStatus::default(), &facts);
    assert_eq!(
        (status_of(&shown.conditions, ConditionType::Ready), shown.queue),
        (Some(false), vec!["prod-1".to_owned()])
    );
}
