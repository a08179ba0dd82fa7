//! What an observation reads at each moment, and that it ends with all that matters. That what it leaves
//! out changes nothing is asserted by the driver at every reconcile of every other test.

use jiff::SignedDuration;
use sluice_plan::observation::{Observation, Read, TaskSetState};
use sluice_plan::{Action, ReadScope};

use crate::state_table::{BACK, FORWARD, SITUATIONS, release};
use crate::support::fixture::{released, settings, target_group};
use crate::support::reads::{Reading, look};
use crate::support::{Behaviour, Event, Run, World};

const UID: &str = "0b9ab3c4-6f0b-4e8e-9a3f-2a7c1f5d1e42";

/// A release, at the moment of that name in the state table.
fn at(moment: &str) -> Run {
    let ways = [(FORWARD, false), (BACK, true)];
    let known = ways.iter().flat_map(|(way, back)| way.iter().map(move |moment| (moment, *back)));
    let ((_, _, reached), back) = known.into_iter().find(|((name, ..), _)| *name == moment).unwrap();
    release(back, *reached)
}

/// The rounds of a look in words; the first target group is the original's.
fn words(look: &Reading) -> String {
    let word = |read: &Read| match read {
        Read::Targets(arn) if *arn == target_group(0) => Some("original"),
        Read::Targets(_) => Some("replacement"),
        Read::StoppedTasks(_) => Some("stopped tasks"),
        Read::ListedRoutes(_) => Some("all routes"),
        Read::DnsName(_) => Some("DNS name"),
        Read::Hook(_) => Some("hook"),
        Read::Function(_) => Some("function"),
        Read::HookNeed(_) => Some("need of a hook"),
        // Every observation reads these, and they are shared between many.
        Read::Service | Read::Routes | Read::TargetGroups | Read::TaskDefinition(_) | Read::Copy(_) => None,
        Read::Alarms => Some("alarms"),
        Read::AlarmsNow => Some("alarms now"),
        Read::Adopted => Some("adopted"),
    };
    let rounds: Vec<String> =
        look.rounds.iter().map(|round| round.iter().filter_map(word).collect::<Vec<_>>().join(" + ")).collect();
    rounds.join(", then ")
}

fn nothing(_: &mut Observation) {}

fn original_is_not_steady(observed: &mut Observation) {
    observed.service.as_mut().unwrap().task_sets[0].steady = false;
}

fn tasks_failed(observed: &mut Observation) {
    let (_, _, fail) =
        SITUATIONS.iter().find(|(name, ..)| *name == "too many tasks of the replacement failed").unwrap();
    fail(observed);
}

