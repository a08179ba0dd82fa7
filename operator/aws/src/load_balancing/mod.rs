//! Elastic Load Balancing v2.

mod actions;
mod adapter;
mod read;

pub(crate) use adapter::LoadBalancingAdapter;
