//! Groups and Applications: what serves, what is in progress, what waits, and what someone has to look at.

use serde_json::json;

use sluice_api::{Application, ApplicationStatus, DeploymentGroup, DeploymentStatus};
use sluice_cli::picture::Lost;
use sluice_plan::application;
use sluice_plan::status::queued;

use crate::positions::release;
use crate::scene::{Moment, Screen, Shows, at, deployment, group_of};
use crate::support::fixture::{midnight, revision, seconds, target_group};
use crate::support::{Behaviour, Event, World};

/// The group of a simulation.
fn group(name: &'static str, what: &'static str, moment: &Moment) -> Screen {
    let mut screen = Screen::of(name, what, moment);
    let own = screen.seen.deployments.clone();
    screen.seen.groups = vec![group_of("prod", &World { now: moment.now, ..moment.run.world.clone() }, 42, &own, None)];
    screen.shows = Shows::Group("prod");
    screen
}

pub fn all() -> Vec<Screen> {
    let idle = World { now: midnight(), ..World::new(1, 4) };
    let mut lost = at(release(), 3600);
    lost.run.world.routes[0].1 = vec![(target_group(0), 100), (target_group(1), 0)];
    let mut sick = at(release(), 3600);
    sick.run.world.sets.iter_mut().for_each(|set| set.behaviour = Behaviour::Unhealthy);
    let failed = at(release().at(120, Event::ReplacementBecomes(Behaviour::Unhealthy)), 3600);
    vec![
        group("group-in-progress", "A group whose release is in progress, and another one waits.", &at(release(), 154))
            .changed(|screen| {
                let second = deployment(
                    "prod",
                    2,
                    43,
                    &queued(&DeploymentStatus::default(), "shop/prod-1", Some(1), midnight()),
                );
                screen.seen.deployments.push(second);
                let world = World { now: screen.now, ..World::new(1, 4) };
                screen.seen.groups = vec![group_of("prod", &world, 43, &screen.seen.deployments, None)];
            }),
        group("api-server-gone", "The API server went away while it is followed.", &at(release(), 154)).changed(|screen| {
            screen.lost = Some(Lost {
                since: screen.now - seconds(12),
                heard_at: screen.now - seconds(15),
                why: "failed to start watching object: client error (Connect): tcp connect error: Connection refused (os error 111)".to_owned(),
            });
        }),
        group("group-idle", "A group that was never released by Sluice.", &at(release(), 0)).changed(|screen| {
            screen.seen.deployments.clear();
            screen.seen.events.clear();
            screen.seen.groups = vec![group_of("prod", &idle, 41, &[], None)];
        }),
        group("group-released", "A group whose last release ended well.", &at(release(), 3600)),
        group("group-held", "A group whose last release failed.", &failed),
        group("group-traffic-lost", "Someone sends its traffic to an empty target group.", &lost),
        group("group-unreachable", "Its tasks do not answer any more.", &sick),
        application_of(
            "application",
            "An Application with a group in progress and one that is well.",
            Shows::Application,
        ),
        application_of("everything", "Everything in a namespace.", Shows::Everything),
        application_of("everything-wide", "The same with -o wide.", Shows::Everything)
            .changed(|screen| screen.wide = true),
    ]
}

/// An Application with two groups: one is being released, the other runs what it released before.
fn application_of(name: &'static str, what: &'static str, shows: Shows) -> Screen {
    let mut screen = group(name, what, &at(release(), 154));
    let idle = World { now: screen.now, ..World::new(1, 4) };
    screen.seen.groups.insert(0, group_of("dev", &idle, 41, &[], None));
    let wanted = revision(42);
    let groups: &[DeploymentGroup] = &screen.seen.groups;
    let status =
        application::status(&ApplicationStatus::default(), Some(&wanted), groups, None, None, Some(1), screen.now);
    let application: Application = serde_json::from_value(json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": "Application",
        "metadata": {"name": "shop", "namespace": "shop", "creationTimestamp": midnight()},
        "spec": {"computePlatform": "ECS", "revision": wanted}, "status": status,
    }))
    .unwrap();
    screen.seen.applications = vec![application];
    screen.shows = shows;
    screen
}
