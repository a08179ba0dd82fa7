//! How the traffic of a group moves: by a configuration that is named, or written out.

use kube::KubeSchema;
use serde::{Deserialize, Serialize};

use crate::deployment_config::TrafficShift;
use crate::input_rules;

/// How traffic moves: a configuration by its name, or written out.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[x_kube(validation = Rule::new(
    "[has(self.name), has(self.canary), has(self.linear), has(self.allAtOnce), has(self.steps)].filter(x, x).size() == 1")
    .message("deploymentConfig: set exactly one of name, canary, linear, allAtOnce and steps"))]
#[serde(rename_all = "camelCase")]
pub struct ConfigReference {
    /// A predefined configuration of CodeDeploy, such as CodeDeployDefault.ECSCanary10Percent5Minutes, or the name
    /// of a DeploymentConfig.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 253))]
    #[x_kube(validation = input_rules::config_name())]
    pub name: Option<String>,
    /// A configuration that is written out.
    // What TrafficShift says of unknown fields does not hold where it is flattened: they are passed over here, as in the
    // rest of a group.
    #[serde(flatten)]
    pub shift: TrafficShift,
}

impl ConfigReference {
    /// The configuration that is written out; none when a name is given, and none when nothing is that this version
    /// knows. Newer definitions may know more forms: such a release is refused, and never moved all at once.
    #[must_use]
    pub fn inline(&self) -> Option<TrafficShift> {
        let is_known = self.name.is_none() && self.shift != TrafficShift::default();
        is_known.then(|| self.shift.clone())
    }

    /// The configuration of this name.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), shift: TrafficShift::default() }
    }
}
