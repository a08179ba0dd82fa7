//! Shares: of one route, of all routes, as asked.

use sluice_api::Share;

use super::deployment::View;
use crate::fraction::Fraction;
use crate::platform::side::{Side, Split, UnreadRoute};
use crate::progress::steps::verified_share;

impl<'a> View<'a> {
    /// Every named route: those of production, and the test route.
    pub(crate) fn named_splits(&self) -> impl Iterator<Item = &Split<'a>> {
        self.splits.iter().chain(&self.test_split)
    }

    /// The production routes whose weights are known.
    pub(crate) fn known_routes(&self) -> impl Iterator<Item = &Split<'a>> {
        self.splits.iter().filter(|split| split.weights.is_some())
    }

    /// The first named route that is not read with both sides in it; none when all are.
    pub(crate) fn unread_route(&self) -> Option<&UnreadRoute> {
        self.named_splits().find_map(|split| split.problem.as_ref())
    }

    /// A route that is not named and sends requests to this target group, also where it is not known whether there is one;
    /// none when there is none. What does not exist no route can reach.
    pub(crate) fn unnamed_route(&self, target_group: &str) -> Option<UnreadRoute> {
        let exists = self.observed().target_group(target_group).is_none_or(|group| group.exists);
        let release = &self.input.release;
        exists.then(|| self.platform.routing.unnamed(release, self.observed(), target_group)).flatten()
    }

    /// Whether a route that is not named was seen to send requests to one of the pair, or may not be looked for.
    pub(crate) fn an_unnamed_route_was_seen(&self) -> bool {
        let is_looked_at = self.observed().listed_routes.is_some() || self.observed().unlisted.is_some();
        is_looked_at && self.input.release.pair().into_iter().any(|group| self.unnamed_route(group).is_some())
    }

    /// The first route of which someone else has a share; none when the pair has the whole of each.
    pub(crate) fn outsider(&self) -> Option<&UnreadRoute> {
        self.named_splits().find_map(|split| split.outsider.as_ref())
    }

    /// The first route that lets nothing go forward: it is not read with both sides in it, or someone else has a share.
    pub(crate) fn blocked_route(&self) -> Option<&UnreadRoute> {
        self.unread_route().or_else(|| self.outsider())
    }

    /// Whether any production route sends traffic to the replacement, as far as they are known.
    ///
    /// Without a load balancer: whether it was complete at an increment, before which it is a task more that nobody needs; or
    /// whether it works in the place of an original that is gone.
    pub(crate) fn replacement_has_traffic(&self) -> bool {
        if self.is_by_size() {
            let is_left = self.progress().original.is_some() && self.has_no_original();
            let works = is_left && self.healthy_replacement() > 0;
            return works || verified_share(self.progress()) > Share::NONE;
        }
        self.known_routes().any(|split| split.share().is_above_none())
    }

    /// Highest share of the replacement among the production routes, to a tenth of a percent; none while no route is known.
    /// Without a load balancer: its part of the tasks that run.
    pub(crate) fn observed_share(&self) -> Option<Share> {
        if self.is_by_size() {
            let running = |side: Option<&Side<'_>>| side.map_or(0, |side| side.running);
            let (original, replacement) = (running(self.original()), running(self.replacement()));
            return (original + replacement > 0).then(|| Fraction::of(replacement, original + replacement).rounded());
        }
        self.known_routes().map(Split::share).max().map(Fraction::rounded)
    }

    /// Whether every named route is read, and those of production answer with this share of the replacement.
    pub(crate) fn traffic_is_at(&self, share: Share) -> bool {
        self.unread_route().is_none() && self.known_routes().all(|split| split.is_at(share))
    }
}
