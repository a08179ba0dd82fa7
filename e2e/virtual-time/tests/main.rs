//! The operator against the simulated AWS in virtual time. One program, so that it is linked once and its tests run side by side.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

mod adoption;
mod alarms;
mod by_size;
mod drift;
mod hooks;
mod layers;
mod losses;
mod multi;
mod network;
mod proportional;
mod shares;
mod test_route;
mod waits;
