//! From a simulation to what the API server would hold at one moment of it.

use jiff::Timestamp;
use serde_json::{Value, json};
use sluice_api::{Deployment, DeploymentGroup, DeploymentGroupStatus, DeploymentStatus, LastRequest};
use sluice_cli::picture::{
    Frame, Lost, Picture, Seen, Told, followed, of_application, of_deployment, of_everything, of_group,
};
use sluice_plan::group::facts::Facts;
use sluice_plan::{Note, ReadScope, Refusal, begin, group, status};

use crate::support::fixture::{midnight, released, seconds, settings};
use crate::support::reads::look;
use crate::support::{Run, World};

/// What is shown of a scene.
#[derive(Clone, Copy, Debug)]
pub enum Shows {
    Deployment(&'static str),
    Group(&'static str),
    Application,
    Everything,
}

/// A situation.
#[derive(Clone, Debug)]
pub struct Screen {
    pub name: &'static str,
    pub what: &'static str,
    pub now: Timestamp,
    pub seen: Seen,
    pub shows: Shows,
    pub wide: bool,
    /// Since when the API server does not answer, while it is followed.
    pub lost: Option<Lost>,
}

impl Screen {
    /// The Deployment of a simulation.
    pub fn of(name: &'static str, what: &'static str, moment: &Moment) -> Self {
        let seen = Seen {
            deployments: vec![deployment("prod", 1, 42, &moment.run.progress)],
            groups: vec![bare_group("prod")],
            events: moment.told.clone(),
            ..Seen::default()
        };
        Self { name, what, now: moment.now, seen, shows: Shows::Deployment("prod-1"), wide: false, lost: None }
    }

    /// A Deployment that has not begun, with this status.
    pub fn before(name: &'static str, what: &'static str, status: &DeploymentStatus) -> Self {
        let seen = Seen { deployments: vec![deployment("prod", 1, 42, status)], ..Seen::default() };
        let now = midnight() + seconds(300);
        Self { name, what, now, seen, shows: Shows::Deployment("prod-1"), wide: false, lost: None }
    }

    pub fn changed(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    pub fn frame(&self, width: usize) -> Frame {
        Frame { now: self.now, width, wide: self.wide, flags: " -n shop".to_owned() }
    }

    pub fn picture(&self, width: usize) -> Picture {
        let frame = self.frame(width);
        let picture = match self.shows {
            Shows::Deployment(name) => of_deployment(&self.seen, self.seen.deployment(name).unwrap(), &frame),
            Shows::Group(name) => of_group(&self.seen, self.seen.group(name).unwrap(), &frame),
            Shows::Application => of_application(&self.seen, &self.seen.applications[0], &frame),
            Shows::Everything => of_everything(&self.seen, false, &frame),
        };
        followed(picture, self.lost.as_ref(), &frame)
    }
}

/// A simulation at one moment.
#[derive(Clone, Debug)]
pub struct Moment {
    pub run: Run,
    pub told: Vec<Told>,
    pub now: Timestamp,
}

/// Runs until so many seconds after the beginning. What is recorded then is what is shown.
pub fn at(run: Run, second: i64) -> Moment {
    let end = midnight() + seconds(second);
    Moment { now: end, ..steps(run, |run| run.world.now > end || run.progress.completed_at.is_some()) }
}

/// Runs until the first moment at which this is so.
pub fn until(run: Run, reached: impl Fn(&Run) -> bool) -> Moment {
    steps(run, reached)
}

fn steps(mut run: Run, is_enough: impl Fn(&Run) -> bool) -> Moment {
    run.begin().unwrap();
    let (mut told, mut known, mut now) = (Vec::new(), run.notes.len(), run.world.now);
    while !is_enough(&run) {
        assert!(run.elapsed() < run.time_limit, "never reached:\n{}", run.log.text());
        now = run.world.now;
        run.step();
        told.extend(run.notes[known..].iter().map(|note| event(note, now)));
        known = run.notes.len();
    }
    Moment { run, told, now }
}

fn event(note: &Note, at: Timestamp) -> Told {
    Told { at, warning: note.warning, reason: note.reason.to_string(), message: note.message.clone() }
}

/// A Deployment that the operator made, as the API server has it.
pub fn deployment(group: &str, sequence: i64, revision: i32, status: &DeploymentStatus) -> Deployment {
    let name = format!("{group}-{sequence}");
    let paused = status.paused_at.is_some();
    serde_json::from_value(json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment",
        "metadata": {
            "name": name, "namespace": "shop", "uid": name, "creationTimestamp": midnight() - seconds(2),
            "labels": {"sluice.dev/group": group, "sluice.dev/sequence": sequence.to_string()},
        },
        "spec": {"groupRef": group, "revision": {"taskDefinition": format!("shop:{revision}")}, "paused": paused},
        "status": status::with_revision(status.clone(), &released(revision)),
    }))
    .unwrap()
}

pub fn group_object(name: &str, spec: &Value, status: Option<&DeploymentGroupStatus>) -> DeploymentGroup {
    let mut full = serde_json::to_value(settings(1)).unwrap();
    full.as_object_mut().unwrap().extend(spec.as_object().unwrap().clone());
    serde_json::from_value(json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": "DeploymentGroup",
        "metadata": {"name": name, "namespace": "shop", "creationTimestamp": midnight() - seconds(86_400)},
        "spec": full, "status": status,
    }))
    .unwrap()
}

/// A group of which nothing but its settings is known.
pub fn bare_group(name: &str) -> DeploymentGroup {
    group_object(name, &json!({}), None)
}

/// What the planner tells of a group in this world, with these Deployments; seen twice, so that what is wrong is so.
pub fn group_of(
    name: &str,
    world: &World,
    wish: i32,
    deployments: &[Deployment],
    refusal: Option<&Refusal>,
) -> DeploymentGroup {
    let settings = settings(world.routes.len());
    let in_progress = |one: &Deployment| {
        one.status.as_ref().is_some_and(|status| status.started_at.is_some() && status.completed_at.is_none())
    };
    let observed = look(ReadScope::Group, &settings, &world.observe("none")).observed;
    let seen = (!deployments.iter().any(in_progress)).then_some(&observed);
    let preflight = begin::preflight::input::PreflightInput { settings: &settings, observed: &observed };
    let found = seen.and_then(|_| begin::preflight::check_group(&preflight));
    let wish = format!("shop:{wish}");
    let sequence = i64::try_from(deployments.len()).unwrap();
    let requested =
        LastRequest { task_definition: wish.clone(), pinned: None, sequence, adopted: deployments.is_empty() };
    let facts = Facts {
        suspended_by: None,
        settings: &settings,
        named_config: None,
        generation: Some(1),
        deployments,
        desired: Some(&wish),
        made: None,
        requested: Some(requested),
        observed: seen,
        refusal: refusal.or(found.as_ref()),
        call_error: None,
        now: world.now,
    };
    let first = group::status(&DeploymentGroupStatus::default(), &facts);
    group_object(name, &json!({}), Some(&group::status(&first, &facts)))
}
