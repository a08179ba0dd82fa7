//! What ran and was judged.

use sluice_api::FailureStage;

use super::rule::{Meaning, Rule, When};
use crate::question::Place;
use crate::signals::Signal;

const REFUSED: &[Signal] = &[Signal::CodeNotFound, Signal::CodeInvalid, Signal::CodeConflict];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "a hook that does not exist",
        when: &[
            When::At(&[Place::Hook]),
            When::Says(&[Signal::CodeNotFound, Signal::Missing]),
            When::SaysNot(&[Signal::VerdictFailed]),
        ],
        means: Meaning::Refused,
        example: (
            "Function not found: arn:aws:lambda:eu-west-1:123456789012:function:check",
            Place::Hook,
            FailureStage::Verify,
        ),
        cause: "what the hook names is not there: no such function, version, alias or image",
        hint: "name a hook that exists, in the region and account of the release",
    },
    Rule {
        name: "a hook that cannot be called",
        when: &[When::At(&[Place::Hook]), When::Says(REFUSED)],
        means: Meaning::Refused,
        example: (
            "An error occurred (InvalidRequestContentException) when calling the Invoke operation: could not parse",
            Place::Hook,
            FailureStage::Verify,
        ),
        cause: "the call of the hook can never pass as it is",
        hint: "mend what the message names in the hook or in the group",
    },
    Rule {
        name: "a verdict against the release",
        when: &[When::At(&[Place::Hook])],
        means: Meaning::Health,
        example: ("Lifecycle hook validation failed: 3 of 10 requests were wrong", Place::Hook, FailureStage::Verify),
        cause: "a hook looked at the new tasks and says no",
        hint: "look at what the hook checks, and at its logs",
    },
    Rule {
        name: "an alarm without more words",
        when: &[When::At(&[Place::Alarm]), When::SaysNot(REFUSED)],
        means: Meaning::Health,
        example: ("ALARM: shop-latency", Place::Alarm, FailureStage::Verify),
        cause: "an alarm that is watched spoke against the release",
        hint: "look at the metric of the named alarm and at the logs of the new tasks",
    },
    Rule {
        name: "a check against the release",
        when: &[
            When::Says(&[Signal::VerdictFailed, Signal::WaitedInVain, Signal::HealthCheckFailed]),
            When::SaysNot(REFUSED),
            When::In(&[FailureStage::Verify]),
        ],
        means: Meaning::Health,
        example: ("the smoke test of the login page did not pass", Place::Other, FailureStage::Verify),
        cause: "a test of the new tasks did not pass",
        hint: "look at what was tested, and at the logs of the new tasks",
    },
    Rule {
        name: "tasks that never got healthy",
        when: &[When::Says(&[Signal::HealthCheckFailed]), When::SaysNot(REFUSED), When::In(&[FailureStage::Rollout])],
        means: Meaning::Health,
        example: (
            "rollout failed: 0 of 2 tasks passed health checks: unhealthy",
            Place::ApiError,
            FailureStage::Rollout,
        ),
        cause: "what was released runs and is judged unhealthy",
        hint: "look at the health check and at the logs of the new tasks",
    },
];
