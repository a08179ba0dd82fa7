//! End-to-end harness of Sluice: the built operator, a real API server and the simulated AWS, as processes.
//!
//! Nothing here links the operator or the simulator: what is tested is what is shipped. The cluster is that
//! of `control-plane run`, see [`kubernetes::Kubernetes::connect`].
//!
//! [`world::World`] is one test's share of it all; the other modules are what it is made of, for the demo and the
//! bench too.
//!
//! # What a test may assume of time
//!
//! Nothing of how fast it passes: on a busy machine a process may stand still for seconds between any two of its lines,
//! the test itself, the API server and the operator alike.
//!
//! - **A test waits for what it needs to see** ([`poll`]). The one limit, [`poll::time_limit`], ends a test that hangs;
//!   it is minutes long and judges no speed.
//! - **A test that acts in the middle of something keeps it there**: by a hold, a bake, a deadline or a barrier of half
//!   an hour, which it ends itself once it has acted ([`world::World::end_hold`]). It is never quicker than a length of
//!   time. A length of seconds is for what is waited out anyway, and for what may be asserted from below: held for at
//!   least two seconds.
//! - **A fault lasts for a number of calls, or until it is cleared**, not for a number of seconds, so that it strikes
//!   whenever the calls are made. A write that lands late is the exception, because its lateness is what is tested: the
//!   hold and the barrier after it are longer, however late all of them are.
//! - **Order is asserted, by the simulator's journal and by what the status records, and how much, by calls and looks**:
//!   a rollback after at most two looks, not within two seconds.
//! - **Where the world runs against the operator, its clock waits**: targets fall ill, requests are lost. The test stops
//!   the clock, moves it to where something is to be seen, waits until the operator has seen it, and lets it go on. Rate
//!   limits count the world's time, so that such a world has none.
//! - **What the operator itself takes from the clock is long enough to be starved in**: its Lease. When a test kills an
//!   operator, it cuts the promise of that Lease short ([`world::World::kill_operator`]).

pub mod binaries;
mod contract;
pub mod environments;
pub mod error;
pub mod fleet;
pub mod gate;
pub mod http;
pub mod job_runner;
pub mod kill_point;
pub mod kubernetes;
pub mod manifests;
pub mod operator;
pub mod poll;
pub mod process;
pub mod relay;
pub mod scenario;
pub mod simulator;
pub mod terminal;
pub mod world;

pub use error::{Error, Result};
