//! Amazon CloudWatch.

mod adapter;
mod poll;
#[cfg(test)]
mod poll_tests;
mod read;
mod wanted;

pub(crate) use adapter::CloudWatchAdapter;
