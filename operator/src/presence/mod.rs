//! Which operators act on this cluster: a marker that names each of them and what it watches, so that no two act on the
//! same objects, whatever their Leases are.

mod entry;
mod marker;

pub use entry::Scope;
pub use marker::{Marker, Presence};
