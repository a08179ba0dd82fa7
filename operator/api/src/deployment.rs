//! Deployment: one release of one group.

use std::borrow::Cow;

use kube::{CustomResource, KubeSchema};
use serde::{Deserialize, Serialize};

use crate::condition::UNSEEN;
use crate::deployment_overrides::Overrides;
use crate::deployment_status::DeploymentStatus;
use crate::input_rules;
use crate::revision::Revision;

/// CEL: nothing is taken away from the approvals of a Deployment that has begun.
const APPROVALS_STAY: &str = "!has(oldSelf.status) || !has(oldSelf.status.startedAt) || !has(oldSelf.spec.approvals) || \
    (has(self.spec.approvals) && oldSelf.spec.approvals.all(one, one in self.spec.approvals))";

/// CEL: as far as it can tell. Which of two steps comes first is in the group.
const SKIP_LEADS_FORWARD: &str = "!has(oldSelf.status) || !has(oldSelf.status.startedAt) || !has(oldSelf.spec.skipTo) || \
    (has(self.spec.skipTo) && (self.spec.skipTo == oldSelf.spec.skipTo || self.spec.skipTo == 'End' || \
    (oldSelf.spec.skipTo != 'End' && oldSelf.spec.skipTo != 'Bake') || \
    (oldSelf.spec.skipTo == 'Bake' && self.spec.skipTo == 'Bake')))";

/// One release of one DeploymentGroup. It ends once and stays ended.
#[derive(CustomResource, KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[kube(
    group = "sluice.dev",
    version = "v1alpha1",
    kind = "Deployment",
    doc = "One release of one DeploymentGroup, made by a change of revision or by hand, such as spec: {groupRef: prod, revision: {taskDefinition: shop:42}}, or {groupRef: prod, rollbackOf: prod-12} to go back. It ends once and stays ended.",
    namespaced,
    status = "DeploymentStatus",
    shortname = "sdep",
    category = "sluice",
    // An uninstall of their chart must not delete every object of the kind.
    annotation("helm.sh/resource-policy", "keep"),
    derive = "PartialEq",
    selectable = ".spec.groupRef",
    selectable = ".spec.archived",
    validation = Rule::new("!has(self.spec.archived) || !self.spec.archived || (has(self.status) && has(self.status.completedAt))")
        .message("archived: only a Deployment that has ended can be archived: stop it first, by spec.stop: {}"),
    validation = Rule::new("!has(self.spec.rollbackOf) || self.spec.rollbackOf != self.metadata.name")
        .message("rollbackOf: a Deployment cannot go back from itself: name one that ran before"),
    validation = Rule::new(APPROVALS_STAY).message(
        "approvals: once the Deployment has begun, what is approved stays approved: add to the list, such as [Ready, half]"
    ),
    validation = Rule::new(SKIP_LEADS_FORWARD).message(
        "skipTo: once the Deployment has begun, it leads forward alone: change it to a later step, to Bake or to End"
    ),
    printcolumn(name = "Revision", type_ = "string", json_path = ".status.summary.revision"),
    printcolumn(name = "Group", type_ = "string", json_path = ".spec.groupRef"),
    printcolumn(name = "Status", type_ = "string", json_path = ".status.summary.status"),
    printcolumn(name = "Step", type_ = "string", json_path = ".status.summary.step"),
    printcolumn(name = "Weight", type_ = "string", json_path = ".status.summary.weight"),
    printcolumn(name = "Health", type_ = "string", json_path = ".status.summary.health"),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp"),
    printcolumn(name = "Message", type_ = "string", json_path = ".status.message", priority = 1)
)]
#[x_kube(validation = Rule::new("has(self.revision) != has(self.rollbackOf)")
    .message("spec: set either revision, such as {taskDefinition: shop:42}, or rollbackOf, such as prod-12"))]
#[x_kube(validation = Rule::new("!has(oldSelf.stop) || has(self.stop)")
    .message("stop: once set, it stays set: create another Deployment to release the revision after all"))]
#[x_kube(validation = Rule::new(
    "(has(self.overrides) && has(self.overrides.deploymentConfig)) == (has(oldSelf.overrides) && has(oldSelf.overrides.deploymentConfig))")
    .message("overrides.deploymentConfig is immutable: create another Deployment that moves its traffic otherwise"))]
#[x_kube(validation = Rule::new(
    "(has(self.overrides) && has(self.overrides.hooks)) == (has(oldSelf.overrides) && has(oldSelf.overrides.hooks))")
    .message("overrides.hooks is immutable: create another Deployment that runs its hooks, or none"))]
#[x_kube(validation = Rule::new(
    "(has(self.overrides) && has(self.overrides.alarms)) == (has(oldSelf.overrides) && has(oldSelf.overrides.alarms))")
    .message("overrides.alarms is immutable: create another Deployment that watches the group's alarms, or none"))]
