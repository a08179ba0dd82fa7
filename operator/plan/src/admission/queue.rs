//! Whose turn it is: one Deployment at a time per ECS service (S6 OneActive), the rest in line.
//!
//! Whoever asks has been admitted by its binding, and its group holds the claim on the service. So only Deployments of the
//! same group stand in one line: those of another group of the service cannot begin. One that is in progress counts whoever's
//! it is. Those that someone made by hand and those that the group made are one line, by their age: the newest says what is
//! wanted last. It begins next, and the older ones end once it has. One that cannot begin takes nobody's place.

use jiff::Timestamp;
use sluice_api::Concurrency;

/// A Deployment of the same ECS service, as the queue sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is seen by itself, whatever the others are")]
pub struct Entry {
    /// Its UID.
    pub uid: String,
    /// Its namespace.
    pub namespace: String,
    /// Its group, in the same namespace.
    pub group: String,
    /// Its name.
    pub name: String,
    /// What it releases, as family:revision.
    pub revision: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// Its number among the Deployments that the operator made for the group, where it has one.
    pub sequence: Option<i64>,
    /// Whether it has begun.
    pub started: bool,
    /// Whether it has ended.
    pub ended: bool,
    /// Whether it cannot begin until someone mends something, or lets it: stalled, or paused. It lets others pass.
    pub held: bool,
    /// With which generations of its group and its binding it was found able to begin, while it waits.
    pub ready: Option<[i64; 2]>,
    /// Whether it goes on to its end whatever a newer one asks: it is on its way back or past the point of no return, it
    /// has nothing to return to, or a user holds it.
    pub fixed: bool,
    /// Whether all traffic moved, and its original is kept.
    pub baking: bool,
    /// How many releases in a row were superseded, right before it.
    pub superseded_in_a_row: i32,
}

impl Entry {
    /// By age. Creation times have whole seconds, so the operator's own number comes next.
    fn order(&self) -> (Timestamp, i64, &str, &str) {
        (self.created_at, self.sequence.unwrap_or(0), &self.namespace, &self.name)
    }

    pub(super) const fn in_progress(&self) -> bool {
        self.started && !self.ended
    }

    const fn waits(&self) -> bool {
        !self.started && !self.ended
    }

    /// Whether it is of a later age.
    pub(crate) fn is_newer_than(&self, other: &Self) -> bool {
        self.order() > other.order()
    }

    pub(super) fn is_of_the_group_of(&self, other: &Self) -> bool {
        self.namespace == other.namespace && self.group == other.group
    }

    /// Namespace and name.
    fn full_name(&self) -> String {
        format!("{}/{}", self.namespace, self.name)
    }
}

/// Whether a Deployment may begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueueDecision {
    /// It may.
    Start,
    /// The named one comes first.
    Behind(String),
    /// The named one is newer and has begun already: to begin this one would bring back what was replaced.
    Superseded(String),
    /// The named one is in progress, and the group takes no newer one meanwhile.
    Rejected(String),
    /// It is not among those that wait: not known yet, or begun already. What is not known does not begin.
    NotWaiting,
}

/// Whether the Deployment with this UID may begin, among all of the same service, as its group has it now.
#[must_use]
pub fn decide(entries: &[Entry], uid: &str, concurrency: Concurrency) -> QueueDecision {
    let Some(own) = waiting_entry(entries, uid) else {
        return QueueDecision::NotWaiting;
    };
    let others = || entries.iter().filter(|entry| entry.uid != uid);
    if let Some(newer) = others().find(|entry| entry.started && entry.is_newer_than(own)) {
        return QueueDecision::Superseded(newer.full_name());
    }
    if let Some(active) = others().find(|entry| entry.in_progress()) {
        return match concurrency {
            Concurrency::Reject => QueueDecision::Rejected(active.full_name()),
            Concurrency::Queue | Concurrency::EndBake | Concurrency::Supersede => {
                QueueDecision::Behind(active.full_name())
            }
        };
    }
    match newest_after(entries, own) {
        Some(newer) => QueueDecision::Behind(newer.full_name()),
        None => QueueDecision::Start,
    }
}

/// The one with this UID, if it waits.
pub(super) fn waiting_entry<'a>(entries: &'a [Entry], uid: &str) -> Option<&'a Entry> {
    entries.iter().find(|entry| entry.uid == uid && entry.waits())
}

