//! Elastic Load Balancing v2.

mod actions;
mod adapter;
mod batch_reads;
mod read;
#[cfg(test)]
mod read_tests;
#[cfg(test)]
mod set_weights_tests;

pub(crate) use adapter::LoadBalancingAdapter;
