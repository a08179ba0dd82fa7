//! The end of an operator, and the next one in its place.

use serde_json::{Value, json};

use crate::error::Result;
use crate::operator::Settings;
use crate::poll;
use crate::world::must::must;
use crate::world::setup::World;

impl World {
    /// A world whose Lease is good for so long: a candidate asks for it five times in that time.
    #[track_caller]
    pub fn with_lease(scenario: &Value, duration: &str) -> Self {
        Self::with(scenario, |settings: &mut Settings| duration.clone_into(&mut settings.lease_duration))
    }

    /// Kills the operator, with no chance to give its Lease back. Nobody relies on the promise of the dead any more, so
    /// that it is cut short and the next one need not wait for it; what may still land is waited for all the same.
    #[track_caller]
    pub fn kill_operator(&mut self) {
        must(self.operator.kill9());
        must(self.kubernetes.patch_lease("sluice", &json!({"spec": {"leaseDurationSeconds": 1}})));
    }

    /// As a kubelet does: an operator that has ended is started again. One that is starved may lose its Lease.
    pub fn keep_running(&mut self) -> Result<()> {
        if self.operator.is_running()? { Ok(()) } else { self.operator.restart() }
    }

    /// Waits for something, with an operator that is kept running.
    #[track_caller]
    pub fn wait_kept_running<T>(&mut self, what: &str, look: impl Fn(&Self) -> Result<Option<T>>) -> T {
        must(poll::until(what, || {
            self.keep_running()?;
            look(self)
        }))
    }

    /// Waits for a Deployment to end in this state, with an operator that is kept running.
    #[track_caller]
    pub fn wait_end_kept_running(&mut self, name: &str, state: &str) -> Value {
        self.wait_kept_running(&format!("{name} to end"), |world| {
            let deployment = world.kubernetes.get("deployments", name)?;
            Ok(deployment.filter(|one| one["status"]["completedAt"].is_string()))
        });
        self.wait_end(name, state)
    }
}