/// The newest of the same group that waits, is newer than this one, and is held up by nothing.
pub(super) fn newest_after<'a>(entries: &'a [Entry], one: &Entry) -> Option<&'a Entry> {
    entries
        .iter()
        .filter(|entry| entry.waits() && !entry.held && entry.is_of_the_group_of(one) && entry.is_newer_than(one))
        .max_by(|a, b| a.order().cmp(&b.order()))
}

/// Names of those that wait, the newest first.
#[must_use]
pub fn waiting(entries: &[Entry]) -> Vec<String> {
    let mut waiting: Vec<&Entry> = entries.iter().filter(|entry| entry.waits()).collect();
    waiting.sort_by(|a, b| b.order().cmp(&a.order()));
    waiting.into_iter().map(|entry| entry.name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `group/name`, and what is so of it.
    fn entry(name: &str, second: i64, flags: &str) -> Entry {
        let (group, name) = name.split_once('/').unwrap();
        Entry {
            uid: name.to_owned(),
            namespace: "shop".to_owned(),
            group: group.to_owned(),
            name: name.to_owned(),
            revision: "shop:42".to_owned(),
            created_at: Timestamp::from_second(second).unwrap(),
            sequence: None,
            started: flags.contains("started"),
            ended: flags.contains("ended"),
            held: flags.contains("held"),
            ready: None,
            fixed: false,
            baking: false,
            superseded_in_a_row: 0,
        }
    }

    #[test]
    fn one_at_a_time_and_of_those_that_wait_the_newest() {
        let behind = |name: &str| QueueDecision::Behind(format!("shop/{name}"));
        let a = |flags: &str| entry("prod/a", 1, flags);
        let b = || entry("prod/b", 2, "");
        let table = [
            ("alone", vec![a("")], "a", QueueDecision::Start),
            ("the older", vec![a(""), b()], "a", behind("b")),
            ("the newest", vec![a(""), b()], "b", QueueDecision::Start),
            ("of three the newest is named", vec![a(""), b(), entry("prod/c", 3, "")], "a", behind("c")),
            ("of one second the name counts", vec![a(""), entry("prod/b", 1, "")], "a", behind("b")),
            ("behind one in progress", vec![a("started"), b()], "b", behind("a")),
            (
                "behind one in progress, older than another",
                vec![a("started"), b(), entry("prod/c", 3, "")],
                "b",
                behind("a"),
            ),
            ("after one that ended", vec![a("started ended"), b()], "b", QueueDecision::Start),
            (
                "past a newer one that is stalled or paused",
                vec![a(""), entry("prod/b", 2, "held")],
                "a",
                QueueDecision::Start,
            ),
            ("past an older one that is stalled or paused", vec![a("held"), b()], "b", QueueDecision::Start),
            (
                "never after a newer one began",
                vec![a("held"), entry("prod/b", 2, "started ended")],
                "a",
                QueueDecision::Superseded("shop/b".to_owned()),
            ),
            (
                "past one that ended without a beginning",
                vec![a(""), entry("prod/b", 2, "ended")],
                "a",
                QueueDecision::Start,
            ),
            ("past one of a group without the claim", vec![entry("rival/c", 3, ""), b()], "b", QueueDecision::Start),
            ("behind another group's that is in progress", vec![entry("rival/a", 1, "started"), b()], "b", behind("a")),
            ("not known yet", vec![a("")], "b", QueueDecision::NotWaiting),
            ("begun already", vec![a("started")], "a", QueueDecision::NotWaiting),
            ("ended already", vec![a("ended")], "a", QueueDecision::NotWaiting),
            ("nothing is known", vec![], "a", QueueDecision::NotWaiting),
        ];
        for (what, entries, uid, expected) in table {
            for concurrency in [Concurrency::Queue, Concurrency::EndBake, Concurrency::Supersede] {
                assert_eq!(decide(&entries, uid, concurrency), expected, "{what}");
            }
            let in_progress = entries.iter().find(|entry| entry.in_progress() && entry.uid != uid);
            let rejected = in_progress.map(|active| QueueDecision::Rejected(active.full_name()));
            let expected = rejected.filter(|_| matches!(expected, QueueDecision::Behind(_))).unwrap_or(expected);
            assert_eq!(decide(&entries, uid, Concurrency::Reject), expected, "{what}");
        }
    }

    #[test]
    fn those_that_wait_are_listed_newest_first() {
        let entries = [entry("prod/a", 1, "started"), entry("prod/b", 2, "held"), entry("prod/c", 3, "")];
        assert_eq!(waiting(&entries), ["c", "b"]);
    }
}
