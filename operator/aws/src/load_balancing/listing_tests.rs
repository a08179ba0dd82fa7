use std::time::Duration;

use sluice_plan::observation::{ListedRoute, RouteKind};

use crate::{
    error::ErrorClass,
    testing::{Aws, Seen, xml, xml_error},
};

/// Nothing that was asked for before.
const NEW: Duration = Duration::ZERO;

const FORWARD: &str = "<Actions><member><Type>forward</Type><TargetGroupArn>blue</TargetGroupArn></member></Actions>";

fn listener(arn: &str, port: u16) -> String {
    format!("<member><ListenerArn>{arn}</ListenerArn><Port>{port}</Port><Protocol>HTTPS</Protocol></member>")
}

fn rule(arn: &str, priority: &str, conditions: &str) -> String {
    let is_default = priority == "default";
    format!(
        "<member><RuleArn>{arn}</RuleArn><IsDefault>{is_default}</IsDefault><Priority>{priority}</Priority>\
         <Conditions>{conditions}</Conditions>{FORWARD}</member>"
    )
}

fn condition(field: &str, config: &str, values: &[&str]) -> String {
    let members = values.iter().map(|value| format!("<member>{value}</member>")).collect::<Vec<_>>().concat();
    format!("<member><Field>{field}</Field><{config}><Values>{members}</Values></{config}></member>")
}

/// A load balancer of two listeners, whose lists come in pages of one.
fn paged(seen: &Seen) -> (u16, String) {
    let form = seen.form();
    let second = form.contains_key("Marker");
    let page = |list: &str, members: [&str; 2]| {
        let marker = if second { "" } else { "<NextMarker>1</NextMarker>" };
        (200, xml(&seen.operation, &format!("<{list}>{}</{list}>{marker}", members[usize::from(second)])))
    };
    match (seen.operation.as_str(), form.get("ListenerArn").map(String::as_str)) {
        ("DescribeListeners", _) if form["LoadBalancerArn"] == "alb" => {
            page("Listeners", [&listener("one", 443), &listener("two", 8443)])
        }
        ("DescribeListeners", _) => (400, xml_error("LoadBalancerNotFound", "not found")),
        ("DescribeRules", Some("one")) => {
            let conditions = [
                condition("path-pattern", "PathPatternConfig", &["/api/*", "/v2/*"]),
                condition("host-header", "HostHeaderConfig", &["*.example.com", "Shop.example.com", "two.example.com"]),
                condition("source-ip", "SourceIpConfig", &["10.0.0.0/8"]),
            ];
            let redirect = "<member><RuleArn>r</RuleArn><IsDefault>true</IsDefault><Actions><member><Type>redirect</Type>\
                            </member></Actions></member>";
            page("Rules", [&rule("rule-5", "5", &conditions.concat()), redirect])
        }
        // It went away since it was listed.
        _ => (400, xml_error("ListenerNotFound", "not found")),
    }
}

#[tokio::test(start_paused = true)]
async fn a_load_balancer_is_listed_with_all_pages_of_all_its_listeners() {
    let aws = Aws::answering(|seen| Ok(paged(seen)));
    let routes = aws.region().load_balancing.list_routes("alb", NEW).await.unwrap();
    let known: Vec<(&str, RouteKind, Option<i32>, String)> =
        routes.iter().map(|route| (route.arn.as_str(), route.kind, route.port, route.place())).collect();
    let place = "priority 5 (/api/*, /v2/*, *.example.com, Sh…)".to_owned();
    assert_eq!(known, [("rule-5", RouteKind::Rule, Some(443), place)]);
    assert_eq!((routes[0].protocol.as_deref(), routes[0].host.as_deref()), (Some("HTTPS"), Some("shop.example.com")));
    assert!(routes[0].sends_to("blue") && !routes[0].sends_to("green"));
    assert_eq!(aws.operations().len(), 2 + 2 + 1, "{:?}", aws.operations());
}

#[tokio::test(start_paused = true)]
async fn a_default_action_is_known_by_its_listener() {
    let aws = Aws::answering(|seen| {
        let (list, members) = match seen.operation.as_str() {
            "DescribeListeners" => ("Listeners", listener("one", 8443)),
            _ => ("Rules", rule("its-default-rule", "default", "")),
        };
        Ok((200, xml(&seen.operation, &format!("<{list}>{members}</{list}>"))))
    });
    let routes: Vec<ListedRoute> = aws.region().load_balancing.list_routes("alb", NEW).await.unwrap();
    assert_eq!((routes[0].arn.as_str(), routes[0].kind), ("one", RouteKind::Listener));
    assert_eq!(routes[0].line(), "- listener: one");
    assert_eq!(routes[0].place(), "the default action of port 8443");
    assert_eq!(routes[0].host, None);
}

#[tokio::test(start_paused = true)]
async fn no_load_balancer_has_no_routes_and_one_that_may_not_be_listed_is_an_error() {
    let aws = Aws::answering(|seen| Ok(paged(seen)));
    assert_eq!(aws.region().load_balancing.list_routes("gone", NEW).await, Ok(Vec::new()));
    let denied = Aws::answering(|seen| match seen.operation.as_str() {
        "DescribeRules" => Ok((403, xml_error("AccessDenied", "not authorized to perform: DescribeRules"))),
        _ => Ok((200, xml(&seen.operation, &format!("<Listeners>{}</Listeners>", listener("one", 443))))),
    });
    let error = denied.region().load_balancing.list_routes("alb", NEW).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::AccessDenied);
    assert!(error.to_string().contains("DescribeRules"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn those_who_ask_at_the_same_time_share_the_calls() {
    let aws = Aws::answering(|seen| Ok(paged(seen)));
    let region = aws.region();
    let asked = (region.load_balancing.list_routes("alb", NEW), region.load_balancing.list_routes("alb", NEW));
    let (one, other) = futures::join!(asked.0, asked.1);
    assert_eq!(one, other);
    assert_eq!(aws.operations().len(), 2 + 2 + 1, "{:?}", aws.operations());
}

#[tokio::test(start_paused = true)]
async fn who_needs_no_new_list_is_given_one_of_a_while_ago() {
    let aws = Aws::answering(|seen| Ok(paged(seen)));
    let region = aws.region();
    let minute = Duration::from_mins(1);
    for (wait, at_most, expected) in [(0, minute, 5), (50, minute, 5), (0, NEW, 10), (61, minute, 15)] {
        tokio::time::advance(Duration::from_secs(wait)).await;
        let _ = region.load_balancing.list_routes("alb", at_most).await.unwrap();
        assert_eq!(aws.operations().len(), expected, "after {wait} s, {at_most:?} old at most");
    }
}
