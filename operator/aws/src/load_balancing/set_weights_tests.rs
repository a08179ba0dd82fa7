use sluice_api::ProductionRoute;
use sluice_plan::{WeightChange, observation::RouteKind};

use crate::{
    error::{AwsError, ErrorClass},
    testing::{Aws, Seen, xml},
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
    WeightChange { route: route.to_owned(), kind, weights, adds: false }
}

async fn set_weights(aws: &Aws, kind: RouteKind) -> Result<(), AwsError> {
    aws.region().load_balancing.set_weights(&change(kind)).await
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

// S10 ScopeOnly
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
async fn a_target_group_is_added_where_that_is_asked_for() {
    let aws = with_actions(&to("blue"));
    let change = WeightChange { adds: true, ..change(RouteKind::Rule) };
    aws.region().load_balancing.set_weights(&change).await.unwrap();
    let form = aws.seen()[1].form();
    let field = |name: &str| form[&format!("Actions.member.1.ForwardConfig.TargetGroups.{name}")].as_str();
    assert_eq!((field("member.2.TargetGroupArn"), field("member.2.Weight")), ("green", "10"));
}

// S10 ScopeOnly
#[tokio::test(start_paused = true)]
async fn a_target_group_that_the_route_does_not_forward_to_is_not_added_to_a_route_of_production() {
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

#[tokio::test(start_paused = true)]
async fn a_forward_keeps_its_weights() {
    let aws = with_actions(THREE_GROUPS);
    let route = ProductionRoute { listener_rule: Some("rule".to_owned()), listener: None };
    let routes = aws.region().load_balancing.describe_routes(&[route]).await.unwrap();
    assert_eq!(routes[0].weight_of("blue"), Some(100));
    assert_eq!(routes[0].weight_of("green"), Some(0));
    assert_eq!(routes[0].weight_of("other"), Some(7));
}

// S1 WeightSum
#[tokio::test(start_paused = true)]
async fn weights_that_leave_a_route_without_any_traffic_are_refused() {
    let aws = with_actions(&THREE_GROUPS.replace("<Weight>7<", "<Weight>0<"));
    let nothing =
        WeightChange { weights: vec![("blue".to_owned(), 0), ("green".to_owned(), 0)], ..change(RouteKind::Rule) };
    let error = aws.region().load_balancing.set_weights(&nothing).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Refused);
    assert_eq!(aws.operations(), ["DescribeRules"]);
}
