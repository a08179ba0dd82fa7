//! What a Deployment remembers between two reconciles, and how it moves from one position to the next.
//!
//! Only times and decisions are remembered. What exists in AWS is observed anew each time.

pub(crate) mod events;
pub(crate) mod gates;
pub(crate) mod hooks;
pub(crate) mod position;
pub(crate) mod remembered;
pub(crate) mod steps;
pub(crate) mod times;
