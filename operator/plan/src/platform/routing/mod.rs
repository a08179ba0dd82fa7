//! How traffic is divided, by platform.

pub(super) mod listeners;
pub(super) mod sizes;
mod wire;
