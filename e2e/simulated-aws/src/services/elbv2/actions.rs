//! What Elastic Load Balancing accepts as actions and conditions, and the form it keeps them in.

use crate::wire::error::ApiError;
use crate::world::action::{Action, ForwardConfig, Stickiness, WeightedTargetGroup, weights};
use crate::world::balancing::Balancing;
use crate::world::conditions::{Condition, ValuesConfig};
use crate::world::sign_in::OidcConfig;

/// The most target groups in one action.
const TARGET_GROUPS: usize = 5;

/// The types of actions.
const TYPES: [&str; 6] =
    ["forward", "authenticate-oidc", "authenticate-cognito", "redirect", "fixed-response", "jwt-validation"];
/// The greatest weight.
const MOST_WEIGHT: u32 = 999;

/// The longest stickiness.
const MOST_STICKINESS: u32 = 604_800;

/// Checks a whole action list for a listener of that load balancer, and completes it as a describe shows it.
///
/// `previous` are the actions that the list replaces: an OIDC secret may be taken over from them.
pub fn accept(
    actions: Vec<Action>,
    previous: &[Action],
    load_balancer: &str,
    balancing: &Balancing,
) -> Result<Vec<Action>, ApiError> {
    if actions.is_empty() {
        return Err(ApiError::validation("At least one action must be specified."));
    }
    if let Some(other) = actions.iter().find(|action| !TYPES.contains(&action.r#type.as_str())) {
        return Err(ApiError::validation(format!("'{}' is not a valid action type", other.r#type)));
    }
    check_order(&actions)?;
    let mut accepted = Vec::with_capacity(actions.len());
    for mut action in actions {
        match action.r#type.as_str() {
            "forward" => complete_forward(&mut action)?,
            "authenticate-oidc" => take_over_secret(&mut action, previous)?,
            "authenticate-cognito" => {
                required(action.authenticate_cognito_config.is_some(), "AuthenticateCognitoConfig")?;
            }
            "redirect" => required(action.redirect_config.is_some(), "RedirectConfig")?,
            "fixed-response" => required(action.fixed_response_config.is_some(), "FixedResponseConfig")?,
            "jwt-validation" => required(action.jwt_validation_config.is_some(), "JwtValidationConfig")?,
            other => {
                return Err(ApiError::validation(format!("'{other}' is not a valid action type")));
            }
        }
        accepted.push(action);
    }
    accepted.sort_by_key(|action| action.order.unwrap_or(u32::MAX));
    check_target_groups(&accepted, load_balancer, balancing)?;
    Ok(accepted)
}

fn required(given: bool, what: &str) -> Result<(), ApiError> {
    if given { Ok(()) } else { Err(ApiError::validation(format!("An action of this type must specify {what}"))) }
}

/// One action that answers, at the end; only what authenticates may come before it.
fn check_order(actions: &[Action]) -> Result<(), ApiError> {
    let answers = |action: &&Action| matches!(action.r#type.as_str(), "forward" | "redirect" | "fixed-response");
    let last = actions.iter().max_by_key(|action| action.order.unwrap_or(u32::MAX));
    if actions.iter().filter(answers).count() != 1 || !last.as_ref().is_some_and(answers) {
        return Err(ApiError::new(
            "InvalidLoadBalancerAction",
            "The action list must contain exactly one of forward, redirect and fixed-response, and it must be the last action to be performed",
        ));
    }
    let mut orders: Vec<u32> = actions.iter().filter_map(|action| action.order).collect();
    orders.sort_unstable();
    orders.dedup();
    if actions.len() > 1 && orders.len() != actions.len() {
        return Err(ApiError::validation("Each of several actions must have an order of its own"));
    }
    if orders.iter().any(|order| !(1..=50_000).contains(order)) {
        return Err(ApiError::validation("An action's order must be between 1 and 50000"));
    }
    Ok(())
}

/// Writes out both spellings of a forward, and the defaults.
fn complete_forward(action: &mut Action) -> Result<(), ApiError> {
    let mut config = action.forward_config.take().unwrap_or_default();
    match (&action.target_group_arn, config.target_groups.as_slice()) {
        (None, []) => return Err(ApiError::validation("A target group ARN must be specified")),
        (Some(arn), []) => {
            config.target_groups.push(WeightedTargetGroup { target_group_arn: arn.clone(), weight: None });
        }
        (Some(arn), groups) if groups.len() > 1 || groups.iter().any(|group| group.target_group_arn != *arn) => {
            return Err(ApiError::new(
                "InvalidLoadBalancerAction",
                "TargetGroupArn and ForwardConfig must name the same single target group",
            ));
        }
        _ => {}
    }
    check_weights(&mut config)?;
    check_stickiness(&mut config)?;
    action.target_group_arn = match config.target_groups.as_slice() {
        [only] => Some(only.target_group_arn.clone()),
        _ => None,
    };
    action.forward_config = Some(config);
    Ok(())
}

fn check_weights(config: &mut ForwardConfig) -> Result<(), ApiError> {
    if config.target_groups.len() > TARGET_GROUPS {
        return Err(ApiError::new(
            // The code that the model declares for an action, and not the one for the region's quota.
            "TooManyUniqueTargetGroupsPerLoadBalancer",
            format!("You have exceeded the maximum number of {TARGET_GROUPS} target groups per action"),
        ));
    }
    let mut seen: Vec<&str> = config.target_groups.iter().map(|group| group.target_group_arn.as_str()).collect();
    seen.sort_unstable();
    seen.dedup();
    if seen.len() < config.target_groups.len() {
        return Err(ApiError::validation("A target group may be named once per action"));
    }
    for group in &mut config.target_groups {
        let weight = *group.weight.get_or_insert(1);
        if weight > MOST_WEIGHT {
            return Err(ApiError::validation(format!("Weight '{weight}' must be between 0 and {MOST_WEIGHT}")));
        }
    }
    Ok(())
}

fn check_stickiness(config: &mut ForwardConfig) -> Result<(), ApiError> {
    let stickiness = config.target_group_stickiness_config.get_or_insert_with(Stickiness::default);
    let enabled = *stickiness.enabled.get_or_insert(false);
    match stickiness.duration_seconds {
        Some(seconds) if !(1..=MOST_STICKINESS).contains(&seconds) => Err(ApiError::validation(format!(
            "Stickiness duration '{seconds}' must be between 1 and {MOST_STICKINESS} seconds"
        ))),
        None if enabled => {
            Err(ApiError::validation("Stickiness duration must be specified when stickiness is enabled"))
        }
        _ => Ok(()),
    }
}

/// An OIDC action brings its secret, or asks to keep the one that is there.
fn take_over_secret(action: &mut Action, previous: &[Action]) -> Result<(), ApiError> {
    let Some(config) = &mut action.authenticate_oidc_config else {
        return Err(ApiError::validation("An action of this type must specify AuthenticateOidcConfig"));
    };
    let keep = config.use_existing_client_secret.take().unwrap_or(false);
    match (&config.client_secret, keep) {
        (Some(_), false) => {}
        (Some(_), true) => {
            return Err(ApiError::validation("You can specify a client secret or UseExistingClientSecret, not both"));
        }
        (None, false) => return Err(ApiError::validation("You must specify a client secret")),
        (None, true) => {
            let existing = previous
                .iter()
                .filter_map(|action| action.authenticate_oidc_config.as_ref())
                .find_map(|config| config.client_secret.clone());
            let Some(secret) = existing else {
                return Err(ApiError::validation("There is no existing client secret to use"));
            };
            config.client_secret = Some(secret);
        }
    }
    with_oidc_defaults(config);
    Ok(())
}

fn with_oidc_defaults(config: &mut OidcConfig) {
    config.session_cookie_name.get_or_insert_with(|| "AWSELBAuthSessionCookie".to_owned());
    config.scope.get_or_insert_with(|| "openid".to_owned());
    config.session_timeout.get_or_insert(604_800);
    config.on_unauthenticated_request.get_or_insert_with(|| "authenticate".to_owned());
}

/// Target groups exist, and serve no other load balancer.
fn check_target_groups(actions: &[Action], load_balancer: &str, balancing: &Balancing) -> Result<(), ApiError> {
    for (arn, _) in weights(actions) {
        if !balancing.target_groups.contains_key(&arn) {
            return Err(ApiError::new("TargetGroupNotFound", format!("Target groups '{arn}' not found")));
        }
        if balancing.load_balancers_of(&arn).iter().any(|other| *other != load_balancer) {
            return Err(ApiError::new(
                "TargetGroupAssociationLimit",
                format!("The following target groups cannot be associated with more than one load balancer: {arn}"),
            ));
        }
    }
    Ok(())
}

/// Checks conditions, and writes out both spellings of paths and hosts.
pub fn accept_conditions(conditions: Vec<Condition>) -> Result<Vec<Condition>, ApiError> {
    if conditions.is_empty() {
        return Err(ApiError::validation("At least one condition must be specified"));
    }
    conditions.into_iter().map(complete_condition).collect()
}

fn complete_condition(mut condition: Condition) -> Result<Condition, ApiError> {
    let field = condition.field.clone().unwrap_or_default();
    let both = |values: &mut Vec<String>, config: &mut Option<ValuesConfig>| {
        let config = config.get_or_insert_with(ValuesConfig::default);
        if values.is_empty() {
            values.clone_from(&config.values);
        } else if config.values.is_empty() {
            config.values.clone_from(values);
        }
        !values.is_empty()
    };
    let given = match field.as_str() {
        "path-pattern" => both(&mut condition.values, &mut condition.path_pattern_config),
        "host-header" => both(&mut condition.values, &mut condition.host_header_config),
        "http-header" => condition.http_header_config.is_some(),
        "http-request-method" => condition.http_request_method_config.is_some(),
        "query-string" => condition.query_string_config.is_some(),
        "source-ip" => condition.source_ip_config.is_some(),
        other => {
            return Err(ApiError::validation(format!(
                "Condition field '{other}' must be one of '[path-pattern, host-header, http-header, http-request-method, query-string, source-ip]'"
            )));
        }
    };
    if given { Ok(condition) } else { Err(ApiError::validation(format!("A condition on {field} must have values"))) }
}
