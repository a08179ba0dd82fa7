//! Conditions: the types and reasons in use, and how a list of them is kept.
//!
//! Ready, Reconciling and Stalled follow kstatus, so that Flux, Argo CD, Helm and `kubectl wait` all
//! understand them.

use std::fmt;

use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};

use serde::Deserialize;
use serde::de::IntoDeserializer as _;
use serde::de::value::Error as UnknownWord;

use crate::message::bounded_message;

/// `status.observedGeneration` of an object that the operator has not looked at yet, as the definitions give it. Whoever reads
/// by the rules of kstatus takes an object without a status for finished, and a generation that is not its own for one in
/// progress.
pub const UNSEEN: i64 = -1;

/// Type of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConditionType {
    /// All is as the spec says.
    Ready,
    /// The controller works, or waits, to get there.
    Reconciling,
    /// The controller cannot go on until someone mends something.
    Stalled,
    /// The deployment ended well.
    Succeeded,
    /// What the load balancer answers is what was asked of it.
    TrafficInSync,
    /// A user holds the deployment.
    Paused,
    /// Traffic was returned to the original.
    RolledBack,
}

impl fmt::Display for ConditionType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, formatter)
    }
}

/// Reason of a condition or an Event: one closed list, so that it can be a metric label too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub enum Reason {
    // Progress.
    /// Another deployment of the service comes first.
    Queued,
    /// Its group or its Application is suspended: nothing begins.
    Suspended,
    /// No window of its group is open.
    WindowClosed,
    /// A group that comes before it in the promotion of its Application.
    WaitingForGroup,
    /// A release failed for a cause that may pass, and is tried again.
    Retrying,
    /// The test route is being switched to the replacement.
    TestTraffic,
    /// The replacement is being made and gets healthy.
    Installing,
    /// Traffic moves.
    Shifting,
    /// An increment is held for its time.
    Holding,
    /// A person has to approve before it goes on.
    WaitingForApproval,
    /// All traffic moved, the original kept.
    Baking,
    /// A hook is asked whether the release may go on.
    RunningHook,
    /// The replacement becomes primary, the original goes.
    Terminating,
    /// Traffic returns to the original.
    RollingBack,
    /// A user holds it.
    Paused,
    // Ends.
    /// Ended well.
    Succeeded,
    /// Ended by a failure.
    Failed,
    /// Ended on request.
    Stopped,
    /// A newer deployment took its place: before it began, or by turning it round.
    Superseded,
    /// Another deployment was in progress, and the group takes no newer one meanwhile.
    Rejected,
    /// The group's last release runs.
    Running,
    /// Traffic is as asked.
    InSync,
    /// Traffic is not as asked; it is being put right. Or something is not as the last release left it.
    Drifted,
    /// What serves answers its probe no more, or has no healthy target.
    Unreachable,
    /// A part of what serves is not well, or an alarm says so.
    Degraded,
    /// What serves is well again.
    Recovered,
    /// What someone else changed while nothing is released is being put back.
    Repairing,
    /// What someone else changed while nothing is released was put back too often, and is told only.
    RepairsEnded,
    /// What someone else changed while nothing is released is as it was left again.
    Restored,
    /// Not so.
    NotApplicable,
    /// A group's traffic moved in increments, and moves at once from now on.
    StrategyRemoved,
    // What someone must mend.
    /// What is asked for failed, or was stopped, and is not tried again by itself.
    Held,
    /// What is asked for does not serve, and nothing is on its way to it.
    NotServed,
    /// The service has no task set any more.
    NothingServes,
    /// A target group with weight has no healthy target.
    TrafficLost,
    /// The DeploymentGroup does not exist.
    NoGroup,
    /// The Application does not exist.
    NoApplication,
    /// No AwsBinding of that name.
    NoBinding,
    /// The binding does not admit the namespace, the region or an ARN.
    NotAdmitted,
    /// A name, an id or an ARN is not what it should be.
    InvalidValue,
    /// Another group claims the service or a route.
    Conflict,
    /// A named configuration does not exist.
    UnknownDeploymentConfig,
    /// The service or its cluster does not exist.
    ServiceNotFound,
    /// The service is being deleted, or gone.
    ServiceInactive,
    /// The service has another deployment controller than EXTERNAL.
    ServiceNotExternal,
    /// The service wants no tasks.
    ServiceScaledToZero,
    /// No free place for one more task set.
    TooManyTaskSets,
    /// The primary task set uses a target group outside the pair.
    OriginalOutsidePair,
    /// More than one task set receives traffic, and none of them is being released.
    TrafficDivided,
    /// Task sets stand on the pair, and no route gives either target group any weight.
    NoWeight,
    /// The target group that should receive the replacement is in use.
    TargetGroupInUse,
    /// A target group does not exist.
    TargetGroupNotFound,
    /// A target group of the pair is not in the forward action of a route.
    TargetGroupOutsideRoute,
    /// A target group belongs to another load balancer.
    TargetGroupElsewhere,
    /// The listener or rule does not exist.
    RouteNotFound,
    /// The rule has no forward action.
    NoForwardAction,
    /// A default rule must be named by its listener.
    DefaultRule,
    /// A third target group carries traffic on the route.
    ForeignTraffic,
    /// A rule or default action that no group names sends traffic to the pair.
    UnnamedRoute,
    /// The load balancer, its routes or its target groups are of a kind that can carry no release.
    UnsupportedLoadBalancer,
    /// An image is named by its tag: the same tag may be another image later.
    MutableTag,
    /// The revision is not reported as scanned and passed, and the group takes only what is.
    ScanNotPassed,
    /// The task definition does not exist, or is inactive.
    TaskDefinitionNotFound,
    /// The task definition lacks the container or the port.
    ContainerNotFound,
    /// The task definition needs a network configuration.
    NetworkConfigurationMissing,
    /// A hook failed.
    HookFailed,
    /// A hook cannot run: what it names does not exist, or may not be called.
    HookUnavailable,
    /// An alarm of the group does not exist.
    AlarmNotFound,
    /// An alarm of the group is in ALARM.
    AlarmActive,
    /// AWS refused the credentials.
    AuthenticationFailed,
    /// AWS refused permission.
    AccessDenied,
    /// AWS refused the request.
    RequestRefused,
    // What passes by itself.
    /// AWS answers too slowly, with errors, or not at all.
    AwsUnavailable,
    /// AWS limits the rate of calls.
    Throttled,
    /// An alarm of the group cannot be read.
    AlarmUnreadable,
    /// The original has no healthy target while it has traffic.
    OriginalDown,
    /// A safety invariant would be broken by the next step, so it is not taken.
    InvariantViolated,
}

