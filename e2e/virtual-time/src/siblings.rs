//! Releases that are one with each other: what each wrote last, as the others read it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::json;
use sluice_api::{Deployment, DeploymentStatus, Duration, MultiStatus, SiblingRef};
use sluice_plan::multi::{Sibling, as_seen};

/// The Deployments that are released as one, by their UIDs, and what each of them wrote last.
#[derive(Clone, Debug, Default)]
pub struct Siblings {
    uids: Vec<String>,
    written: Arc<Mutex<BTreeMap<String, DeploymentStatus>>>,
}

impl Siblings {
    /// These are released as one.
    #[must_use]
    pub fn of(uids: &[String]) -> Self {
        Self { uids: uids.to_vec(), written: Arc::default() }
    }

    /// What is pinned of the others as this one begins; none where it is released by itself.
    pub(crate) fn pinned(&self, uid: &str) -> Option<MultiStatus> {
        let others = self.uids.iter().filter(|other| *other != uid);
        let siblings: Vec<SiblingRef> =
            others.map(|uid| SiblingRef { group: uid.clone(), deployment: uid.clone(), uid: uid.clone() }).collect();
        let wait = Duration::from_mins(24 * 60);
        (!siblings.is_empty()).then(|| MultiStatus { siblings, wait, ..MultiStatus::default() })
    }

    /// The others as this one sees them.
    pub(crate) fn seen(&self, uid: &str, status: &DeploymentStatus) -> Vec<Sibling> {
        let Some(multi) = &status.multi else { return Vec::new() };
        let written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        as_seen(uid, multi, |known| {
            // One that has written nothing has not begun.
            serde_json::from_value::<Deployment>(json!({
                "apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment",
                "metadata": {"name": known.deployment, "namespace": "virtual", "uid": known.uid},
                "spec": {"groupRef": known.group}, "status": written.get(&known.uid),
            }))
            .ok()
        })
    }

    /// This one wrote its status.
    pub(crate) fn wrote(&self, uid: &str, status: &DeploymentStatus) {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).insert(uid.to_owned(), status.clone());
    }
}
