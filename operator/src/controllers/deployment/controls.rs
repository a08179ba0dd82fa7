//! What the user asks for, beside the release itself.

use sluice_api::Deployment;
use sluice_plan::Controls;

/// What the user asks for, beside the release itself.
pub fn controls(deployment: &Deployment) -> Controls {
    Controls {
        paused: deployment.spec.paused,
        stop: deployment.spec.stop.is_some(),
        deleted: deployment.metadata.deletion_timestamp.is_some(),
    }
}
