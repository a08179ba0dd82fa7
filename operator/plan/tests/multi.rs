//! Two releases that are one: neither takes its original away before both have done all their own, one that returns turns the
//! other round, and both come to the same end, whatever is asked or fails, and wherever the process dies.

use serde_json::{Value, json};
use sluice_api::{
    Deployment, DeploymentStatus, Duration, GateKind, GateState, GateStatus, GateTimeout, MultiStatus, RollbackTrigger,
    Share, SiblingRef, State,
};
use sluice_plan::Position;
use sluice_plan::multi::{Sibling, Stands, as_seen};

use crate::support::{AlarmIs, Behaviour, Event, Run, World};

const NAMES: [&str; 2] = ["web", "worker"];

/// How a release of the pair is set up.
type Change = fn(Run) -> Run;

struct Pair {
    runs: Vec<Run>,
}

fn canary() -> Value {
    json!({"steps": [{"weight": 10, "hold": "1m"}, {"weight": 100}]})
}

fn reference(runs: &[Run], index: usize) -> SiblingRef {
    SiblingRef {
        group: NAMES[index].to_owned(),
        deployment: format!("{}-1", NAMES[index]),
        uid: runs[index].uid().to_owned(),
    }
}

impl Pair {
    /// Two releases that begin at the same time, the second with a bake and a longer way.
    fn new(changes: [Change; 2]) -> Self {
        let slow = json!({"steps": [{"weight": 10, "hold": "3m"}, {"weight": 50, "hold": "3m"}, {"weight": 100}]});
        let mut runs = vec![Run::new(World::new(1, 4), &canary()), Run::new(World::new(1, 4), &slow)];
        runs[1].world.revision += 1;
        runs[1] = Run::new(runs[1].world.clone(), &slow);
        runs[0].settings.bake = Duration::default();
        runs[1].settings.bake = Duration::from_mins(1);
        let pinned = [1, 0].map(|other| MultiStatus {
            siblings: vec![reference(&runs, other)],
            wait: Duration::from_mins(60),
            ..MultiStatus::default()
        });
        let runs = runs.into_iter().zip(pinned).zip(changes).map(|((run, multi), change)| {
            let mut run = change(run);
            run.multi = Some(multi);
            run.begin().unwrap();
            run
        });
        Self { runs: runs.collect() }
    }

    /// A release as the API server has it.
    fn deployment(&self, index: usize) -> Deployment {
        let run = &self.runs[index];
        serde_json::from_value(json!({
            "apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment",
            "metadata": {"name": format!("{}-1", NAMES[index]), "namespace": "shop", "uid": run.uid()},
            "spec": {"groupRef": NAMES[index], "revision": {"taskDefinition": "shop:42"}, "paused": run.controls.paused},
            "status": run.recorded,
        }))
        .unwrap()
    }

    /// The next reconcile of either; false once both have ended.
    fn step(&mut self) -> bool {
        let open = (0..2).filter(|index| self.runs[*index].progress.completed_at.is_none());
        let Some(index) = open.min_by_key(|index| self.runs[*index].world.now) else { return false };
        let other = self.deployment(1 - index);
        let run = &mut self.runs[index];
        let multi = run.progress.multi.clone().unwrap();
        let uid = run.uid().to_owned();
        run.siblings = as_seen(&uid, &multi, |_| Some(&other));
        run.step();
        assert!(run.elapsed() < run.time_limit, "never ends:\n{}", run.log.text());
        let takes_over = run.progress.rollback.is_none() && run.writes.contains(&"promote");
        let has_promised = |run: &Run| run.recorded.multi.as_ref().is_some_and(|multi| multi.promised_at.is_some());
        // S20 AsOne
        assert!(!takes_over || self.runs.iter().all(has_promised), "{}", self.text());
        true
    }

    /// Runs to the end of both.
    fn run(mut self) -> Self {
        while self.step() {}
        self
    }

    fn until(mut self, reached: impl Fn(&Self) -> bool) -> Self {
        while !reached(&self) {
            assert!(self.step(), "never reached:\n{}", self.text());
        }
        self
    }

    fn text(&self) -> String {
        self.runs.iter().map(|run| run.log.text()).collect::<Vec<_>>().join("\n-----\n")
    }

