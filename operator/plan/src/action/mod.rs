//! The one mutation that a plan names, so specific that its execution leaves no choice.

mod task_sets;
mod weights;

use serde::Serialize;
use sluice_api::Share;

use crate::hooks::HookCall;
use crate::names::{short, target_group_name};

pub use task_sets::NewTaskSet;
pub use weights::WeightChange;

/// One mutation in AWS.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Action {
    /// CreateTaskSet.
    CreateTaskSet(Box<NewTaskSet>),
    /// UpdateTaskSet: a part of the service's desired count.
    ScaleTaskSet {
        /// Id of the task set.
        task_set: String,
        /// Above nothing, but for an original without a load balancer.
        size: Share,
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
    /// A hook, which runs beside the reconciles. It is recorded as running already.
    StartHook(Box<HookCall>),
}

impl Action {
    /// The action in one line, for Events and logs.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::CreateTaskSet(new) => format!("create a task set of {}", short(&new.task_definition)),
            Self::ScaleTaskSet { task_set, size } => format!("scale {task_set} to {size}%"),
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
            Self::StartHook(call) => format!("start hook {}", call.name),
        }
    }
}
