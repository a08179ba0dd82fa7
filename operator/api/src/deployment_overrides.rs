//! What one Deployment does otherwise than its group says.

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::deployment_group::ConfigReference;

/// What one Deployment does otherwise than its group says. It is applied when the settings are pinned, as it begins.
#[derive(KubeSchema, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Overrides {
    /// How traffic moves, in place of the group's deploymentConfig. Immutable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[x_kube(validation = Rule::new("self == oldSelf")
        .message("overrides.deploymentConfig is immutable: create another Deployment that moves its traffic otherwise"))]
    pub deployment_config: Option<ConfigReference>,
    /// None: runs none of the group's hooks. Group: runs them, as without this field. Immutable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[x_kube(validation = Rule::new("self == oldSelf")
        .message("overrides.hooks is immutable: create another Deployment that runs its hooks, or none"))]
    pub hooks: Option<Inherited>,
    /// None: watches none of the group's alarms, for a release that is to end one. Group: watches them, as without this
    /// field. Immutable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[x_kube(validation = Rule::new("self == oldSelf")
        .message("overrides.alarms is immutable: create another Deployment that watches the group's alarms, or none"))]
    pub alarms: Option<Inherited>,
    /// Ignore: begins outside of the group's windows too. Can be set while it waits for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub windows: Option<WindowsOverride>,
    /// Ignore: begins before its turn in the promotion of its Application too. Can be set while it waits for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promotion: Option<PromotionOverride>,
}

/// What a Deployment takes over from its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Inherited {
    /// Nothing of it.
    None,
    /// All of it.
    Group,
}

/// What a Deployment does with the windows of its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum WindowsOverride {
    /// Begins outside of them too.
    Ignore,
}

/// What a Deployment does with the promotion of its Application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum PromotionOverride {
    /// Begins whatever the groups before it do.
    Ignore,
}
