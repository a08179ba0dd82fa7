//! What someone else changes while nothing is released: what is told, what is put back, and what never is. The golden file
//! reads as the specification.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Value, json};
use sluice_api::{
    Deployment, DeploymentGroupSpec, DeploymentGroupStatus, DeploymentStatus, DriftPolicy, DriftState, LastRequest,
    Share, bounded_message,
};
use sluice_plan::begin::preflight::check_group;
use sluice_plan::begin::preflight::input::PreflightInput;
use sluice_plan::group::facts::Facts;
use sluice_plan::group::{has_symptom, notes, repair, status};
use sluice_plan::observation::{Read, TaskSetState};
use sluice_plan::{Action, Note, ReadScope};

use crate::support::fixture::{definition, outsider, seconds, settings, target_group};
use crate::support::reads::look;
use crate::support::{Behaviour, Event, Run, World, assert_golden};

/// A group in which nothing happens.
struct Idle {
    settings: DeploymentGroupSpec,
    deployments: Vec<Deployment>,
    world: World,
    status: DeploymentGroupStatus,
    generation: i64,
    suspended: bool,
    actions: Vec<Action>,
    notes: Vec<Note>,
    /// Groups whose targets were read.
    targets: BTreeSet<Read>,
}

impl Idle {
    /// After a release of `shop:42` to the second target group, or what became of it.
    fn after(run: Run, policy: DriftPolicy) -> Self {
        let mut settings = settings(run.world.routes.len());
        settings.drift = policy;
        let mut idle = Self {
            settings,
            deployments: vec![deployment(&run.progress)],
            world: run.world,
            status: DeploymentGroupStatus::default(),
            generation: 1,
            suspended: false,
            actions: Vec::new(),
            notes: Vec::new(),
            targets: BTreeSet::new(),
        };
        idle.looks(2);
        assert_eq!((&idle.status.drift, idle.actions.len()), (&Vec::new(), 0), "{:?}", idle.status.drift);
        idle
    }

    /// One look, and what follows from it. The next one is a poll later.
    fn look(&mut self) {
        self.look_dying(false);
    }

    /// The same, where the process dies once what it is about to do is recorded.
    fn look_dying(&mut self, dies: bool) {
        let seen = look(ReadScope::Group, &self.settings, &self.world.observe("none"));
        self.targets.extend(seen.rounds.iter().flatten().filter(|read| matches!(read, Read::Targets(_))).cloned());
        let refusal = check_group(&PreflightInput { settings: &self.settings, observed: &seen.observed });
        let requested =
            LastRequest { task_definition: "shop:42".to_owned(), pinned: None, sequence: 1, adopted: false };
        let facts = Facts {
            settings: &self.settings,
            generation: Some(self.generation),
            deployments: &self.deployments,
            desired: Some("shop:42"),
            made: None,
            requested: Some(requested),
            named_config: None,
            observed: Some(&seen.observed),
            suspended_by: self.suspended.then_some("spec.suspend"),
            refusal: refusal.as_ref(),
            call_error: None,
            now: self.world.now,
        };
        let next = status(&self.status, &facts);
        let action = repair(&self.status, &next, &facts);
        self.notes.extend(notes(&self.status, &next));
        self.status = next;
        if let Some(action) = action.filter(|_| !dies) {
            self.world.apply(&action);
            self.actions.push(action);
        }
        let later = self.world.now + seconds(10);
        self.world.advance_to(later);
    }

    fn looks(&mut self, count: usize) {
        for _ in 0..count {
            self.look();
        }
    }

    /// What it says, and what it did.
    fn text(&self) -> String {
        let mut text = String::new();
        for drift in &self.status.drift {
            writeln!(text, "  {} {}: {}", drift.kind, drift.state, drift.message).unwrap();
        }
        for action in &self.actions {
            writeln!(text, "  > {}", action.describe()).unwrap();
        }
        for note in &self.notes {
            let kind = if note.warning { "Warning" } else { "Normal" };
            writeln!(text, "  * {kind} {}: {}", note.reason, note.message).unwrap();
        }
        writeln!(text, "  = {}", self.status.message).unwrap();
        text
    }
}

