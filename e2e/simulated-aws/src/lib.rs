//! A simulated AWS: ECS with EXTERNAL task sets, weighted load balancers, CloudWatch, Lambda, STS, SNS and EventBridge.
//!
//! The core is [`Simulator`]: [`Simulator::handle`] answers a request, [`Simulator::tick`] lets time pass; neither
//! touches a socket or a clock, so that a test can run hours in milliseconds and see the same thing twice. Around it are
//! the loopback [`server`], and the control interface under `/_sim/` ([`control`]).
//!
//! It is written from the services' documented behaviour and shares no code with the AWS SDK, so that the operator and
//! its backend cannot be wrong in the same way. What it does not model it refuses with the service's own error.
//!
//! From the top down; each imports what stands below it, and `tests/layers.rs` keeps it so:
//!
//! | where | what |
//! |---|---|
//! | [`server`] | the socket and the clock |
//! | [`simulator`] | a request goes to a service or to the control interface; what is due is done |
//! | [`control`], [`script`] | who tests changes and looks at the world; what a scenario has happen |
//! | [`answer`] | one request: who calls, how often, what goes wrong |
//! | [`engine`], [`pending`] | one operation or one moment, and what the judges and the journal make of it |
//! | [`scenario`] | the file that a world begins with, and how it becomes one |
//! | [`services`] | the operations of each service, as functions from parameters to an answer |
//! | [`tick`] | what happens by itself as time passes |
//! | [`invariants`] | the judge of every write and every moment |
//! | [`account`] | what AWS does around the services: callers, throttles, faults, the journal, the past |
//! | [`world`] | what exists in a region |
//! | [`wire`] | the protocols |
//! | [`time`], [`random`], [`text`], [`scanner`], [`service`] | the ground |

pub mod account;
pub mod answer;
pub mod control;
pub mod engine;
pub mod invariants;
pub mod pending;
pub mod random;
pub mod scanner;
pub mod scenario;
pub mod script;
pub mod server;
pub mod service;
pub mod services;
pub mod simulator;
pub mod text;
pub mod tick;
pub mod time;
pub mod wire;
pub mod world;

pub use service::Service;
pub use simulator::Simulator;
pub use time::Moment;
