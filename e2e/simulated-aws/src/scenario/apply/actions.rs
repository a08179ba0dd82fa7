//! A scenario's routes as the action lists of rules.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::scenario::problem::Problem;
use crate::scenario::routes::Route;
use crate::services::elbv2::actions::accept;
use crate::time::Span;
use crate::wire::error::ApiError;
use crate::wire::query::decode;
use crate::world::action::Action;
use crate::world::region::Region;

pub fn refused(error: &ApiError) -> Problem {
    Problem(format!("the load balancer would refuse this rule: {}", error.message))
}

/// The action list of a route, through the same checks as one that comes over the wire.
pub fn actions(route: &Route, load_balancer: &str, region: &Region) -> Result<Vec<Action>, Problem> {
    let mut list = sign_in(route, region);
    match (&route.forward, route.fixed_response, &route.redirect) {
        (Some(groups), None, None) => {
            let forward = forward(groups, route.stickiness, region)?;
            list.push(json!({"Type": "forward", "ForwardConfig": forward}));
        }
        (None, Some(status), None) => list.push(json!({"Type": "fixed-response", "FixedResponseConfig": {
            "StatusCode": status.to_string(), "ContentType": "text/plain", "MessageBody": "",
        }})),
        (None, None, Some(host)) => list.push(json!({"Type": "redirect", "RedirectConfig": {
            "Protocol": "HTTPS", "Port": "443", "Host": host, "Path": "/#{path}", "Query": "#{query}", "StatusCode": "HTTP_302",
        }})),
        _ => return Err(Problem("a route has exactly one of `forward`, `fixedResponse` and `redirect`".to_owned())),
    }
    if list.len() > 1 {
        for (index, action) in list.iter_mut().enumerate() {
            action["Order"] = json!((index + 1).to_string());
        }
    }
    let parsed = list.iter().map(decode::<Action>).collect::<Result<Vec<_>, _>>();
    parsed.and_then(|actions| accept(actions, &[], load_balancer, &region.balancing)).map_err(|error| refused(&error))
}

/// How clients sign in before the request goes on.
fn sign_in(route: &Route, region: &Region) -> Vec<Value> {
    let mut list = Vec::new();
    if route.authenticate_oidc {
        list.push(json!({"Type": "authenticate-oidc", "AuthenticateOidcConfig": {
            "Issuer": "https://idp.example.com",
            "AuthorizationEndpoint": "https://idp.example.com/authorize",
            "TokenEndpoint": "https://idp.example.com/token",
            "UserInfoEndpoint": "https://idp.example.com/userinfo",
            "ClientId": "shop",
            "ClientSecret": "from-the-scenario",
            "AuthenticationRequestExtraParams": {"prompt": "login"},
        }}));
    }
    if route.authenticate_cognito {
        list.push(json!({"Type": "authenticate-cognito", "AuthenticateCognitoConfig": {
            "UserPoolArn": format!("arn:aws:cognito-idp:{}:{}:userpool/pool", region.name, region.account),
            "UserPoolClientId": "shop",
            "UserPoolDomain": "shop",
        }}));
    }
    list
}

/// Target groups by their names, as the action list names them.
fn forward(groups: &BTreeMap<String, u32>, stickiness: Option<Span>, region: &Region) -> Result<Value, Problem> {
    let mut weighted = Vec::new();
    for (name, weight) in groups {
        let group = region.balancing.target_group_named(name).ok_or_else(|| {
            Problem(format!("`forward` names target group {name}, which does not exist; add it under `targetGroups`"))
        })?;
        weighted.push(json!({"TargetGroupArn": group.arn, "Weight": weight.to_string()}));
    }
    let mut forward = json!({"TargetGroups": weighted});
    if let Some(Span(duration)) = stickiness {
        let seconds = duration.as_secs().to_string();
        forward["TargetGroupStickinessConfig"] = json!({"Enabled": "true", "DurationSeconds": seconds});
    }
    Ok(forward)
}