#[x_kube(validation = Rule::new("!has(self.retryOf) || has(self.revision)")
    .message("retryOf: name the revision too: what goes back is no further try"))]
#[x_kube(validation = Rule::new("has(self.revision) == has(oldSelf.revision)")
    .message("revision is immutable: create another Deployment for another revision"))]
#[x_kube(validation = Rule::new("has(self.retryOf) == has(oldSelf.retryOf)")
    .message("retryOf is immutable: create another Deployment"))]
#[serde(rename_all = "camelCase")]
pub struct DeploymentSpec {
    /// The DeploymentGroup in the same namespace.
    #[schemars(length(min = 1, max = 63))]
    #[x_kube(
        validation = input_rules::object_name(),
        validation = Rule::new("self == oldSelf")
            .message("groupRef is immutable: create another Deployment for another group")
    )]
    pub group_ref: String,
    /// What is released.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[x_kube(validation = Rule::new("self == oldSelf")
        .message("revision is immutable: create another Deployment for another revision"))]
    pub revision: Option<Revision>,
    /// In place of a revision: the Deployment of the same group from which to go back. What it replaced is released; while it
    /// is in progress, its bake included, it is rolled back instead, and this one ends without a release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 253))]
    #[x_kube(
        validation = input_rules::object_name(),
        validation = Rule::new("self == oldSelf").message("rollbackOf is immutable: create another Deployment")
    )]
    pub rollback_of: Option<String>,
    /// Holds the deployment: traffic stays where it is. A failing replacement is rolled back all the same.
    #[serde(default)]
    pub paused: bool,
    /// Ends the deployment and returns all traffic to the original. Once set, it stays set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<Stop>,
    /// The Deployment of the same group and revision of which this one is a further try. Its group sets it where it tries
    /// again by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 253))]
    #[x_kube(
        validation = input_rules::object_name(),
        validation = Rule::new("self == oldSelf").message("retryOf is immutable: create another Deployment")
    )]
    pub retry_of: Option<String>,
    /// Puts a Deployment that has ended aside: it is left out of its group's history, and neither counts for
    /// revisionHistoryLimit nor is deleted by it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
    /// What it does otherwise than its group says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overrides: Option<Overrides>,
    /// What may go on: Ready for the wait before any traffic moves, and names of steps, or their indexes from 0, that wait
    /// for an approval; names of hooks that failed, and of alarms that hold it, whose policy is Pause. One that is given
    /// before the release comes there counts then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 60), inner(length(min = 1, max = 255)), extend("x-kubernetes-list-type" = "set"))]
    pub approvals: Vec<String>,
    /// Passes over waits: a step by its name or index, Bake or End. Holds, approvals and the bake before it end at once; every
    /// increment up to it is still made, verified and checked by hooks, one after the other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 63))]
    pub skip_to: Option<String>,
}

impl Deployment {
    /// What it releases: as family:revision once it has begun, and as it is asked for before. Empty where that is not known
    /// yet.
    #[must_use]
    pub fn revision_name(&self) -> &str {
        let has_begun = self.status.as_ref().is_some_and(|status| status.started_at.is_some());
        // Of an AppSpec it is what was read in it.
        let is_read = self.spec.revision.as_ref().is_some_and(|revision| revision.app_spec.is_some());
        let pinned = self.shown().filter(|shown| (has_begun || is_read) && !shown.is_empty());
        let asked = || self.spec.revision.as_ref().map(Revision::short_name);
        pinned.or_else(asked).or_else(|| self.shown()).unwrap_or_default()
    }

    /// What it is asked to release, as [`Revision::asked`] has it; of one that goes back, what it releases.
    #[must_use]
    pub fn asked(&self) -> Cow<'_, str> {
        let shown = || Cow::Borrowed(self.shown().unwrap_or_default());
        self.spec.revision.as_ref().map_or_else(shown, Revision::asked)
    }

    /// Whether the operator has not looked at it yet.
    #[must_use]
    pub fn is_unseen(&self) -> bool {
        self.status.as_ref().is_none_or(|status| status.observed_generation == Some(UNSEEN))
    }

    fn shown(&self) -> Option<&str> {
        let summary = self.status.as_ref()?.summary.as_ref()?;
        Some(&summary.revision)
    }
}

/// A request to stop.
#[derive(KubeSchema, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[x_kube(validation = Rule::new("self.rollback")
    .message("stop.rollback must be true: to leave traffic where it is, set spec.paused instead"))]
#[serde(rename_all = "camelCase")]
pub struct Stop {
    /// Whether traffic returns to the original. Always true.
    #[serde(default = "yes")]
    pub rollback: bool,
}

const fn yes() -> bool {
    true
}
