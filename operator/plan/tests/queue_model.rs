//! A model of the queue of one ECS service, explored to its end: every order in which users, the operator, its copies of the
//! objects and its crashes can come.
//!
//! What the model has of the operator: one reconcile at a time is under the lock of the service; it sees who has begun and who
//! has ended (those are its own writes, or were read anew), and may see late what users did: that a Deployment was made, or
//! paused, or let go on. Between the decision and the record it may crash, and then the record lands or is lost, before the
//! next leader acts. A group begins only while the claim on the service is its own, and the claim moves to another only while
//! nothing of the owner is in progress.

use std::collections::BTreeSet;

use jiff::Timestamp;
use sluice_plan::admission::queue::{Entry, QueueDecision, decide};

/// Group and creation second of each Deployment. Two of a group in one second, the groups one within the other.
const MADE: [(&str, i64); 4] = [("a", 1), ("a", 1), ("b", 0), ("b", 2)];

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Stage {
    /// It is not there: not made yet, or deleted.
    Absent,
    /// It has not begun. Whether the operator has seen it, whether it is paused, what of that the operator has seen, and
    /// whether it was refused.
    Waits {
        seen: bool,
        paused: bool,
        seen_paused: bool,
        stalled: bool,
    },
    InProgress,
    Ended,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Moment {
    stages: [Stage; MADE.len()],
    /// Whose group's the service is.
    owner: &'static str,
    /// The Deployment whose beginning is decided and not recorded, under the lock.
    decided: Option<usize>,
}

fn uid(index: usize) -> String {
    format!("d{index}")
}

/// The queue as the operator sees it. One that it has not seen is not in it.
fn entries(moment: &Moment) -> Vec<Entry> {
    let entry = |(index, stage): (usize, &Stage)| {
        let (started, ended, held) = match *stage {
            Stage::Absent | Stage::Waits { seen: false, .. } => return None,
            Stage::Waits { seen_paused, stalled, .. } => (false, false, seen_paused || stalled),
            Stage::InProgress => (true, false, false),
            Stage::Ended => (true, true, false),
        };
        let (group, second) = MADE[index];
        Some(Entry {
            uid: uid(index),
            namespace: "shop".to_owned(),
            group: group.to_owned(),
            name: uid(index),
            created_at: Timestamp::from_second(second).unwrap(),
            sequence: None,
            started,
            ended,
            held,
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
fn by_users(moment: &Moment, index: usize) -> Vec<Moment> {
    match moment.stages[index] {
        Stage::Absent => [true, false]
            .map(|paused| Stage::Waits { seen: false, paused, seen_paused: paused, stalled: false })
            .map(|made| with(moment, index, made))
            .to_vec(),
        // Paused or let go on; or deleted.
        Stage::Waits { seen, paused, seen_paused, stalled } => vec![
            with(moment, index, Stage::Waits { seen, paused: !paused, seen_paused, stalled }),
            with(moment, index, Stage::Absent),
        ],
        Stage::InProgress => vec![],
        Stage::Ended => vec![with(moment, index, Stage::Absent)],
    }
}

/// What the operator gets to see, and what ends by itself.
fn by_time(moment: &Moment, index: usize) -> Vec<Moment> {
    match moment.stages[index] {
        Stage::Waits { paused, stalled, .. } => {
            vec![with(moment, index, Stage::Waits { seen: true, paused, seen_paused: paused, stalled })]
        }
        Stage::InProgress => vec![with(moment, index, Stage::Ended)],
        Stage::Absent | Stage::Ended => vec![],
    }
}

/// A reconcile of one Deployment, of which the operator may have an old copy: it is decided whether it begins.
fn by_a_look(moment: &Moment, index: usize, decide: Rule) -> Vec<Moment> {
    // It takes the lock, and only a group that has the claim asks the queue.
    if moment.decided.is_some() || MADE[index].0 != moment.owner || moment.stages[index] == Stage::Absent {
        return vec![];
    }
    match decide(&entries(moment), &uid(index)) {
        QueueDecision::Start => {
            let mut next = vec![Moment { decided: Some(index), ..*moment }];
            if let Stage::Waits { seen, paused, seen_paused, .. } = moment.stages[index] {
                // Its preflight may refuse it, or what was wrong is mended.
                next.extend(
                    [true, false]
                        .map(|stalled| with(moment, index, Stage::Waits { seen, paused, seen_paused, stalled })),
                );
            }
            next
        }
        QueueDecision::Superseded(_) => vec![with(moment, index, Stage::Ended)],
        QueueDecision::Behind(_) | QueueDecision::NotWaiting => vec![],
    }
}

/// The record of a beginning that was decided: it lands, also that of a process that died, or it is lost with it.
fn by_the_record(moment: &Moment) -> Vec<Moment> {
    let Some(index) = moment.decided else { return vec![] };
    let open = Moment { decided: None, ..*moment };
    // An object that was deleted meanwhile is not written: the UID goes along.
    let landed = if moment.stages[index] == Stage::Absent { open } else { with(&open, index, Stage::InProgress) };
    vec![landed, open]
}

type Rule = fn(&[Entry], &str) -> QueueDecision;

/// The moments that can be reached; none when two are ever in progress.
fn explore(decide: Rule) -> Option<BTreeSet<Moment>> {
    let mut known = BTreeSet::new();
    let mut open = vec![Moment { stages: [Stage::Absent; MADE.len()], owner: "a", decided: None }];
    while let Some(moment) = open.pop() {
        if !known.insert(moment) {
            continue;
        }
        let in_progress = moment.stages.iter().filter(|stage| **stage == Stage::InProgress).count();
        if in_progress > 1 {
            return None;
        }
        for index in 0..MADE.len() {
            open.extend(by_users(&moment, index));
            open.extend(by_time(&moment, index));
            open.extend(by_a_look(&moment, index, decide));
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

// S6 OneActive
#[test]
fn whatever_is_seen_late_and_wherever_it_crashes_no_two_deployments_of_a_service_are_in_progress() {
    let moments = explore(decide).expect("two in progress");
    assert!(moments.len() > 50_000, "only {} moments", moments.len());

    // And nobody is stuck: once copies are up to date and users have done what they do, whoever could begin begins, or waits
    // for one that is in progress or could begin itself.
    for moment in moments.iter().filter(|moment| moment.decided.is_none()) {
        let seen = (0..MADE.len()).fold(*moment, |moment, index| match moment.stages[index] {
            Stage::Waits { .. } => by_time(&moment, index)[0],
            _ => moment,
        });
        let could_begin = |index: usize| {
            let ready = matches!(seen.stages[index], Stage::Waits { paused: false, stalled: false, .. });
            ready && MADE[index].0 == seen.owner
        };
        let entries = entries(&seen);
        let is_free = !seen.stages.contains(&Stage::InProgress);
        let waits: Vec<(usize, QueueDecision)> = (0..MADE.len())
            .filter(|index| could_begin(*index))
            .map(|index| (index, decide(&entries, &uid(index))))
            .collect();
        for (index, decision) in &waits {
            if let QueueDecision::Behind(other) = decision {
                let other: usize = other.trim_start_matches("shop/d").parse().unwrap();
                let goes_on = seen.stages[other] == Stage::InProgress || could_begin(other);
                assert!(goes_on, "d{index} waits behind d{other}, which does not go on: {seen:?}");
            }
            assert_ne!(*decision, QueueDecision::NotWaiting, "{seen:?}");
        }
        let goes_on = waits.iter().any(|(_, decision)| !matches!(decision, QueueDecision::Behind(_)));
        assert!(!is_free || waits.is_empty() || goes_on, "nobody begins: {seen:?}");
    }
}

/// A control: a model in which nothing can go wrong proves nothing.
#[test]
fn a_queue_that_lets_pass_whom_it_does_not_know_begins_two() {
    let open = |entries: &[Entry], uid: &str| match decide(entries, uid) {
        QueueDecision::NotWaiting if entries.iter().all(|entry| entry.uid != uid) => QueueDecision::Start,
        decision => decision,
    };
    assert_eq!(explore(open), None);
}
