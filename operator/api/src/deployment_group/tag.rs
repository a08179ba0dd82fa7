//! A tag of a task set.

use kube::KubeSchema;
use serde::{Deserialize, Serialize};

use crate::input_rules;

/// A tag of a task set.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Tag {
    /// Its key, such as team. Keys that begin with aws: or sluice.dev/ are taken.
    #[schemars(length(min = 1, max = 128))]
    #[x_kube(validation = input_rules::tag_text(), validation = input_rules::tag_key_is_free())]
    pub key: String,
    /// Its value.
    #[serde(default)]
    #[schemars(length(max = 256))]
    #[x_kube(validation = input_rules::tag_text())]
    pub value: String,
}
