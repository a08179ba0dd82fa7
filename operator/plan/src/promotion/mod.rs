//! In which order the groups of an Application release a change of its revision: `spec.promotion`.
//!
//! Each group makes its Deployment at once, and that waits before it begins until its turn has come. So what was asked for
//! is seen, a newer revision takes the place of one that waits, and one that someone makes by hand passes it. Whose turn it
//! is follows from what the groups before it are seen to run, and from nothing that is remembered but since when they ran it
//! in good health.

mod command;
mod decision;
mod member_state;
mod order;
mod promoted;
mod together;
mod wait;

pub use decision::{decide, others, outdated};
pub use order::{check, soak_of};
pub use promoted::{Member, Promoted};
pub use together::{Together, together};
pub use wait::PromotionDecision;
