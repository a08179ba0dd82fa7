//! Test traffic: which side the test route is at, and its way there and back.
//!
//! It carries no production traffic, so that no share of it is asked for but all or nothing, and production goes first
//! wherever both are to be written.

use sluice_api::{DeploymentStatus, LifecycleEventName, Share};

use crate::action::{Action, WeightChange};
use crate::progress::events::event_started_at;
use crate::view::View;
use crate::weights::set_share;

/// Share of the replacement that the test route is to have: all of it from AllowTestTraffic on, nothing on the
/// way back. None before it was switched: where it stood until then is the user's.
pub(crate) fn desired(progress: &DeploymentStatus) -> Option<Share> {
    event_started_at(progress, LifecycleEventName::AllowTestTraffic)?;
    Some(if progress.rollback.is_some() { Share::NONE } else { Share::ALL })
}

/// Where test traffic reaches the replacement, in the user's words; none before the test route is switched, on the way back,
/// and where the group names no URL. It hangs on what is recorded alone, so that a hook that is asked again is told the same.
pub(crate) fn url<'a>(view: &View<'a>, progress: &DeploymentStatus) -> Option<&'a str> {
    desired(progress).filter(|share| *share == Share::ALL)?;
    view.input.release.settings.load_balancer.test_route.as_ref()?.url.as_deref()
}

/// Whether the test route is where it is to be, or there is none, or nothing is asked of it.
pub(crate) fn is_in_place(view: &View<'_>) -> bool {
    match (&view.test_split, desired(view.progress())) {
        (Some(split), Some(share)) => split.is_at(share),
        _ => true,
    }
}

/// Puts the test route to where it is to be. None when it is there, when it is not read and, on the way forward, when
/// someone else has a share of it or the replacement that would receive test traffic has no healthy target. It returns to the original whatever
/// the original's health: nothing of production goes with it, and the replacement is on its way out.
pub(crate) fn next_change(view: &View<'_>) -> Option<Action> {
    let (split, share) = (view.test_split.as_ref()?, desired(view.progress())?);
    // A third party keeps what it has of it, and stands in the way of no return.
    let is_allowed =
        share == Share::NONE || (split.outsider.is_none() && (view.replacement_can_serve() || view.nobody_is_served()));
    let is_due = split.weights.is_some() && !split.is_at(share);
    (is_due && is_allowed).then(|| set_share(view, split, share))
}

/// Whether a change of the test route is one that is asked for: all or nothing, as the position says.
pub(crate) fn allows(view: &View<'_>, change: &WeightChange) -> bool {
    let replacement = view.input.release.replacement_group;
    let of_replacement = change.weights.iter().find(|(group, _)| group == replacement).map(|(_, weight)| *weight > 0);
    of_replacement == desired(view.progress()).map(|share| share > Share::NONE)
}
