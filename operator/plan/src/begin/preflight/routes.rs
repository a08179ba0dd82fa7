//! The routes are there, and forward to the pair and to nothing else.

use sluice_api::{Arn, Reason};

use super::input::PreflightInput;
use crate::names::{short, target_group_name};
use crate::observation::{RouteKind, RouteState};
use crate::refusal::Refusal;

pub(super) fn routes_exist(preflight: &PreflightInput<'_>) -> Option<Refusal> {
    preflight.observed.routes.iter().find_map(|route| {
        let field = "spec.loadBalancer.productionRoutes";
        let name = &route.arn;
        match route.state {
            RouteState::Forward(_) => None,
            RouteState::Missing => Some(Refusal::new(
                Reason::RouteNotFound,
                format!("{field}: {name} does not exist: create it, or correct the ARN"),
            )),
            RouteState::DefaultRule => Some(Refusal::new(
                Reason::DefaultRule,
                format!("{field}: {name} is a listener's default rule, which no one may modify: name its listener instead"),
            )),
            RouteState::NoForward => Some(Refusal::new(
                Reason::NoForwardAction,
                format!("{field}: {name} has no forward action: give it one with both target groups, the idle one at weight 0"),
            )),
        }
    })
}

pub(super) fn routes_reach_the_pair(preflight: &PreflightInput<'_>) -> Option<Refusal> {
    let pair = preflight.pair();
    preflight.observed.routes.iter().find_map(|route| {
        let outside = [pair.0, pair.1].into_iter().find(|group| route.weight_of(group).is_none())?;
        Some(Refusal::new(
            Reason::TargetGroupOutsideRoute,
            format!(
                "spec.loadBalancer.targetGroups: {} is not in the forward action of {}: add it with weight 0, or its targets never get healthy",
                target_group_name(outside),
                short(&route.arn)
            ),
        ))
    })
}

pub(super) fn no_third_group_carries_traffic(preflight: &PreflightInput<'_>) -> Option<Refusal> {
    let pair = preflight.pair();
    preflight.observed.routes.iter().find_map(|route| {
        let foreign = route.weights().iter().find(|weight| {
            weight.weight > 0 && weight.target_group != pair.0 && weight.target_group != pair.1
        })?;
        let (rule, group) = (short(&route.arn), target_group_name(&foreign.target_group));
        // A target group in which the service itself stands serves it, and belongs into the pair. Of any other it is not
        // known whom it serves. Neither is asked to give its weight away.
        let own = preflight.observed.live_on(&foreign.target_group).next();
        let message = match own {
            Some(set) => format!(
                "spec.loadBalancer.targetGroups: {rule} forwards {}% to {group}, where {} of this service stands: name {group} as one of the pair",
                route.share_of(&foreign.target_group).rounded(),
                short(&set.task_definition)
            ),
            None => format!(
                "spec.loadBalancer.productionRoutes: {rule} also forwards {}% to {group}, which is not of the pair: look whose traffic that is; a release needs a route of which the pair has the whole weight",
                route.share_of(&foreign.target_group).rounded()
            ),
        };
        Some(Refusal::new(Reason::ForeignTraffic, message))
    })
}

/// The test route can be switched: it is there, forwards, and forwards to nobody else.
pub(super) fn test_route_can_be_switched(preflight: &PreflightInput<'_>) -> Option<Refusal> {
    let field = "spec.loadBalancer.testRoute";
    let named = preflight.settings.load_balancer.test_route.as_ref()?;
    let refused = |reason, message: String| Some(Refusal::new(reason, format!("{field}: {message}")));
    let is_production = preflight.settings.load_balancer.production_routes.iter().any(|one| one.arn() == named.arn());
    if is_production {
        let message = "is one of productionRoutes, and a test route carries no production traffic: name another one";
        return refused(Reason::InvalidValue, format!("{} {message}", short(named.arn())));
    }
    let state = preflight.observed.test_route.as_ref().map(|route| (&route.state, route));
    let route = match state {
        None | Some((RouteState::Missing, _)) => {
            let message = format!("{} does not exist: create it, or correct the ARN", named.arn());
            return refused(Reason::RouteNotFound, message);
        }
        Some((RouteState::DefaultRule, _)) => {
            let what = "is a listener's default rule, which no one may modify: name its listener instead";
            return refused(Reason::DefaultRule, format!("{} {what}", named.arn()));
        }
        Some((RouteState::NoForward, _)) => {
            let what = "has no forward action: give it one with a target group of the pair";
            return refused(Reason::NoForwardAction, format!("{} {what}", named.arn()));
        }
        Some((RouteState::Forward(_), route)) => route,
    };
    let balancer = |arn: &str| Arn::parse(arn).ok().and_then(|arn| arn.load_balancer());
    let production = preflight.settings.load_balancer.production_routes.first()?;
    if balancer(named.arn()) != balancer(production.arn()) {
        let what = "belongs to another load balancer than productionRoutes, and a target group fits one only: name a route of the same one";
        return refused(Reason::TargetGroupElsewhere, format!("{} {what}", short(named.arn())));
    }
    let pair = preflight.pair();
    let is_foreign = |group: &str| group != pair.0 && group != pair.1;
    let foreign = route.weights().iter().find(|weight| weight.weight > 0 && is_foreign(&weight.target_group))?;
    refused(
        Reason::ForeignTraffic,
        format!(
            "{} forwards to {}, which is not of the pair: look whose that is, and name a route of this service alone",
            short(named.arn()),
            target_group_name(&foreign.target_group)
        ),
    )
}

/// One that keeps its weights when those of the named ones move would go on to send its requests to a task set that is
/// deleted in the end (S3).
pub(super) fn no_unnamed_route_sends_to_the_pair(preflight: &PreflightInput<'_>) -> Option<Refusal> {
    let balancer = &preflight.settings.load_balancer;
    let listed = preflight.observed.listed_routes.iter().flatten();
    let mut unnamed = listed
        .filter(|route| !route.is_named(balancer) && balancer.target_groups.iter().any(|group| route.sends_to(group)));
    let first = unnamed.next()?;
    let group = balancer.target_groups.iter().find(|group| first.sends_to(group))?;
    let more = match unnamed.count() {
        0 => String::new(),
        count => format!("; so do {count} more"),
    };
    if balancer.is_network() && first.kind == RouteKind::Rule {
        let (name, place, group) = (short(&first.arn), first.place(), target_group_name(group));
        let message = format!(
            "spec.loadBalancer.productionRoutes: rule {name} of the Network Load Balancer, {place}, sends connections to {group} too, and no such rule can be named{more}: give it a target group of its own"
        );
        return Some(Refusal::new(Reason::UnnamedRoute, message));
    }
    Some(Refusal::new(
        Reason::UnnamedRoute,
        format!(
            "spec.loadBalancer.productionRoutes: add \"{}\": {} sends requests to {} too{more}",
            first.line(),
            first.place(),
            target_group_name(group)
        ),
    ))
}

/// Nothing begins on what was not seen.
pub(super) fn all_routes_of_the_load_balancer_are_known(preflight: &PreflightInput<'_>, _: &str) -> Option<Refusal> {
    let are_unknown = preflight.observed.listed_routes.is_none() && !preflight.settings.is_by_size();
    are_unknown.then(|| {
        Refusal::new(
            Reason::UnnamedRoute,
            "spec.loadBalancer.productionRoutes: the other rules of the load balancer were not looked at: look again",
        )
    })
}
