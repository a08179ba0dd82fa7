//! How a reconcile that waits for its turn hears that its Deployment has changed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use kube::ResourceExt;
use sluice_api::Deployment;
use tokio::sync::Notify;

/// Those that wait, by the UID of their Deployment. There is at most one reconcile for each.
#[derive(Debug, Default)]
pub struct Urgency(Mutex<HashMap<String, Arc<Notify>>>);

/// A place among those that wait. It is given up when this is dropped.
pub struct Listening<'a> {
    urgency: &'a Urgency,
    uid: String,
    notify: Arc<Notify>,
}

impl Urgency {
    /// Takes a place.
    pub fn listen(&self, uid: &str) -> Listening<'_> {
        let notify = Arc::new(Notify::new());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(uid.to_owned(), Arc::clone(&notify));
        Listening { urgency: self, uid: uid.to_owned(), notify }
    }

    /// Tells whoever waits with this Deployment.
    pub fn look_again(&self, deployment: &Deployment) {
        if let Some(uid) = deployment.uid()
            && let Some(notify) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&uid)
        {
            notify.notify_one();
        }
    }
}

impl Listening<'_> {
    /// Until the Deployment changes.
    pub async fn changed(&self) {
        self.notify.notified().await;
    }
}

impl Drop for Listening<'_> {
    fn drop(&mut self) {
        self.urgency.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.uid);
    }
}
