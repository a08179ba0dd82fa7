use sluice_api::ProductionRoute;
use sluice_plan::{
    WeightChange,
    world::{RouteKind, RouteState, TargetState, Weight},
};

use crate::{
    AwsError, ErrorClass,
    testing::{Aws, Seen, xml, xml_error},
};

const OIDC_FIRST: &str = "\
<member><Type>authenticate-oidc</Type><Order>1</Order><AuthenticateOidcConfig>\
<Issuer>https://id.example</Issuer><AuthorizationEndpoint>https://id.example/auth</AuthorizationEndpoint>\
<TokenEndpoint>https://id.example/token</TokenEndpoint><UserInfoEndpoint>https://id.example/me</UserInfoEndpoint>\
<ClientId>shop</ClientId><SessionCookieName>sid</SessionCookieName><Scope>openid</Scope>\
<SessionTimeout>3600</SessionTimeout><OnUnauthenticatedRequest>authenticate</OnUnauthenticatedRequest>\
<AuthenticationRequestExtraParams><entry><key>prompt</key><value>login</value></entry>\
</AuthenticationRequestExtraParams></AuthenticateOidcConfig></member>";

const THREE_GROUPS: &str = "\
<member><Type>forward</Type><Order>2</Order><ForwardConfig><TargetGroups>\
<member><TargetGroupArn>blue</TargetGroupArn><Weight>100</Weight></member>\
<member><TargetGroupArn>green</TargetGroupArn><Weight>0</Weight></member>\
<member><TargetGroupArn>other</TargetGroupArn><Weight>7</Weight></member>\
</TargetGroups><TargetGroupStickinessConfig><Enabled>true</Enabled><DurationSeconds>600</DurationSeconds>\
</TargetGroupStickinessConfig></ForwardConfig></member>";

const ACTIONS_SENT: &str = "\
member.1.AuthenticateOidcConfig.AuthenticationRequestExtraParams.entry.1.key=prompt
member.1.AuthenticateOidcConfig.AuthenticationRequestExtraParams.entry.1.value=login
member.1.AuthenticateOidcConfig.AuthorizationEndpoint=https://id.example/auth
member.1.AuthenticateOidcConfig.ClientId=shop
member.1.AuthenticateOidcConfig.Issuer=https://id.example
member.1.AuthenticateOidcConfig.OnUnauthenticatedRequest=authenticate
member.1.AuthenticateOidcConfig.Scope=openid
member.1.AuthenticateOidcConfig.SessionCookieName=sid
member.1.AuthenticateOidcConfig.SessionTimeout=3600
member.1.AuthenticateOidcConfig.TokenEndpoint=https://id.example/token
member.1.AuthenticateOidcConfig.UseExistingClientSecret=true
member.1.AuthenticateOidcConfig.UserInfoEndpoint=https://id.example/me
member.1.Order=1
member.1.Type=authenticate-oidc
member.2.ForwardConfig.TargetGroupStickinessConfig.DurationSeconds=600
member.2.ForwardConfig.TargetGroupStickinessConfig.Enabled=true
member.2.ForwardConfig.TargetGroups.member.1.TargetGroupArn=blue
member.2.ForwardConfig.TargetGroups.member.1.Weight=90
member.2.ForwardConfig.TargetGroups.member.2.TargetGroupArn=green
member.2.ForwardConfig.TargetGroups.member.2.Weight=10
member.2.ForwardConfig.TargetGroups.member.3.TargetGroupArn=other
member.2.ForwardConfig.TargetGroups.member.3.Weight=7
member.2.Order=2
member.2.Type=forward";

fn rule(arn: &str, actions: &str) -> String {
    format!("<member><RuleArn>{arn}</RuleArn><IsDefault>false</IsDefault><Actions>{actions}</Actions></member>")
}

fn listener(arn: &str, actions: &str) -> String {
    format!("<member><ListenerArn>{arn}</ListenerArn><DefaultActions>{actions}</DefaultActions></member>")
}

fn to(target_group: &str) -> String {
    format!("<member><Type>forward</Type><TargetGroupArn>{target_group}</TargetGroupArn></member>")
}

/// A load balancer with one rule and one listener, which both have these actions.
fn with_actions(actions: &str) -> Aws {
    let actions = actions.to_owned();
    Aws::answering(move |seen| {
        let result = match seen.operation.as_str() {
            "DescribeRules" => format!("<Rules>{}</Rules>", rule("rule", &actions)),
            "DescribeListeners" => format!("<Listeners>{}</Listeners>", listener("listener", &actions)),
            _ => String::new(),
        };
        Ok((200, xml(&seen.operation, &result)))
    })
}

