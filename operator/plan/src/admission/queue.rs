//! Whose turn it is: one Deployment at a time per ECS service (S6 OneActive), the rest in line.
//!
//! Whoever asks has been admitted by its binding, and its group holds the claim on the service. So only Deployments of the
//! same group can wait before it: those of another group of the service cannot begin. One that is in progress counts
//! whoever's it is.

use jiff::Timestamp;

/// A Deployment of the same ECS service, as the queue sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its UID.
    pub uid: String,
    /// Its namespace.
    pub namespace: String,
    /// Its group, in the same namespace.
    pub group: String,
    /// Its name.
    pub name: String,
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
}

impl Entry {
    /// First come, first served. Creation times have whole seconds, so the operator's own number comes next.
    fn order(&self) -> (Timestamp, i64, &str, &str) {
        (self.created_at, self.sequence.unwrap_or(0), &self.namespace, &self.name)
    }

    const fn in_progress(&self) -> bool {
        self.started && !self.ended
    }

    const fn waits(&self) -> bool {
        !self.started && !self.ended
    }

    fn is_of_the_group_of(&self, other: &Self) -> bool {
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
    /// It is not among those that wait: not known yet, or begun already. What is not known does not begin.
    NotWaiting,
}

/// Whether the Deployment with this UID may begin, among all of the same service.
#[must_use]
pub fn decide(entries: &[Entry], uid: &str) -> QueueDecision {
    let Some(own) = entries.iter().find(|entry| entry.uid == uid && entry.waits()) else {
        return QueueDecision::NotWaiting;
    };
    let others = || entries.iter().filter(|entry| entry.uid != uid);
    if let Some(newer) = others().filter(|entry| entry.started).find(|entry| entry.order() > own.order()) {
        return QueueDecision::Superseded(newer.full_name());
    }
    if let Some(active) = others().find(|entry| entry.in_progress()) {
        return QueueDecision::Behind(active.full_name());
    }
    others()
        .filter(|entry| entry.waits() && !entry.held && entry.is_of_the_group_of(own) && entry.order() < own.order())
        .min_by(|a, b| a.order().cmp(&b.order()))
        .map_or(QueueDecision::Start, |earlier| QueueDecision::Behind(earlier.full_name()))
}

/// Names of those that wait, first come first.
#[must_use]
pub fn waiting(entries: &[Entry]) -> Vec<String> {
    let mut waiting: Vec<&Entry> = entries.iter().filter(|entry| entry.waits()).collect();
    waiting.sort_by(|a, b| a.order().cmp(&b.order()));
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
            created_at: Timestamp::from_second(second).unwrap(),
            sequence: None,
            started: flags.contains("started"),
            ended: flags.contains("ended"),
            held: flags.contains("held"),
        }
    }

    #[test]
    fn one_at_a_time_first_come_first_served() {
        let behind = |name: &str| QueueDecision::Behind(format!("shop/{name}"));
        let a = |flags: &str| entry("prod/a", 1, flags);
        let b = || entry("prod/b", 2, "");
        let table = [
            ("alone", vec![a("")], "a", QueueDecision::Start),
            ("first", vec![a(""), b()], "a", QueueDecision::Start),
            ("second", vec![a(""), b()], "b", behind("a")),
            ("behind one in progress", vec![a("started"), b()], "b", behind("a")),
            ("after one that ended", vec![a("started ended"), b()], "b", QueueDecision::Start),
            ("past one that is stalled or paused", vec![a("held"), b()], "b", QueueDecision::Start),
            (
                "never after a newer one began",
                vec![a("held"), entry("prod/b", 2, "started ended")],
                "a",
                QueueDecision::Superseded("shop/b".to_owned()),
            ),
            ("past one that ended without a beginning", vec![a("ended"), b()], "b", QueueDecision::Start),
            ("past one of a group without the claim", vec![entry("rival/a", 1, ""), b()], "b", QueueDecision::Start),
            ("behind another group's that is in progress", vec![entry("rival/a", 1, "started"), b()], "b", behind("a")),
            ("not known yet", vec![a("")], "b", QueueDecision::NotWaiting),
            ("begun already", vec![a("started")], "a", QueueDecision::NotWaiting),
            ("ended already", vec![a("ended")], "a", QueueDecision::NotWaiting),
            ("nothing is known", vec![], "a", QueueDecision::NotWaiting),
        ];
        for (what, entries, uid, expected) in table {
            assert_eq!(decide(&entries, uid), expected, "{what}");
        }
    }
}
