//! Is the original, is the replacement there; can it serve; is it gone.

use sluice_api::{OnOriginalDown, Share, TaskSetStatus};

use super::deployment::View;
use crate::platform::side::{Presence, Side};
use crate::progress::remembered::idle_since;

impl<'a> View<'a> {
    /// What served when the Deployment began, if it is there.
    pub(crate) const fn original(&self) -> Option<&Side<'a>> {
        self.sides.original.side()
    }

    /// Whether the original is a service that something else deploys. It serves whatever the group's own service wants, so that
    /// nothing is idle because that wants nothing.
    pub(crate) fn original_is_adopted(&self) -> bool {
        self.progress().original.as_ref().is_some_and(TaskSetStatus::is_adopted)
    }

    /// What the Deployment made, if it is there.
    pub(crate) const fn replacement(&self) -> Option<&Side<'a>> {
        self.sides.replacement.side()
    }

    /// Whether there is no load balancer, so that a task that runs is its part of the traffic.
    pub(crate) fn is_by_size(&self) -> bool {
        self.input.release.settings.is_by_size()
    }

    /// Healthy targets of the original or, without a load balancer, its tasks that run; none where nobody looked.
    pub(crate) fn healthy_original(&self) -> Option<i32> {
        self.healthy(&self.sides.original, self.input.release.original_group)
    }

    /// Healthy targets of the replacement; 0 where they were not looked at.
    pub(crate) fn healthy_replacement(&self) -> i32 {
        self.seen_healthy_replacement().unwrap_or(0)
    }

    fn seen_healthy_replacement(&self) -> Option<i32> {
        self.healthy(&self.sides.replacement, self.input.release.replacement_group)
    }

    fn healthy(&self, presence: &Presence<'_>, group: &str) -> Option<i32> {
        if !self.is_by_size() {
            return self.observed().healthy(group);
        }
        match presence {
            Presence::There(side) => Some(side.running),
            Presence::None | Presence::Gone => Some(0),
            Presence::Unseen => None,
        }
    }

    /// Whether the replacement was seen without a healthy target.
    pub(crate) fn replacement_is_down(&self) -> bool {
        self.seen_healthy_replacement() == Some(0)
    }

    /// Whether the original was seen with a healthy target. No more than this, `stickiness_ends_at` and `original_is_down` is
    /// ever asked of the original's targets: `reads.rs` relies on it.
    ///
    /// Without a load balancer one that was made small by this release is well too: it grows again.
    pub(crate) fn original_is_healthy(&self) -> bool {
        let is_small = self.is_by_size() && self.original().is_some_and(|original| original.wanted < 1);
        is_small || self.healthy_original().is_some_and(|healthy| healthy > 0)
    }

    /// Whether the original was seen without a healthy target, or any task. ECS calls it steady only when every task of it is
    /// healthy for the load balancer too, and its targets are read whenever it is not: so nothing more is read for this.
    pub(crate) fn original_is_down(&self) -> bool {
        self.original().is_some_and(|original| !original.steady)
            && self.healthy_original() == Some(0)
            && !self.original_is_healthy()
    }

    /// Whether the original was seen without a healthy target for as long as it takes to look again, and the group does not go
    /// on for all that: one look may meet a blip, and a schedule protects what works.
    pub(crate) fn gives_up_the_original(&self) -> bool {
        let since = self.progress().original.as_ref().and_then(|original| original.unhealthy_since);
        let advances = self.input.release.settings.on_original_down == OnOriginalDown::Advance;
        advances && since.is_some_and(|since| self.now() >= since + self.input.release.limits.poll)
    }

    /// Whether the replacement is there and has a healthy target: no less may receive traffic (S2).
    pub(crate) fn replacement_can_serve(&self) -> bool {
        self.replacement().is_some() && self.healthy_replacement() >= 1
    }

    /// Whether the original is there and has a healthy target.
    pub(crate) fn original_can_serve(&self) -> bool {
        self.original().is_some() && self.original_is_healthy()
    }

    /// Whether the target group of the replacement was seen not to be there, so that no route can send it anything.
    pub(crate) fn replacement_cannot_be_reached(&self) -> bool {
        let group = self.observed().target_group(self.input.release.replacement_group);
        group.is_some_and(|group| !group.exists)
    }

    /// Whether the service wants no tasks, or has none again yet: nothing is wrong with either side, and no clock runs.
    pub(crate) fn is_idle(&self) -> bool {
        !self.original_is_adopted() && (self.sides.tasks < 1 || idle_since(self.progress()).is_some())
    }

    /// Whether the service wanted no tasks when the position began, and wants none now: there is no request that could be
    /// lost, and nothing that could get healthy.
    pub(crate) fn is_without_traffic(&self) -> bool {
        let began_with = self.progress().position.as_ref().map_or(1, |position| position.tasks);
        self.sides.tasks < 1 && began_with < 1 && !self.original_is_adopted()
    }

    /// Whether besides neither side was seen with a healthy target: nothing is lost wherever the weights are.
    pub(crate) fn nobody_is_served(&self) -> bool {
        let are_empty = self.healthy_original() == Some(0) && self.replacement_is_down();
        self.is_without_traffic() && self.replacement().is_some() && are_empty
    }

    /// Whether a side has all the tasks that the service wants, and ECS calls it complete and healthy.
    pub(crate) fn is_whole(&self, side: &Side<'_>) -> bool {
        !side.is_below(Share::ALL) && side.steady && side.running >= self.sides.tasks
    }

    /// Whether there is no original: there never was one, or it is gone for good.
    pub(crate) const fn has_no_original(&self) -> bool {
        matches!(self.sides.original, Presence::None | Presence::Gone)
    }

    /// Whether someone deleted the original while it still serves: then the replacement is all there is.
    pub(crate) const fn original_is_lost(&self) -> bool {
        matches!(self.sides.original, Presence::Gone) && self.replacement().is_some()
    }
}