fn deployment(status: &DeploymentStatus) -> Deployment {
    serde_json::from_value(json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment",
        "metadata": {
            "name": "prod-1", "uid": "prod-1", "creationTimestamp": status.started_at,
            "labels": {"sluice.dev/group": "prod", "sluice.dev/sequence": "1"},
        },
        "spec": {"groupRef": "prod", "revision": {"taskDefinition": "shop:42"}}, "status": status,
    }))
    .unwrap()
}

fn all_at_once() -> Value {
    json!({"allAtOnce": {}})
}

/// `shop:42` was released, over two routes.
fn released() -> Run {
    Run::new(World::new(2, 4), &all_at_once()).until(|run| run.progress.completed_at.is_some())
}

/// It was turned round.
fn turned_round(event: Event) -> Run {
    let canary = json!({"canary": {"percentage": 10, "interval": "5m"}});
    Run::new(World::new(2, 4), &canary).at(120, event).until(|run| run.progress.completed_at.is_some())
}

fn weigh(world: &mut World, route: usize, weights: [i32; 2]) {
    world.routes[route].1 = (0..2).map(|group| (target_group(group), weights[group])).collect();
}

/// Someone makes another task set on the first target group.
fn make_another(world: &mut World, primary: bool) {
    let mut other = world.sets.iter().find(|set| set.is_live()).unwrap().clone();
    "ecs-svc/46".clone_into(&mut other.id);
    other.external_id = None;
    other.group = target_group(0);
    other.definition = definition(46);
    other.status = if primary { TaskSetState::Primary } else { TaskSetState::Active };
    if primary {
        world.sets.iter_mut().for_each(|set| set.status = TaskSetState::Active);
    }
    world.sets.push(other);
}

fn of_release(world: &mut World) -> &mut crate::support::world::Set {
    world.sets.iter_mut().find(|set| set.external_id.is_some()).unwrap()
}

type Change = fn(&mut Idle);

/// What someone does, how many times the repair may write, and whether that ends it.
const CHANGES: &[(&str, Change)] = &[
    ("nothing", |_| {}),
    ("the rules are set back to the empty target group, as Terraform does", |idle| {
        weigh(&mut idle.world, 0, [100, 0]);
        weigh(&mut idle.world, 1, [100, 0]);
    }),
    ("a tenth of one rule goes to the empty target group", |idle| weigh(&mut idle.world, 1, [10, 90])),
    ("all weight is taken away", |idle| weigh(&mut idle.world, 0, [0, 0])),
    ("the same traffic by other weights", |idle| weigh(&mut idle.world, 0, [0, 7])),
    ("all traffic is moved by hand to another task set that serves it", |idle| {
        make_another(&mut idle.world, false);
        weigh(&mut idle.world, 0, [100, 0]);
        weigh(&mut idle.world, 1, [100, 0]);
    }),
    ("half of the traffic is moved by hand to another task set that serves it", |idle| {
        make_another(&mut idle.world, false);
        weigh(&mut idle.world, 0, [50, 50]);
    }),
    ("traffic is moved to another task set, which then fails", |idle| {
        make_another(&mut idle.world, false);
        idle.world.sets.last_mut().unwrap().behaviour = Behaviour::Unhealthy;
        weigh(&mut idle.world, 0, [100, 0]);
        weigh(&mut idle.world, 1, [100, 0]);
    }),
    ("the rules are set back, and what was released does not answer", |idle| {
        of_release(&mut idle.world).behaviour = Behaviour::Unhealthy;
        weigh(&mut idle.world, 0, [100, 0]);
        weigh(&mut idle.world, 1, [100, 0]);
    }),
    ("a third target group gets a share", |idle| idle.world.routes[0].1.push((outsider(), 50))),
    ("a third target group gets a share, and the rest is set back", |idle| {
        weigh(&mut idle.world, 0, [100, 0]);
        idle.world.routes[0].1.push((outsider(), 50));
    }),
    ("the task set is made smaller", |idle| of_release(&mut idle.world).scale = Share::from_percent(50)),
    ("the task set is made smaller, and the rules are set back", |idle| {
        of_release(&mut idle.world).scale = Share::from_percent(25);
        weigh(&mut idle.world, 0, [100, 0]);
        weigh(&mut idle.world, 1, [100, 0]);
    }),
    ("another task set is made, and PRIMARY", |idle| make_another(&mut idle.world, true)),
    ("another task set is made PRIMARY, and a rule that nobody named sends it requests", |idle| {
        make_another(&mut idle.world, true);
        idle.world.unnamed = vec![(target_group(0), 100)];
    }),
    ("another task set is made", |idle| make_another(&mut idle.world, false)),
    ("the task set is deleted", |idle| {
        let id = of_release(&mut idle.world).id.clone();
        idle.world.delete(&id);
    }),
    ("the service is scaled to 0, and the rules are set back", |idle| {
        idle.world.desired = 0;
        weigh(&mut idle.world, 0, [100, 0]);
        weigh(&mut idle.world, 1, [100, 0]);
    }),
    ("the rules are set back while the group is suspended", |idle| {
        idle.suspended = true;
        weigh(&mut idle.world, 0, [100, 0]);
        weigh(&mut idle.world, 1, [100, 0]);
    }),
    ("the rules are set back, and the Deployment is deleted", |idle| {
        idle.deployments.clear();
        weigh(&mut idle.world, 0, [100, 0]);
        weigh(&mut idle.world, 1, [100, 0]);
    }),
];

