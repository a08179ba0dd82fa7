//! Our kinds, by the names that their paths have.

use serde_json::Value;

use crate::error::{Error, Result};

/// The path of our API group.
pub(super) const API: &str = "/apis/sluice.dev/v1alpha1";

/// Kinds of ours that live in a namespace, by the names that their paths have.
pub const NAMESPACED: [&str; 3] = ["applications", "deploymentgroups", "deployments"];

/// The kind of an object of ours, by the name that its path has.
pub(super) fn kind_of(object: &Value) -> Result<String> {
    match object["kind"].as_str().unwrap_or_default() {
        "" => Err(Error::new(format!("no kind: {object}"))),
        kind => Ok(format!("{}s", kind.to_lowercase())),
    }
}

pub(super) fn is_in_a_namespace(kind: &str) -> bool {
    NAMESPACED.contains(&kind)
}

/// The name that no built-in kind shares.
pub(super) fn full(kind: &str) -> String {
    format!("{kind}.sluice.dev")
}