fn change(kind: RouteKind) -> WeightChange {
    let route = match kind {
        RouteKind::Rule => "rule",
        RouteKind::Listener => "listener",
    };
    let weights = vec![("blue".to_owned(), 90), ("green".to_owned(), 10)];
    WeightChange { route: route.to_owned(), kind, weights }
}

async fn set_weights(aws: &Aws, kind: RouteKind) -> Result<(), AwsError> {
    aws.cloud().load_balancing.set_weights(&change(kind)).await
}

/// The fields of a request, a line each, those of its actions without their prefix.
fn lines(seen: &Seen, prefix: &str) -> String {
    let lines: Vec<String> = seen
        .form()
        .into_iter()
        .filter(|(key, _)| key != "Action" && key != "Version")
        .map(|(key, value)| format!("{}={value}", key.strip_prefix(prefix).unwrap_or(&key)))
        .collect();
    lines.join("\n")
}

#[tokio::test(start_paused = true)]
async fn weights_of_a_rule_change_and_all_else_is_sent_back_as_it_was() {
    let aws = with_actions(&format!("{OIDC_FIRST}{THREE_GROUPS}"));
    set_weights(&aws, RouteKind::Rule).await.unwrap();
    assert_eq!(aws.operations(), ["DescribeRules", "ModifyRule"]);
    assert_eq!(lines(&aws.seen()[1], "Actions."), format!("{ACTIONS_SENT}\nRuleArn=rule"));
}

#[tokio::test(start_paused = true)]
async fn weights_of_a_listener_change_in_its_default_actions_and_nowhere_else() {
    let aws = with_actions(&format!("{OIDC_FIRST}{THREE_GROUPS}"));
    set_weights(&aws, RouteKind::Listener).await.unwrap();
    assert_eq!(aws.operations(), ["DescribeListeners", "ModifyListener"]);
    let sent = lines(&aws.seen()[1], "DefaultActions.");
    assert_eq!(sent, format!("{ACTIONS_SENT}\nListenerArn=listener"));
}

#[tokio::test(start_paused = true)]
async fn authentication_by_cognito_and_a_repeated_target_group_come_back_sound() {
    let cognito = "<member><Type>authenticate-cognito</Type><AuthenticateCognitoConfig><UserPoolArn>pool</UserPoolArn>\
                   <UserPoolClientId>id</UserPoolClientId><UserPoolDomain>shop</UserPoolDomain>\
                   </AuthenticateCognitoConfig></member>";
    let forward = THREE_GROUPS.replace("<Order>", "<TargetGroupArn>blue</TargetGroupArn><Order>");
    let aws = with_actions(&format!("{cognito}{forward}"));
    set_weights(&aws, RouteKind::Rule).await.unwrap();
    let form = aws.seen()[1].form();
    assert_eq!(form["Actions.member.1.AuthenticateCognitoConfig.UserPoolArn"], "pool");
    assert_eq!(form["Actions.member.2.ForwardConfig.TargetGroups.member.1.Weight"], "90");
    assert!(!form.contains_key("Actions.member.2.TargetGroupArn"));
}

#[tokio::test(start_paused = true)]
async fn a_target_group_that_the_route_does_not_forward_to_is_never_added() {
    let aws = with_actions(&to("blue"));
    let error = set_weights(&aws, RouteKind::Rule).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Refused);
    assert_eq!(
        error.to_string(),
        "failed to call elasticloadbalancing:ModifyRule: the route does not forward to green"
    );
    assert_eq!(aws.operations(), ["DescribeRules"]);
}

#[tokio::test(start_paused = true)]
async fn a_route_without_a_forward_action_is_left_alone() {
    let aws = with_actions("<member><Type>fixed-response</Type></member>");
    assert_eq!(set_weights(&aws, RouteKind::Listener).await.unwrap_err().class, ErrorClass::Refused);
    assert_eq!(aws.operations(), ["DescribeListeners"]);
}

#[tokio::test(start_paused = true)]
async fn a_route_with_an_action_of_an_unknown_type_is_left_alone() {
    let aws = with_actions(&format!("<member><Type>scan</Type></member>{THREE_GROUPS}"));
    let error = set_weights(&aws, RouteKind::Rule).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Refused);
    assert!(error.message.contains("unknown type scan"), "{error}");
    assert_eq!(aws.operations(), ["DescribeRules"]);
}

