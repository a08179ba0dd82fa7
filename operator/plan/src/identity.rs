//! Identities in the cloud, all derived from the Deployment's UID: a crash between a call and its record
//! loses nothing, because the next reconcile finds again what the last one made.

/// Prefix of every external id that Sluice gives.
pub const EXTERNAL_ID_PREFIX: &str = "sluice-";

/// `externalId` of the task set of a Deployment.
#[must_use]
pub fn external_id(uid: &str) -> String {
    format!("{EXTERNAL_ID_PREFIX}{uid}")
}

/// `clientToken` of CreateTaskSet: the UID itself, which has the 36 characters that ECS allows.
#[must_use]
pub fn client_token(uid: &str) -> String {
    uid.chars().take(36).collect()
}

/// Tags of the task set, for people who look at it from the side of AWS.
#[must_use]
pub fn tags(namespace: &str, name: &str, group: &str) -> Vec<(String, String)> {
    vec![
        ("sluice.dev/deployment".to_owned(), format!("{namespace}/{name}")),
        ("sluice.dev/group".to_owned(), format!("{namespace}/{group}")),
    ]
}
