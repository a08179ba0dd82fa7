//! What a newer Deployment does to the one in progress, as its group has it: nothing, until it is known that it could begin.

use jiff::Timestamp;
use sluice_api::{AwsBinding, Concurrency, DeploymentGroup, ReadyToBegin};

use super::queue::{Entry, newest_after, waiting_entry};
use crate::input::Newer;

/// How many releases in a row are superseded at most: then one is let go to its end, or whoever asks for changes faster than
/// a release takes would never have one.
pub const MOST_IN_A_ROW: i32 = 5;

/// What a group says now, and with which versions of what it says a Deployment that waits is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// What a newer Deployment does.
    pub concurrency: Concurrency,
    /// Generation of the group.
    pub group_generation: i64,
    /// Generation of its AwsBinding; 0 where there is none.
    pub binding_generation: i64,
}

impl Terms {
    /// Those of a group and its binding as they are now.
    #[must_use]
    pub fn of(group: &DeploymentGroup, binding: Option<&AwsBinding>) -> Self {
        Self {
            concurrency: group.spec.concurrency,
            group_generation: group.metadata.generation.unwrap_or_default(),
            binding_generation: binding.and_then(|binding| binding.metadata.generation).unwrap_or_default(),
        }
    }

    /// That a Deployment was found able to begin.
    #[must_use]
    pub const fn passed(self, now: Timestamp) -> ReadyToBegin {
        let Self { group_generation, binding_generation, .. } = self;
        ReadyToBegin { since: now, group_generation, binding_generation }
    }

    fn are_those_of(self, entry: &Entry) -> bool {
        entry.ready == Some([self.group_generation, self.binding_generation])
    }
}

/// What the Deployment with this UID, which waits, asks of the one in progress of its group, and the name of that; none
/// where it asks nothing, is not the next in line, or is not heard now. Whether it could begin is another question.
#[must_use]
pub fn asks<'a>(entries: &'a [Entry], uid: &str, terms: Terms) -> Option<(&'a Entry, Newer)> {
    let own = waiting_entry(entries, uid)?;
    let active = entries.iter().find(|entry| entry.in_progress() && entry.is_of_the_group_of(own))?;
    let is_next = own.is_newer_than(active) && newest_after(entries, own).is_none();
    heard(active, terms.concurrency).filter(|_| is_next).map(|newer| (active, newer))
}

/// Whether the Deployment with this UID was found able to begin, by what is said now.
#[must_use]
pub fn is_ready(entries: &[Entry], uid: &str, terms: Terms) -> bool {
    waiting_entry(entries, uid).is_some_and(|own| terms.are_those_of(own))
}

/// What is asked of the Deployment in progress with this UID, and by whom: the next in line of its group, which could begin.
#[must_use]
pub fn newer<'a>(entries: &'a [Entry], uid: &str, terms: Terms) -> Option<(Newer, &'a Entry)> {
    let active = entries.iter().find(|entry| entry.uid == uid && entry.in_progress())?;
    let next = newest_after(entries, active).filter(|next| terms.are_those_of(next))?;
    heard(active, terms.concurrency).map(|newer| (newer, next))
}

