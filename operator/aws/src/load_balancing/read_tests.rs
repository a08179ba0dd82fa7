use sluice_api::ProductionRoute;
use sluice_plan::{
    WeightChange,
    observation::{RouteKind, RouteState, TargetState, Weight},
};

use crate::{
    error::ErrorClass,
    testing::{Aws, Seen, xml, xml_error},
};

fn by_rule(arn: &str) -> ProductionRoute {
    ProductionRoute { listener_rule: Some(arn.to_owned()), listener: None }
}

fn by_listener(arn: &str) -> ProductionRoute {
    ProductionRoute { listener_rule: None, listener: Some(arn.to_owned()) }
}

/// ARNs that a description asks for.
fn asked(seen: &Seen) -> Vec<String> {
    seen.form().into_iter().filter(|(key, _)| key.contains(".member.")).map(|(_, arn)| arn).collect()
}

/// Describes what it knows, and fails the whole call over what it does not, as ELBv2 does.
fn knowing(known: &'static [(&'static str, &'static str)]) -> Aws {
    Aws::answering(move |seen| {
        let found: Option<Vec<&str>> = asked(seen)
            .iter()
            .map(|arn| known.iter().find(|(name, _)| name == arn).map(|(_, member)| *member))
            .collect();
        let (list, code) = match seen.operation.as_str() {
            "DescribeRules" => ("Rules", "RuleNotFound"),
            "DescribeListeners" => ("Listeners", "ListenerNotFound"),
            _ => ("TargetGroups", "TargetGroupNotFound"),
        };
        Ok(match found {
            Some(members) => (200, xml(&seen.operation, &format!("<{list}>{}</{list}>", members.concat()))),
            None => (400, xml_error(code, "One or more were not found")),
        })
    })
}

const KNOWN: &[(&str, &str)] = &[
    (
        "rule-1",
        "<member><RuleArn>rule-1</RuleArn><IsDefault>false</IsDefault><Actions><member><Type>forward</Type>\
         <TargetGroupArn>blue</TargetGroupArn></member></Actions></member>",
    ),
    ("rule-2", "<member><RuleArn>rule-2</RuleArn><IsDefault>true</IsDefault><Actions></Actions></member>"),
    (
        "listener-1",
        "<member><ListenerArn>listener-1</ListenerArn><DefaultActions><member><Type>redirect</Type></member>\
         </DefaultActions></member>",
    ),
    (
        "tg-1",
        "<member><TargetGroupArn>tg-1</TargetGroupArn><LoadBalancerArns><member>alb</member></LoadBalancerArns>\
         </member>",
    ),
];

#[tokio::test(start_paused = true)]
async fn routes_come_in_the_order_asked_by_one_call_of_each_kind() {
    let aws = knowing(KNOWN);
    let asked = [by_listener("listener-1"), by_rule("rule-2"), by_rule("rule-1")];
    let routes = aws.region().load_balancing.describe_routes(&asked).await.unwrap();
    let blue = Weight { target_group: "blue".to_owned(), weight: 1 };
    assert_eq!(
        routes.iter().map(|route| (route.arn.as_str(), route.kind, route.state.clone())).collect::<Vec<_>>(),
        [
            ("listener-1", RouteKind::Listener, RouteState::NoForward),
            ("rule-2", RouteKind::Rule, RouteState::DefaultRule),
            ("rule-1", RouteKind::Rule, RouteState::Forward(vec![blue])),
        ]
    );
    let mut operations = aws.operations();
    operations.sort();
    assert_eq!(operations, ["DescribeListeners", "DescribeRules"]);
}

#[tokio::test(start_paused = true)]
async fn a_missing_route_is_found_out_one_by_one() {
    let aws = knowing(KNOWN);
    let asked = [by_rule("rule-9"), by_rule("rule-1"), by_listener("listener-9")];
    let routes = aws.region().load_balancing.describe_routes(&asked).await.unwrap();
    assert_eq!(routes[0].state, RouteState::Missing);
    assert!(matches!(routes[1].state, RouteState::Forward(_)));
    assert_eq!(routes[2].state, RouteState::Missing);
    let rules = aws.operations().iter().filter(|name| *name == "DescribeRules").count();
    assert_eq!(rules, 3);
}

