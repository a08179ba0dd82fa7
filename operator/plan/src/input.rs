//! What the planner is given: a release that has begun, parsed once, and one observation.

use jiff::{SignedDuration, Timestamp};
use sluice_api::{Deployment, DeploymentGroupSpec, DeploymentStatus, Reason, TaskSetStatus};

use crate::asked::Asked;
use crate::multi::Sibling;
use crate::observation::Observation;
use crate::refusal::Refusal;

/// What a newer Deployment of the group, which waits and could begin, asks of the one in progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Newer {
    /// To turn round and end.
    Supersedes,
    /// To end without the rest of its bake.
    EndsBake,
    /// To turn round and end, as by a stop: it goes back to what this one replaces.
    GoesBack,
}

/// What the user asks for, beside the release itself. Precedence: deleted, stop, reverted, paused, newer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is asked for by itself, whatever the others are")]
pub struct Controls {
    /// `spec.paused`.
    pub paused: bool,
    /// `spec.stop`.
    pub stop: bool,
    /// The Deployment is being deleted.
    pub deleted: bool,
    /// The group asks again for what the original runs.
    pub reverted: bool,
    /// A newer Deployment waits, and the group lets it ask something of this one.
    pub newer: Option<Newer>,
}

impl Controls {
    /// What the user asks of this Deployment, at the object itself and at its group.
    #[must_use]
    pub const fn of(deployment: &Deployment, reverted: bool) -> Self {
        Self {
            paused: deployment.spec.paused,
            stop: deployment.spec.stop.is_some(),
            deleted: deployment.metadata.deletion_timestamp.is_some(),
            reverted,
            newer: None,
        }
    }

    /// Whether someone asks for the return to the original.
    #[must_use]
    pub const fn ask_for_return(self) -> bool {
        self.deleted || self.stop || self.reverted || matches!(self.newer, Some(Newer::Supersedes | Newer::GoesBack))
    }
}

/// Lengths of time that the operator is run with.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The longest life of a write, plus clock error: how long a destructive write waits after a weight's.
    pub barrier: SignedDuration,
    /// How often the world is looked at while a Deployment waits for AWS, or watches what it holds.
    pub poll: SignedDuration,
    /// How long changed weights of a Network Load Balancer may take to work, in whole seconds.
    pub network_weights_seconds: u32,
}

impl Limits {
    /// How long changed weights of a Network Load Balancer may take to work.
    #[must_use]
    pub fn network_weights(self) -> SignedDuration {
        SignedDuration::from_secs(self.network_weights_seconds.into())
    }
}

/// Which Deployment it is.
#[derive(Clone, Copy, Debug)]
pub struct Identity<'a> {
    /// Its namespace.
    pub namespace: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Name of its group.
    pub group: &'a str,
    /// Its UID.
    pub uid: &'a str,
}

impl<'a> Identity<'a> {
    /// The identity of an object of the API server; what an object that was never created has not is empty.
    #[must_use]
    pub fn of(deployment: &'a Deployment) -> Self {
        let metadata = &deployment.metadata;
        Self {
            namespace: metadata.namespace.as_deref().unwrap_or_default(),
            name: metadata.name.as_deref().unwrap_or_default(),
            group: &deployment.spec.group_ref,
            uid: metadata.uid.as_deref().unwrap_or_default(),
        }
    }
}

/// A Deployment that has begun: what was pinned at its beginning as values, beside its progress.
#[derive(Clone, Copy, Debug)]
pub struct Release<'a> {
    /// Which Deployment it is.
    pub identity: Identity<'a>,
    /// What the user asks for.
    pub controls: Controls,
    /// Name and revision of the newer Deployment that asks something of it, such as `prod-2 (shop:43)`.
    pub next_in_line: Option<&'a str>,
    /// What the user asks for while it waits.
    pub asked: Asked<'a>,
    /// Those that are released as one with it, as they stand in the copies.
    pub siblings: &'a [Sibling],
    /// What it remembers.
    pub progress: &'a DeploymentStatus,
    /// The group's settings as they were pinned.
    pub settings: &'a DeploymentGroupSpec,
    /// Short name of the revision, for people.
    pub revision: &'a str,
    /// ARN of the task definition that is released.
    pub task_definition: &'a str,
    /// ARN of the target group of the original, or of the one that would be; empty without a load balancer.
    pub original_group: &'a str,
    /// ARN of the target group of the replacement; empty without a load balancer.
    pub replacement_group: &'a str,
    /// Lengths of time.
    pub limits: Limits,
}

