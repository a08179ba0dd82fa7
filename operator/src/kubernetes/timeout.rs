//! How long the Kubernetes API is waited for.

use std::time::Duration;

/// Longest time that one request to the Kubernetes API may take: a slot must not be held for minutes.
pub const KUBERNETES_TIMEOUT: Duration = Duration::from_secs(10);