#[tokio::test(start_paused = true)]
async fn looks_at_the_same_time_share_a_call_and_a_write_reads_for_itself() {
    let aws = knowing(KNOWN);
    let region = aws.region();
    let (one, other) = ([by_rule("rule-1")], [by_rule("rule-2")]);
    let (one, other) =
        futures::join!(region.load_balancing.describe_routes(&one), region.load_balancing.describe_routes(&other));
    assert!(one.is_ok() && other.is_ok());
    assert_eq!(aws.operations(), ["DescribeRules"]);
    let weights = vec![("blue".to_owned(), 1)];
    let change = WeightChange { route: "rule-1".to_owned(), kind: RouteKind::Rule, weights, adds: false };
    let _ = region.load_balancing.set_weights(&change).await;
    assert_eq!(aws.operations(), ["DescribeRules", "DescribeRules", "ModifyRule"]);
    assert_eq!(asked(&aws.seen()[1]), ["rule-1"]);
}

#[tokio::test(start_paused = true)]
async fn an_empty_answer_is_an_error_and_no_missing_route() {
    let aws = Aws::always(200, xml("DescribeRules", "<Rules></Rules>"));
    let error = aws.region().load_balancing.describe_routes(&[by_rule("rule-1")]).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Unknown);
}

#[tokio::test(start_paused = true)]
async fn target_groups_say_whether_they_exist_and_who_uses_them() {
    let aws = knowing(KNOWN);
    let asked = ["tg-9".to_owned(), "tg-1".to_owned()];
    let groups = aws.region().load_balancing.describe_target_groups(&asked).await.unwrap();
    assert_eq!((groups[0].arn.as_str(), groups[0].exists), ("tg-9", false));
    assert_eq!((groups[1].exists, groups[1].load_balancers.clone()), (true, vec!["alb".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn targets_that_drain_in_any_way_are_draining_and_new_states_are_unavailable() {
    let states = ["initial", "healthy", "unhealthy", "unused", "draining", "unhealthy.draining", "unavailable", "warm"];
    let member = |state: &&str| {
        format!(
            "<member><Target><Id>10.0.0.1</Id><Port>80</Port></Target><TargetHealth><State>{state}</State>\
             <Reason>Target.Timeout</Reason><Description>Request timed out</Description></TargetHealth></member>"
        )
    };
    let members = states.iter().map(member).collect::<Vec<_>>().concat();
    let result = format!("<TargetHealthDescriptions>{members}</TargetHealthDescriptions>");
    let aws = Aws::always(200, xml("DescribeTargetHealth", &result));
    let targets = aws.region().load_balancing.describe_targets("tg-1").await.unwrap().unwrap();
    assert_eq!(
        targets.iter().map(|target| target.state).collect::<Vec<_>>(),
        [
            TargetState::Initial,
            TargetState::Healthy,
            TargetState::Unhealthy,
            TargetState::Unused,
            TargetState::Draining,
            TargetState::Draining,
            TargetState::Unavailable,
            TargetState::Unavailable,
        ]
    );
    assert_eq!(targets[0].id, "10.0.0.1");
    assert_eq!(targets[0].reason.as_deref(), Some("Target.Timeout"));
    assert_eq!(targets[0].description.as_deref(), Some("Request timed out"));
}

#[tokio::test(start_paused = true)]
async fn a_target_group_that_is_gone_is_an_answer_and_any_other_refusal_is_none() {
    for (status, code, expected) in [
        (400, "TargetGroupNotFound", Ok(None)),
        (403, "AccessDenied", Err(ErrorClass::AccessDenied)),
        (400, "ValidationError", Err(ErrorClass::Refused)),
    ] {
        let aws = Aws::always(status, xml_error(code, "one or more target groups not found"));
        let answer = aws.region().load_balancing.describe_targets("tg-1").await;
        assert_eq!(answer.map_err(|error| error.class), expected, "{code}");
    }
}
