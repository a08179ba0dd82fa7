//! What there is of Kubernetes: copies of objects and what changes in them, writes, Events, and one lock per service.

pub mod changes;
pub mod copies;
pub mod counted;
pub mod events;
pub mod kept;
pub mod locks;
pub mod requests;
#[cfg(test)]
pub mod scripted;
pub mod stores;
pub mod timeout;
pub mod writes;
