//! The next change of weights towards a share, and the repair of what someone changed.

use sluice_api::{ConditionType, Reason, Share, status_of};

use crate::action::{Action, WeightChange};
use crate::fraction::Fraction;
use crate::plan::{Note, Plan};
use crate::platform::side::Split;
use crate::progress::position::desired_share;
use crate::view::View;
use crate::waiting::{Waiting, by};

/// Puts the first route that is not at the position's share to it. None when all are, when the side that would receive
/// more has no healthy target (S2) while a request could be lost, when the replacement would receive more while a named route is not read (S8), or when
/// someone else has a share, which a change of the pair's weights would change too: then the caller's wait goes on.
pub(crate) fn next_weight_change(view: &View<'_>) -> Option<Action> {
    let desired = desired_share(view.progress());
    if desired == Share::NONE && view.original().is_none() {
        // A first deployment finds no one to give the traffic to, and no traffic to take away.
        return None;
    }
    if view.outsider().is_some() {
        return None;
    }
    let all_are_read = view.unread_route().is_none();
    let receiver_can_serve = |split: &Split<'_>| {
        let raises_replacement = split.share() < desired.into();
        let raises_original = split.original_share() < desired.rest().into();
        (!raises_replacement || (all_are_read && (view.replacement_can_serve() || view.nobody_is_served())))
            && (!raises_original || view.original_can_serve())
    };
    let due = |split: &&Split<'_>| split.is_writable() && !split.is_at(desired) && receiver_can_serve(split);
    view.splits.iter().find(due).map(|split| set_share(view, split, desired))
}

/// Gives the replacement this share on one route.
pub(crate) fn set_share(view: &View<'_>, split: &Split<'_>, share: Share) -> Action {
    view.platform.routing.set_share(&view.input.release, split, share)
}

/// Whether the replacement would receive more on the route of this change; so it is supposed where that is not known.
pub(crate) fn raises_replacement(view: &View<'_>, change: &WeightChange) -> bool {
    let group = view.input.release.replacement_group;
    let after = change.weights.iter().find(|(arn, _)| arn == group).map_or(0, |(_, weight)| *weight);
    let all = change.weights.iter().map(|(_, weight)| weight).sum();
    let before = view.splits.iter().find(|split| split.id == change.route);
    before.is_none_or(|split| Fraction::of(after, all) > split.share())
}

/// Puts a weight back that was verified before, and so was changed by someone else. Told once.
pub(crate) fn repair_weight(view: &View<'_>, action: Action) -> Plan {
    let known = status_of(&view.progress().conditions, ConditionType::TrafficInSync) == Some(false);
    let message = format!("Someone changed a weight: {}", action.describe());
    let notes = if known { Vec::new() } else { vec![Note::warning(Reason::Drifted, message)] };
    Plan::act(action, view.progress().clone()).with_notes(notes)
}

/// Waits until every route answers with the share that was written.
pub(crate) fn wait_for_traffic(view: &View<'_>, desired: Share) -> Plan {
    let deadline = view.deadline();
    let message = format!("waiting for every route to answer with weight {desired}{}", by(deadline, view.now()));
    let waiting = Waiting::for_progress(Reason::Shifting, message, deadline);
    Plan::wait(waiting, view.progress().clone(), &view.input)
}