    /// Whether both succeeded; or both returned.
    #[track_caller]
    fn succeeded(&self, what: &str) -> bool {
        let (one, other) = (&self.runs[0], &self.runs[1]);
        let is_well = |run: &Run| run.progress.state == State::Succeeded;
        assert_eq!(is_well(one), is_well(other), "{what}: one succeeded and the other did not\n{}", self.text());
        for run in &self.runs {
            let restored = run.progress.rollback.as_ref().and_then(|rollback| rollback.traffic_restored_at);
            assert_eq!(restored.is_none(), is_well(run), "{what}\n{}", self.text());
        }
        is_well(one)
    }
}

fn as_it_is(run: Run) -> Run {
    run
}

/// The same release in another world.
fn elsewhere(world: World, run: &Run) -> Run {
    let mut other = Run::new(World { revision: run.world.revision, ..world }, &run.config);
    other.settings.bake = run.settings.bake;
    other
}

#[expect(clippy::needless_pass_by_value, reason = "every change is given the release")]
fn without_a_load_balancer(run: Run) -> Run {
    elsewhere(World::by_size(4), &run)
}

#[expect(clippy::needless_pass_by_value, reason = "every change is given the release")]
fn adopting(run: Run) -> Run {
    elsewhere(World::of_another_service(1, 4), &run)
}

fn gate(run: &Run) -> Option<&GateStatus> {
    run.progress.gates.iter().find(|gate| gate.kind == GateKind::Multi)
}

fn is_ready(run: &Run) -> bool {
    run.progress.multi.as_ref().is_some_and(|multi| multi.ready_at.is_some())
}

fn waits_for_the_other(pair: &Pair) -> bool {
    is_ready(&pair.runs[0]) && !is_ready(&pair.runs[1]) && pair.runs[0].progress.reason == "WaitingForGroup"
}

#[test]
fn neither_takes_its_original_away_before_both_have_moved_all_traffic_and_baked() {
    let pair = Pair::new([as_it_is, as_it_is]).until(waits_for_the_other);
    let waiting = gate(&pair.runs[0]).unwrap().clone();
    assert_eq!((waiting.state, waiting.on_timeout), (GateState::Waiting, Some(GateTimeout::Rollback)), "{waiting:?}");
    assert_eq!(waiting.timeout_at, Some(waiting.since + Duration::from_mins(60).as_signed()));
    assert!(waiting.why.starts_with("waits for worker-1 of group worker, which moves its traffic"), "{waiting:?}");
    // Of the other, which holds an increment.
    assert!(waiting.how.contains("patch sdep prod-1 -n shop") && waiting.how.contains("skipTo"), "{waiting:?}");
    let message = &pair.runs[0].progress.message;
    assert!(message.contains(&waiting.why) && message.contains(&waiting.how), "{message}");
    let pair = pair.run();
    assert!(pair.succeeded("all goes well"), "{}", pair.text());
    for run in &pair.runs {
        let multi = run.progress.multi.as_ref().unwrap();
        assert!(multi.ready_at < multi.promised_at && multi.promised_at < multi.passed_at, "{multi:?}");
        assert_eq!(gate(run).map(|gate| gate.state), Some(GateState::Passed));
    }
    let [ready, other] = [0, 1].map(|index| pair.runs[index].progress.multi.clone().unwrap().ready_at);
    assert!(ready < other, "the first waited");
}

#[test]
fn one_that_returns_turns_the_other_round_wherever_that_stands() {
    let first_failed = |second| {
        let change: [Change; 2] = [|run| run, |run| run];
        let mut pair = Pair::new(change);
        pair.runs[0].events = vec![(second, Event::Stop)];
        pair
    };
    let other_failed = |second| {
        let mut pair = Pair::new([as_it_is, as_it_is]);
        pair.runs[1].events = vec![(second, Event::ReplacementBecomes(Behaviour::Unhealthy))];
        pair
    };
    for second in (1..700).step_by(31) {
        for fails in [first_failed as fn(i64) -> Pair, other_failed] {
            let pair = fails(second).run();
            let what = format!("at {second}");
            if pair.succeeded(&what) {
                let passed = pair.runs.iter().any(|run| run.progress.completed_at.is_some());
                assert!(passed && second > 400, "{what}\n{}", pair.text());
                continue;
            }
            let triggers = [0, 1].map(|index| pair.runs[index].progress.rollback.as_ref().unwrap().trigger);
            assert!(triggers.contains(&RollbackTrigger::Sibling), "{what}: {triggers:?}");
        }
    }
}