/// What may be asked of this one in progress now.
const fn heard(active: &Entry, concurrency: Concurrency) -> Option<Newer> {
    let newer = match concurrency {
        Concurrency::Queue | Concurrency::Reject => return None,
        Concurrency::Supersede if active.superseded_in_a_row < MOST_IN_A_ROW => Newer::Supersedes,
        Concurrency::Supersede | Concurrency::EndBake => Newer::EndsBake,
    };
    match newer {
        _ if active.fixed => None,
        // Before it bakes there is nothing to end, and by then the check would be old.
        Newer::EndsBake if !active.baking => None,
        newer => Some(newer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERMS: Terms = Terms { concurrency: Concurrency::Supersede, group_generation: 3, binding_generation: 7 };

    fn entry(name: &str, second: i64) -> Entry {
        Entry {
            uid: name.to_owned(),
            namespace: "shop".to_owned(),
            group: "prod".to_owned(),
            name: name.to_owned(),
            revision: format!("shop:{name}"),
            created_at: Timestamp::from_second(second).unwrap(),
            sequence: None,
            started: false,
            ended: false,
            held: false,
            ready: None,
            fixed: false,
            baking: false,
            superseded_in_a_row: 0,
        }
    }

    fn active() -> Entry {
        Entry { started: true, ..entry("active", 5) }
    }

    fn ready(name: &str, second: i64) -> Entry {
        Entry { ready: Some([3, 7]), ..entry(name, second) }
    }

    type Case = (&'static str, Entry, Vec<Entry>, Option<(Newer, &'static str)>);

    #[test]
    fn only_the_newest_of_its_group_that_could_begin_supersedes_the_one_in_progress() {
        let supersedes = |name| Some((Newer::Supersedes, name));
        let table: Vec<Case> = vec![
            ("nobody waits", active(), vec![], None),
            ("one that could begin", active(), vec![ready("b", 6)], supersedes("b")),
            ("one that was not checked", active(), vec![entry("b", 6)], None),
            (
                "one that was checked with another group",
                active(),
                vec![Entry { ready: Some([2, 7]), ..ready("b", 6) }],
                None,
            ),
            (
                "one that was checked with another binding",
                active(),
                vec![Entry { ready: Some([3, 6]), ..ready("b", 6) }],
                None,
            ),
            ("one that is stalled or paused", active(), vec![Entry { held: true, ..ready("b", 6) }], None),
            ("an older one", active(), vec![ready("b", 4)], None),
            ("one that ended", active(), vec![Entry { ended: true, ..ready("b", 6) }], None),
            ("one of another group", active(), vec![Entry { group: "rival".to_owned(), ..ready("b", 6) }], None),
            (
                "one of another namespace",
                active(),
                vec![Entry { namespace: "other".to_owned(), ..ready("b", 6) }],
                None,
            ),
            ("the newest, and not the first that could", active(), vec![ready("b", 6), entry("c", 7)], None),
            (
                "past the newest, which is stalled",
                active(),
                vec![ready("b", 6), Entry { held: true, ..entry("c", 7) }],
                supersedes("b"),
            ),
            ("one that cannot turn", Entry { fixed: true, ..active() }, vec![ready("b", 6)], None),
            ("one after so many", Entry { superseded_in_a_row: 4, ..active() }, vec![ready("b", 6)], supersedes("b")),
            ("one after too many", Entry { superseded_in_a_row: 5, ..active() }, vec![ready("b", 6)], None),
            (
                "one after too many, in its bake",
                Entry { superseded_in_a_row: 5, baking: true, ..active() },
                vec![ready("b", 6)],
                Some((Newer::EndsBake, "b")),
            ),
        ];
        for (what, active, others, expected) in table {
            let entries: Vec<Entry> = others.into_iter().chain([active]).collect();
            let asked = |concurrency| {
                let terms = Terms { concurrency, ..TERMS };
                newer(&entries, "active", terms).map(|(newer, by)| (newer, by.name.clone()))
            };
            let expected = expected.map(|(newer, by)| (newer, by.to_owned()));
            assert_eq!(asked(Concurrency::Supersede), expected, "{what}");
            for concurrency in [Concurrency::Queue, Concurrency::Reject] {
                assert_eq!(asked(concurrency), None, "{what}");
            }
            // The same, once it bakes.
            let baking = entries.iter().any(|entry| entry.baking);
            let ends_bake = expected.filter(|_| baking).map(|(_, by)| (Newer::EndsBake, by));
            assert_eq!(asked(Concurrency::EndBake), ends_bake, "{what}");
        }
    }

    #[test]
    fn the_next_in_line_is_checked_when_it_would_be_heard_and_once() {
        let baking = || Entry { baking: true, ..active() };
        let table = [
            ("superseding", Concurrency::Supersede, active(), vec![entry("b", 6)], true),
            ("in the increments there is no bake to end", Concurrency::EndBake, active(), vec![entry("b", 6)], false),
            ("in the bake", Concurrency::EndBake, baking(), vec![entry("b", 6)], true),
            ("who waits for the end", Concurrency::Queue, baking(), vec![entry("b", 6)], false),
            (
                "one that is stalled looks again",
                Concurrency::Supersede,
                active(),
                vec![Entry { held: true, ..entry("b", 6) }],
                true,
            ),
            ("not the next", Concurrency::Supersede, active(), vec![entry("b", 6), entry("c", 7)], false),
            (
                "past one that is held",
                Concurrency::Supersede,
                active(),
                vec![entry("b", 6), Entry { held: true, ..entry("c", 7) }],
                true,
            ),
            (
                "of a rollback there is nothing to ask",
                Concurrency::Supersede,
                Entry { fixed: true, ..active() },
                vec![entry("b", 6)],
                false,
            ),
            (
                "of another group's there is nothing to ask",
                Concurrency::Supersede,
                Entry { group: "rival".to_owned(), ..active() },
                vec![entry("b", 6)],
                false,
            ),
        ];
        for (what, concurrency, active, others, expected) in table {
            let entries: Vec<Entry> = others.into_iter().chain([active]).collect();
            let terms = Terms { concurrency, ..TERMS };
            assert_eq!(asks(&entries, "b", terms).is_some(), expected, "{what}");
            assert!(!is_ready(&entries, "b", terms), "{what}");
        }
        assert!(is_ready(&[active(), ready("b", 6)], "b", TERMS));
        assert!(!is_ready(&[active(), ready("b", 6)], "b", Terms { group_generation: 4, ..TERMS }));
    }
}
