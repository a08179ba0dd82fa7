//! The container could not be created or started, or it exited.

use sluice_api::FailureStage;

use super::rule::{Meaning, Rule, When};
use crate::explanation::OUT_OF_MEMORY;
use crate::question::Place;
use crate::signals::Signal;

/// Where nobody speaks of containers.
const NO_TASKS: &[Place] =
    &[Place::ApiError, Place::Build, Place::Clone, Place::Hook, Place::TargetHealth, Place::Alarm];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "tasks that do not start",
        when: &[When::Says(&[Signal::StartsFail]), When::NotAt(&[Place::Build, Place::Clone, Place::Hook])],
        means: Meaning::Startup,
        example: (
            "(service shop) is unable to consistently start tasks successfully.",
            Place::ServiceEvent,
            FailureStage::Rollout,
        ),
        cause: "one task after the other stops soon after its start; the reason stands at the stopped tasks",
        hint: "look at the stopped tasks of the service: their reasons, exit codes and logs",
    },
    Rule {
        name: OUT_OF_MEMORY,
        when: &[When::Says(&[Signal::OutOfMemory]), When::NotAt(NO_TASKS)],
        means: Meaning::Startup,
        example: (
            "OutOfMemoryError: Container killed due to memory usage",
            Place::ContainerReason,
            FailureStage::Rollout,
        ),
        cause: "the container used more memory than its task definition gives it, or was killed",
        hint: "the container used up its memory: give it more in the task definition, or look for a leak",
    },
    Rule {
        name: "no room on the disk",
        when: &[When::Says(&[Signal::DiskFull]), When::NotAt(NO_TASKS)],
        means: Meaning::Startup,
        example: (
            "CannotPullContainerError: failed to register layer: no space left on device",
            Place::ContainerReason,
            FailureStage::Rollout,
        ),
        cause: "the image, or what the container writes, is larger than the storage of the task or host",
        hint: "give the task more ephemeral storage, or the host a larger disk, or make the image smaller",
    },
    Rule {
        name: "an image that is not there",
        when: &[When::Says(&[Signal::NotPulled]), When::NotAt(NO_TASKS)],
        means: Meaning::Startup,
        example: (
            "CannotPullContainerError: pull image manifest has been retried 1 time(s): not found",
            Place::TaskStoppedReason,
            FailureStage::Rollout,
        ),
        cause: "there is no image under that name, tag or digest, or none for this platform",
        hint: "look whether the image exists under that name and tag, and whether the task execution role may pull it",
    },
    Rule {
        name: "what a task needs before its start",
        when: &[When::Says(&[Signal::NotPrepared]), When::NotAt(NO_TASKS)],
        means: Meaning::Startup,
        example: (
            "ResourceInitializationError: retrieved secret did not contain json key TOKEN",
            Place::TaskStoppedReason,
            FailureStage::Rollout,
        ),
        cause: "a secret, a log group, a volume or an environment file that the task definition names is missing or wrong",
        hint: "look at the secrets, log settings and volumes of the task definition",
    },
    Rule {
        name: "a container that does not start",
        when: &[When::Says(&[Signal::NotStarted]), When::NotAt(NO_TASKS)],
        means: Meaning::Startup,
        example: (
            "CannotStartContainerError: OCI runtime create failed: exec: \"serve\": executable file not found in $PATH",
            Place::ContainerReason,
            FailureStage::Rollout,
        ),
        cause: "the command, the entry point or the platform of the image is wrong, or a container it depends on did not start",
        hint: "look at the command, the entry point and the platform of the image",
    },
    Rule {
        name: "a container that exited",
        when: &[When::Says(&[Signal::Exited]), When::NotAt(NO_TASKS)],
        means: Meaning::Startup,
        example: ("task exited with exit code: 1", Place::TaskStoppedReason, FailureStage::Rollout),
        cause: "the process in the container ended by itself",
        hint: "look at the logs of the container that exited",
    },
    Rule {
        name: "a container that failed",
        when: &[
            When::At(&[Place::ContainerReason, Place::TaskStoppedReason]),
            When::SaysNot(&[Signal::CodeLimit, Signal::Quota]),
        ],
        means: Meaning::Startup,
        example: ("CannotDoSomethingError: for a reason of its own", Place::ContainerReason, FailureStage::Rollout),
        cause: "the container did not run, for a reason that has no rule of its own",
        hint: "look at the logs of the container and at its task definition",
    },
];
