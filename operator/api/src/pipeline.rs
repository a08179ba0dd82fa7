//! A Deployment in the words of simpler pipelines: four for where it stands, five steps, and the shape of what is released.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::vocabulary::{LifecycleEventStatus, State, string_enum};

/// A Deployment as a pipeline that waits for it reads it. It follows from the state, the lifecycle events and the source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PipelineStatus {
    /// One of four words: QUEUED is Created or Queued, RUNNING is InProgress, Ready or Baking, FAILED is Failed or Stopped.
    pub status: PipelineState,
    /// What is released: several services as one, or else what the pipeline that built it reported. None where it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<DeployShape>,
    /// The steps that users see, in their order: Build and Push where the pipeline that made the image reported them, then
    /// Provision, Deploy and Verify.
    #[schemars(length(max = 5))]
    pub steps: Vec<PipelineStep>,
}

/// A step that users see, and how it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PipelineStep {
    /// Which one.
    pub name: PipelineStepName,
    /// How it stands.
    pub status: LifecycleEventStatus,
}

string_enum! {
    /// Where a Deployment stands, in the four words of simpler pipelines.
    PipelineState {
        /// It has not begun.
        Queued => "QUEUED",
        /// It is in progress: also while it waits for a person, and while it bakes.
        Running => "RUNNING",
        /// It ended well.
        Succeeded => "SUCCEEDED",
        /// It failed, or was stopped.
        Failed => "FAILED",
    }
}

impl From<State> for PipelineState {
    fn from(state: State) -> Self {
        match state {
            State::Created | State::Queued => Self::Queued,
            State::InProgress | State::Ready | State::Baking => Self::Running,
            State::Succeeded => Self::Succeeded,
            State::Failed | State::Stopped => Self::Failed,
        }
    }
}

string_enum! {
    /// The steps that users see, in their order.
    PipelineStepName {
        /// The image is made. Reported by the pipeline that makes it.
        Build => "Build",
        /// The image is published. Reported by the same.
        Push => "Push",
        /// The replacement is made and gets healthy.
        Provision => "Provision",
        /// Traffic moves, increment by increment.
        Deploy => "Deploy",
        /// What runs is judged with all traffic at it, and takes over.
        Verify => "Verify",
    }
}

string_enum! {
    /// The shape of what is released.
    DeployShape {
        /// One service, of an image that a pipeline built without a Dockerfile of the user's own.
        Server => "server",
        /// One service, of an image by the user's own Dockerfile.
        ExistingDocker => "existing_docker",
        /// Several services that are released as one.
        Multi => "multi",
    }
}

string_enum! {
    /// What a pipeline can report of the shape of what it built: what is released as one with others, the promotion says.
    BuiltShape {
        /// One service, of an image that was built without a Dockerfile of the user's own.
        Server => "server",
        /// One service, of an image by the user's own Dockerfile.
        ExistingDocker => "existing_docker",
    }
}

impl From<BuiltShape> for DeployShape {
    fn from(shape: BuiltShape) -> Self {
        match shape {
            BuiltShape::Server => Self::Server,
            BuiltShape::ExistingDocker => Self::ExistingDocker,
        }
    }
}

string_enum! {
    /// How a step of the pipeline that made the image ended, as it reports it.
    Reported {
        /// It was done.
        Succeeded => "succeeded",
        /// It failed.
        Failed => "failed",
        /// There was nothing to do, such as where the image was there already.
        Skipped => "skipped",
    }
}

impl From<Reported> for LifecycleEventStatus {
    fn from(reported: Reported) -> Self {
        match reported {
            Reported::Succeeded => Self::Succeeded,
            Reported::Failed => Self::Failed,
            Reported::Skipped => Self::Skipped,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_has_its_word_of_simpler_pipelines() {
        let words: Vec<String> =
            State::ALL.iter().map(|state| format!("{state}={}", PipelineState::from(*state))).collect();
        let expected = [
            "Created=QUEUED",
            "Queued=QUEUED",
            "InProgress=RUNNING",
            "Ready=RUNNING",
            "Baking=RUNNING",
            "Succeeded=SUCCEEDED",
            "Failed=FAILED",
            "Stopped=FAILED",
        ];
        assert_eq!(words, expected);
    }

    #[test]
    fn what_a_pipeline_reports_of_a_shape_is_a_shape_by_the_same_word() {
        for shape in BuiltShape::ALL {
            assert_eq!(DeployShape::from(*shape).as_str(), shape.as_str());
        }
    }
}
