//! No image was made or published.

use sluice_api::FailureStage;

use super::rule::{Meaning, Rule, When};
use crate::question::Place;
use crate::signals::Signal;

const IN_A_BUILD: &[FailureStage] = &[FailureStage::Build, FailureStage::Publish, FailureStage::Unknown];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "an image that is not published",
        when: &[
            When::Says(&[Signal::PushRefused]),
            When::At(&[Place::Build, Place::ApiError]),
            When::In(&[FailureStage::Publish]),
        ],
        means: Meaning::Build,
        example: (
            "name unknown: The repository with name 'shop' does not exist in the registry",
            Place::Build,
            FailureStage::Publish,
        ),
        cause: "the repository does not exist, its tags cannot be overwritten, or it takes no more",
        hint: "make the repository, or push under a tag that is not used yet",
    },
    Rule {
        name: "a build that ran out of memory or disk",
        when: &[When::Says(&[Signal::OutOfMemory, Signal::DiskFull]), When::At(&[Place::Build])],
        means: Meaning::Build,
        example: ("write /layer.tar: no space left on device", Place::Build, FailureStage::Build),
        cause: "the build needs more than its environment has",
        hint: "give the build a larger environment, or make less in it",
    },
    Rule {
        name: "a step of the build failed",
        when: &[
            When::Says(&[Signal::BuildFailed, Signal::Exited, Signal::NotPulled, Signal::BadImageReference]),
            When::At(&[Place::Build]),
            When::In(IN_A_BUILD),
        ],
        means: Meaning::Build,
        example: (
            "failed to solve: process \"/bin/sh -c npm ci\" did not complete successfully: exit code: 1",
            Place::Build,
            FailureStage::Build,
        ),
        cause: "a command of the Dockerfile or of the build instructions failed, or the base image is not there",
        hint: "look at the log of the build, above this line: what failed stands there",
    },
    Rule {
        name: "a build failed",
        when: &[When::At(&[Place::Build]), When::In(IN_A_BUILD)],
        means: Meaning::Build,
        example: ("the image was not made", Place::Build, FailureStage::Build),
        cause: "the build ended without an image, and says no more here",
        hint: "look at the log of the build",
    },
];
