//! How a rule has clients sign in, or which tokens it accepts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};

use crate::text::parsed;

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

/// Marks a map for the XML writer, whose objects otherwise are elements.
fn as_map<S: Serializer>(map: &BTreeMap<String, String>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map([("$map", map)])
}
