//! What is seen of a group.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::service_status::ServiceStatus;
use super::soak_status::SoakStatus;
use crate::condition::UNSEEN;
use crate::drift_status::{DriftStatus, RepairRecord};
use crate::duration::Duration;
use crate::probe_status::ProbeStatus;
use crate::trigger::{ReleaseTrigger, RollbackTrigger};
use crate::vocabulary::{Health, Phase, State, StatusWord};

/// What is seen of a DeploymentGroup.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("default" = {"observedGeneration": UNSEEN}))]
pub struct DeploymentGroupStatus {
    /// Generation of the spec that this status is about; -1 until the operator has looked for the first time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// Where it stands.
    #[serde(default)]
    pub phase: Phase,
    /// Runtime health of what serves; unknown when no one looked.
    #[serde(default)]
    pub health: Health,
    /// One line a person can act on.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// How its next release moves traffic, such as `canary 10% 5m`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strategy: Option<String>,
    /// For the printer columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<GroupSummary>,
    /// The Deployment in progress.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
    /// Deployments that wait for their turn, the newest first: it begins next.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub queue: Vec<String>,
    /// The last change of revision that was answered: by a Deployment, or by the adoption of what runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested: Option<LastRequest>,
    /// The Deployment that succeeded last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_succeeded: Option<DeploymentRecord>,
    /// The revision that failed last, or from which someone went back, and is held: no Deployment is made of it again until
    /// the revision changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_revision: Option<String>,
    /// For how long it has run what was released last in good health. Only where its Application has a later stage of
    /// promotion that waits for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub soak: Option<SoakStatus>,
    /// The revision that receives most of the traffic, as family:revision; none where nothing does, or no one looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// Id of the primary task set; none where there is none, or no one looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_task_set: Option<String>,
    /// Weights as the load balancer answers them; empty when no one looked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weights: Vec<RouteWeights>,
    /// Its ECS service; none where there is none, or nobody looked yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<ServiceStatus>,
    /// What is this group's alone: its service, routes and target groups, each from when it was claimed. Written by the
    /// operator while a binding admits the group; an entry goes when the group no longer names it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<ResourceClaim>,
    /// What the probe of spec.health says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probe: Option<ProbeStatus>,
    /// What is not as the last release left it, while nothing is released: one entry for each kind of change.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 7))]
    pub drift: Vec<DriftStatus>,
    /// What was put back of it, the last of each kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 15))]
    pub repairs: Vec<RepairRecord>,
    /// The Deployments that ended, newest first, at most 10.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 10))]
    pub history: Vec<DeploymentRecord>,
    /// Ready, Reconciling, Stalled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "crate::condition::sorted_conditions_schema")]
    pub conditions: Vec<Condition>,
}

/// What the printer columns of a group show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupSummary {
    /// The revision that is asked for, as family:revision; empty where none is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub desired: String,
    /// What receives the traffic, with its share where it is a part, such as `shop:41 75%, shop:42 25%`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub serving: String,
    /// Where it stands, in one word.
    pub status: StatusWord,
    /// Step of the Deployment in progress; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub step: String,
    /// Share of its replacement; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub weight: String,
}

/// A change of revision, and the number of the Deployment that was made for it, if one was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LastRequest {
    /// The task definition as it stands in the spec.
    pub task_definition: String,
    /// The revision that it was pinned to, as family:revision, where the spec names what is newest; none before its release
    /// has begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pinned: Option<String>,
    /// Number of the Deployment, from 1.
    pub sequence: i64,
    /// Whether no Deployment was made for it, because what serves runs it already, or what is in progress comes to it. Then
    /// the number is that of the last one that was made, and those up to it that have not begun never do.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub adopted: bool,
}

impl LastRequest {
    /// What is asked for, as a revision's `asked` has it.
    #[must_use]
    pub fn asked(&self) -> &str {
        self.task_definition.rsplit('/').next().unwrap_or(&self.task_definition)
    }

    /// The revision that it names or was pinned to, as family:revision; what is asked for where that is not known yet.
    #[must_use]
    pub fn revision(&self) -> &str {
        self.pinned.as_deref().unwrap_or_else(|| self.asked())
    }
}

impl DeploymentRecord {
    /// Whether this is asked for, or was released.
    #[must_use]
    pub fn is_of(&self, asked: &str) -> bool {
        self.revision == asked || self.asked.as_deref() == Some(asked)
    }
}

/// Something in AWS that is one group's alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResourceClaim {
    /// ARN of a route or a target group, or `region:service/cluster/name`.
    pub resource: String,
    /// From when it is this group's. The first who claims it has it, until the group lets it go.
    pub since: jiff::Timestamp,
}

/// A Deployment that ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentRecord {
    /// Its name.
    pub deployment: String,
    /// What it released, as family:revision.
    pub revision: String,
    /// What it was asked to release, where that names what is newest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<String>,
    /// How it ended.
    pub state: State,
    /// Why, where it did neither succeed nor fail nor was stopped: Superseded or Rejected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What it replaced, as family:revision; none where that was nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced: Option<String>,
    /// The Deployment from which it went back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollback_of: Option<String>,
    /// What brought it about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<ReleaseTrigger>,
    /// Of one that was made by hand: as what the client called itself that made it, the field manager of its creation, such as
    /// kubectl-create. Whoever it is may have set any name. Who it was is in the audit log of the API server alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 128))]
    pub created_by: Option<String>,
    /// What its return to the original came from, where it returned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turned_round_by: Option<RollbackTrigger>,
    /// How long it took from its beginning to its end, the bake included; none of one that never began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<Duration>,
    /// When it ended.
    pub completed_at: jiff::Timestamp,
}

/// Weights of one route as the load balancer answers them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RouteWeights {
    /// ARN of the rule or the listener.
    pub route: String,
    /// Weights in the order of spec.loadBalancer.targetGroups; empty while the route does not forward to both.
    pub weights: Vec<i32>,
    /// Sum of the weights of other target groups.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub others: i32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
const fn is_zero(weight: &i32) -> bool {
    *weight == 0
}
