//! AWS Lambda.

mod adapter;
mod bounded;
#[cfg(test)]
mod tests;

pub(crate) use adapter::FunctionsAdapter;
