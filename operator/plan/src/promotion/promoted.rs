//! An Application that has a promotion, and its groups.

use std::sync::Arc;

use sluice_api::{Application, Deployment, DeploymentGroup, Promotion, Revision};

/// An Application that has a promotion, and the groups that it names, as they stand in the copies.
#[derive(Clone, Debug)]
pub struct Promoted {
    /// The Application.
    pub application: Arc<Application>,
    /// The groups of its namespace that it names, and those that name it. One that is named and not here does not exist.
    pub groups: Vec<Member>,
}

/// A group, and its Deployments.
#[derive(Clone, Debug)]
pub struct Member {
    /// The group.
    pub group: Arc<DeploymentGroup>,
    /// Its Deployments.
    pub deployments: Vec<Arc<Deployment>>,
}

impl Promoted {
    pub(super) fn member(&self, name: &str) -> Option<&Member> {
        self.groups.iter().find(|member| member.name() == name)
    }

    /// Whether the beginning of one group follows from that of others, so that they begin one after the other: it counts how many
    /// are in the midst of a release, some are released as one, or the first of them pins for all what is newest.
    #[must_use]
    pub fn takes_turns(&self) -> bool {
        let spec = &self.application.spec;
        let counts = |promotion: &Promotion| promotion.max_unavailable.is_some();
        self.has_multi()
            || spec.promotion.as_ref().is_some_and(counts)
            || spec.revision.as_ref().is_some_and(Revision::is_open)
    }

    /// Whether some of its groups are released as one.
    #[must_use]
    pub fn has_multi(&self) -> bool {
        let stages = self.application.spec.promotion.iter().flat_map(|promotion| &promotion.stages);
        stages.into_iter().any(|stage| stage.multi.is_some())
    }

    /// Name of the Application.
    pub(super) fn name(&self) -> &str {
        self.application.metadata.name.as_deref().unwrap_or_default()
    }
}

impl Member {
    /// Name of the group.
    #[must_use]
    pub fn name(&self) -> &str {
        self.group.metadata.name.as_deref().unwrap_or_default()
    }
}
