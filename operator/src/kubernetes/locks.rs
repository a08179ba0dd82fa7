//! One lock per ECS service.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// One lock per ECS service: who may begin is decided and recorded by one reconcile at a time (S6 OneActive).
#[derive(Debug, Default)]
pub struct ServiceLocks(Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>);

impl ServiceLocks {
    /// Waits for the lock of this service.
    pub async fn lock(&self, service: &str) -> tokio::sync::OwnedMutexGuard<()> {
        let lock = {
            let mut locks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // Locks that no one holds or waits for are dropped here, so that the map follows the services in use.
            locks.retain(|_, lock| Arc::strong_count(lock) > 1);
            locks.entry(service.to_owned()).or_default().clone()
        };
        lock.lock_owned().await
    }
}
