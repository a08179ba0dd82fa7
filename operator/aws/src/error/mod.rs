//! What a failed call comes back as. No other folder knows an error code.

mod aws_error;
mod causes;
mod class;
mod codes;
mod fenced;
#[cfg(test)]
mod tests;

pub use aws_error::AwsError;
pub use class::ErrorClass;
pub(crate) use codes::is_throttle;
pub(crate) use fenced::Fenced;
