//! End-to-end harness of Sluice: the built operator, a real API server and the simulated AWS, as processes.
//!
//! Nothing here links the operator or the simulator: what is tested is what is shipped. The cluster is that
//! of `control-plane run`, see [`kubernetes::Kubernetes::connect`].
//!
//! [`world::World`] is one test's share of it all; the other modules are what it is made of, for the demo and the
//! bench too.

pub mod binaries;
mod contract;
pub mod error;
pub mod fleet;
pub mod http;
pub mod kubernetes;
pub mod manifests;
pub mod operator;
pub mod poll;
pub mod process;
pub mod scenario;
pub mod simulator;
pub mod world;

pub use error::{Error, Result};
