//! The pure heart of Sluice: what AWS answered, what the user wants and the time of the observation go
//! in; one action, or the reason to wait, comes out.
//!
//! Every rule of rollout policy lives in this crate, and nowhere else. It knows no clock, no client, no
//! async and no randomness. Where to look:
//!
//! | question | folder or file |
//! |---|---|
//! | whose turn is it, who may touch what? | [`admission`] |
//! | what is refused before anything begins? | [`begin::preflight`] |
//! | in which order do the groups of an Application release? | [`promotion`] |
//! | what is pinned at the beginning? | [`mod@begin`] |
//! | what does CodeDeploy's AppSpec say? | [`app_spec`] |
//! | what does an observation have to read? | [`reads`] |
//! | what turns a release round? | `failures/` (found by itself), `rollback/cause.rs` (asked for) |
//! | what of a service that something else deploys? | `adoption.rs`, `begin/preflight/adoption.rs` |
//! | who serves? | [`serving`] |
//! | what do the alarms say of it? | `alarms.rs` |
//! | what did someone else change, while nothing is released? | `drift/` |
//! | why does it wait? | `gates/` at a checkpoint; [`Waiting`] has what every wait says |
//! | what is asked of a hook, and what does it answer? | [`hooks`] |
//! | what happens at each lifecycle event? | `lifecycle/` |
//! | how do several come to the same end? | [`multi`] |
//! | how does the traffic return? | `rollback/` |
//! | what may never happen? | `safety/`: a row for each [`Invariant`] |
//! | what do the answers of a probe come to? | [`probe`] |
//! | what do users see? | [`status`], [`group`], [`application`], [`health`] |

pub mod action;
pub mod admission;
mod adoption;
mod alarms;
pub mod app_spec;
pub mod application;
pub mod asked;
pub mod begin;
mod commands;
mod drift;
pub mod entrance;
mod failure;
mod failures;
mod fraction;
mod gates;
pub mod group;
pub mod health;
mod heard;
mod hook_runs;
pub mod hooks;
pub mod identity;
pub mod input;
mod invariant;
mod lifecycle;
mod missing_service;
pub mod multi;
pub mod names;
mod no_access;
pub mod observation;
pub mod outcome;
mod plan;
mod planner;
mod platform;
mod priority;
pub mod probe;
mod progress;
pub mod promotion;
pub mod reads;
mod reads_of_load_balancers;
mod refusal;
mod remember;
mod rollback;
pub mod rules;
mod safety;
pub mod serving;
mod shares;
pub mod status;
mod test_route;
mod unnamed_route;
mod unread_route;
mod view;
mod waiting;
mod weights;

pub use action::{Action, NewTaskSet, WeightChange};
pub use asked::Asked;
pub use begin::{Candidate, begin};
pub use input::{Controls, Identity, Input, Limits, Newer, Release};
pub use invariant::Invariant;
pub use no_access::without_access;
pub use observation::Observation;
pub use outcome::{CallError, Outcome};
pub use plan::{Note, Plan};
pub use planner::plan;
pub use priority::Priority;
pub use progress::hooks::in_progress as hooks_in_progress;
pub use progress::position::Position;
pub use reads::ReadScope;
pub use refusal::Refusal;
pub use waiting::{WaitKind, Waiting};
