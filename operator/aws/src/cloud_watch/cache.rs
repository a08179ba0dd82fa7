//! Which alarms are wanted by whom, and what is known of them.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    client::{is_about_one, limits},
    error::AwsError,
    ports::{AlarmPoll, AlarmReport},
};

/// How long an alarm that nobody asks for is asked for beside others, where a call has room: as long as it may take until a
/// release looks again.
const WANTED_FOR: Duration = Duration::from_mins(1);

/// How long a refusal is good for those who need nothing newer: what may not be read now may not be in a few seconds.
const REFUSED_FOR: Duration = Duration::from_secs(30);

/// None where there is no such alarm.
pub(super) type Answer = Result<Option<AlarmReport>, AwsError>;

/// What CloudWatch says of each alarm that it knows.
pub(super) type Reports = BTreeMap<String, Result<AlarmReport, AwsError>>;

/// Which alarms are wanted by whom, and what is known of them.
#[derive(Default)]
pub(super) struct AlarmCache {
    alarms: HashMap<String, Entry>,
    waiters: BTreeMap<u64, Waiter>,
    next: u64,
}

struct Entry {
    wanted_at: Instant,
    /// With the moment at which it was asked for.
    answer: Option<(Instant, Answer)>,
}

/// One who waits for some alarms.
struct Waiter {
    names: Vec<String>,
    not_before: Instant,
    at_most: Duration,
}

/// The calls of one poll.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Calls {
    /// Those that are shared, of a hundred alarms at most.
    pub(super) shared: Vec<Vec<String>>,
    /// Those of a waiter whose alarms were refused before: what is refused to one takes no answer away from the others.
    pub(super) apart: Vec<Vec<String>>,
}

impl AlarmCache {
    /// Somebody waits for these alarms, until they [leave](Self::leave).
    pub(super) fn join(&mut self, names: &[String], at_most: Duration, now: Instant) -> u64 {
        for name in names {
            self.alarms.entry(name.clone()).or_insert(Entry { wanted_at: now, answer: None }).wanted_at = now;
        }
        self.next = self.next.wrapping_add(1);
        let not_before = now.checked_sub(at_most).unwrap_or(now);
        self.waiters.insert(self.next, Waiter { names: names.to_vec(), not_before, at_most });
        self.next
    }

    pub(super) fn leave(&mut self, number: u64) {
        self.waiters.remove(&number);
    }

    /// What a waiter waits for, once all of it is known.
    pub(super) fn found(&self, number: u64, now: Instant) -> Option<AlarmPoll> {
        let waiter = self.waiters.get(&number)?;
        let known = waiter.names.iter().map(|name| {
            let (asked_at, answer) = self.fresh(name, waiter, now)?;
            Some((name.clone(), *asked_at, answer.clone()))
        });
        let known: Vec<(String, Instant, Answer)> = known.collect::<Option<_>>()?;
        let asked_at = known.iter().map(|(_, asked_at, _)| *asked_at).min().unwrap_or(now);
        Some(AlarmPoll { asked_at, answers: known.into_iter().map(|(name, _, answer)| (name, answer)).collect() })
    }

    fn fresh(&self, name: &str, waiter: &Waiter, now: Instant) -> Option<&(Instant, Answer)> {
        let known = self.alarms.get(name)?.answer.as_ref()?;
        let (asked_at, answer) = known;
        let is_refused = matches!(answer, Err(error) if is_about_one(error.class));
        let is_kept = is_refused && !waiter.at_most.is_zero() && now.duration_since(*asked_at) < REFUSED_FOR;
        (*asked_at >= waiter.not_before || is_kept).then_some(known)
    }

    /// What is asked now: all that somebody waits for, and in the room that is left in the last call what is wanted
    /// besides, the oldest answers first.
    pub(super) fn calls(&mut self, now: Instant) -> Calls {
        let waited_for: BTreeSet<&String> = self.waiters.values().flat_map(|waiter| &waiter.names).collect();
        self.alarms.retain(|name, entry| waited_for.contains(name) || now.duration_since(entry.wanted_at) < WANTED_FOR);
        let (mut together, mut apart) = (BTreeSet::new(), Vec::new());
        for waiter in self.waiters.values() {
            let due: Vec<String> =
                waiter.names.iter().filter(|name| self.fresh(name, waiter, now).is_none()).cloned().collect();
            if due.iter().any(|name| self.was_refused(name)) {
                apart.push(due);
            } else {
                together.extend(due);
            }
        }
        let room = together.len().next_multiple_of(limits::ALARMS_PER_CALL) - together.len();
        let mut besides: Vec<(Instant, String)> = self
            .alarms
            .iter()
            .filter(|(name, _)| !together.contains(*name))
            .filter_map(|(name, entry)| match &entry.answer {
                Some((asked_at, Ok(_))) => Some((*asked_at, name.clone())),
                _ => None,
            })
            .collect();
        besides.sort();
        let mut shared: Vec<String> = together.into_iter().collect();
        shared.extend(besides.into_iter().take(room).map(|(_, name)| name));
        Calls { shared: shared.chunks(limits::ALARMS_PER_CALL).map(<[String]>::to_vec).collect(), apart }
    }

    /// The alarms of a call that failed over one of them, by who waits for them; none where one waiter waits for all of them.
    pub(super) fn by_waiter(&self, names: &[String]) -> BTreeSet<Vec<String>> {
        let of_waiter = |waiter: &Waiter| -> Vec<String> {
            waiter.names.iter().filter(|name| names.contains(name)).cloned().collect()
        };
        let sets: BTreeSet<Vec<String>> =
            self.waiters.values().map(of_waiter).filter(|names| !names.is_empty()).collect();
        let is_of_one = sets.len() == 1 && sets.iter().all(|set| set.len() == names.len());
        if is_of_one { BTreeSet::new() } else { sets }
    }

    /// Takes in the answer to a call. One that failed says nothing of what nobody waits for.
    pub(super) fn learn(&mut self, names: &[String], asked_at: Instant, answer: &Result<Reports, AwsError>) {
        for name in names {
            let Some(entry) = self.alarms.get_mut(name) else { continue };
            let is_newer = entry.answer.as_ref().is_none_or(|(known, _)| *known <= asked_at);
            let is_waited_for = || self.waiters.values().any(|waiter| waiter.names.contains(name));
            match answer {
                Ok(reports) if is_newer => {
                    entry.answer = Some((asked_at, reports.get(name).cloned().transpose()));
                }
                Err(error) if is_newer && is_waited_for() => entry.answer = Some((asked_at, Err(error.clone()))),
                Ok(_) | Err(_) => {}
            }
        }
    }

    fn was_refused(&self, name: &str) -> bool {
        let answer = self.alarms.get(name).and_then(|entry| entry.answer.as_ref());
        matches!(answer, Some((_, Err(error))) if is_about_one(error.class))
    }
}
