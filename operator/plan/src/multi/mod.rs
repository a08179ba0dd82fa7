//! Deployments that are released as one, and rolled back as one: `multi` of a stage of the promotion.
//!
//! Each writes its own status alone, and reads those of the others, which may be old. So what is agreed on is made of moments
//! that are never taken back (adr 0050): one is *ready* once it has done all its own; it *promises* not to return by itself
//! once it sees all of them ready; and it *passes*, and takes its original away, once it sees that all of them have promised.
//! One that has not promised may return at any moment, and then nobody passes: its promise is missing for ever.

mod agreement;
mod sibling;

pub use agreement::{Move, next_move, returns_by_itself, turned_round_by};
pub use sibling::{Sibling, Stands, as_seen};
