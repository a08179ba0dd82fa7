//! The rules by which Deployments that are released as one come to the same end.

use sluice_api::MultiStatus;

use super::sibling::{Sibling, Stands};

/// What one that has done all its own does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// It writes down that it is ready.
    SayReady,
    /// All are ready: it writes down that it does not return by itself from here on.
    Promise,
    /// All have promised: it writes down that it ends, and then takes its original away.
    Pass,
    /// It waits for the others.
    Wait,
}

/// What one that has done all its own does next, by what it sees of the others.
#[must_use]
pub fn next_move(multi: &MultiStatus, siblings: &[Sibling]) -> Move {
    let all = |holds: fn(&Sibling) -> bool| {
        multi.siblings.iter().all(|known| siblings.iter().any(|one| one.uid == known.uid && holds(one)))
    };
    match (multi.ready_at, multi.promised_at) {
        (_, Some(_)) if all(|one| one.has_promised) => Move::Pass,
        (None, None) => Move::SayReady,
        (Some(_), None) if all(Sibling::is_ready) => Move::Promise,
        _ => Move::Wait,
    }
}

/// The one whose return turns this one round; none where none does. One that promised turns nobody round that promised too:
/// whoever has passed by then can not come back. And of one that promised, the end of another that is not seen any more is not
/// known.
#[must_use]
pub fn turned_round_by<'a>(multi: &MultiStatus, siblings: &'a [Sibling]) -> Option<&'a Sibling> {
    if multi.passed_at.is_some() {
        return None;
    }
    let has_promised = multi.promised_at.is_some();
    let turns = |one: &&Sibling| {
        let is_gone = one.stands == Stands::Gone && !has_promised;
        is_gone || (one.returned.is_some() && !(has_promised && one.has_promised))
    };
    siblings.iter().find(turns)
}

/// Whether it may return for a cause of its own.
#[must_use]
pub const fn returns_by_itself(multi: Option<&MultiStatus>) -> bool {
    match multi {
        Some(multi) => multi.promised_at.is_none(),
        None => true,
    }
}
