//! How traffic is divided, by platform.

pub(super) mod listeners;
mod wire;
