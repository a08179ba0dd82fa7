//! What the operator may ask of AWS Lambda.

use futures::future::BoxFuture;
use sluice_plan::observation::FunctionName;

use crate::error::AwsError;

/// AWS Lambda.
pub trait Functions: Send + Sync {
    /// Runs a function and waits for its answer, however long it takes: whoever asks gives up by dropping this. It is tried
    /// once: whether and when it is asked again is for who asks.
    fn invoke<'a>(
        &'a self,
        function: &'a FunctionName,
        payload: Vec<u8>,
    ) -> BoxFuture<'a, Result<FunctionAnswer, AwsError>>;

    /// Whether the function, and its version or alias, is there and may be invoked: a dry run, which runs nothing. None when
    /// it can be; else why not.
    fn problem<'a>(&'a self, function: &'a FunctionName) -> BoxFuture<'a, Result<Option<String>, AwsError>>;
}

/// What a function answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionAnswer {
    /// The payload, as it came.
    pub payload: Vec<u8>,
    /// `Unhandled` or `Handled` where the function failed; the payload tells of the failure then.
    pub error: Option<String>,
}
