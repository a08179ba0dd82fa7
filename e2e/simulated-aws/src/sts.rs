//! STS: who the caller is.

use serde_json::{Value, json};

use crate::wire::ApiError;

/// The operations that are modelled.
pub const OPERATIONS: [&str; 1] = ["GetCallerIdentity"];

/// Runs an operation for the caller with that access key.
pub fn dispatch(operation: &str, parameters: &Value, account: &str, access_key: &str) -> Result<Value, ApiError> {
    if operation != "GetCallerIdentity" {
        return Err(ApiError::new(
            "InvalidAction",
            format!("Could not find operation {operation} for version 2011-06-15"),
        ));
    }
    if let Some(unknown) = parameters.as_object().and_then(|object| object.keys().next()) {
        return Err(ApiError::validation(format!("Unknown parameter: {unknown}")));
    }
    let user = access_key.to_ascii_lowercase();
    Ok(json!({
        "UserId": format!("AIDA{access_key}"),
        "Account": account,
        "Arn": format!("arn:aws:iam::{account}:user/{user}"),
    }))
}
