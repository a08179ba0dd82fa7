//! Whose turn it is: one Deployment at a time per ECS service (S6 OneActive), the rest in line.

use jiff::Timestamp;

/// A Deployment of the same ECS service, as the queue sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its UID.
    pub uid: String,
    /// Its namespace and name, for messages.
    pub name: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// Its number among the Deployments that the operator made for the group, where it has one.
    pub sequence: Option<i64>,
    /// Whether it has begun.
    pub started: bool,
    /// Whether it has ended.
    pub ended: bool,
    /// Whether it cannot begin until someone mends something. It lets others pass.
    pub stalled: bool,
}

impl Entry {
    /// First come, first served. Creation times have whole seconds, so the operator's own number comes next.
    fn order(&self) -> (Timestamp, i64, &str) {
        (self.created_at, self.sequence.unwrap_or(0), &self.name)
    }

    const fn in_progress(&self) -> bool {
        self.started && !self.ended
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
}

/// Whether the Deployment with this UID may begin, among all of the same service.
#[must_use]
pub fn decide(entries: &[Entry], uid: &str) -> QueueDecision {
    let Some(own) = entries.iter().find(|entry| entry.uid == uid) else {
        return QueueDecision::Start;
    };
    let others = || entries.iter().filter(|entry| entry.uid != uid);
    if let Some(newer) = others().filter(|entry| entry.started).find(|entry| entry.order() > own.order()) {
        return QueueDecision::Superseded(newer.name.clone());
    }
    if let Some(active) = others().find(|entry| entry.in_progress()) {
        return QueueDecision::Behind(active.name.clone());
    }
    others()
        .filter(|entry| !entry.started && !entry.ended && !entry.stalled && entry.order() < own.order())
        .min_by(|a, b| a.order().cmp(&b.order()))
        .map_or(QueueDecision::Start, |earlier| QueueDecision::Behind(earlier.name.clone()))
}

/// Names of those that wait, first come first.
#[must_use]
pub fn waiting(entries: &[Entry]) -> Vec<String> {
    let mut waiting: Vec<&Entry> = entries.iter().filter(|entry| !entry.started && !entry.ended).collect();
    waiting.sort_by(|a, b| a.order().cmp(&b.order()));
    waiting.into_iter().map(|entry| entry.name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry(name: &str, second: i64, flags: &str) -> Entry {
        Entry {
            uid: name.to_owned(),
            name: name.to_owned(),
            created_at: Timestamp::from_second(second).unwrap(),
            sequence: None,
            started: flags.contains("started"),
            ended: flags.contains("ended"),
            stalled: flags.contains("stalled"),
        }
    }

    #[test]
    fn one_at_a_time_first_come_first_served() {
        let behind = |name: &str| QueueDecision::Behind(name.to_owned());
        let table = [
            ("alone", vec![entry("a", 1, "")], "a", QueueDecision::Start),
            ("first", vec![entry("a", 1, ""), entry("b", 2, "")], "a", QueueDecision::Start),
            ("second", vec![entry("a", 1, ""), entry("b", 2, "")], "b", behind("a")),
            ("behind one in progress", vec![entry("a", 1, "started"), entry("b", 2, "")], "b", behind("a")),
            (
                "after one that ended",
                vec![entry("a", 1, "started ended"), entry("b", 2, "")],
                "b",
                QueueDecision::Start,
            ),
            ("past one that is stalled", vec![entry("a", 1, "stalled"), entry("b", 2, "")], "b", QueueDecision::Start),
            (
                "never after a newer one began",
                vec![entry("a", 1, "stalled"), entry("b", 2, "started ended")],
                "a",
                QueueDecision::Superseded("b".to_owned()),
            ),
            (
                "past one that ended without a beginning",
                vec![entry("a", 1, "ended"), entry("b", 2, "")],
                "b",
                QueueDecision::Start,
            ),
        ];
        for (what, entries, uid, expected) in table {
            assert_eq!(decide(&entries, uid), expected, "{what}");
        }
    }

    proptest! {
        #[test]
        fn at_most_one_deployment_of_a_service_may_begin_or_be_in_progress(
            raw in proptest::collection::vec((0..4_i64, any::<bool>(), any::<bool>()), 1..8)
        ) {
            let mut entries: Vec<Entry> = raw
                .iter()
                .enumerate()
                .map(|(index, (second, ended, stalled))| Entry {
                    sequence: Some(i64::try_from(index).unwrap()),
                    started: *ended,
                    stalled: *stalled,
                    ..entry(&format!("d{index}"), *second, if *ended { "ended" } else { "" })
                })
                .collect();
            for _ in 0..entries.len() {
                let uids: Vec<String> = entries.iter().map(|entry| entry.uid.clone()).collect();
                for uid in uids {
                    let may_begin = decide(&entries, &uid) == QueueDecision::Start;
                    if let Some(own) = entries.iter_mut().find(|entry| entry.uid == uid && !entry.ended && may_begin) {
                        own.started = true;
                    }
                }
                prop_assert!(entries.iter().filter(|entry| entry.in_progress()).count() <= 1);
                if let Some(active) = entries.iter_mut().find(|entry| entry.in_progress()) {
                    active.ended = true;
                }
            }
        }
    }
}
