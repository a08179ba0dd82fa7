//! Amazon ECR.

mod adapter;
#[cfg(test)]
mod tests;

pub(crate) use adapter::RegistryAdapter;
