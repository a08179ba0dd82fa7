//! Judgements that come before all else: a check that timed out, or was answered by 403, tells of what was checked and not of
//! the network or of anybody's rights.

use sluice_api::FailureStage;

use super::rule::{Meaning, Rule, When};
use crate::question::Place;
use crate::signals::Signal;

/// A call of AWS that failed tells of the call.
const CALL_FAILED: &[Signal] =
    &[Signal::CodeThrottled, Signal::CodeUnavailable, Signal::CodeDenied, Signal::CodeCredentials, Signal::CodeBusy];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "a fault of the load balancer",
        when: &[When::Says(&[Signal::BalancerFault])],
        means: Meaning::Infrastructure,
        example: ("Elb.InternalError: Internal error", Place::TargetHealth, FailureStage::Verify),
        cause: "the load balancer itself could not tell the health of the target",
        hint: "the load balancer had a fault of its own: try again later",
    },
    Rule {
        name: "an alarm",
        when: &[
            When::Says(&[Signal::AlarmActive]),
            When::SaysNot(CALL_FAILED),
            When::NotAt(&[Place::Build, Place::Clone]),
        ],
        means: Meaning::Health,
        example: ("alarm shop-5xx is in ALARM: Threshold Crossed", Place::Alarm, FailureStage::Verify),
        cause: "a metric that the alarm watches went over its threshold while the release received traffic",
        hint: "look at the metric of the named alarm and at the logs of the new tasks; a low threshold trips on a single error",
    },
    Rule {
        name: "a failed health check of a container",
        when: &[When::Says(&[Signal::ContainerCheckFailed]), When::SaysNot(CALL_FAILED)],
        means: Meaning::Health,
        example: ("Task failed container health checks", Place::TaskStoppedReason, FailureStage::Rollout),
        cause: "the command of the health check in the task definition did not end with 0 in time",
        hint: "look at the health check of the container in the task definition and at its logs",
    },
    Rule {
        name: "a failed health check",
        when: &[
            When::Says(&[Signal::HealthCheckFailed]),
            When::SaysNot(CALL_FAILED),
            When::NotAt(&[Place::Build, Place::Clone, Place::ApiError]),
        ],
        means: Meaning::Health,
        example: (
            "service shop (port 8080) is unhealthy in target-group shop due to (reason Health checks failed with these codes: [503])",
            Place::ServiceEvent,
            FailureStage::Rollout,
        ),
        cause: "the application does not answer on the path and port of the check, not in time, or not with a code that counts as healthy",
        hint: "look at the health check of the target group and the logs of the tasks",
    },
    Rule {
        name: "a target that is not healthy",
        when: &[When::At(&[Place::TargetHealth]), When::SaysNot(CALL_FAILED)],
        means: Meaning::Health,
        example: (
            "Target group is not configured to receive traffic from the load balancer",
            Place::TargetHealth,
            FailureStage::Verify,
        ),
        cause: "the load balancer does not count the target as healthy, or does not use it at all: its zone is not enabled, or no rule names its group",
        hint: "look at the health check of the target group and the logs of the tasks",
    },
    Rule {
        name: "an answer of a probe",
        when: &[
            When::Says(&[Signal::ProbeAnswer, Signal::TimedOut, Signal::ConnectionLost, Signal::NotReached]),
            When::SaysNot(CALL_FAILED),
            When::SaysNot(&[Signal::OfAnApi, Signal::CodeInvalid, Signal::CodeNotFound]),
            When::In(&[FailureStage::Verify]),
            When::At(&[Place::Other]),
        ],
        means: Meaning::Health,
        example: ("HTTP/1.1 502 Bad Gateway", Place::Other, FailureStage::Verify),
        cause: "what was released does not answer a request as expected",
        hint: "ask the same address yourself, and look at the logs of the new tasks",
    },
    Rule {
        name: "a build that took too long",
        when: &[When::Says(&[Signal::BuildTimedOut]), When::At(&[Place::Build])],
        means: Meaning::Build,
        example: ("BUILD_TIMED_OUT: Build has timed out.", Place::Build, FailureStage::Build),
        cause: "a step of the build hangs, or the build takes longer than its project allows",
        hint: "look at the last step of the log, or raise the time-out of the build",
    },
    Rule {
        name: "no Docker daemon",
        when: &[When::Says(&[Signal::DaemonMissing]), When::At(&[Place::Build])],
        means: Meaning::Build,
        example: (
            "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
            Place::Build,
            FailureStage::Build,
        ),
        cause: "the build environment runs no Docker daemon, or not in privileged mode",
        hint: "let the build run in privileged mode, with the daemon started",
    },
];