/// The original of a release has all of its tasks.
fn original_is_whole(run: &Run) -> bool {
    run.world.sets.iter().any(|set| set.external_id.is_none() && set.is_live() && set.scale == Share::ALL)
}

#[test]
fn whatever_serves_and_however_its_traffic_moves_they_are_released_and_returned_as_one() {
    let kinds: [(&str, Change); 3] = [
        ("a task set", as_it_is),
        ("a task set without a load balancer", without_a_load_balancer),
        ("a service that is adopted", adopting),
    ];
    for (first, one) in kinds {
        for (second, other) in kinds {
            let what = format!("{first}, and {second}");
            assert!(Pair::new([one, other]).run().succeeded(&what), "{what}");
            let returns = [(0, Event::Stop), (1, Event::Stop), (1, Event::Delete)];
            for (index, event) in returns {
                let mut pair = Pair::new([one, other]).until(waits_for_the_other);
                pair.runs[index].happen(event);
                let pair = pair.run();
                let what = format!("{what}: {event:?} of {}", NAMES[index]);
                assert!(!pair.succeeded(&what), "{what}");
                assert!(pair.runs.iter().all(original_is_whole), "{what}\n{}", pair.text());
            }
        }
    }
}

#[test]
fn who_returns_with_another_says_so_and_has_the_failure_of_that() {
    let mut pair = Pair::new([as_it_is, as_it_is]).until(waits_for_the_other);
    pair.runs[1].happen(Event::ReplacementBecomes(Behaviour::Crashes));
    let pair = pair.run();
    assert!(!pair.succeeded("the other crashes"));
    let [web, worker] = [0, 1].map(|index: usize| &pair.runs[index]).map(|run| run.progress.failure.clone().unwrap());
    assert_eq!((web.code, web.category, web.retryable), (worker.code, worker.category, worker.retryable));
    let said = "worker-1 of group worker returned, and they are released as one: ";
    assert!(web.message.starts_with(said) && web.hint == "look at worker-1", "{web:?}");
    assert_eq!(pair.runs[0].progress.state, State::Failed);
    assert_eq!(gate(&pair.runs[0]).map(|gate| gate.state), Some(GateState::Interrupted));
}

#[test]
fn wherever_the_process_dies_both_come_to_the_same_end() {
    let mut ended_well = [0, 0];
    for stop in [None, Some(460)] {
        let plain = || {
            let mut pair = Pair::new([as_it_is, as_it_is]);
            pair.runs[0].events = stop.map(|second| (second, Event::Stop)).into_iter().collect();
            pair
        };
        let reconciles = plain().run().runs.iter().map(|run| run.reconciles).collect::<Vec<_>>();
        for (index, count) in reconciles.into_iter().enumerate() {
            for at in (1 + index..=count).step_by(4) {
                let mut pair = plain();
                pair.runs[index].dies_after.insert(at);
                let well = pair.run().succeeded(&format!("{stop:?}, {index} dies at {at}"));
                ended_well[usize::from(well)] += 1;
            }
        }
    }
    assert!(ended_well.iter().all(|count| *count > 10), "{ended_well:?}");
}

#[test]
fn one_that_is_held_holds_both_until_the_time_for_the_wait_is_over() {
    let mut pair = Pair::new([as_it_is, as_it_is]).until(waits_for_the_other);
    pair.runs[1].happen(Event::Pause);
    let pair = pair.until(|pair| gate(&pair.runs[0]).is_some_and(|gate| gate.how.contains("\"paused\":false")));
    let how = &gate(&pair.runs[0]).unwrap().how;
    assert!(how.starts_with("kubectl patch sdep worker-1 -n shop"), "the command that ends it: {how}");
    let pair = pair.until(|pair| pair.runs[0].progress.completed_at.is_some());
    let web = &pair.runs[0].progress;
    let failure = web.failure.clone().unwrap();
    assert_eq!(web.rollback.as_ref().map(|rollback| rollback.trigger), Some(RollbackTrigger::DeploymentFailure));
    assert!(failure.message.contains("not to end in time") && failure.message.contains("worker-1"), "{failure:?}");
    assert!(!pair.run().succeeded("a hold that is too long"));
}