#[test]
fn a_look_at_a_release_reads_the_original_only_where_something_depends_on_it() {
    const HELD: &str = "AllowTraffic, held";
    const PROMOTED: &str = "TerminateOriginal, promoted";
    const PAST: &str = "TerminateOriginal, past return";
    const ONE: &str = "replacement";
    const STOPPED: &str = "replacement, then stopped tasks";
    const SECOND: &str = "replacement, then original";
    const ALL: &str = "replacement, then original + stopped tasks";
    const LAST: &str = "replacement, then stopped tasks, then original";
    const BOTH: &str = "original + replacement";
    const LISTED: &str = "replacement, then all routes";
    const STOPPED_AND_LISTED: &str = "replacement, then stopped tasks + all routes";
    const DOWN: &[Event] = &[Event::ReplacementBecomes(Behaviour::Unhealthy)];
    type Case = (&'static str, &'static str, &'static [Event], fn(&mut Observation), &'static str);
    let table: &[Case] = &[
        ("all is well", "Install, begun", &[], nothing, ONE),
        ("tasks start, and may fail", "Install, made", &[], nothing, STOPPED),
        ("the first increment would begin", "Install, ready", &[], nothing, STOPPED),
        ("the hold is over, and the next increment would begin", HELD, &[], later, STOPPED),
        ("the bake is over", "Bake", &[], later, STOPPED),
        ("all is well", "AllowTraffic, first increment due", &[], nothing, ONE),
        ("all is well", "AllowTraffic, first increment half made", &[], nothing, ONE),
        ("all is well", HELD, &[], nothing, ONE),
        ("a replacement that grows", "AllowTraffic, last increment made", &[], nothing, ONE),
        ("all is well", "Bake", &[], nothing, ONE),
        ("the replacement would be promoted", "TerminateOriginal, begun", &[], nothing, STOPPED_AND_LISTED),
        ("all is well", PROMOTED, &[], nothing, ONE),
        ("the original would be deleted", PAST, &[], nothing, LISTED),
        ("the original is gone already", PAST, &[Event::LoseOriginal], nothing, ONE),
        ("all is well", "TerminateOriginal, deleted", &[], nothing, ONE),
        ("ECS does not answer for the original", HELD, &[], original_is_not_steady, SECOND),
        ("ECS does not answer for the original, which serves no one", "Bake", &[], original_is_not_steady, SECOND),
        ("the deadline passed, and it turns round", "AllowTraffic, first increment half made", &[], later, SECOND),
        ("the replacement serves and is down", HELD, DOWN, nothing, ALL),
        ("too many tasks failed, and it turns round", HELD, &[], tasks_failed, LAST),
        ("tasks failed before traffic, and it turns round", "Install, ready", &[], tasks_failed, LAST),
        ("the replacement is gone and had traffic", HELD, &[Event::LoseReplacement], nothing, SECOND),
        ("a weight of the original would be raised", HELD, &[Event::Weigh(0, 60)], nothing, SECOND),
        ("a weight of the original would be raised", "Install, ready", &[Event::Weigh(0, 60)], nothing, ALL),
        ("a weight of the replacement would be raised", HELD, &[Event::Weigh(0, 0)], nothing, ONE),
        ("an edited weight is left where it is", HELD, &[Event::Pause, Event::Weigh(0, 60)], nothing, ONE),
        ("no way back, and the replacement is down", PAST, DOWN, nothing, ALL),
        ("no way back, and the replacement is gone", PAST, &[Event::LoseReplacement], nothing, SECOND),
        (
            "the original is gone while it serves, and the last increment would begin",
            HELD,
            &[Event::LoseOriginal],
            nothing,
            ALL,
        ),
        (
            "the original is gone when it serves no one, and the bake ends",
            "Bake",
            &[Event::LoseOriginal],
            nothing,
            STOPPED,
        ),
        ("the service is gone", HELD, &[Event::ServiceGone], nothing, ONE),
        ("stop", HELD, &[Event::Stop], nothing, BOTH),
        ("what the original runs is asked for again", HELD, &[Event::AskForOriginal], nothing, BOTH),
        ("a newer one takes its place", HELD, &[Event::Supersede], nothing, BOTH),
        ("deleted", HELD, &[Event::Delete], nothing, BOTH),
        ("all is well", "Rollback, begun", &[], nothing, BOTH),
        ("all is well", "Rollback, deleted", &[], nothing, BOTH),
    ];
    for (what, moment, events, change, expected) in table {
        let mut run = at(moment);
        events.iter().for_each(|event| run.happen(*event));
        assert_eq!(words(&run.reads(change)), *expected, "{moment}: {what}");
    }
}

fn later(observed: &mut Observation) {
    observed.at += SignedDuration::from_mins(11);
}

#[test]
fn the_end_of_an_original_whose_clients_stick_depends_on_its_targets_until_they_are_free() {
    let sticky = World { stickiness: Some(SignedDuration::from_mins(20)), ..World::new(1, 4) };
    let run = Run::new(sticky, &serde_json::json!({"allAtOnce": {}}));
    let run = run.until(|run| run.progress.message.contains("sticks to the old target group"));
    assert_eq!(words(&run.reads(nothing)), "replacement, then original");
    let free = |observed: &mut Observation| observed.at += SignedDuration::from_mins(20);
    assert_eq!(words(&run.reads(free)), "replacement");
}

