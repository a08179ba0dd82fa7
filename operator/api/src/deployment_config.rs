//! How traffic moves: at once, canary, linear, or in steps.

use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Duration;

/// How traffic moves from the original to the replacement. Exactly one of the four forms.
#[derive(CustomResource, KubeSchema, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[kube(
    group = "sluice.dev",
    version = "v1alpha1",
    kind = "DeploymentConfig",
    shortname = "sdc",
    category = "sluice",
    // An uninstall of their chart must not delete every object of the kind.
    annotation("helm.sh/resource-policy", "keep"),
    derive = "PartialEq",
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp"),
    validation = Rule::new("!self.metadata.name.startsWith('CodeDeployDefault.')")
        .message("metadata.name: names that begin with CodeDeployDefault. are predefined: choose another name")
)]
#[x_kube(validation = Rule::new(
    "[has(self.canary), has(self.linear), has(self.allAtOnce), has(self.steps)].filter(x, x).size() == 1")
    .message("spec: set exactly one of canary, linear, allAtOnce and steps"))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeploymentConfigSpec {
    /// Two increments: a share first, all the rest after the interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canary: Option<Canary>,
    /// Equal increments, one per interval, until all traffic has moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub linear: Option<Linear>,
    /// One increment of 100 percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all_at_once: Option<AllAtOnce>,
    /// A list of increments, whose weights rise to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 50))]
    #[x_kube(
        validation = Rule::new("self[size(self) - 1].weight == 100")
            .message("steps: the last step's weight must be 100, so that all traffic moves in the end"),
        validation = Rule::new("self.map(s, s.weight).isSorted() && self.all(s, self.exists_one(t, t.weight == s.weight))")
            .message("steps: weights must rise from step to step, such as 5, 20, 50, 100"),
        validation = Rule::new("self.map(s, has(s.scale) ? s.scale : 100).isSorted()")
            .message("steps: scale must not fall from step to step; a step without scale has 100")
    )]
    pub steps: Option<Vec<Step>>,
}

/// Two increments: `percentage` first, the rest after `interval`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Canary {
    /// Share of the traffic in the first increment, in percent.
    #[schemars(range(min = 1, max = 99))]
    pub percentage: i32,
    /// Time between the two increments, counted from the moment the first was verified.
    pub interval: Duration,
}

/// Equal increments of `percentage`, one per `interval`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Linear {
    /// Share of the traffic that each increment adds, in percent; the last adds what is left.
    #[schemars(range(min = 2, max = 99))]
    pub percentage: i32,
    /// Time between two increments, counted from the moment the earlier was verified.
    pub interval: Duration,
}

/// One increment of 100 percent. It has no settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AllAtOnce {}

/// One increment of a list.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[x_kube(validation = Rule::new("!has(self.scale) || self.scale >= self.weight")
    .message("scale must be at least weight: fewer tasks than traffic would overload the replacement"))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Step {
    /// Name of the step, for status and Events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 63))]
    pub name: Option<String>,
    /// Share of the traffic that the replacement receives, in percent.
    #[schemars(range(min = 1, max = 100))]
    pub weight: i32,
    /// Time that this weight is held, counted from the moment it was verified. Default: 0s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Duration>,
    /// Size of the replacement while at this step, in percent of the service's desired count. Default: 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100))]
    pub scale: Option<i32>,
}
