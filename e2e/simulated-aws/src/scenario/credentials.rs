//! Access keys and roles, in a scenario.

use serde::Deserialize;

use crate::account::identities::{Identities, Role};

/// Access keys and roles.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Credentials {
    /// Keys that the services do not know. Every other key is good.
    #[serde(default)]
    pub invalid: Vec<String>,
    /// The accounts of keys that are not of the scenario's own account.
    #[serde(default)]
    pub accounts: std::collections::BTreeMap<String, String>,
    /// Roles that may be assumed; any role of any account if there are none.
    #[serde(default)]
    pub roles: Vec<AssumableRole>,
}

/// A role that may be assumed.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AssumableRole {
    /// The ARN.
    pub arn: String,
    /// What `ExternalId` must be; anything if not given.
    pub external_id: Option<String>,
    /// Accounts whose callers may assume it; any if not given.
    #[serde(default)]
    pub trusts: Vec<String>,
}

impl Credentials {
    /// Adds them to those that are known.
    pub fn apply(&self, identities: &mut Identities) {
        identities.invalid.extend(self.invalid.iter().cloned());
        identities.accounts.extend(self.accounts.iter().map(|(key, account)| (key.clone(), account.clone())));
        identities.roles.extend(self.roles.iter().map(|role| Role {
            arn: role.arn.clone(),
            external_id: role.external_id.clone(),
            trusts: role.trusts.clone(),
        }));
    }
}
