//! What the words of a failure mean: its stage, category and code, whether the same may pass later, and what to do.
//!
//! Words of AWS, Docker, git and the languages are read in three passes, each a table. `codes` finds error codes, in
//! whatever envelope an SDK or a tool puts them. `signals` finds what is said by words: a time-out, a missing image,
//! a failed health check. `rules` goes through the rules in their order, and the first that fits decides. No rule
//! compares a whole message, so that another wording of the same form is read alike.
//!
//! What no rule knows is `DEPLOYMENT_FAILED_GENERIC`, and never retryable: to repeat what cannot succeed is the
//! costlier mistake.

pub mod codes;
mod explanation;
mod facts;
pub mod pages;
mod people;
mod question;
pub mod reasons;
mod rules;
mod signals;
mod text;

pub use explanation::{Explanation, docs_of};
pub use people::{code_for_people, for_people};
pub use question::{Place, Question, Trigger, UnknownWord, phase_of_word};
pub use rules::explain;
