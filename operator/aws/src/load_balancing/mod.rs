//! Elastic Load Balancing v2.

mod actions;
mod adapter;
mod batch_reads;
mod dns_names;
#[cfg(test)]
mod dns_names_tests;
mod kept;
mod listing;
#[cfg(test)]
mod listing_tests;
mod read;
#[cfg(test)]
mod read_tests;
#[cfg(test)]
mod set_weights_tests;

pub(crate) use adapter::LoadBalancingAdapter;