impl<'a> Release<'a> {
    /// Parses what was pinned. An error means that someone wrote into the status what no operator writes there.
    pub fn parse(
        identity: Identity<'a>,
        controls: Controls,
        progress: &'a DeploymentStatus,
        limits: Limits,
    ) -> Result<Self, Refusal> {
        let settings = progress.settings.as_ref().ok_or_else(|| unreadable("settings", "are missing"))?;
        let pinned = progress.replacement.as_ref().ok_or_else(|| unreadable("replacement", "is missing"))?;
        let TaskSetStatus { target_group: replacement_group, task_definition, .. } = pinned;
        let pair = &settings.load_balancer.target_groups;
        let original_group = match pair.as_slice() {
            [first, second] if second == replacement_group => first,
            [first, second] if first == replacement_group => second,
            [] if replacement_group.is_empty() => replacement_group,
            _ => return Err(unreadable("replacement.targetGroup", "is not one of the pair in status.settings")),
        };
        let revision = progress.summary.as_ref().map_or(task_definition.as_str(), |summary| summary.revision.as_str());
        Ok(Self {
            identity,
            controls,
            next_in_line: None,
            asked: Asked::default(),
            siblings: &[],
            progress,
            settings,
            revision,
            task_definition,
            original_group,
            replacement_group,
            limits,
        })
    }

    /// The same release, with the name and the revision of the newer Deployment that asks something of it.
    #[must_use]
    pub const fn followed_by(mut self, next_in_line: Option<&'a str>) -> Self {
        self.next_in_line = next_in_line;
        self
    }

    /// The same release, of which this is asked while it waits.
    #[must_use]
    pub const fn asking(self, asked: Asked<'a>) -> Self {
        Self { asked, ..self }
    }

    /// The same release beside these, which are released as one with it.
    #[must_use]
    pub const fn beside(self, siblings: &'a [Sibling]) -> Self {
        Self { siblings, ..self }
    }

    /// Who asks something of it, in words.
    pub(crate) fn newer_in_words(&self) -> &'a str {
        self.next_in_line.unwrap_or("a newer Deployment")
    }

    /// The same release with another progress: a decision that is carried on within one plan.
    pub(crate) const fn with_progress<'b>(&self, progress: &'b DeploymentStatus) -> Release<'b>
    where
        'a: 'b,
    {
        Release { progress, ..*self }
    }

    /// How long changed weights may take to work, where that is known to be long: behind a Network Load Balancer. Then, too,
    /// connections stay with the target group that they were opened to, whatever the weights become.
    pub(crate) fn weights_work_within(&self) -> Option<SignedDuration> {
        self.settings.load_balancer.is_network().then_some(self.limits.network_weights())
    }

    /// ARNs of the pair: the original's, then the replacement's.
    pub(crate) const fn pair(&self) -> [&'a str; 2] {
        [self.original_group, self.replacement_group]
    }
}

fn unreadable(field: &str, what: &str) -> Refusal {
    Refusal::new(
        Reason::RequestRefused,
        format!(
            "status.{field} {what}, which no operator writes: put the status back as it was, or delete the Deployment after its task sets were looked at"
        ),
    )
}

/// A release and one observation.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The release.
    pub release: Release<'a>,
    /// The observed world.
    pub observed: &'a Observation,
}

impl<'a> Input<'a> {
    pub(crate) const fn now(&self) -> Timestamp {
        self.observed.at
    }

    /// The same input with another progress.
    pub(crate) const fn with_progress<'b>(&self, progress: &'b DeploymentStatus) -> Input<'b>
    where
        'a: 'b,
    {
        Input { release: self.release.with_progress(progress), observed: self.observed }
    }
}
