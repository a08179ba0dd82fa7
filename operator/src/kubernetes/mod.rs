//! What there is of Kubernetes: reads and writes of objects, local copies, Events, and one lock per service.

pub mod events;
pub mod locks;
pub mod requests;
pub mod stores;
pub mod timeout;