#[test]
fn a_look_at_an_idle_group_reads_targets_only_where_ecs_does_not_answer_for_what_serves() {
    type Case = (&'static str, fn(&mut Observation), &'static str);
    let table: &[Case] = &[
        ("all is well", nothing, ", then all routes"),
        ("it is not steady", original_is_not_steady, ", then original, then all routes"),
        (
            "another one uses the group too, and is not steady",
            another_is_not_steady,
            ", then original, then all routes",
        ),
        (
            "no task set serves the group",
            |world| sets(world)[0].target_group = None,
            ", then original, then all routes",
        ),
        (
            "one that drains answers for nothing",
            |world| sets(world)[0].status = TaskSetState::Draining,
            ", then all routes",
        ),
        // And its target groups are asked for, of which no route tells.
        ("it is not steady and serves no one", serves_no_one, ", then , then all routes"),
        (
            "no such target group, which is in no route then",
            |world| {
                (sets(world)[0].steady, world.target_groups[0].exists) = (false, false);
                serves_no_one(world);
            },
            ", then ",
        ),
        ("no service", |world| world.service = None, ""),
    ];
    for (what, change, expected) in table {
        let mut all = World::new(1, 4).observe("none");
        change(&mut all);
        assert_eq!(words(&look(ReadScope::Group, &settings(1), &all)), *expected, "{what}");
    }
}

fn sets(observed: &mut Observation) -> &mut Vec<sluice_plan::observation::TaskSet> {
    &mut observed.service.as_mut().unwrap().task_sets
}

fn another_is_not_steady(observed: &mut Observation) {
    let another = sets(observed)[0].clone();
    sets(observed).push(sluice_plan::observation::TaskSet { steady: false, ..another });
}

fn serves_no_one(observed: &mut Observation) {
    original_is_not_steady(observed);
    observed.routes.clear();
}

#[test]
fn a_look_before_a_release_reads_the_targets_of_the_group_that_receives_the_replacement() {
    type Case = (&'static str, World, fn(&mut Observation), &'static str);
    let table: [Case; 4] = [
        ("all is well", World::new(1, 4), nothing, ", then replacement, then all routes"),
        (
            "the original is not steady",
            World::new(1, 4),
            original_is_not_steady,
            ", then original + replacement, then all routes",
        ),
        ("a first deployment", World::empty(1, 4), nothing, ", then original + replacement, then all routes"),
        (
            "the original stands on neither",
            World::new(1, 4),
            |world| sets(world)[0].target_group = None,
            ", then original",
        ),
    ];
    for (what, world, change, expected) in table {
        let mut all = world.observe(UID);
        change(&mut all);
        let released = released(42);
        let scope = ReadScope::Begin { uid: UID, released: &released };
        assert_eq!(words(&look(scope, &settings(1), &all)), expected, "{what}");
    }
}

#[test]
fn no_look_takes_more_than_three_rounds_or_reads_a_target_group_twice() {
    for ((moment, _, reached), back) in FORWARD.iter().map(|it| (it, false)).chain(BACK.iter().map(|it| (it, true))) {
        for (situation, events, change) in SITUATIONS {
            let mut run = release(back, *reached);
            events.iter().for_each(|event| run.happen(*event));
            let look = run.reads(change);
            assert!(look.rounds.len() <= 3 && look.describes() <= 2, "{moment}: {situation}: {}", words(&look));
        }
    }
}

/// A control: without its second round a look would decide otherwise, so the first one alone proves nothing.
// S2 NoEmptyTarget
#[test]
fn a_weight_of_the_original_is_raised_only_on_targets_that_were_read() {
    let mut run = at("AllowTraffic, held");
    run.happen(Event::Weigh(0, 60));
    let (seen, _) = run.look(nothing);
    assert!(matches!(seen.action, Some(Action::SetWeights(_))), "{seen:?}");
    let blind = run.plan_blindly();
    assert_eq!(blind.action, None, "{blind:?}");
}