#[test]
fn an_alarm_that_holds_one_holds_both_and_skipping_to_the_end_passes_nobody() {
    let with_alarm: Change = |mut run| {
        run.settings.alarms = serde_json::from_value(json!({"names": ["errors"], "onAlarm": "Pause"})).unwrap();
        run.world.answer_alarm("errors", AlarmIs::Ok);
        run.at(300, Event::Alarm("errors", AlarmIs::Alarm)).at(1500, Event::Alarm("errors", AlarmIs::Ok))
    };
    let skips: Change = |run| run.at(10, Event::SkipTo("End"));
    let pair = Pair::new([skips, with_alarm]).run();
    assert!(pair.succeeded("an alarm that is well again"), "{}", pair.text());
    let [web, worker] = [0, 1].map(|index: usize| &pair.runs[index]).map(|run| run.progress.multi.clone().unwrap());
    assert!(web.ready_at.unwrap() < worker.ready_at.unwrap());
    let held_until = pair.runs[1].progress.started_at.unwrap() + Duration::from_secs(1490).as_signed();
    assert!(worker.ready_at.unwrap() > held_until, "{worker:?}");
}

/// What is seen of the other, what stands of its own, and whether it turns round, promises or passes.
type Row = (&'static str, fn(&mut Sibling), fn(&mut MultiStatus), &'static str);

fn not_yet(_: &mut MultiStatus) {}

fn has_promised(own: &mut MultiStatus) {
    own.promised_at = own.ready_at;
}

fn has_passed(own: &mut MultiStatus) {
    has_promised(own);
    own.passed_at = own.ready_at;
}

#[test]
fn what_one_does_follows_from_what_it_promised_and_sees() {
    fn returns(one: &mut Sibling) {
        one.returned = Some("it failed".to_owned());
    }
    fn is_promised(one: &mut Sibling) {
        (one.stands, one.has_promised) = (Stands::Promised, true);
    }
    let table: &[Row] = &[
        ("it moves its traffic", |one| one.stands = Stands::OnItsWay(Position::AllowTraffic(0)), not_yet, "waits"),
        ("it is ready", |one| one.stands = Stands::Ready, not_yet, "promises"),
        ("it has promised", is_promised, not_yet, "promises"),
        ("it returns", returns, not_yet, "returns"),
        ("it is gone", |one| one.stands = Stands::Gone, not_yet, "returns"),
        ("it is ready, and this one has promised", |one| one.stands = Stands::Ready, has_promised, "waits"),
        ("both have promised", is_promised, has_promised, "passes"),
        ("it returns without a promise", returns, has_promised, "returns"),
        (
            "it returns in spite of its promise: nothing of it can serve",
            |one| {
                is_promised(one);
                returns(one);
            },
            has_promised,
            "passes",
        ),
        ("it is gone, and this one has promised", |one| one.stands = Stands::Gone, has_promised, "waits"),
        ("it returns after this one passed", returns, has_passed, "ends"),
    ];
    let pair = Pair::new([as_it_is, as_it_is]).until(waits_for_the_other);
    for (what, seen, own, expected) in table {
        let mut run = pair.runs[0].clone();
        own(run.progress.multi.as_mut().unwrap());
        seen(&mut run.siblings[0]);
        let before = run.progress.multi.clone().unwrap();
        let (plan, status) = run.look(|_| {});
        let after = status.multi.clone().unwrap();
        let does = match () {
            () if status.rollback.is_some() => "returns",
            () if after.promised_at > before.promised_at => "promises",
            () if after.passed_at > before.passed_at => "passes",
            () if plan.position() == Position::TerminateOriginal => "ends",
            () => "waits",
        };
        assert_eq!(does, *expected, "{what}: {plan:#?}");
        assert!(does != "returns" || plan.action.is_none(), "{what}: it is recorded before traffic moves");
    }
}

/// What is asked of it, how else it stands, and whether it returns.
type Asks = (&'static str, &'static [Event], fn(&mut Run), bool);

