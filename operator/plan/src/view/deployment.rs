//! One observation, seen from one Deployment.

use jiff::Timestamp;
use sluice_api::{DeploymentStatus, StepStatus};

use crate::input::Input;
use crate::observation::Observation;
use crate::platform;
use crate::platform::seam::Platform;
use crate::platform::side::{Sides, Split};
use crate::progress::steps::current_step;

/// One observation, seen from one Deployment.
pub(crate) struct View<'a> {
    pub input: Input<'a>,
    pub platform: &'static Platform,
    /// The original and the replacement.
    pub sides: Sides<'a>,
    /// Every production route, in the order of the settings.
    pub splits: Vec<Split<'a>>,
    /// The test route, where the group has one.
    pub test_split: Option<Split<'a>>,
}

impl<'a> View<'a> {
    /// None when the service is gone, or is being deleted.
    pub(crate) fn new(input: &Input<'a>) -> Option<Self> {
        let platform = platform::of(input.release.settings);
        let sides = platform.compute.sides(&input.release, input.observed)?;
        let splits = platform.routing.splits(&input.release, input.observed);
        let test_split = platform.routing.test_split(&input.release, input.observed);
        Some(Self { input: *input, platform, sides, splits, test_split })
    }

    pub(crate) const fn now(&self) -> Timestamp {
        self.input.now()
    }

    pub(crate) const fn progress(&self) -> &'a DeploymentStatus {
        self.input.release.progress
    }

    pub(crate) const fn observed(&self) -> &'a Observation {
        self.input.observed
    }

    /// The step in progress.
    pub(crate) fn step(&self) -> Option<&'a StepStatus> {
        self.progress().steps.get(current_step(self.progress()))
    }

    /// When the position in progress must be done; none once all traffic has moved.
    pub(crate) const fn deadline(&self) -> Option<Timestamp> {
        self.progress().deadline_at
    }

    /// From now until the progress deadline of what begins now.
    pub(crate) fn new_deadline(&self) -> Timestamp {
        self.now() + self.input.release.settings.progress_deadline.as_signed()
    }
}
