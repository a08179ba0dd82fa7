//! Which task set is the original, and which target group of the pair receives the replacement.

use sluice_api::{DeploymentGroupSpec, TaskSetStatus};

use crate::adoption::full_name;
use crate::fraction::Fraction;
use crate::observation::{Observation, Service, TaskSet};
use crate::serving::{NO_PAIR, current_among};

/// Roles of a release, read from the world at its beginning.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Roles<'a> {
    /// The task set that serves; none at a first deployment, and where a service is adopted.
    pub original: Option<&'a TaskSet>,
    /// The service that something else deploys, and that serves in its place, where the settings adopt one.
    pub adopted: Option<&'a Service>,
    /// ARN of the target group that serves now, or would; empty without a load balancer, as is the next.
    pub original_group: &'a str,
    /// ARN of the target group that receives the replacement.
    pub replacement_group: &'a str,
}

/// Reads the roles. None when the primary task set uses a target group outside the pair.
///
/// The original is the task set that serves, PRIMARY or not, or that should. Without an original the replacement goes to the
/// group with the lesser share, so that its tasks receive traffic all at once when all of them are healthy, rather than one
/// by one. A service is adopted where no task set has traffic, and where it stands on one of the pair alone.
pub(crate) fn roles<'a>(
    observed: &'a Observation,
    own_external_id: &str,
    pair: (&'a str, &'a str),
) -> Option<Roles<'a>> {
    let service = observed.service.as_ref()?;
    let is_another = |set: &TaskSet| set.external_id.as_deref() != Some(own_external_id);
    let stands_on = |set: &TaskSet, group: &str| set.target_group.as_deref() == Some(group);
    if [pair.0, pair.1] == NO_PAIR {
        let original = current_among(observed, NO_PAIR, is_another);
        return Some(Roles { original, adopted: None, original_group: pair.0, replacement_group: pair.1 });
    }
    let primary = service.primary().filter(|set| is_another(set));
    // One that stands elsewhere is the running one for ECS, and would lose that to the replacement.
    if primary.is_some_and(|set| !stands_on(set, pair.0) && !stands_on(set, pair.1)) {
        return None;
    }
    let current = current_among(observed, [pair.0, pair.1], is_another);
    let serves = current.and_then(|set| set.target_group.as_deref()).is_some_and(|group| observed.serves(group));
    let adopted = observed.adopted.as_ref().filter(|old| !serves && old.stands_on(pair.0) != old.stands_on(pair.1));
    let original = current.filter(|_| adopted.is_none());
    let first_serves = match (original, adopted) {
        (Some(original), _) => stands_on(original, pair.0),
        (None, Some(adopted)) => adopted.stands_on(pair.0),
        (None, None) => observed.routes.first().is_some_and(|route| route.share_of(pair.0) >= Fraction::of(1, 2)),
    };
    let (original_group, replacement_group) = if first_serves { pair } else { (pair.1, pair.0) };
    Some(Roles { original, adopted, original_group, replacement_group })
}

impl Roles<'_> {
    /// What the status says of the original; none at a first deployment.
    pub(crate) fn original_status(&self, settings: &DeploymentGroupSpec) -> Option<TaskSetStatus> {
        let (task_set, task_definition, service) = match (self.original, self.adopted) {
            (Some(original), _) => (&original.id, original.task_definition.clone(), None),
            (None, Some(adopted)) => {
                let name = settings.adopt.as_ref().map(|adoption| full_name(settings, adoption));
                (&adopted.arn, adopted.task_definition.clone().unwrap_or_default(), name)
            }
            (None, None) => return None,
        };
        Some(TaskSetStatus {
            task_set: task_set.clone(),
            service,
            task_definition,
            target_group: self.original_group.to_owned(),
            ..TaskSetStatus::default()
        })
    }
}
