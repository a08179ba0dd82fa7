//! What a rule does with a request, kept as it was sent.

use serde::{Deserialize, Serialize};

use super::sign_in::{CognitoConfig, JwtValidationConfig, OidcConfig};
use crate::text::parsed;

/// What a rule does with a request. Reads what the query protocol sends, writes what a describe returns.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Action {
    /// `forward`, `redirect`, `fixed-response`, `authenticate-oidc`, `authenticate-cognito` or `jwt-validation`.
    pub r#type: String,
    /// The position among several actions.
    #[serde(default, deserialize_with = "parsed", skip_serializing_if = "Option::is_none")]
    pub order: Option<u32>,
    /// The only target group of a forward.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_group_arn: Option<String>,
    /// The target groups of a forward.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forward_config: Option<ForwardConfig>,
    /// How to sign in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authenticate_oidc_config: Option<OidcConfig>,
    /// How to sign in with Cognito.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authenticate_cognito_config: Option<CognitoConfig>,
    /// Where to redirect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_config: Option<RedirectConfig>,
    /// What to answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed_response_config: Option<FixedResponseConfig>,
    /// Which tokens to accept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwt_validation_config: Option<JwtValidationConfig>,
}

/// The target groups of a forward.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ForwardConfig {
    /// Target groups and weights.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub target_groups: Vec<WeightedTargetGroup>,
    /// Whether a client stays with its target group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_group_stickiness_config: Option<Stickiness>,
}

/// A target group and its share.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct WeightedTargetGroup {
    /// The target group.
    pub target_group_arn: String,
    /// The weight, 0 to 999.
    #[serde(default, deserialize_with = "parsed", skip_serializing_if = "Option::is_none")]
    pub weight: Option<u32>,
}

/// Whether a client stays with its target group.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Stickiness {
    /// Whether it does.
    #[serde(default, deserialize_with = "parsed", skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// For how long.
    #[serde(default, deserialize_with = "parsed", skip_serializing_if = "Option::is_none")]
    pub duration_seconds: Option<u32>,
}

/// Where to redirect.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RedirectConfig {
    /// The protocol.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// The port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
    /// The host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The query string.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// `HTTP_301` or `HTTP_302`.
    pub status_code: String,
}

/// What to answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct FixedResponseConfig {
    /// The body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_body: Option<String>,
    /// The status.
    pub status_code: String,
    /// The content type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
}

/// The target groups and weights of the forward among the actions, if there is one.
#[must_use]
pub fn weights(actions: &[Action]) -> Vec<(String, u32)> {
    actions
        .iter()
        .filter_map(|action| action.forward_config.as_ref())
        .flat_map(|forward| &forward.target_groups)
        .map(|group| (group.target_group_arn.clone(), group.weight.unwrap_or(1)))
        .collect()
}

/// The same actions with every weight taken out, to see whether anything else changed.
#[must_use]
pub fn without_weights(actions: &[Action], left_out: impl Fn(&str) -> bool) -> Vec<Action> {
    let mut actions = actions.to_vec();
    for action in &mut actions {
        if let Some(oidc) = &mut action.authenticate_oidc_config {
            oidc.use_existing_client_secret = None;
        }
        if let Some(forward) = &mut action.forward_config {
            // Beside the list it repeats what the list says where that has one target group.
            action.target_group_arn = None;
            forward.target_groups.retain(|group| !left_out(&group.target_group_arn));
            for group in &mut forward.target_groups {
                group.weight = None;
            }
        }
    }
    actions
}
