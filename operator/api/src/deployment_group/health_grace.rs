//! How long a task may take to pass the health checks of its load balancer.

use kube::core::Rule;

use crate::duration::Duration;
use crate::input_rules::IS_DURATION;

/// What is waited for lasts longer than what is overlooked meanwhile.
pub(super) fn is_shorter_than_the_deadline() -> Rule {
    let is_duration = |field: &str| IS_DURATION.replace("self", field);
    let (grace, deadline) = ("self.spec.healthGrace", "self.spec.progressDeadline");
    Rule::new(format!(
        "!has({grace}) || !has({deadline}) || !({}) || !({}) || duration({grace}) == duration('0s') || duration({grace}) < duration({deadline})",
        is_duration(grace),
        is_duration(deadline)
    ))
    .message("healthGrace must be shorter than progressDeadline, or a slow task has no time left to be healthy: write healthGrace: 5m with progressDeadline: 15m")
}

/// Whether there is no grace, so that nothing of it is written.
pub(super) const fn is_none(length: &Duration) -> bool {
    length.is_zero()
}
