//! Weights of the forward actions of listener rules and listeners of an Application Load Balancer, and of listeners of a
//! Network Load Balancer.

use sluice_api::{ProductionRoute, Reason, Share};

use super::wire;
use crate::action::{Action, WeightChange};
use crate::input::Release;
use crate::names::{short, target_group_name};
use crate::observation::{Observation, Route, RouteKind, RouteState};
use crate::platform::seam::Routing;
use crate::platform::side::{Split, SplitWeights, UnreadRoute};

pub(crate) struct Listeners;

impl Routing for Listeners {
    fn splits<'a>(&self, release: &Release<'a>, observed: &'a Observation) -> Vec<Split<'a>> {
        let named = &release.settings.load_balancer.production_routes;
        let read = |arn: &str| observed.routes.iter().find(|route| route.arn == arn);
        let split = |named: &'a ProductionRoute| Split {
            problem: problem(release, observed, short(named.arn()), read(named.arn())),
            ..split(release, (named.arn(), named.listener_rule.is_some()), read(named.arn()))
        };
        named.iter().map(split).collect()
    }

    fn test_split<'a>(&self, release: &Release<'a>, observed: &'a Observation) -> Option<Split<'a>> {
        let named = release.settings.load_balancer.test_route.as_ref()?;
        let (name, route) = (short(named.arn()), observed.test_route.as_ref());
        Some(Split {
            problem: does_not_forward(name, route.map(|route| &route.state)),
            ..split(release, (named.arn(), named.listener_rule.is_some()), route)
        })
    }

    fn unnamed(&self, release: &Release<'_>, observed: &Observation, side: &str) -> Option<UnreadRoute> {
        if observed.listed_routes.is_none() {
            return Some(unlisted(observed.unlisted.as_deref()));
        }
        let named = &release.settings.load_balancer;
        let route = observed.unnamed_routes(named, side).next()?;
        let (name, place, group) = (short(&route.arn), route.place(), target_group_name(side));
        Some(UnreadRoute {
            reason: Reason::UnnamedRoute,
            what: format!("route {name}, {place}, sends requests to {group} and is not named"),
            remedy: "give it the weights of the named routes",
            is_final: false,
        })
    }

    fn set_share(&self, release: &Release<'_>, split: &Split<'_>, share: Share) -> Action {
        let (original, replacement) = wire::weights(share, split.weights);
        Action::SetWeights(WeightChange {
            route: split.id.to_owned(),
            kind: split.kind,
            weights: vec![
                (release.original_group.to_owned(), original),
                (release.replacement_group.to_owned(), replacement),
            ],
            adds: release.settings.load_balancer.test_route.as_ref().is_some_and(|test| test.arn() == split.id),
        })
    }
}

/// What else the load balancer forwards is not known, and for what reason.
fn unlisted(why: Option<&str>) -> UnreadRoute {
    // Without a reason it was not looked at: never so, by the rule of what is read.
    let why = why.unwrap_or("they were not looked at");
    UnreadRoute {
        reason: Reason::AccessDenied,
        what: format!("the other routes of the load balancer may not be listed: {why}"),
        remedy: "allow the operator's role this action",
        is_final: false,
    }
}

/// A route that is named by its ARN, a rule or a listener, as it was read.
fn split<'a>(release: &Release<'a>, (id, is_rule): (&'a str, bool), route: Option<&'a Route>) -> Split<'a> {
    let forwards = route.filter(|route| matches!(route.state, RouteState::Forward(_)));
    let weights = forwards.map(|route| SplitWeights {
        original: route.weight_of(release.original_group),
        replacement: route.weight_of(release.replacement_group),
        total: route.weights().iter().map(|weight| weight.weight).sum(),
    });
    Split {
        id,
        kind: if is_rule { RouteKind::Rule } else { RouteKind::Listener },
        weights,
        stickiness: forwards.and_then(|route| route.stickiness),
        problem: None,
        outsider: forwards.and_then(|route| outsider(release, route)),
    }
}

/// A target group outside the pair that has a share: the pair's weights are not the whole traffic then.
fn outsider(release: &Release<'_>, route: &Route) -> Option<UnreadRoute> {
    let pair = release.pair();
    let other = route.weights().iter().find(|one| one.weight > 0 && !pair.contains(&one.target_group.as_str()))?;
    let (name, group) = (short(&route.arn), target_group_name(&other.target_group));
    Some(UnreadRoute {
        reason: Reason::ForeignTraffic,
        what: format!("route {name} also forwards {} % to {group}", route.share_of(&other.target_group).rounded()),
        remedy: "look whose traffic that is; it goes on once the pair has the whole weight again",
        is_final: false,
    })
}

/// Why it is not known what each side receives by a route: it is not read with both target groups in it.
///
/// A target group of the replacement that is gone is in no route: Elastic Load Balancing deletes none that a route uses
/// (ELBv2 API reference, DeleteTargetGroup: ResourceInUse). So nothing but its absence is to be read of it. That of the
/// original is never given up on.
fn problem(release: &Release<'_>, observed: &Observation, name: &str, route: Option<&Route>) -> Option<UnreadRoute> {
    let Some(route) = route.filter(|route| matches!(route.state, RouteState::Forward(_))) else {
        return does_not_forward(name, route.map(|route| &route.state));
    };
    let is_given_up = |group: &str| group == release.replacement_group && is_gone(observed, group);
    let is_outside = |group: &&str| route.weight_of(group).is_none() && !is_given_up(group);
    let outside = release.pair().into_iter().find(is_outside)?;
    let group = target_group_name(outside);
    let (what, remedy) = if is_gone(observed, outside) {
        (", which does not exist any more", "stop this Deployment and name another pair in the group")
    } else {
        ("", "add that target group to it with weight 0")
    };
    Some(UnreadRoute {
        reason: Reason::TargetGroupOutsideRoute,
        what: format!("route {name} does not forward to {group}{what}"),
        remedy,
        is_final: is_gone(observed, outside),
    })
}

/// Why a route forwards nowhere; none when it forwards.
fn does_not_forward(name: &str, state: Option<&RouteState>) -> Option<UnreadRoute> {
    let unread = |reason, what, remedy, is_final| Some(UnreadRoute { reason, what, remedy, is_final });
    match state {
        None | Some(RouteState::Missing) => unread(
            Reason::RouteNotFound,
            format!("route {name} does not exist"),
            "stop this Deployment and name the route that took its place in the group",
            true,
        ),
        Some(RouteState::DefaultRule) => unread(
            Reason::DefaultRule,
            format!("route {name} is a listener's default rule, which no one may modify"),
            "stop this Deployment and name the listener in the group",
            true,
        ),
        Some(RouteState::NoForward) => unread(
            Reason::NoForwardAction,
            format!("route {name} has no forward action"),
            "give it one with both target groups",
            false,
        ),
        Some(RouteState::Forward(_)) => None,
    }
}

/// Whether a target group was seen not to be there.
fn is_gone(observed: &Observation, group: &str) -> bool {
    observed.target_group(group).is_some_and(|group| !group.exists)
}