#[test]
fn what_is_changed_while_nothing_is_released_is_told_and_put_back_where_nothing_loses_by_it() {
    let mut text = String::new();
    for policy in [DriftPolicy::Report, DriftPolicy::Repair] {
        writeln!(text, "# drift: {policy:?}\n").unwrap();
        for (what, change) in CHANGES {
            let mut idle = Idle::after(released(), policy);
            change(&mut idle);
            idle.look();
            assert!(idle.actions.is_empty(), "{what}: what is seen once may be a late answer");
            idle.looks(11);
            assert!(policy == DriftPolicy::Repair || idle.actions.is_empty(), "{what}");
            let before = (idle.status.clone(), idle.notes.len());
            idle.look();
            assert_eq!(
                (&idle.status, idle.notes.len()),
                (&before.0, before.1),
                "{what}: an unchanged world is told once"
            );
            writeln!(text, "{what}\n{}", idle.text()).unwrap();
        }
    }
    assert_golden("drift", "what-someone-else-changes", &text);
}

#[test]
fn the_targets_of_a_group_are_read_only_where_weights_may_have_to_be_put_back() {
    for (policy, change, reads) in [
        // That of the target group that serves, for which ECS does not answer.
        (DriftPolicy::Report, CHANGES[1].1, 1),
        (DriftPolicy::Repair, CHANGES[1].1, 2),
        (DriftPolicy::Repair, CHANGES[0].1, 0),
        (DriftPolicy::Repair, CHANGES[4].1, 0),
    ] {
        let mut idle = Idle::after(released(), policy);
        change(&mut idle);
        idle.look();
        assert_eq!(idle.targets.len(), reads, "{policy:?}");
    }
}

#[test]
fn what_a_rollback_restored_is_the_baseline_and_a_stop_leaves_all_to_whoever_stopped_it() {
    for (event, repaired) in [(Event::ReplacementBecomes(Behaviour::Unhealthy), true), (Event::Stop, false)] {
        let mut idle = Idle::after(turned_round(event), DriftPolicy::Repair);
        weigh(&mut idle.world, 0, [0, 100]);
        weigh(&mut idle.world, 1, [0, 100]);
        idle.looks(10);
        assert_eq!(idle.actions.len(), if repaired { 2 } else { 0 }, "{event:?}: {}", idle.text());
        assert!(repaired || idle.status.drift[0].message.contains("prod-1 was stopped by someone"), "{}", idle.text());
        assert!(idle.actions.iter().all(|action| matches!(action, Action::SetWeights(_))));
        assert_eq!(idle.world.has_weight(&target_group(1)), !repaired, "{event:?}");
    }
}

