//! Which task set is the original, and which target group of the pair receives the replacement.

use crate::observation::{Service, TaskSet};

/// Roles of a release, read from the world at its beginning.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Roles<'a> {
    /// The task set that serves; none at a first deployment.
    pub original: Option<&'a TaskSet>,
    /// ARN of the target group that serves now, or would.
    pub original_group: &'a str,
    /// ARN of the target group that receives the replacement.
    pub replacement_group: &'a str,
}

/// Reads the roles. None when the original uses a target group outside the pair.
///
/// The original is the primary task set or, where a service has none, the live one that stands on the pair.
/// Without an original the replacement goes to the group with the lesser share, so that its tasks receive
/// traffic all at once when all of them are healthy, rather than one by one.
pub(crate) fn roles<'a>(
    service: &'a Service,
    own_external_id: &str,
    pair: (&'a str, &'a str),
    share_of_first: f64,
) -> Option<Roles<'a>> {
    let is_own = |task_set: &&TaskSet| task_set.external_id.as_deref() == Some(own_external_id);
    let on_pair = |task_set: &&TaskSet| {
        task_set.is_live() && task_set.target_group.as_deref().is_some_and(|group| group == pair.0 || group == pair.1)
    };
    let original = service
        .primary()
        .filter(|primary| !is_own(primary))
        .or_else(|| service.task_sets.iter().find(|task_set| on_pair(task_set) && !is_own(task_set)));
    let first_serves = match original {
        Some(original) => {
            let group = original.target_group.as_deref()?;
            if group != pair.0 && group != pair.1 {
                return None;
            }
            group == pair.0
        }
        None => share_of_first >= 50.0,
    };
    let (original_group, replacement_group) = if first_serves { pair } else { (pair.1, pair.0) };
    Some(Roles { original, original_group, replacement_group })
}
