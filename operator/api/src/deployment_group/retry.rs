//! Whether a release that failed for a cause that may pass is tried again by itself.

use kube::KubeSchema;
use serde::{Deserialize, Serialize};

use crate::duration::Duration;
use crate::input_rules;

/// Whether a release that failed for a cause that may pass is tried again by itself: each time by a Deployment of its own.
#[derive(KubeSchema, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RetryPolicy {
    /// How often, at most. Default: 0, never.
    #[serde(default)]
    #[schemars(range(min = 0, max = 10))]
    pub limit: i32,
    /// How long after the failure. It doubles with each retry, up to an hour. Default: 1m.
    #[serde(default = "default_backoff")]
    #[x_kube(validation = input_rules::duration_within("duration(self) <= duration('1h')")
        .message("retry.backoff must be at most 1h"))]
    pub backoff: Duration,
}

const fn default_backoff() -> Duration {
    Duration::from_mins(1)
}
