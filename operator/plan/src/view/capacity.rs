//! What each side can carry, where the group asks for no more tasks than its traffic needs.

use sluice_api::{Capacity, Share, StepStatus};

use super::deployment::View;
use crate::fraction::Fraction;
use crate::platform::side::Side;
use crate::progress::steps::{size_of, verified_share};

impl View<'_> {
    /// Whether the sizes of the two sides follow their shares of the traffic.
    pub(crate) fn is_proportional(&self) -> bool {
        self.input.release.settings.sizing() == Capacity::Proportional
    }

    /// Size of the replacement at a step.
    pub(crate) fn size_of(&self, step: &StepStatus) -> Share {
        size_of(self.input.release.settings, step)
    }

    /// Size of the original where sizes follow the traffic: what it carries by the share that was read back last. Never
    /// nothing, so that it has a task to return to; but where a task is traffic: then all of it is at the replacement.
    pub(crate) fn size_of_original(&self) -> Share {
        let rest = verified_share(self.progress()).rest();
        if self.is_by_size() { rest } else { rest.max(Share::LEAST) }
    }

    /// Share that stays with the replacement on the way back, because the original cannot carry it yet; nothing where it can,
    /// and where the replacement serves nobody: then nothing is lost by the return. Where both together are too small for
    /// all of it, each has its part.
    pub(crate) fn share_that_stays(&self) -> Share {
        let healthy = self.observed().healthy(self.input.release.replacement_group);
        let is_dead = self.replacement().is_none() || self.replacement_cannot_be_reached() || healthy == Some(0);
        let all = i64::from(self.sides.tasks);
        if !self.is_proportional() || self.is_by_size() || is_dead || all < 1 {
            return Share::NONE;
        }
        let of_original = self.observed().healthy(self.input.release.original_group);
        let carries = i64::from(of_original.filter(|_| self.original().is_some()).unwrap_or(0)).min(all);
        let beyond = tenths(all - carries, all).max(self.size_to_count_on().rest());
        match healthy.map(i64::from) {
            Some(healthy) if carries + healthy < all => beyond.min(tenths(healthy, carries + healthy)),
            _ => beyond,
        }
    }

    /// Whether it is time to bring the replacement from one share to what stays: the original is complete at its size, or
    /// carries at least a task more. Smaller parts would make the way back longer.
    pub(crate) fn is_time_to_return(&self, from: Fraction, stays: Share) -> bool {
        let task = tenths(1, i64::from(self.sides.tasks.max(1)));
        let is_complete = stays <= self.size_to_count_on().rest();
        is_complete || from >= Fraction::from(Share::from_tenths(stays.tenths() + task.tenths()))
    }

    /// Size of the original that no earlier write can still take away: one that made it smaller may have been sent right
    /// before the turn, and land after all that is read now.
    fn size_to_count_on(&self) -> Share {
        let size = self.original().map_or(Share::NONE, Side::size);
        let lately = self.progress().original.as_ref().and_then(|original| original.scaled);
        let may_land = lately.filter(|scaled| self.now() < scaled.at + self.input.release.limits.barrier);
        may_land.map_or(size, |scaled| size.min(scaled.size))
    }
}

/// A part of a whole above nothing, rounded up to a tenth of a percent.
fn tenths(part: i64, whole: i64) -> Share {
    Share::from_tenths(u16::try_from((1000 * part + whole - 1) / whole).unwrap_or(u16::MAX))
}
