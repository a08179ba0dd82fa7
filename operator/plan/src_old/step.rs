//! What a plan says to do: at most one mutation, so specific that its execution leaves no choice.

use serde::Serialize;
use sluice_api::{Container, TaskSetTemplate};

use crate::world::RouteKind;

/// One mutation in AWS.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Step {
    /// CreateTaskSet.
    CreateTaskSet(Box<NewTaskSet>),
    /// UpdateTaskSet: percent of the service's desired count.
    ScaleTaskSet {
        /// Id of the task set.
        task_set: String,
        /// 1 to 100.
        percent: i32,
    },
    /// ModifyRule or ModifyListener: the weights of the pair on one route.
    SetWeights(WeightChange),
    /// UpdateServicePrimaryTaskSet.
    PromoteTaskSet {
        /// Id of the task set.
        task_set: String,
    },
    /// DeleteTaskSet, with force: it still runs tasks, and no traffic reaches it any more.
    DeleteTaskSet {
        /// Id of the task set.
        task_set: String,
    },
}

impl Step {
    /// The step in one line, for Events and logs.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::CreateTaskSet(new) => format!("create a task set of {}", short(&new.task_definition)),
            Self::ScaleTaskSet { task_set, percent } => format!("scale {task_set} to {percent}%"),
            Self::SetWeights(change) => {
                let weights: Vec<String> = change
                    .weights
                    .iter()
                    .map(|(target_group, weight)| format!("{}={weight}", target_group_name(target_group)))
                    .collect();
                format!("set weights {} on {}", weights.join(" "), short(&change.route))
            }
            Self::PromoteTaskSet { task_set } => format!("make {task_set} primary"),
            Self::DeleteTaskSet { task_set } => format!("delete {task_set}"),
        }
    }
}

/// A task set to be made. Its identity is derived from the Deployment's UID, so that a repeated call,
/// also after a crash, makes no second one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NewTaskSet {
    /// `clientToken`: the Deployment's UID, 36 characters.
    pub client_token: String,
    /// `externalId`: see [`crate::identity::external_id`].
    pub external_id: String,
    /// ARN of the task definition, with its revision.
    pub task_definition: String,
    /// ARN of the target group.
    pub target_group: String,
    /// The container that receives the traffic.
    pub container: Container,
    /// Launch type, network and the like.
    pub template: TaskSetTemplate,
    /// Percent of the service's desired count, 1 to 100.
    pub scale: i32,
    /// Tags, as key and value.
    pub tags: Vec<(String, String)>,
}

/// New weights for the pair on one route. All else of the route stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WeightChange {
    /// ARN of the rule or the listener.
    pub route: String,
    /// Which call changes it.
    pub kind: RouteKind,
    /// ARN of a target group and its new weight, 0 to 100, for the two of the pair.
    pub weights: Vec<(String, i32)>,
}

/// The last part of an ARN, or a whole name.
#[must_use]
pub fn short(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// Name of a target group, from its ARN.
#[must_use]
pub fn target_group_name(arn: &str) -> &str {
    let mut parts = arn.rsplit('/');
    let last = parts.next();
    parts.next().or(last).unwrap_or(arn)
}
