//! Elastic Load Balancing v2.

mod actions;
mod adapter;
mod read;
#[cfg(test)]
mod tests;

pub(crate) use adapter::LoadBalancingAdapter;
