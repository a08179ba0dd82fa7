//! A model of the queue of one ECS service, explored to its end: every order in which users, the operator, its copies of the
//! objects and its crashes can come.
//!
//! What the model has of the operator: one reconcile at a time is under the lock of the service; it sees who has begun and who
//! has ended (those are its own writes, or were read anew), and may see late what users did: that a Deployment was made, or
//! paused, or let go on. Between the decision and the record it may crash, and then the record lands or is lost, before the
//! next leader acts. A group begins only while the claim on the service is its own, and the claim moves to another only while
//! nothing of the owner is in progress. One that waits is checked before it ends anything of the one in progress, and the
//! check may refuse it.

use std::collections::BTreeSet;

use jiff::Timestamp;
use sluice_api::Concurrency;
use sluice_plan::Newer;
use sluice_plan::admission::queue::{Entry, QueueDecision, decide};
use sluice_plan::admission::succession::{MOST_IN_A_ROW, Terms, asks, is_ready, newer};

/// Group and creation second of each Deployment.
type Made = &'static [(&'static str, i64)];

/// Two of a group in one second, the groups one within the other.
const OF_TWO_GROUPS: Made = &[("a", 1), ("a", 1), ("b", 0), ("b", 2)];

/// Where one ends something of another there is more to tell apart, and fewer are enough.
const OF_ONE_GROUP: Made = &[("a", 1), ("a", 1), ("a", 2)];
const AMONG_ANOTHER_GROUP: Made = &[("a", 1), ("b", 2), ("a", 3)];
const MOST: usize = 4;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Stage {
    /// It is not there: not made yet, or deleted.
    Absent,
    /// It has not begun. Whether the operator has seen it, whether it is paused, what of that the operator has seen, whether
    /// it was refused, and whether it was found able to begin while it waited.
    Waits {
        seen: bool,
        paused: bool,
        seen_paused: bool,
        stalled: bool,
        ready: bool,
    },
    Forward,
    Baking,
    /// On its way back, or past the point of no return.
    Fixed,
    Ended,
}

impl Stage {
    const fn is_in_progress(self) -> bool {
        matches!(self, Self::Forward | Self::Baking | Self::Fixed)
    }
}

type DecideRule = fn(&[Entry], &str, Concurrency) -> QueueDecision;

