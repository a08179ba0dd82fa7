//! What is told and is no failure.

use sluice_api::FailureStage;

use super::rule::{Meaning, Rule, When};
use crate::question::Place;
use crate::signals::Signal;

/// Where a log or an answer is read in which "succeeded" stands for one of many steps.
const LOGS: &[Place] = &[Place::Build, Place::Clone, Place::ApiError];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "a way back begins",
        when: &[When::Says(&[Signal::RollbackBegins]), When::SaysNot(&[Signal::SaysFailed, Signal::NothingToReturnTo])],
        means: Meaning::Notice,
        example: (
            "(service shop) rolling back to deployment ecs-svc/0123456789012345678.",
            Place::ServiceEvent,
            FailureStage::Rollback,
        ),
        cause: "an earlier event turned the release round; this one only says so",
        hint: "no failure by itself: look at what was told before it",
    },
    Rule {
        name: "a notice",
        when: &[When::Says(&[Signal::Notice]), When::SaysNot(&[Signal::SaysFailed]), When::NotAt(LOGS)],
        means: Meaning::Notice,
        example: ("(service shop) has reached a steady state.", Place::ServiceEvent, FailureStage::Rollout),
        cause: "ECS and the load balancer tell of their routine: tasks started and stopped, targets drained, steady states",
        hint: "nothing to do: this is no failure",
    },
];
