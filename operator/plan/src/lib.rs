//! The pure heart of Sluice: what AWS answered, what the user wants and the time of the observation go
//! in; one step, or the reason to wait, comes out.
//!
//! Every rule of rollout policy lives in this crate, and nowhere else. It knows no clock, no client, no
//! async and no randomness.

pub mod step;
pub mod world;