impl Reason {
    /// The reason of this word; none where it is no word of this list.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let word: serde::de::value::StrDeserializer<'_, UnknownWord> = word.into_deserializer();
        Self::deserialize(word).ok()
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, formatter)
    }
}

/// Sets one condition. `lastTransitionTime` moves only when the status does, and message and reason
/// are replaced in place, so that an unchanged state gives an unchanged object.
pub fn set_condition(
    conditions: &mut Vec<Condition>,
    (kind, status, reason): (ConditionType, bool, Reason),
    message: &str,
    generation: Option<i64>,
    now: Timestamp,
) {
    let kind = kind.to_string();
    let status = if status { "True" } else { "False" };
    let previous = conditions.iter().position(|condition| condition.type_ == kind);
    let last_transition_time = previous
        .map(|at| &conditions[at])
        .filter(|condition| condition.status == status)
        .map_or(Time(now), |condition| condition.last_transition_time.clone());
    let condition = Condition {
        type_: kind,
        status: status.to_owned(),
        reason: reason.to_string(),
        message: bounded_message(message),
        observed_generation: generation,
        last_transition_time,
    };
    match previous {
        Some(at) => conditions[at] = condition,
        None => conditions.push(condition),
    }
}

/// Whether a condition stands at True; none when it is not there.
#[must_use]
pub fn status_of(conditions: &[Condition], kind: ConditionType) -> Option<bool> {
    let kind = kind.to_string();
    conditions.iter().find(|condition| condition.type_ == kind).map(|condition| condition.status == "True")
}

/// Why and what of a condition that stands at True.
#[must_use]
pub fn cause_of(conditions: &[Condition], kind: ConditionType) -> Option<(Reason, &str)> {
    let kind = kind.to_string();
    let found = conditions.iter().find(|condition| condition.type_ == kind && condition.status == "True")?;
    Some((Reason::parse(&found.reason)?, &found.message))
}

/// Schema of a list of conditions: a map keyed by type, so that server-side apply merges by type.
pub(crate) fn sorted_conditions_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let mut schema = generator.subschema_for::<Vec<Condition>>();
    schema.insert("x-kubernetes-list-type".to_owned(), "map".into());
    schema.insert("x-kubernetes-list-map-keys".to_owned(), serde_json::json!(["type"]));
    schema
}

/// The conditions in the order of their types, so that two equal states compare equal.
#[must_use]
pub fn sorted_conditions(mut conditions: Vec<Condition>) -> Vec<Condition> {
    conditions.sort_by(|a, b| a.type_.cmp(&b.type_));
    conditions
}
