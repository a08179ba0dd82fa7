//! Hooks, as data: what one is asked, what it answers, and what is known of one that was started.

mod answer;
mod call;
mod execution;

pub use answer::{HookAnswer, Verdict, parse_answer};
pub use call::{HookCall, HookPayload, HookTarget, PayloadTargetGroups};
pub use execution::{Execution, execution_id};
