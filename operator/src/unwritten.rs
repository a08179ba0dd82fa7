//! Statuses that are not worth a write of their own: they wait in memory for one that is.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sluice_api::{Deployment, DeploymentStatus};

/// What is known of Deployments beyond what is recorded, by UID.
#[derive(Debug, Default)]
pub struct Unwritten(Mutex<HashMap<String, Kept>>);

#[derive(Debug)]
struct Kept {
    status: DeploymentStatus,
    /// What was recorded as it was kept: if its status is another now, somebody else wrote it.
    recorded: Arc<Deployment>,
    /// When the first that is not written was kept.
    since: Instant,
}

impl Unwritten {
    /// What is known of a Deployment of which this is recorded.
    pub fn recall(&self, uid: &str, recorded: &Arc<Deployment>) -> DeploymentStatus {
        let mut known = self.lock();
        let is_current = |kept: &Kept| Arc::ptr_eq(&kept.recorded, recorded) || kept.recorded.status == recorded.status;
        if let Some(kept) = known.get(uid) {
            if is_current(kept) {
                return kept.status.clone();
            }
            known.remove(uid);
        }
        recorded.status.clone().unwrap_or_default()
    }

    /// Keeps a status.
    pub fn keep(&self, uid: &str, recorded: &Arc<Deployment>, status: &DeploymentStatus) {
        let mut known = self.lock();
        let since = known.get(uid).map_or_else(Instant::now, |kept| kept.since);
        known.insert(uid.to_owned(), Kept { status: status.clone(), recorded: Arc::clone(recorded), since });
    }

    /// Whether something has been kept for so long.
    pub fn is_due(&self, uid: &str, longest: Duration) -> bool {
        self.lock().get(uid).is_some_and(|kept| kept.since.elapsed() >= longest)
    }

    /// Lets go of what was kept: it is written, or its Deployment is gone.
    pub fn forget(&self, uid: &str) {
        self.lock().remove(uid);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_known_until_it_is_written_or_someone_else_writes() {
        let status = |message: &str| DeploymentStatus { message: message.to_owned(), ..DeploymentStatus::default() };
        let object = |status: &DeploymentStatus| {
            let mut deployment: Deployment = serde_json::from_value(serde_json::json!({
                "apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment", "metadata": {"name": "a"},
                "spec": {"groupRef": "prod", "revision": {"taskDefinition": "shop:42"}},
            }))
            .unwrap();
            deployment.status = Some(status.clone());
            Arc::new(deployment)
        };
        let (was, kept) = (status("recorded"), status("kept"));
        let (recorded, edited) = (object(&was), object(&status("edited")));
        let unwritten = Unwritten::default();
        assert_eq!(unwritten.recall("a", &recorded), was);
        unwritten.keep("a", &recorded, &kept);
        assert_eq!((unwritten.recall("a", &recorded), unwritten.recall("b", &recorded)), (kept.clone(), was.clone()));
        assert_eq!(unwritten.recall("a", &object(&was)), kept, "another copy of the same");
        assert!(unwritten.is_due("a", Duration::ZERO) && !unwritten.is_due("a", Duration::from_hours(1)));
        assert_eq!(unwritten.recall("a", &edited), status("edited"), "what someone else wrote counts");
        assert_eq!(unwritten.recall("a", &recorded), was, "and what was kept is forgotten");
        unwritten.keep("a", &recorded, &kept);
        unwritten.forget("a");
        assert_eq!(unwritten.recall("a", &recorded), was);
    }
}
