//! Who was refused.

use sluice_api::FailureStage;

use super::rule::{Meaning, Rule, When};
use crate::question::Place;
use crate::signals::Signal;

const TASKS: &[Place] = &[Place::TaskStoppedReason, Place::ContainerReason, Place::ServiceEvent];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "an image that is missing or kept back",
        when: &[
            When::Says(&[Signal::ImageDeniedOrMissing]),
            When::SaysNot(&[Signal::CodeDenied]),
            When::NotAt(&[Place::Build, Place::ApiError, Place::Clone]),
        ],
        means: Meaning::Startup,
        example: (
            "pull access denied for acme/shop, repository does not exist or may require 'docker login'",
            Place::ContainerReason,
            FailureStage::Rollout,
        ),
        cause: "a registry answers alike for an image that is not there and for one that may not be seen",
        hint: "look whether the image exists under that name and tag, and whether the task execution role may pull it",
    },
    Rule {
        name: "a process that ended by itself",
        when: &[
            When::Says(&[Signal::ProcessEnded]),
            When::SaysNot(&[Signal::OutOfMemory]),
            When::At(&[Place::TaskStoppedReason, Place::ContainerReason]),
        ],
        means: Meaning::Startup,
        example: (
            "Essential container in task exited: dial tcp: i/o timeout",
            Place::TaskStoppedReason,
            FailureStage::Rollout,
        ),
        cause: "the process in the container ended; what it says of its own connections is its own affair",
        hint: "look at the logs of the container that exited",
    },
    Rule {
        name: "the application's own words",
        when: &[
            When::At(&[Place::ContainerReason]),
            When::SaysNot(&[
                Signal::OfTheAgent,
                Signal::OfAnApi,
                Signal::NotPulled,
                Signal::NotPrepared,
                Signal::NoCapacity,
                Signal::HostLost,
                Signal::CodeDenied,
                Signal::CodeThrottled,
                Signal::NotPermitted,
            ]),
        ],
        means: Meaning::Startup,
        example: (
            "ConnectionRefusedError: [Errno 111] Connection refused",
            Place::ContainerReason,
            FailureStage::Rollout,
        ),
        cause: "the process in the container ended, and these are its last words: a setting, a dependency or the program is wrong",
        hint: "look at the logs of the container: its command, its environment, and what it connects to at its start",
    },
    Rule {
        name: "a file that may not be used",
        when: &[
            When::Says(&[Signal::FileNotPermitted]),
            When::SaysNot(&[Signal::CredentialsRefused, Signal::NotPermitted, Signal::CodeDenied]),
            When::At(TASKS),
        ],
        means: Meaning::Startup,
        example: (
            "CannotStartContainerError: exec: \"/app/run.sh\": permission denied",
            Place::ContainerReason,
            FailureStage::Rollout,
        ),
        cause: "the file is not executable, or the user of the container may not read it",
        hint: "make the entry point executable in the image, for the user that runs it",
    },
    Rule {
        name: "a file that may not be used in a build",
        when: &[
            When::Says(&[Signal::FileNotPermitted]),
            When::SaysNot(&[Signal::CredentialsRefused, Signal::NotPermitted, Signal::CodeDenied]),
            When::At(&[Place::Build]),
        ],
        means: Meaning::Build,
        example: ("/bin/sh: ./gradlew: Permission denied", Place::Build, FailureStage::Build),
        cause: "a script of the repository is not executable, or a folder belongs to another user",
        hint: "make the script executable in the repository",
    },
    Rule {
        name: "too many requests",
        when: &[
            When::Says(&[Signal::CodeThrottled, Signal::Throttled]),
            When::SaysNot(&[Signal::CodeDenied, Signal::CodeCredentials]),
        ],
        means: Meaning::Infrastructure,
        example: (
            "An error occurred (ThrottlingException) when calling the CreateTaskSet operation: Rate exceeded",
            Place::ApiError,
            FailureStage::Deploy,
        ),
        cause: "the account, or the registry, is asked more often than it allows, by everybody together",
        hint: "the rate of requests was limited: try again later, with fewer at a time",
    },
    Rule {
        name: "credentials that are refused",
        when: &[When::Says(&[Signal::CodeCredentials, Signal::CredentialsRefused])],
        means: Meaning::Access,
        example: (
            "An error occurred (ExpiredTokenException) when calling the UpdateService operation: The security token is expired",
            Place::ApiError,
            FailureStage::Deploy,
        ),
        cause: "there are no credentials, they have expired, or they are not those of the account, host or registry that is asked",
        hint: "give whoever asks credentials that are valid now: renew the token, the key or the login, then deploy again",
    },
    Rule {
        name: "a permission that a task lacks",
        when: &[When::Says(&[Signal::CodeDenied, Signal::NotPermitted, Signal::RegistryRefused]), When::At(TASKS)],
        means: Meaning::Access,
        example: (
            "ResourceInitializationError: unable to retrieve secret: AccessDeniedException: User: tasks is not authorized",
            Place::TaskStoppedReason,
            FailureStage::Rollout,
        ),
        cause: "the task execution role, or the role of the ECS service, has no policy that allows the action, or one denies it",
        hint: "allow the task execution role of the task definition what the message names",
    },
    Rule {
        name: "a permission that is missing",
        when: &[When::Says(&[Signal::CodeDenied, Signal::NotPermitted])],
        means: Meaning::Access,
        example: (
            "User: arn:aws:sts::123456789012:assumed-role/sluice is not authorized to perform: ecs:CreateTaskSet",
            Place::ApiError,
            FailureStage::Deploy,
        ),
        cause: "the role that asks has no policy that allows the action, or a policy of the resource, key or organisation denies it",
        hint: "allow the role that the message names the action that it names, then deploy again",
    },
    Rule {
        name: "a registry that refuses",
        when: &[When::Says(&[Signal::RegistryRefused])],
        means: Meaning::Access,
        example: ("denied: requested access to the resource is denied", Place::Build, FailureStage::Publish),
        cause: "nobody logged in to the registry, or the login may not pull or push this repository",
        hint: "log in to the registry with an identity that may pull, or push, this repository",
    },
];
