//! The safety invariants, as ordered checks that every action must pass right before it is handed out.
//!
//! The planner is written so that none of them ever fires: they are the second lock on the door. What each of them means
//! stands in docs/invariants.md.

mod capacity;
mod deletion;
mod gates;
mod hooks;
mod multi;
mod scope;
mod sizes;
mod weights;

use crate::action::Action;
use crate::invariant::Invariant;
use crate::view::View;

/// Whether an action keeps an invariant. Actions that it does not speak of keep it.
type Check = fn(&View<'_>, &Action) -> bool;

/// A row for each invariant, in the order in which a violation is told.
const CHECKS: &[(Invariant, Check)] = &[
    (Invariant::S9Terminal, scope::is_in_progress),
    (Invariant::S5OneTaskSet, scope::makes_no_second),
    (Invariant::S11NoForeign, scope::touches_ours_alone),
    (Invariant::S10ScopeOnly, scope::is_in_settings),
    (Invariant::S1WeightSum, weights::give_a_share),
    (Invariant::S8StepBound, weights::stays_within_the_step),
    (Invariant::S7Monotone, weights::never_turns),
    (Invariant::S2NoEmptyTarget, weights::reaches_healthy_targets),
    (Invariant::S3NoDeleteLive, deletion::is_without_traffic),
    (Invariant::S4OnePrimary, deletion::keeps_one_primary),
    (Invariant::S18TestFirst, weights::tests_first),
    (Invariant::S12Barrier, deletion::waits_for_late_writes),
    (Invariant::S17HookOnce, hooks::starts_what_has_no_verdict),
    (Invariant::S19EnoughTasks, capacity::is_enough),
    (Invariant::S20AsOne, multi::ends_with_all),
];

/// The first invariant that the action would break; none when it is safe.
pub(crate) fn violated(view: &View<'_>, action: &Action) -> Option<Invariant> {
    CHECKS.iter().find(|(_, keeps)| !keeps(view, action)).map(|(invariant, _)| *invariant)
}

/// Names of the invariants, in the order of their checks.
pub(crate) fn names() -> Vec<&'static str> {
    CHECKS.iter().map(|(invariant, _)| invariant.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_invariant_has_a_row() {
        for invariant in Invariant::ALL {
            let rows = CHECKS.iter().filter(|(checked, _)| checked == invariant).count();
            assert_eq!(rows, 1, "{invariant}");
        }
    }
}
