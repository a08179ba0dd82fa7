//! What the checks look at.

use sluice_api::DeploymentGroupSpec;

use crate::begin::roles::{Roles, roles};
use crate::identity::external_id;
use crate::observation::{Observation, Service};

/// What the checks look at.
#[derive(Clone, Copy, Debug)]
pub struct PreflightInput<'a> {
    /// The group's settings.
    pub settings: &'a DeploymentGroupSpec,
    /// The observed world.
    pub observed: &'a Observation,
}

impl<'a> PreflightInput<'a> {
    pub(super) fn service(&self) -> Option<&'a Service> {
        self.observed.service.as_ref()
    }

    pub(super) fn service_name(&self) -> String {
        format!("{}/{}", self.settings.ecs.cluster, self.settings.ecs.service)
    }

    /// The pair of target groups. The schema makes it two; anything else, and none, is treated as empty names.
    pub(super) fn pair(&self) -> (&'a str, &'a str) {
        match self.settings.load_balancer.target_groups.as_slice() {
            [first, second] => (first, second),
            _ => ("", ""),
        }
    }

    /// The roles that a release with this UID would have.
    pub(crate) fn roles(&self, uid: &str) -> Option<Roles<'a>> {
        roles(self.observed, &external_id(uid), self.pair())
    }
}
