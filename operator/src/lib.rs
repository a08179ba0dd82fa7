//! The operator as a library: what `sluice` runs, and what the simulations of the end-to-end package run without
//! Kubernetes. The binary is a few lines around it.

pub mod act;
pub mod cli;
mod context;
mod controllers;
pub mod crds;
pub mod error;
mod events;
mod http;
mod leadership;
mod metrics;
pub mod observe;
mod requeue;
pub mod run;
mod stores;
pub mod trouble;
