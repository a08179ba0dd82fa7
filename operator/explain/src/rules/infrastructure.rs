//! What may pass later, unchanged; and what only sounds like it.

use sluice_api::FailureStage;

use super::rule::{Meaning, Rule, When};
use crate::explanation::LOST_HOST;
use crate::question::Place;
use crate::signals::Signal;

const NETWORK: &[Signal] =
    &[Signal::TimedOut, Signal::NameNotResolved, Signal::ConnectionLost, Signal::NotReached, Signal::Tls];
/// A code by which the request can never pass: what its message says beside it is no reason to try again.
const PERMANENT: &[Signal] =
    &[Signal::CodeInvalid, Signal::CodeNotFound, Signal::CodeConflict, Signal::CodeLimit, Signal::ParseFailed];
const TASKS: &[Place] = &[Place::TaskStoppedReason, Place::ContainerReason, Place::ServiceEvent];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "a reference that is no image",
        when: &[When::Says(&[Signal::BadImageReference]), When::NotAt(&[Place::Build, Place::Clone, Place::ApiError])],
        means: Meaning::Startup,
        example: ("failed to normalize image reference \"Shop\"", Place::TaskStoppedReason, FailureStage::Rollout),
        cause: "the image of the task definition is not written as one, or has no variant for the platform of the task",
        hint: "write the image as registry/repository:tag or @sha256:..., built for the platform of the task definition",
    },
    Rule {
        name: "a start that took too long",
        when: &[
            When::Says(&[Signal::StartTooSlow]),
            When::NotAt(&[Place::Build, Place::Clone, Place::ApiError, Place::Hook]),
        ],
        means: Meaning::Startup,
        example: (
            "DockerTimeoutError: Could not transition to started; timed out after waiting 3m0s",
            Place::ContainerReason,
            FailureStage::Rollout,
        ),
        cause: "the container did not get as far as running: a slow disk, a large image, or an entry point that hangs",
        hint: "look at the load of the host, the size of the image and what the container does at its start",
    },
    Rule {
        name: "a task that fits no host",
        when: &[When::Says(&[Signal::MissingAttribute])],
        means: Meaning::Refused,
        example: (
            "The closest matching container-instance i-1 is missing an attribute required by your task.",
            Place::ServiceEvent,
            FailureStage::Rollout,
        ),
        cause: "the task definition asks for something that no host has: a log driver, a network mode, a placement constraint",
        hint: "compare what the task definition requires with the attributes of the container instances",
    },
    Rule {
        name: "tasks that are protected",
        when: &[When::Says(&[Signal::TasksProtected])],
        means: Meaning::Refused,
        example: (
            "service shop was unable to reach steady state because task set 1 was unable to scale in due to (reason 2 tasks under protection)",
            Place::ServiceEvent,
            FailureStage::Rollout,
        ),
        cause: "tasks protect themselves from scale-in, for as long as they asked for",
        hint: "wait until the protection ends, or let the application end it",
    },
    Rule {
        name: LOST_HOST,
        when: &[
            When::Says(&[Signal::HostLost]),
            When::SaysNot(PERMANENT),
            When::NotAt(&[Place::Build, Place::Clone, Place::Hook, Place::TargetHealth]),
        ],
        means: Meaning::Infrastructure,
        example: ("Your Spot Task was interrupted.", Place::TaskStoppedReason, FailureStage::Rollout),
        cause: "AWS took the capacity back, or the host failed, was retired or was removed",
        hint: "nothing is wrong with the revision: create the Deployment again, with more tasks or capacity that is not taken away",
    },
    Rule {
        name: "a code that says there is no capacity",
        when: &[When::Says(&[Signal::CodeCapacity])],
        means: Meaning::Infrastructure,
        example: (
            "InsufficientInstanceCapacity: there is no capacity for c5.large in the Availability Zone that you requested",
            Place::TaskStoppedReason,
            FailureStage::Rollout,
        ),
        cause: "the zone, host or subnet had no room at that moment",
        hint: "there was no capacity: create the Deployment again later, or give the service another capacity provider, zone or size",
    },
    Rule {
        name: "no capacity",
        when: &[
            When::Says(&[Signal::NoCapacity]),
            When::SaysNot(&[Signal::NotPulled, Signal::NotPrepared, Signal::NotStarted, Signal::DiskFull]),
            When::SaysNot(PERMANENT),
        ],
        means: Meaning::Infrastructure,
        example: (
            "service shop was unable to place a task because no container instance met all of its requirements.",
            Place::ServiceEvent,
            FailureStage::Rollout,
        ),
        cause: "no host, zone or subnet had room for the task at that moment",
        hint: "there was no capacity: create the Deployment again later, or give the service another capacity provider, zone or size",
    },
    Rule {
        name: "a wait for a person that ended",
        when: &[When::Says(&[Signal::WaitForPerson]), When::SaysNot(&[Signal::VerdictFailed])],
        means: Meaning::Refused,
        example: (
            "The deployment timed out while waiting for a notification to continue.",
            Place::Other,
            FailureStage::Rollout,
        ),
        cause: "nobody let the release go on in the time that it waits",
        hint: "deploy again, and let it go on in time, or make the wait longer",
    },
    Rule {
        name: "not stable in time",
        when: &[
            When::Says(&[Signal::WaitedInVain]),
            When::SaysNot(&[
                Signal::NameNotResolved,
                Signal::ConnectionLost,
                Signal::NotReached,
                Signal::Tls,
                Signal::CodeUnavailable,
                Signal::CodeNotFound,
                Signal::CodeInvalid,
                Signal::StartsFail,
                Signal::Exited,
                Signal::NotPulled,
            ]),
            When::NotAt(&[Place::Build, Place::Clone, Place::Hook]),
        ],
        means: Meaning::Health,
        example: ("Waiter ServicesStable failed: Max attempts exceeded", Place::Other, FailureStage::Rollout),
        cause: "the release did not get well in the time that it has; that names no cause yet",
        hint: "look at the events of the service, at its stopped tasks and at the health of its targets",
    },
    Rule {
        name: "a certificate that is not trusted",
        when: &[When::Says(&[Signal::CertificateRefused])],
        means: Meaning::Refused,
        example: ("x509: certificate signed by unknown authority", Place::ApiError, FailureStage::Deploy),
        cause: "the certificate has expired, is for another name, or its issuer is not trusted here; to try again changes none of it",
        hint: "look at the certificate of the host that was called, and at the root certificates and proxies on this side",
    },
    Rule {
        name: "what a hook met",
        when: &[
            When::At(&[Place::Hook]),
            When::Says(&[
                Signal::TimedOut,
                Signal::NameNotResolved,
                Signal::ConnectionLost,
                Signal::NotReached,
                Signal::Tls,
                Signal::ServerError,
            ]),
            When::SaysNot(&[
                Signal::OfAnApi,
                Signal::CodeUnavailable,
                Signal::CodeBusy,
                Signal::CodeNotFound,
                Signal::CodeInvalid,
            ]),
        ],
        means: Meaning::Health,
        example: ("Task timed out after 3.00 seconds", Place::Hook, FailureStage::Verify),
        cause: "the hook ran, and did not come to a good verdict: its check failed, or it failed itself",
        hint: "look at what the hook checks, and at its logs",
    },
    Rule {
        name: "the network of a task",
        when: &[When::Says(NETWORK), When::At(TASKS), When::SaysNot(&[Signal::OutOfMemory]), When::SaysNot(PERMANENT)],
        means: Meaning::Infrastructure,
        example: (
            "CannotPullContainerError: dial tcp 10.0.0.1:443: i/o timeout",
            Place::TaskStoppedReason,
            FailureStage::Rollout,
        ),
        cause: "the task got no answer from a registry, a store of secrets or a log service, before its containers could start",
        hint: "the task could not reach what it needs to start: look at its subnets, security groups and endpoints, or try again later",
    },
    Rule {
        name: "the network",
        when: &[
            When::Says(NETWORK),
            When::SaysNot(&[Signal::OutOfMemory]),
            When::SaysNot(PERMANENT),
            When::NotAt(&[Place::Build]),
        ],
        means: Meaning::Infrastructure,
        example: (
            "Post \"https://ecs.eu-west-1.amazonaws.com/\": dial tcp: lookup ecs.eu-west-1.amazonaws.com: no such host",
            Place::ApiError,
            FailureStage::Deploy,
        ),
        cause: "a request got no answer: a time-out, a name that did not resolve, a connection that was refused or broke, a TLS handshake that failed",
        hint: "try again later; where it stays, look at subnets, routes, security groups, endpoints, DNS and proxies on the way",
    },
    Rule {
        name: "the network of a build",
        when: &[
            When::Says(&[
                Signal::NetworkTimedOut,
                Signal::NameNotResolved,
                Signal::ConnectionLost,
                Signal::NotReached,
                Signal::Tls,
            ]),
            When::SaysNot(&[Signal::OutOfMemory, Signal::ParseFailed]),
            When::At(&[Place::Build]),
        ],
        means: Meaning::Infrastructure,
        example: (
            "npm error network request to https://registry.npmjs.org/shop failed, reason: connect ETIMEDOUT 104.16.0.1:443",
            Place::Build,
            FailureStage::Build,
        ),
        cause: "a step of the build fetched something and got no answer",
        hint: "try again later; where it stays, look at the way from the build to the registry that it asks",
    },
    Rule {
        name: "a service that is not well",
        when: &[
            When::Says(&[Signal::CodeUnavailable, Signal::CodeBusy, Signal::ServerError, Signal::Busy]),
            When::SaysNot(&[Signal::Exited, Signal::OutOfMemory]),
            When::SaysNot(PERMANENT),
        ],
        means: Meaning::Infrastructure,
        example: (
            "An error occurred (ServerException) when calling the DescribeServices operation: Service Unavailable. Please try again later.",
            Place::ApiError,
            FailureStage::Deploy,
        ),
        cause: "the service that was called had a fault of its own, or was busy with the same resource",
        hint: "the other side had a fault: try again later",
    },
];
