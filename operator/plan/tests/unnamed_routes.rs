//! Rules and default actions of the load balancer that no group names: what a release that may begin makes of them.

use sluice_api::{DeploymentGroupSpec, MESSAGE_LIMIT, Reason};
use sluice_plan::begin::preflight::check_release;
use sluice_plan::begin::preflight::input::PreflightInput;
use sluice_plan::observation::{ListedRoute, Observation, RouteKind, Weight};
use sluice_plan::{ReadScope, Refusal};

use crate::support::World;
use crate::support::fixture::{released, settings, target_group};
use crate::support::reads::look;

const UID: &str = "0b9ab3c4-6f0b-4e8e-9a3f-2a7c1f5d1e42";
const BALANCING: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012";

/// A route of the load balancer, and its weights by target group of the pair; a default action where it has no priority.
fn route(resource: &str, priority: Option<&str>, weights: &[(usize, i32)]) -> ListedRoute {
    let weight = |&(group, weight)| Weight { target_group: target_group(group), weight };
    ListedRoute {
        arn: format!("{BALANCING}:{resource}"),
        kind: if priority.is_some() { RouteKind::Rule } else { RouteKind::Listener },
        port: Some(8443),
        protocol: None,
        host: None,
        priority: priority.map(str::to_owned),
        conditions: priority.map_or("", |_| "/api/*").to_owned(),
        weights: weights.iter().map(weight).collect(),
    }
}

fn rule(number: usize, weights: &[(usize, i32)]) -> ListedRoute {
    route(&format!("listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/{number:016}"), Some("5"), weights)
}

fn settings_and(others: &[ListedRoute]) -> (DeploymentGroupSpec, Observation) {
    let mut observed = World::new(2, 4).observe(UID);
    observed.listed_routes.get_or_insert_default().extend_from_slice(others);
    (settings(2), observed)
}

/// A release that may begin, beside these routes, on what the look before it reads.
fn refusal(others: &[ListedRoute]) -> Option<Refusal> {
    let (settings, all) = settings_and(others);
    let released = released(42);
    let scope = ReadScope::Begin { uid: UID, released: &released };
    let observed = look(scope, &settings, &all).observed;
    check_release(&PreflightInput { settings: &settings, observed: &observed }, "shop:42", UID)
}

#[test]
fn a_route_that_sends_requests_to_the_pair_is_refused_with_the_line_that_names_it() {
    let of_tests = route("listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2", None, &[(1, 1)]);
    let table = [
        ("a rule for the original", rule(5, &[(0, 100), (1, 0)]), "priority 5 (/api/*)", "shop-a"),
        ("a rule for both", rule(5, &[(0, 1), (1, 1)]), "priority 5 (/api/*)", "shop-a"),
        ("a rule for the replacement alone", rule(5, &[(1, 100)]), "priority 5 (/api/*)", "shop-b"),
        ("a default action, as of a listener for tests", of_tests, "the default action of port 8443", "shop-b"),
    ];
    for (what, route, place, group) in table {
        let line = match route.kind {
            RouteKind::Rule => format!("add \"- listenerRule: {}\"", route.arn),
            RouteKind::Listener => format!("add \"- listener: {}\"", route.arn),
        };
        let refusal = refusal(&[route]).expect(what);
        assert_eq!(refusal.reason, Reason::UnnamedRoute, "{what}");
        for word in ["spec.loadBalancer.productionRoutes", &line, place, group] {
            assert!(refusal.message.contains(word), "{what}: {word:?} is missing in {:?}", refusal.message);
        }
        assert!(refusal.message.chars().count() <= MESSAGE_LIMIT, "{what}: {}", refusal.message);
    }
}

#[test]
fn what_sends_nothing_to_the_pair_is_no_obstacle() {
    let elsewhere = Weight { target_group: format!("{BALANCING}:targetgroup/other/cccc"), weight: 100 };
    let beside = ListedRoute { weights: vec![elsewhere], ..rule(5, &[]) };
    for route in [rule(5, &[(0, 0), (1, 0)]), beside] {
        assert_eq!(refusal(std::slice::from_ref(&route)), None, "{route:?}");
    }
}

#[test]
fn of_several_one_is_told_and_the_others_are_counted() {
    let others: Vec<ListedRoute> = (1..=3).map(|number| rule(number, &[(0, 1)])).collect();
    let message = refusal(&others).unwrap().message;
    assert!(message.contains("0000000000000001\"") && message.contains("so do 2 more"), "{message}");
    assert!(message.chars().count() <= MESSAGE_LIMIT, "{message}");
}

#[test]
fn nothing_begins_while_the_other_routes_of_the_load_balancer_were_not_looked_at() {
    let (settings, observed) = settings_and(&[]);
    let observed = Observation { listed_routes: None, ..observed };
    let refusal = check_release(&PreflightInput { settings: &settings, observed: &observed }, "shop:42", UID).unwrap();
    assert_eq!(refusal.reason, Reason::UnnamedRoute);
    assert!(refusal.message.contains("not looked at"), "{}", refusal.message);
}
