//! STS: who the caller is, and sessions in roles of this and of other accounts.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::account::identities::{Caller, Identities, role_id};
use crate::services::call::Operation;
use crate::text::parsed;
use crate::time::Moment;
use crate::wire::error::ApiError;
use crate::wire::query::decode;

/// The operations that are modelled.
pub const OPERATIONS: &[Operation] = &[
    ("AssumeRole", |call, given| assume(call.identities, call.caller, &decode(given)?, call.now)),
    ("AssumeRoleWithWebIdentity", |call, given| assume_with_web_identity(call.identities, &decode(given)?, call.now)),
    ("GetCallerIdentity", |call, given| decode(given).map(|NoParameters {}| shown(call.caller))),
];

/// The answer to any other operation.
#[must_use]
pub fn unknown(operation: &str) -> ApiError {
    ApiError::new("InvalidAction", format!("Could not find operation {operation} for version 2011-06-15"))
}

/// Whether an operation is called without a signature.
#[must_use]
pub fn is_unsigned(operation: &str) -> bool {
    operation == "AssumeRoleWithWebIdentity"
}

fn shown(caller: &Caller) -> Value {
    json!({"UserId": caller.user_id(), "Account": caller.account, "Arn": caller.arn()})
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoParameters {}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Assume {
    role_arn: String,
    role_session_name: String,
    #[serde(default, deserialize_with = "parsed")]
    duration_seconds: Option<u64>,
    external_id: Option<String>,
    #[serde(default, rename = "Tags")]
    _tags: Vec<Value>,
    #[serde(default, rename = "TransitiveTagKeys")]
    _transitive: Vec<String>,
    #[serde(rename = "SourceIdentity")]
    _source: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct AssumeWithWebIdentity {
    role_arn: String,
    role_session_name: String,
    web_identity_token: String,
    #[serde(default, deserialize_with = "parsed")]
    duration_seconds: Option<u64>,
    #[serde(rename = "ProviderId")]
    _provider: Option<String>,
}

/// Account and name of a role.
fn role_of(arn: &str) -> Result<(&str, &str), ApiError> {
    let parts: Vec<&str> = arn.split(':').collect();
    match parts.as_slice() {
        ["arn", _, "iam", "", account, role] if account.len() == 12 => {
            let name = role.strip_prefix("role/").and_then(|path| path.rsplit('/').next());
            name.map(|name| (*account, name)).ok_or_else(|| ApiError::validation(format!("{arn} is invalid")))
        }
        _ => Err(ApiError::validation(format!("{arn} is invalid"))),
    }
}

fn checked(name: &str, seconds: Option<u64>) -> Result<Duration, ApiError> {
    if !(2..=64).contains(&name.len()) || !name.chars().all(|c| c.is_ascii_alphanumeric() || "_=,.@-".contains(c)) {
        return Err(ApiError::validation(format!(
            "1 validation error detected: Value '{name}' at 'roleSessionName' failed to satisfy constraint"
        )));
    }
    let seconds = seconds.unwrap_or(3600);
    if !(900..=43_200).contains(&seconds) {
        return Err(ApiError::validation(format!(
            "1 validation error detected: Value '{seconds}' at 'durationSeconds' failed to satisfy constraint: Member must be between 900 and 43200"
        )));
    }
    Ok(Duration::from_secs(seconds))
}

fn assume(identities: &mut Identities, caller: &Caller, input: &Assume, now: Moment) -> Result<Value, ApiError> {
    let (account, role) = role_of(&input.role_arn)?;
    let length = checked(&input.role_session_name, input.duration_seconds)?;
    let allowed = identities.roles.is_empty()
        || identities.roles.iter().any(|known| {
            known.arn == input.role_arn
                && known.external_id.as_ref().is_none_or(|id| input.external_id.as_ref() == Some(id))
                && (known.trusts.is_empty() || known.trusts.contains(&caller.account))
        });
    if !allowed {
        return Err(ApiError::new(
            "AccessDenied",
            format!(
                "User: {} is not authorized to perform: sts:AssumeRole on resource: {}",
                caller.arn(),
                input.role_arn
            ),
        )
        .with_status(403));
    }
    Ok(begin(identities, account, role, &input.role_session_name, now, length))
}

fn assume_with_web_identity(
    identities: &mut Identities,
    input: &AssumeWithWebIdentity,
    now: Moment,
) -> Result<Value, ApiError> {
    let (account, role) = role_of(&input.role_arn)?;
    let length = checked(&input.role_session_name, input.duration_seconds)?;
    if input.web_identity_token.len() < 4 {
        return Err(ApiError::new("InvalidIdentityToken", "The ID Token provided is not a valid JWT."));
    }
    if !identities.roles.is_empty() && !identities.roles.iter().any(|known| known.arn == input.role_arn) {
        return Err(
            ApiError::new("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity").with_status(403)
        );
    }
    let mut answer = begin(identities, account, role, &input.role_session_name, now, length);
    answer["SubjectFromWebIdentityToken"] = json!("system:serviceaccount:simulated");
    answer["Audience"] = json!("sts.amazonaws.com");
    answer["Provider"] = json!("arn:aws:iam::simulated:oidc-provider/simulated");
    Ok(answer)
}

fn begin(identities: &mut Identities, account: &str, role: &str, name: &str, now: Moment, length: Duration) -> Value {
    let (key, secret, session) = identities.begin(account, role, name, now, length);
    json!({
        "Credentials": {
            "AccessKeyId": key,
            "SecretAccessKey": secret,
            "SessionToken": session.token,
            "Expiration": session.until,
        },
        "AssumedRoleUser": {
            "AssumedRoleId": format!("{}:{name}", role_id(account, role)),
            "Arn": format!("arn:aws:sts::{account}:assumed-role/{role}/{name}"),
        },
        "PackedPolicySize": 0,
    })
}