#[test]
fn who_has_promised_returns_for_nobody_but_where_its_replacement_serves_nobody_or_it_is_left_alone() {
    let pair = Pair::new([as_it_is, as_it_is]).until(waits_for_the_other);
    let gone: fn(&mut Run) = |run| run.siblings[0].stands = Stands::Gone;
    let passed: fn(&mut Run) = |run| has_passed(run.progress.multi.as_mut().unwrap());
    let incomplete: fn(&mut Run) = |run| {
        has_passed(run.progress.multi.as_mut().unwrap());
        for set in run.world.sets.iter_mut().filter(|set| set.external_id.is_some()) {
            set.sick = 2;
        }
    };
    let table: [Asks; 8] = [
        ("a stop", &[Event::Stop], |_| {}, false),
        ("a deletion", &[Event::Delete], |_| {}, false),
        ("what it replaced is asked for", &[Event::AskForOriginal], |_| {}, false),
        ("a newer one", &[Event::Supersede], |_| {}, false),
        ("its replacement serves nobody", &[Event::ReplacementBecomes(Behaviour::Unhealthy)], |_| {}, true),
        ("a stop, and the other is gone", &[Event::Stop], gone, true),
        ("a stop after all have promised", &[Event::Stop], passed, false),
        ("a stop after all have promised, and it is not complete", &[Event::Stop], incomplete, true),
    ];
    for (what, events, change, expected) in table {
        let mut run = pair.runs[0].clone();
        has_promised(run.progress.multi.as_mut().unwrap());
        change(&mut run);
        for event in events {
            run.happen(*event);
        }
        let advance = run.world.now + Duration::from_mins(2).as_signed();
        run.world.advance_to(advance);
        let (plan, status) = run.look(|_| {});
        assert_eq!(status.rollback.is_some(), expected, "{what}: {plan:#?}");
    }
}

#[test]
fn how_the_others_stand_follows_from_their_statuses() {
    let at = "2026-11-26T12:00:00Z";
    let multi = json!({"siblings": [{"group": "web", "deployment": "web-1", "uid": "a"}], "wait": "1h"});
    let with = |field: &str| {
        let mut multi = multi.clone();
        multi[field] = json!(at);
        multi
    };
    let of_another = json!({"siblings": [{"group": "web", "deployment": "web-2", "uid": "c"}], "wait": "1h"});
    let rollback = json!({"trigger": "DEPLOYMENT_FAILURE", "reason": "it failed", "startedAt": at});
    let table = [
        ("to begin", json!({}), (Stands::Waits, false, None)),
        (
            "superseded before",
            json!({"completedAt": at, "state": "Stopped", "message": "x"}),
            (Stands::Ended, false, Some("x")),
        ),
        ("found to serve", json!({"completedAt": at, "state": "Succeeded"}), (Stands::Ended, true, None)),
        ("on its way", json!({"startedAt": at, "multi": multi}), (Stands::OnItsWay(Position::Install), false, None)),
        ("ready", json!({"startedAt": at, "multi": with("readyAt")}), (Stands::Ready, false, None)),
        ("promised", json!({"startedAt": at, "multi": with("promisedAt")}), (Stands::Promised, true, None)),
        (
            "returns",
            json!({"startedAt": at, "multi": with("readyAt"), "rollback": rollback}),
            (Stands::OnItsWay(Position::Rollback), false, Some("it failed")),
        ),
        (
            "began alone",
            json!({"startedAt": at}),
            (Stands::OnItsWay(Position::Install), false, Some("it began without this one")),
        ),
        (
            "began with another",
            json!({"startedAt": at, "multi": of_another}),
            (Stands::OnItsWay(Position::Install), false, Some("it began without this one")),
        ),
        (
            "kept where it is",
            json!({"startedAt": at, "completedAt": at, "state": "Failed", "message": "y", "multi": multi}),
            (Stands::Ended, false, Some("y")),
        ),
    ];
    let own = MultiStatus {
        siblings: vec![SiblingRef {
            group: "worker".to_owned(),
            deployment: "worker-1".to_owned(),
            uid: "b".to_owned(),
        }],
        ..MultiStatus::default()
    };
    let deployment = |uid: &str, status: &Value| -> Deployment {
        let _: DeploymentStatus = serde_json::from_value(status.clone()).unwrap();
        serde_json::from_value(json!({
            "apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment",
            "metadata": {"name": "worker-1", "namespace": "shop", "uid": uid},
            "spec": {"groupRef": "worker", "revision": {"taskDefinition": "shop:42"}}, "status": status,
        }))
        .unwrap()
    };
    for (what, status, expected) in table {
        let found = as_seen("a", &own, |_| Some(deployment("b", &status)));
        let [one] = found.as_slice() else { panic!("{what}: {found:?}") };
        assert_eq!((one.stands, one.has_promised, one.returned.as_deref()), expected, "{what}");
    }
    let gone = as_seen("a", &own, |_| None::<Deployment>);
    assert_eq!(gone[0].stands, Stands::Gone);
    let anew = as_seen("a", &own, |_| Some(deployment("other", &json!({}))));
    assert_eq!(anew[0].stands, Stands::Gone, "one that was made anew under the name is another");
}
