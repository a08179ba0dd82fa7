//! Status of a Deployment: what the planner remembers, and what users watch.
//!
//! Times are absolute and nothing counts down, so that an object in which nothing happens is never written.

use std::collections::BTreeMap;

use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::alarm_status::AlarmStatus;
use crate::approval::Approval;
use crate::asked_status::AskedStatus;
use crate::condition::UNSEEN;
use crate::deployment_group::{DeploymentGroupSpec, RouteWeights};
use crate::duration::Duration;
use crate::failure::Failure;
use crate::gate_status::GateStatus;
use crate::hook_status::HookStatus;
use crate::intent::Intent;
use crate::multi::MultiStatus;
use crate::pipeline::PipelineStatus;
use crate::position_status::PositionStatus;
use crate::share::Share;
use crate::source::Source;
use crate::succession::{ReadyToBegin, Supersedes};
use crate::summary::Summary;
use crate::task_set_status::TaskSetStatus;
use crate::trigger::RollbackTrigger;
use crate::vocabulary::{Health, LifecycleEventName, LifecycleEventStatus, Phase, State};

/// What is seen of a Deployment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("default" = {"observedGeneration": UNSEEN}))]
pub struct DeploymentStatus {
    /// Generation of the spec that this status is about; -1 until the operator has looked for the first time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// Where it stands for its user.
    #[serde(default)]
    pub phase: Phase,
    /// CodeDeploy's word for it.
    #[serde(default)]
    pub state: State,
    /// Runtime health of what serves the traffic; unknown when no one looked.
    #[serde(default)]
    pub health: Health,
    /// One word for the moment, the reason of the conditions.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// One line a person can act on, with absolute times.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// The same in the words of simpler pipelines: QUEUED, RUNNING, SUCCEEDED or FAILED, and the steps that users see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<PipelineStatus>,
    /// For the printer columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<Summary>,
    /// While it waits behind a release that it would end: that it could begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ready_to_begin: Option<ReadyToBegin>,
    /// The release that it superseded, to begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<Supersedes>,
    /// When it left the queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When the step in progress must be done, or the deployment is rolled back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline_at: Option<Timestamp>,
    /// When the next planned change is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_transition_at: Option<Timestamp>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<Timestamp>,
    /// When a stop or the deletion of a Deployment that could do nothing was first seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_requested_at: Option<Timestamp>,
    /// The Deployment of the same group whose release took the place of this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<String>,
    /// When the user's hold began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused_at: Option<Timestamp>,
    /// Lifecycle events in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lifecycle_events: Vec<LifecycleEvent>,
    /// The increments of traffic, resolved when the deployment began, and how each went.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 100))]
    pub steps: Vec<StepStatus>,
    /// What it waits for, and what it has waited for, in the order in which it came there: who must do what, with the
    /// command.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 128))]
    pub gates: Vec<GateStatus>,
    /// What was heard of spec.approvals and spec.skipTo, and what became of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 64))]
    pub asked: Vec<AskedStatus>,
    /// The position in progress: tasks that it began with, and how long it stood still.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<PositionStatus>,
    /// Share of the replacement, asked and answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traffic: Option<Traffic>,
    /// The task set that served when the deployment began. None at a first deployment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original: Option<TaskSetStatus>,
    /// The task set that this deployment made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replacement: Option<TaskSetStatus>,
    /// Where what is released comes from, as its pipeline reported when the deployment began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// Images that are released, by the names of their containers, where the revision names images: with the digest that ECR
    /// answered for a tag, where it did.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 10))]
    pub images: BTreeMap<String, String>,
    /// The alarms of the group, as they stood at the last look. Looked at from the start to the end of the bake.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 10))]
    pub alarms: Vec<AlarmStatus>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// The return to the original.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollback: Option<Rollback>,
    /// The Deployments that are released as one with this one. None where it is released by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multi: Option<MultiStatus>,
    /// The last call whose effect cannot be taken back, written before it is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intent: Option<Intent>,
    /// The group's settings as they were when the deployment began. A later edit applies to the next one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<DeploymentGroupSpec>,
    /// Ready, Reconciling, Stalled, Succeeded, TrafficInSync, Paused, RolledBack.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "crate::condition::sorted_conditions_schema")]
    pub conditions: Vec<Condition>,
}

/// A lifecycle event and how it went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LifecycleEvent {
    /// Which one.
    pub name: LifecycleEventName,
    /// How it stands.
    pub status: LifecycleEventStatus,
    /// When it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Its hooks, in their order; at AllowTraffic those of the increments, the last of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 60))]
    pub hooks: Vec<HookStatus>,
}

/// How one increment of traffic stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum StepState {
    /// Not begun.
    #[default]
    Pending,
    /// Scaling, getting healthy, or moving traffic.
    Shifting,
    /// Read back from the load balancer; held for its time.
    Holding,
    /// Done.
    Completed,
    /// Ended by a failure or a stop.
    Interrupted,
}

/// One increment of traffic, and how it went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StepStatus {
    /// From 0.
    pub index: i32,
    /// Its name, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Share of the replacement, in percent: an integer, or a string such as "12.5%".
    #[schemars(schema_with = "crate::share::observed_schema")]
    pub weight: Share,
    /// Size of the replacement, in percent of the service's desired count.
    pub scale: i32,
    /// How long the weight is held once verified.
    pub hold: Duration,
    /// The approval that it waits for after its hold, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
    /// How it stands.
    #[serde(default)]
    pub state: StepState,
    /// When it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When every route was read back at its weight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_at: Option<Timestamp>,
    /// When its hold was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<Timestamp>,
}

/// Share of the replacement, asked and answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Traffic {
    /// What the step in progress asks for, in percent: an integer, or a string such as "12.5%".
    #[schemars(schema_with = "crate::share::observed_schema")]
    pub desired: Share,
    /// What the load balancer answers, in percent to one decimal; the highest where routes differ.
    #[schemars(schema_with = "crate::share::observed_schema")]
    pub observed: Share,
    /// Weights of each route as the load balancer answers them; empty when no one looked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<RouteWeights>,
    /// Weights of the test route, in the order of the pair; none without one, and when no one looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_route: Option<RouteWeights>,
    /// When a weight was written last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written_at: Option<Timestamp>,
    /// When all routes were first read back as desired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_at: Option<Timestamp>,
}

/// The return to the original.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Rollback {
    /// Who asked for it.
    pub trigger: RollbackTrigger,
    /// Why, in one line.
    pub reason: String,
    /// Id of the task set that traffic returns to; none when there is no earlier release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// When the cause was seen.
    pub started_at: Timestamp,
    /// When every route was read back at the original.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traffic_restored_at: Option<Timestamp>,
    /// When the replacement was gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// The hooks on OnRollback, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20))]
    pub hooks: Vec<HookStatus>,
}
