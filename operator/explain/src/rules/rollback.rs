//! The way back failed: whatever the reason, that it failed is what counts.

use sluice_api::{FailureCode, FailureStage};

use super::rule::{Meaning, Rule, When};
use crate::question::Place;
use crate::signals::Signal;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "a way back that someone asked for failed",
        when: &[When::OnTheWayBack, When::ByAPerson],
        means: Meaning::Rollback(FailureCode::ManualRollbackFailed),
        example: (
            "An error occurred (DeploymentAlreadyCompletedException) when calling the StopDeployment operation: it is over",
            Place::ApiError,
            FailureStage::Rollback,
        ),
        cause: "the call that was to bring the earlier release back was refused, or there was none to return to",
        hint: "look at what serves the traffic now, and keep it; mend what the message names, then ask for the rollback again",
    },
    Rule {
        name: "nothing to return to",
        when: &[When::OnTheWayBack, When::Says(&[Signal::NothingToReturnTo])],
        means: Meaning::Rollback(FailureCode::AutomaticRollbackNoCandidate),
        example: ("no previous release to roll back to", Place::Other, FailureStage::Rollback),
        cause: "it was the first release, or nothing is kept of the earlier ones",
        hint: "nothing earlier can serve: deploy a revision that is known to be good",
    },
    Rule {
        name: "an automatic way back failed",
        when: &[When::OnTheWayBack],
        means: Meaning::Rollback(FailureCode::AutomaticRollbackFailed),
        example: ("failed to restore the weights of the listener", Place::Other, FailureStage::Rollback),
        cause: "a call on the way back was refused or had no answer, or the original was changed meanwhile",
        hint: "look at what serves the traffic now, and keep it; a person must decide",
    },
];