/// What is asked of the one in progress, and by whom.
type NewerRule = for<'a> fn(&'a [Entry], &str, Terms) -> Option<(Newer, &'a Entry)>;

/// What is explored: what is made, what the groups say of a newer Deployment, and the rules.
#[derive(Clone, Copy)]
struct Model {
    made: Made,
    concurrency: Concurrency,
    decide: DecideRule,
    newer: NewerRule,
}

impl Model {
    const fn of(made: Made, concurrency: Concurrency) -> Self {
        Self { made, concurrency, decide, newer }
    }

    /// Whether anything is ever asked of one in progress: else its stages are one.
    const fn is_asked(&self) -> bool {
        matches!(self.concurrency, Concurrency::EndBake | Concurrency::Supersede)
    }

    const fn terms(&self) -> Terms {
        Terms { concurrency: self.concurrency, group_generation: 1, binding_generation: 1 }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Moment {
    stages: [Stage; MOST],
    /// Whose group's the service is.
    owner: &'static str,
    /// The Deployment whose beginning is decided and not recorded, under the lock.
    decided: Option<usize>,
}

fn uid(index: usize) -> String {
    format!("d{index}")
}

/// The queue as the operator sees it. One that it has not seen is not in it.
fn entries(model: Model, moment: &Moment) -> Vec<Entry> {
    let entry = |(index, stage): (usize, &Stage)| {
        let (started, ended, held) = match *stage {
            Stage::Absent | Stage::Waits { seen: false, .. } => return None,
            Stage::Waits { seen_paused, stalled, .. } => (false, false, seen_paused || stalled),
            Stage::Forward | Stage::Baking | Stage::Fixed => (true, false, false),
            Stage::Ended => (true, true, false),
        };
        let (group, second) = model.made[index];
        Some(Entry {
            uid: uid(index),
            namespace: "shop".to_owned(),
            group: group.to_owned(),
            name: uid(index),
            revision: String::new(),
            created_at: Timestamp::from_second(second).unwrap(),
            sequence: None,
            started,
            ended,
            held,
            ready: matches!(stage, Stage::Waits { ready: true, .. }).then_some([1, 1]),
            fixed: *stage == Stage::Fixed,
            baking: *stage == Stage::Baking,
            superseded_in_a_row: 0,
        })
    };
    moment.stages.iter().enumerate().filter_map(entry).collect()
}

fn with(moment: &Moment, index: usize, stage: Stage) -> Moment {
    let mut next = *moment;
    next.stages[index] = stage;
    next
}

/// What users do.
fn by_users(model: Model, moment: &Moment, index: usize) -> Vec<Moment> {
    match moment.stages[index] {
        Stage::Absent => [true, false]
            .map(|paused| Stage::Waits { seen: false, paused, seen_paused: paused, stalled: false, ready: false })
            .map(|made| with(moment, index, made))
            .to_vec(),
        // Paused or let go on; or deleted.
        Stage::Waits { seen, paused, seen_paused, stalled, ready } => vec![
            with(moment, index, Stage::Waits { seen, paused: !paused, seen_paused, stalled, ready }),
            with(moment, index, Stage::Absent),
        ],
        // Stopped.
        Stage::Forward | Stage::Baking if model.is_asked() => vec![with(moment, index, Stage::Fixed)],
        Stage::Forward | Stage::Baking | Stage::Fixed => vec![],
        Stage::Ended => vec![with(moment, index, Stage::Absent)],
    }
}

/// What the operator gets to see, and what goes on by itself.
fn by_time(model: Model, moment: &Moment, index: usize) -> Vec<Moment> {
    match moment.stages[index] {
        Stage::Waits { paused, stalled, ready, .. } => {
            vec![with(moment, index, Stage::Waits { seen: true, paused, seen_paused: paused, stalled, ready })]
        }
        Stage::Forward if model.is_asked() => vec![with(moment, index, Stage::Baking)],
        Stage::Forward | Stage::Baking | Stage::Fixed => vec![with(moment, index, Stage::Ended)],
        Stage::Absent | Stage::Ended => vec![],
    }
}

/// A reconcile of one Deployment that waits, of which the operator may have an old copy: it is decided whether it begins, or
/// checked whether it could.
fn by_a_look(model: Model, moment: &Moment, index: usize) -> Vec<Moment> {
    let Stage::Waits { seen, paused, seen_paused, ready, .. } = moment.stages[index] else { return vec![] };
    // It takes the lock, and only a group that has the claim asks the queue.
    if moment.decided.is_some() || model.made[index].0 != moment.owner {
        return vec![];
    }
    let line = entries(model, moment);
    // Its preflight may refuse it, or what was wrong is mended.
    let checked = [true, false].map(|stalled| {
        let ready = ready && !stalled;
        with(moment, index, Stage::Waits { seen, paused, seen_paused, stalled, ready })
    });
    match (model.decide)(&line, &uid(index), model.concurrency) {
        QueueDecision::Start => {
            let mut next = vec![Moment { decided: Some(index), ..*moment }];
            next.extend(checked);
            next
        }
        QueueDecision::Superseded(_) | QueueDecision::Rejected(_) => vec![with(moment, index, Stage::Ended)],
        QueueDecision::Behind(_) => {
            let is_next =
                asks(&line, &uid(index), model.terms()).is_some() && !is_ready(&line, &uid(index), model.terms());
            let passed = Stage::Waits { seen, paused, seen_paused, stalled: false, ready: true };
            let refused = Stage::Waits { seen, paused, seen_paused, stalled: true, ready: false };
            let outcomes = [passed, refused].map(|outcome| with(moment, index, outcome));
            if is_next { outcomes.to_vec() } else { vec![] }
        }
        QueueDecision::NotWaiting => vec![],
    }
}

/// A reconcile of the one in progress, which hears what a newer one asks of it. None where it hears one that nobody knows
/// to be able to begin.
fn by_a_newer_one(model: Model, moment: &Moment, index: usize) -> Option<Vec<Moment>> {
    let line = entries(model, moment);
    let asked = moment.stages[index].is_in_progress().then(|| (model.newer)(&line, &uid(index), model.terms()));
    let Some((asked, by)) = asked.flatten() else { return Some(vec![]) };
    let by: usize = by.name.trim_start_matches('d').parse().unwrap();
    let is_able = matches!(moment.stages[by], Stage::Waits { seen_paused: false, stalled: false, ready: true, .. });
    let is_own = model.made[by].0 == model.made[index].0;
    let after = if asked == Newer::Supersedes { Stage::Fixed } else { Stage::Ended };
    (is_able && is_own).then(|| vec![with(moment, index, after)])
}

/// The record of a beginning that was decided: it lands, also that of a process that died, or it is lost with it.
fn by_the_record(moment: &Moment) -> Vec<Moment> {
    let Some(index) = moment.decided else { return vec![] };
    let open = Moment { decided: None, ..*moment };
    // An object that was deleted meanwhile is not written: the UID goes along.
    let landed = if moment.stages[index] == Stage::Absent { open } else { with(&open, index, Stage::Forward) };
    vec![landed, open]
}

/// The moments that can be reached; none when two are ever in progress, or one hears another that may not be able to begin.
fn explore(model: Model) -> Option<BTreeSet<Moment>> {
    let mut known = BTreeSet::new();
    let mut open = vec![Moment { stages: [Stage::Absent; MOST], owner: "a", decided: None }];
    while let Some(moment) = open.pop() {
        if !known.insert(moment) {
            continue;
        }
        let in_progress = moment.stages.iter().filter(|stage| stage.is_in_progress()).count();
        if in_progress > 1 {
            return None;
        }
        for index in 0..model.made.len() {
            open.extend(by_users(model, &moment, index));
            open.extend(by_time(model, &moment, index));
            open.extend(by_a_look(model, &moment, index));
            open.extend(by_a_newer_one(model, &moment, index)?);
        }
        open.extend(by_the_record(&moment));
        // The claim moves under the lock, and not from who releases.
        if in_progress == 0 && moment.decided.is_none() {
            for owner in ["a", "b"] {
                open.push(Moment { owner, ..moment });
            }
        }
    }
    Some(known)
}

/// Once copies are up to date and users have done what they do, nobody is stuck: whoever could begin begins, or waits for one
/// that is in progress or could begin itself, and what it may ask of the one in progress is heard.
fn nobody_is_stuck(model: Model, moment: &Moment) {
    let seen = (0..model.made.len()).fold(*moment, |moment, index| match moment.stages[index] {
        Stage::Waits { .. } => by_time(model, &moment, index)[0],
        _ => moment,
    });
    let could_begin = |index: usize| {
        let ready = matches!(seen.stages[index], Stage::Waits { paused: false, stalled: false, .. });
        ready && model.made[index].0 == seen.owner
    };
    let line = entries(model, &seen);
    let in_progress = (0..model.made.len()).find(|index| seen.stages[*index].is_in_progress());
    let waits: Vec<(usize, QueueDecision)> = (0..model.made.len())
        .filter(|index| could_begin(*index))
        .map(|index| (index, (model.decide)(&line, &uid(index), model.concurrency)))
        .collect();
    for (index, decision) in &waits {
        if let QueueDecision::Behind(other) = decision {
            let other: usize = other.trim_start_matches("shop/d").parse().unwrap();
            let goes_on = seen.stages[other].is_in_progress() || could_begin(other);
            assert!(goes_on, "d{index} waits behind d{other}, which does not go on: {seen:?}");
            let is_taken = in_progress.is_some() && model.concurrency == Concurrency::Reject;
            assert!(!is_taken, "d{index} waits, and would be rejected: {seen:?}");
        }
        assert_ne!(*decision, QueueDecision::NotWaiting, "{seen:?}");
    }
    let goes_on = waits.iter().any(|(_, decision)| !matches!(decision, QueueDecision::Behind(_)));
    assert!(in_progress.is_some() || waits.is_empty() || goes_on, "nobody begins: {seen:?}");

    let Some(active) = in_progress.filter(|active| model.made[*active].0 == seen.owner) else { return };
    let is_heard = match model.concurrency {
        Concurrency::Supersede => seen.stages[active] != Stage::Fixed,
        Concurrency::EndBake => seen.stages[active] == Stage::Baking,
        Concurrency::Queue | Concurrency::Reject => false,
    };
    let next = waits.iter().rev().find(|(_, decision)| matches!(decision, QueueDecision::Behind(_)));
    let heard = (model.newer)(&line, &uid(active), model.terms()).map(|(_, by)| by.name.clone());
    match next.filter(|_| is_heard) {
        Some((next, _)) if is_ready(&line, &uid(*next), model.terms()) => {
            assert_eq!(heard, Some(uid(*next)), "{seen:?}");
        }
        Some((next, _)) => {
            assert!(asks(&line, &uid(*next), model.terms()).is_some(), "d{next} is never checked: {seen:?}");
            assert_eq!(heard, None, "{seen:?}");
        }
        None => assert_eq!(heard, None, "{seen:?}"),
    }
}

// S6 OneActive
#[test]
fn whatever_is_seen_late_and_wherever_it_crashes_no_two_deployments_of_a_service_are_in_progress() {
    for (made, concurrency, at_least) in [
        (OF_TWO_GROUPS, Concurrency::Queue, 50_000),
        (OF_ONE_GROUP, Concurrency::Reject, 1_000),
        (OF_ONE_GROUP, Concurrency::EndBake, 10_000),
        (OF_ONE_GROUP, Concurrency::Supersede, 10_000),
        (AMONG_ANOTHER_GROUP, Concurrency::Supersede, 10_000),
    ] {
        let model = Model::of(made, concurrency);
        let moments = explore(model).expect("two in progress, or one that may not be able to begin is heard");
        println!("{concurrency:?} of {}: {} moments", made.len(), moments.len());
        assert!(moments.len() > at_least, "{concurrency:?}: only {} moments", moments.len());
        for moment in moments.iter().filter(|moment| moment.decided.is_none()) {
            nobody_is_stuck(model, moment);
        }
    }
}

/// Whoever asks for changes faster than a release takes: each newer one is ready at once, and takes the place of the one in
/// progress, which comes no further than to its bake.
#[test]
fn of_releases_that_are_superseded_one_after_the_other_one_comes_to_its_end_in_time() {
    let mut superseded_in_a_row = 0;
    let mut ends = Vec::new();
    for number in 0..20 {
        let entry = |second, started: bool| Entry {
            uid: format!("d{second}"),
            namespace: "shop".to_owned(),
            group: "a".to_owned(),
            name: format!("d{second}"),
            revision: String::new(),
            created_at: Timestamp::from_second(second).unwrap(),
            sequence: Some(second),
            started,
            ended: false,
            held: false,
            ready: (!started).then_some([1, 1]),
            fixed: false,
            baking: false,
            superseded_in_a_row: if started { superseded_in_a_row } else { 0 },
        };
        let terms = Model::of(OF_ONE_GROUP, Concurrency::Supersede).terms();
        let mut line = [entry(number, true), entry(number + 1, false)];
        let uid = line[0].uid.clone();
        if newer(&line, &uid, terms).is_some_and(|(asked, _)| asked == Newer::Supersedes) {
            superseded_in_a_row += 1;
            continue;
        }
        line[0].baking = true;
        assert_eq!(
            newer(&line, &uid, terms).map(|(asked, _)| asked),
            Some(Newer::EndsBake),
            "its bake is not waited for"
        );
        superseded_in_a_row = 0;
        ends.push(number);
    }
    let every = i64::from(MOST_IN_A_ROW) + 1;
    assert_eq!(ends, [every - 1, 2 * every - 1, 3 * every - 1]);
}

/// Controls: a model in which nothing can go wrong proves nothing.
#[test]
fn a_queue_that_lets_pass_whom_it_does_not_know_begins_two() {
    let open = |entries: &[Entry], uid: &str, concurrency| match decide(entries, uid, concurrency) {
        QueueDecision::NotWaiting if entries.iter().all(|entry| entry.uid != uid) => QueueDecision::Start,
        decision => decision,
    };
    assert_eq!(explore(Model { decide: open, ..Model::of(OF_TWO_GROUPS, Concurrency::Queue) }), None);
}

#[test]
fn a_newer_one_that_was_not_checked_would_end_what_it_cannot_follow() {
    fn unchecked<'a>(entries: &'a [Entry], uid: &str, _: Terms) -> Option<(Newer, &'a Entry)> {
        let waits = entries.iter().find(|entry| !entry.started && entry.uid != uid)?;
        Some((Newer::Supersedes, waits))
    }
    assert_eq!(explore(Model { newer: unchecked, ..Model::of(OF_ONE_GROUP, Concurrency::Supersede) }), None);
}
