//! One test's world: a namespace, a simulated AWS, an operator, and a binding of its own.
//!
//! Whatever is not as it should be here ends the test, with what a person needs to see why.

#![expect(
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    reason = "a world belongs to a test, and a test fails by a panic"
)]

mod activity;
mod crashes;
mod endings;
mod look;
mod must;
mod objects;
mod report;
mod settled;
mod setup;

pub use look::{find_condition, find_service, share};
pub use must::must;
pub use setup::World;
