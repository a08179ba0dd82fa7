//! The actions of a rule, and how weights inside them change while all else stays.
//!
//! `ModifyRule` and `ModifyListener` replace the whole list (ELBv2 API reference), so that everything in it is sent
//! back: authentication, stickiness, order, further target groups.

use aws_sdk_elasticloadbalancingv2::types::{Action, ActionTypeEnum, ForwardActionConfig, TargetGroupTuple};

/// Weight of a target group that is named without one: a forward to a single group is a weight of 1 (ELBv2 user guide,
/// "Forward actions").
pub(super) const DEFAULT_WEIGHT: i32 = 1;

/// The forward action. A rule has at most one (ELBv2 API reference, Action).
pub(super) fn forward(actions: &[Action]) -> Option<&Action> {
    actions.iter().find(|action| action.r#type == Some(ActionTypeEnum::Forward))
}

/// The target groups of a forward action, also of one that is given only by a target group's ARN.
pub(super) fn tuples(action: &Action) -> Vec<TargetGroupTuple> {
    let tuples = action.forward_config.as_ref().and_then(|config| config.target_groups.clone()).unwrap_or_default();
    match &action.target_group_arn {
        Some(arn) if tuples.is_empty() => {
            vec![TargetGroupTuple::builder().target_group_arn(arn).weight(DEFAULT_WEIGHT).build()]
        }
        _ => tuples,
    }
}

/// Why weights cannot be set on a list of actions.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum CannotSet {
    /// There is nothing that has weights.
    #[error("the route has no forward action")]
    NoForward,
    /// A target group that is not there is not added to a route of production: that is for whoever owns the route.
    #[error("the route does not forward to {0}")]
    NotThere(String),
    /// A route that forwards to nothing at all answers 503 (invariant S1).
    #[error("the route would forward nothing: all its weights would be 0")]
    Nothing,
    /// An action of a kind that the SDK does not know would lose its settings on the way back.
    #[error("the route has an action of the unknown type {0}")]
    UnknownAction(String),
}

/// The same actions with other weights. A target group that is not among them is added where that is asked for.
pub(super) fn with_weights(
    actions: Vec<Action>,
    weights: &[(String, i32)],
    adds: bool,
) -> Result<Vec<Action>, CannotSet> {
    if let Some(kind) = actions.iter().filter_map(|action| action.r#type.as_ref()).find(|kind| !is_known(kind)) {
        return Err(CannotSet::UnknownAction(kind.as_str().to_owned()));
    }
    if forward(&actions).is_none() {
        return Err(CannotSet::NoForward);
    }
    actions
        .into_iter()
        .map(|action| match action.r#type {
            Some(ActionTypeEnum::Forward) => weighted(action, weights, adds),
            Some(ActionTypeEnum::AuthenticateOidc) => Ok(with_its_secret(action)),
            _ => Ok(action),
        })
        .collect()
}

fn is_known(kind: &ActionTypeEnum) -> bool {
    ActionTypeEnum::values().contains(&kind.as_str())
}

/// A forward action with other weights. Only the configuration is sent: the target group's ARN beside it repeats what
/// it says, and is refused when the two differ.
fn weighted(mut action: Action, weights: &[(String, i32)], adds: bool) -> Result<Action, CannotSet> {
    let mut tuples = tuples(&action);
    for (target_group, weight) in weights {
        match tuples.iter_mut().find(|tuple| tuple.target_group_arn.as_ref() == Some(target_group)) {
            Some(tuple) => tuple.weight = Some(*weight),
            None if adds => {
                tuples.push(TargetGroupTuple::builder().target_group_arn(target_group).weight(*weight).build());
            }
            None => return Err(CannotSet::NotThere(target_group.clone())),
        }
    }
    if tuples.iter().all(|tuple| tuple.weight.unwrap_or(DEFAULT_WEIGHT) == 0) {
        return Err(CannotSet::Nothing);
    }
    let stickiness = action.forward_config.take().and_then(|config| config.target_group_stickiness_config);
    action.forward_config = Some(
        ForwardActionConfig::builder()
            .set_target_groups(Some(tuples))
            .set_target_group_stickiness_config(stickiness)
            .build(),
    );
    action.target_group_arn = None;
    Ok(action)
}

/// The client secret never comes back from a description; the rule is told to keep the one that it has (ELBv2 API
/// reference, `AuthenticateOidcActionConfig`).
fn with_its_secret(mut action: Action) -> Action {
    if let Some(config) = &mut action.authenticate_oidc_config {
        config.client_secret = None;
        config.use_existing_client_secret = Some(true);
    }
    action
}
