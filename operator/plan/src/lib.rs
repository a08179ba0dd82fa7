//! The pure heart of Sluice: what AWS answered, what the user wants and the time of the observation go
//! in; one step, or the reason to wait, comes out.
//!
//! Every rule of rollout policy lives in this crate, and nowhere else. It knows no clock, no client, no
//! async and no randomness. The way through it:
//!
//! - [`queue`] says whose turn it is, [`tenancy`] who may touch what;
//! - [`begin()`] checks a Deployment against the observed world and pins what it will do;
//! - [`Purpose`] says what a look has to read;
//! - [`plan()`] turns a begun Deployment and an observation into a [`Plan`];
//! - [`status`] turns a plan and its outcome into what users see.

pub mod application;
pub mod begin;
mod breaker;
mod forward;
pub mod group;
pub mod health;
pub mod identity;
mod lane;
mod looking;
mod memory;
mod planner;
pub mod preflight;
pub mod queue;
mod roles;
mod rollback;
pub mod safety;
pub mod schedule;
pub mod status;
pub mod step;
pub mod tenancy;
mod unread_route;
mod view;
mod waiting;
pub mod world;

pub use begin::{Candidate, begin};
pub use lane::Lane;
pub use looking::{First, Next, Purpose};
pub use memory::Position;
pub use planner::{Begun, Controls, Input, Limits, Note, Plan, plan};
pub use preflight::Refusal;
pub use step::{NewTaskSet, Step, WeightChange};
pub use unread_route::UnreadRoute;
pub use waiting::Waiting;
