//! Amazon CloudWatch.

mod adapter;
mod cache;
mod poll;
#[cfg(test)]
mod poll_tests;
mod read;

pub(crate) use adapter::CloudWatchAdapter;
