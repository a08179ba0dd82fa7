//! Actions and conditions of rules, kept as they were sent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};

use crate::wire::query::parsed;

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

/// Declares how to sign in with one kind of provider: its own members, and after them those of the session that follows,
/// which are the same for every kind.
///
/// Not a struct that is flattened into each: serde does not support `flatten` together with `deny_unknown_fields`, and a
/// parameter that is not modelled is to be refused.
macro_rules! sign_in {
    ($(#[$attribute:meta])* pub struct $name:ident { $($own:tt)* }) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "PascalCase", deny_unknown_fields)]
        pub struct $name {
            $($own)*
            /// The session cookie.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub session_cookie_name: Option<String>,
            /// The scope.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub scope: Option<String>,
            /// Seconds that a session lasts.
            #[serde(default, deserialize_with = "parsed", skip_serializing_if = "Option::is_none")]
            pub session_timeout: Option<u64>,
            /// Further parameters.
            #[serde(default, skip_serializing_if = "BTreeMap::is_empty", serialize_with = "as_map")]
            pub authentication_request_extra_params: BTreeMap<String, String>,
            /// `deny`, `allow` or `authenticate`.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub on_unauthenticated_request: Option<String>,
        }
    };
}

sign_in! {
    /// How to sign in with an OIDC provider. The secret is never written.
    pub struct OidcConfig {
        /// The issuer.
        pub issuer: String,
        /// The authorization endpoint.
        pub authorization_endpoint: String,
        /// The token endpoint.
        pub token_endpoint: String,
        /// The user info endpoint.
        pub user_info_endpoint: String,
        /// The client id.
        pub client_id: String,
        /// The client secret.
        #[serde(default, skip_serializing)]
        pub client_secret: Option<String>,
        /// Whether to keep the secret that the rule already has.
        #[serde(default, deserialize_with = "parsed", skip_serializing)]
        pub use_existing_client_secret: Option<bool>,
    }
}

sign_in! {
    /// How to sign in with Cognito.
    pub struct CognitoConfig {
        /// The user pool.
        pub user_pool_arn: String,
        /// The client id.
        pub user_pool_client_id: String,
        /// The domain.
        pub user_pool_domain: String,
    }
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

/// Which tokens to accept.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct JwtValidationConfig {
    /// Where the keys are.
    pub jwks_endpoint: String,
    /// Who issues tokens.
    pub issuer: String,
    /// What else a token must say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub additional_claims: Vec<JwtClaim>,
}

/// What else a token must say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct JwtClaim {
    /// The format.
    pub format: String,
    /// The claim.
    pub name: String,
    /// The values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

/// What a request must look like.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Condition {
    /// Which part of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The values, in the short form for paths and hosts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// Hosts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_header_config: Option<ValuesConfig>,
    /// Paths.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_pattern_config: Option<ValuesConfig>,
    /// A header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http_header_config: Option<HttpHeaderConfig>,
    /// Query parameters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query_string_config: Option<QueryStringConfig>,
    /// Methods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http_request_method_config: Option<ValuesConfig>,
    /// Addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_ip_config: Option<ValuesConfig>,
}

/// Values to match.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ValuesConfig {
    /// The values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

/// A header to match.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct HttpHeaderConfig {
    /// The header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http_header_name: Option<String>,
    /// The values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

/// Query parameters to match.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct QueryStringConfig {
    /// The pairs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<QueryStringPair>,
}

/// A query parameter to match.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct QueryStringPair {
    /// The key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The value.
    pub value: String,
}

/// Marks a map for the XML writer, whose objects otherwise are elements.
fn as_map<S: Serializer>(map: &BTreeMap<String, String>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map([("$map", map)])
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
pub fn without_weights(actions: &[Action]) -> Vec<Action> {
    let mut actions = actions.to_vec();
    for action in &mut actions {
        if let Some(oidc) = &mut action.authenticate_oidc_config {
            oidc.use_existing_client_secret = None;
        }
        for group in action.forward_config.iter_mut().flat_map(|forward| &mut forward.target_groups) {
            group.weight = None;
        }
    }
    actions
}
