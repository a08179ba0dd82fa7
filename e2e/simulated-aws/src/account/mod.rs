//! What AWS does around the services: it knows callers, throttles them, writes their calls down; and what tests add to
//! that: faults, and answers from the past.

pub mod deliveries;
pub mod faults;
pub mod identities;
pub mod journal;
pub mod snapshots;
pub mod throttles;