#[tokio::test(start_paused = true)]
async fn a_default_rule_is_left_to_its_listener() {
    let rule = rule("rule", THREE_GROUPS).replace("false", "true");
    let aws = Aws::always(200, xml("DescribeRules", &format!("<Rules>{rule}</Rules>")));
    let error = set_weights(&aws, RouteKind::Rule).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Refused);
    assert_eq!(aws.operations(), ["DescribeRules"]);
}

#[tokio::test(start_paused = true)]
async fn without_a_lease_weights_are_read_and_not_written() {
    let aws = with_actions(THREE_GROUPS);
    aws.lose_lease();
    assert_eq!(set_weights(&aws, RouteKind::Rule).await.unwrap_err().class, ErrorClass::Fenced);
    assert_eq!(aws.operations(), ["DescribeRules"]);
}

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
    let routes = aws.cloud().load_balancing.describe_routes(&asked).await.unwrap();
    let blue = Weight { target_group: "blue".to_owned(), weight: 1 };
    assert_eq!(
        routes.iter().map(|route| (route.arn.as_str(), route.kind, route.state.clone())).collect::<Vec<_>>(),
        [
            ("listener-1", RouteKind::Listener, RouteState::NoForward),
            ("rule-2", RouteKind::Rule, RouteState::DefaultRule),
            ("rule-1", RouteKind::Rule, RouteState::Forward(vec![blue])),
        ]
    );
    assert_eq!(aws.operations(), ["DescribeRules", "DescribeListeners"]);
}

#[tokio::test(start_paused = true)]
async fn a_missing_route_is_found_out_one_by_one() {
    let aws = knowing(KNOWN);
    let asked = [by_rule("rule-9"), by_rule("rule-1"), by_listener("listener-9")];
    let routes = aws.cloud().load_balancing.describe_routes(&asked).await.unwrap();
    assert_eq!(routes[0].state, RouteState::Missing);
    assert!(matches!(routes[1].state, RouteState::Forward(_)));
    assert_eq!(routes[2].state, RouteState::Missing);
    let rules = aws.operations().iter().filter(|name| *name == "DescribeRules").count();
    assert_eq!(rules, 3);
}

#[tokio::test(start_paused = true)]
async fn an_empty_answer_is_an_error_and_no_missing_route() {
    let aws = Aws::always(200, xml("DescribeRules", "<Rules></Rules>"));
    let error = aws.cloud().load_balancing.describe_routes(&[by_rule("rule-1")]).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Unknown);
}

#[tokio::test(start_paused = true)]
async fn a_forward_keeps_its_weights() {
    let aws = with_actions(THREE_GROUPS);
    let routes = aws.cloud().load_balancing.describe_routes(&[by_rule("rule")]).await.unwrap();
    assert_eq!(routes[0].weight_of("blue"), Some(100));
    assert_eq!(routes[0].weight_of("green"), Some(0));
    assert_eq!(routes[0].weight_of("other"), Some(7));
}

#[tokio::test(start_paused = true)]
async fn target_groups_say_whether_they_exist_and_who_uses_them() {
    let aws = knowing(KNOWN);
    let asked = ["tg-9".to_owned(), "tg-1".to_owned()];
    let groups = aws.cloud().load_balancing.describe_target_groups(&asked).await.unwrap();
    assert_eq!((groups[0].arn.as_str(), groups[0].exists), ("tg-9", false));
    assert_eq!((groups[1].exists, groups[1].load_balancers.clone()), (true, vec!["alb".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn targets_that_drain_in_any_way_are_draining_and_new_states_are_unavailable() {
    let states = ["initial", "healthy", "unhealthy", "unused", "draining", "unhealthy.draining", "unavailable", "warm"];
    let members: String = states
        .iter()
        .map(|state| {
            format!(
                "<member><Target><Id>10.0.0.1</Id><Port>80</Port></Target><TargetHealth><State>{state}</State>\
                 <Reason>Target.Timeout</Reason><Description>Request timed out</Description></TargetHealth></member>"
            )
        })
        .collect();
    let result = format!("<TargetHealthDescriptions>{members}</TargetHealthDescriptions>");
    let aws = Aws::always(200, xml("DescribeTargetHealth", &result));
    let targets = aws.cloud().load_balancing.describe_targets("tg-1").await.unwrap();
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
