//! In which order the groups of an Application release a change of its revision.

use kube::KubeSchema;
use serde::{Deserialize, Serialize};

use crate::duration::Duration;
use crate::input_rules;
use crate::multi::Multi;

/// CEL: every group is named in one stage, and there once.
const NAMED_ONCE: &str = "!has(self.stages) || self.stages.all(stage, stage.groups.all(group, \
    self.stages.exists_one(other, group in other.groups) && stage.groups.exists_one(other, other == group)))";

/// CEL: there is room for all that are released as one.
const ROOM_FOR_ALL: &str = "!has(self.maxUnavailable) || !has(self.stages) || \
    self.stages.all(stage, !has(stage.multi) || size(stage.groups) <= self.maxUnavailable)";

/// In which order the groups of an Application release a change of its revision: the next stage begins once each group of
/// the one before runs the revision, and has run it for the soak without its health going bad.
#[derive(KubeSchema, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[x_kube(validation = Rule::new(
    "(has(self.groups) && size(self.groups) > 0) != (has(self.stages) && size(self.stages) > 0)")
    .message("promotion: set either groups, one after the other, such as [dev, staging, prod], or stages, such as [{groups: [dev]}, {groups: [prod-eu, prod-us]}]"))]
#[x_kube(validation = Rule::new(NAMED_ONCE)
    .message("promotion.stages: name each group once, such as [{groups: [dev]}, {groups: [prod-eu, prod-us]}]"))]
#[x_kube(validation = Rule::new(ROOM_FOR_ALL)
    .message("promotion.maxUnavailable: groups that are released as one (multi) are in the midst of a release at the same time: make it at least as many as such a stage has groups"))]
#[serde(rename_all = "camelCase")]
pub struct Promotion {
    /// Names of DeploymentGroups of this Application, one after the other. Those that are not named release no change of its
    /// revision.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20), inner(length(min = 1, max = 52)))]
    #[x_kube(
        validation = Rule::new("self.all(group, self.exists_one(other, other == group))")
            .message("promotion.groups: name each group once, such as [dev, staging, prod]")
    )]
    pub groups: Vec<String>,
    /// In place of groups, where several of them release at the same time: one stage after the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20))]
    pub stages: Vec<PromotionStage>,
    /// For how long a group has to run the revision in good health before the next stage begins, from when it was first seen
    /// so after its release ended. Health that goes bad begins it anew. Default: 10m, at most 168h.
    #[serde(default = "default_soak")]
    #[x_kube(validation = input_rules::duration_within("duration(self) <= duration('168h')")
        .message("promotion.soak must be at most 168h"))]
    pub soak: Duration,
    /// How many of the groups may be in the midst of a release, or have failed with the revision, at the same time. Without
    /// it: as many as a stage has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 400))]
    pub max_unavailable: Option<i32>,
}

/// Groups that release at the same time.
#[derive(KubeSchema, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[x_kube(validation = Rule::new("!has(self.multi) || size(self.groups) > 1")
    .message("promotion.stages: multi is for two groups or more that are released as one, such as {groups: [web, worker], multi: {}}: name the others, or leave multi out"))]
#[serde(rename_all = "camelCase")]
pub struct PromotionStage {
    /// Names of DeploymentGroups of this Application.
    #[schemars(length(min = 1, max = 20), inner(length(min = 1, max = 52)))]
    pub groups: Vec<String>,
    /// For how long each of them soaks. Default: that of the promotion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[x_kube(validation = input_rules::duration_within("duration(self) <= duration('168h')")
        .message("promotion.stages: soak must be at most 168h"))]
    pub soak: Option<Duration>,
    /// They are released as one, and rolled back as one. Default: each by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multi: Option<Multi>,
}

const fn default_soak() -> Duration {
    Duration::from_mins(10)
}
