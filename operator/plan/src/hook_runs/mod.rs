//! Hooks that run: which comes next at an event, what it is asked, and what its verdict does.
//!
//! A hook is recorded as running before it is started, and never started again once its verdict is recorded (S17). Between
//! the two it is started at least once: whatever becomes of the process, the next one finds it running and asks it again,
//! by the same execution id.
//!
//! - `named.rs`: which hooks there are at an event;
//! - `turn.rs`: which hook comes next at an event, and what the release does meanwhile;
//! - `call.rs`: what it is asked;
//! - `verdicts.rs`: what became of those that ran, taken in at every observation, whatever else is done.

mod call;
mod named;
mod turn;
pub(crate) mod verdicts;
mod words;

pub(crate) use named::are_at;
pub(crate) use turn::hold;
pub(crate) use words::failure_of;
