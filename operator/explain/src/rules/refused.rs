//! The rest: requests that are refused or impossible. To repeat one unchanged never helps.

use sluice_api::FailureStage;

use super::rule::{Meaning, Rule, When};
use crate::question::Place;
use crate::signals::Signal;

/// What no rule knows.
pub(super) const UNKNOWN: Rule = Rule {
    name: "not known",
    when: &[],
    means: Meaning::Refused,
    example: ("something else", Place::Other, FailureStage::Deploy),
    cause: "no rule knows these words",
    hint: "the message tells all that is known; look at the step in which it was met",
};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "no source",
        when: &[When::Says(&[Signal::NoSourceFound]), When::In(&[FailureStage::Clone, FailureStage::Detect])],
        means: Meaning::Refused,
        example: ("fatal: Remote branch release not found in upstream origin", Place::Clone, FailureStage::Clone),
        cause: "the repository, branch, tag or commit does not exist, or nothing in it says how it is built",
        hint: "name a repository, branch or commit that exists, with a Dockerfile or a known kind of project in it",
    },
    Rule {
        name: "more than a quota allows",
        when: &[When::Says(&[Signal::CodeLimit, Signal::Quota])],
        means: Meaning::Refused,
        example: (
            "An error occurred (InvalidParameterException) when calling the CreateTaskSet operation: exceeds the maximum limit",
            Place::ApiError,
            FailureStage::Deploy,
        ),
        cause: "a quota of the account or of the resource is used up",
        hint: "free what is not used any more, or have the quota raised; never what serves",
    },
    Rule {
        name: "something that does not exist",
        when: &[When::Says(&[Signal::CodeNotFound, Signal::Missing])],
        means: Meaning::Refused,
        example: (
            "An error occurred (ClusterNotFoundException) when calling the DescribeServices operation: Cluster not found.",
            Place::ApiError,
            FailureStage::Deploy,
        ),
        cause: "a name is wrong, is of another account or region, or what it named was deleted",
        hint: "look whether what the message names exists, in the account and region that are asked",
    },
    Rule {
        name: "something in the way",
        when: &[When::Says(&[Signal::CodeConflict, Signal::InTheWay])],
        means: Meaning::Refused,
        example: ("PriorityInUse: The specified priority is in use.", Place::ApiError, FailureStage::Setup),
        cause: "something of that name is there already, or is in a state, or belongs to a controller, that does not allow it",
        hint: "look at what stands in the way, and at who made it, before it is tried again",
    },
    Rule {
        name: "a request that is refused",
        when: &[When::Says(&[Signal::CodeInvalid, Signal::Malformed])],
        means: Meaning::Refused,
        example: (
            "InvalidParameterException: Network Configuration must be provided when networkMode 'awsvpc' is specified.",
            Place::ApiError,
            FailureStage::Deploy,
        ),
        cause: "a value of the request is wrong, or does not go with another",
        hint: "the message tells what was refused: mend the group or the revision",
    },
    UNKNOWN,
];