#[test]
fn a_repair_war_ends_and_says_so_and_an_edit_of_the_group_begins_anew() {
    let mut idle = Idle::after(released(), DriftPolicy::Repair);
    let undo = |idle: &mut Idle| {
        weigh(&mut idle.world, 0, [100, 0]);
        weigh(&mut idle.world, 1, [0, 1]);
    };
    for _ in 0..40 {
        undo(&mut idle);
        idle.look();
    }
    assert_eq!(idle.actions.len(), 5, "{}", idle.text());
    let drift = &idle.status.drift[0];
    assert_eq!(drift.state, DriftState::GivenUp);
    assert!(drift.message.contains("undone each time"), "{}", drift.message);
    assert_eq!(drift.message, bounded_message(&drift.message));
    let ended = idle.notes.iter().filter(|note| note.reason == sluice_api::Reason::RepairsEnded).count();
    assert_eq!(ended, 1, "told once: {}", idle.text());
    assert_eq!(idle.status.repairs.len(), 5);
    // It does not begin again by itself.
    let hours = idle.world.now + seconds(3 * 3600);
    idle.world.advance_to(hours);
    idle.looks(5);
    assert_eq!(idle.actions.len(), 5);
    idle.generation = 2;
    idle.looks(3);
    assert_eq!(idle.actions.len(), 6, "{}", idle.text());
    idle.looks(3);
    assert_eq!((&idle.status.drift, has_symptom(&idle.status)), (&Vec::new(), false));
}

#[test]
fn whoever_sets_weights_back_every_hour_is_put_right_every_time() {
    let mut idle = Idle::after(released(), DriftPolicy::Repair);
    for hour in 1..=12 {
        weigh(&mut idle.world, 0, [100, 0]);
        idle.looks(4);
        assert_eq!(idle.actions.len(), hour, "{}", idle.text());
        let next = idle.world.now + seconds(3600);
        idle.world.advance_to(next);
    }
    assert!(idle.status.repairs.len() <= 2, "{:?}", idle.status.repairs);
}

#[test]
fn a_process_that_dies_between_the_record_and_the_call_puts_it_back_all_the_same_and_still_gives_up() {
    let mut idle = Idle::after(released(), DriftPolicy::Repair);
    weigh(&mut idle.world, 0, [100, 0]);
    for looks in 0..20 {
        idle.look_dying(looks < 3);
    }
    assert_eq!((idle.actions.len(), idle.status.repairs.len()), (1, 3), "{}", idle.text());
    assert!(idle.status.drift.is_empty(), "{}", idle.text());
    let mut idle = Idle::after(released(), DriftPolicy::Repair);
    weigh(&mut idle.world, 0, [100, 0]);
    (0..20).for_each(|_| idle.look_dying(true));
    assert_eq!((idle.status.drift[0].state, idle.status.repairs.len()), (DriftState::GivenUp, 5));
}

#[test]
fn nothing_is_put_back_while_a_release_is_about_to_begin() {
    let mut idle = Idle::after(released(), DriftPolicy::Repair);
    let waits = json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment",
        "metadata": {
            "name": "prod-2", "uid": "prod-2", "creationTimestamp": idle.world.now,
            "labels": {"sluice.dev/group": "prod", "sluice.dev/sequence": "2"},
        },
        "spec": {"groupRef": "prod", "revision": {"taskDefinition": "shop:43"}},
    });
    idle.deployments.push(serde_json::from_value(waits).unwrap());
    weigh(&mut idle.world, 0, [100, 0]);
    idle.looks(5);
    assert!(idle.actions.is_empty(), "{}", idle.text());
    assert!(idle.status.drift[0].message.contains("prod-2 is about to begin"), "{}", idle.text());
}
