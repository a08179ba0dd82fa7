//! Runs hooks that are Lambda functions.

use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use serde_json::Value;
use sluice_aws::{AwsError, ErrorClass, FunctionAnswer, Functions};
use sluice_plan::hooks::{HookAnswer, HookCall, HookTarget, parse_answer};
use sluice_plan::observation::FunctionName;

use super::runner::{HookError, HookRunner};

/// Runs hooks that are Lambda functions of one region.
pub struct LambdaRunner(pub Arc<dyn Functions>);

impl HookRunner for LambdaRunner {
    fn ask<'a>(&'a self, call: &'a HookCall) -> BoxFuture<'a, Result<HookAnswer, HookError>> {
        async move {
            let HookTarget::Lambda { function, qualifier } = &call.target else {
                return Err(HookError { message: "the hook is no function".to_owned(), passes: false });
            };
            let function = FunctionName { function: function.clone(), qualifier: qualifier.clone() };
            let payload = serde_json::to_vec(&call.payload).map_err(|error| HookError {
                message: format!("failed to write the payload: {error}"),
                passes: false,
            })?;
            let answer = self.0.invoke(&function, payload).await.map_err(|error| failed(&function, &error))?;
            Ok(said(&answer))
        }
        .boxed()
    }
}

/// What a function said, in failure too.
fn said(answer: &FunctionAnswer) -> HookAnswer {
    let Some(kind) = &answer.error else { return parse_answer(&answer.payload) };
    let payload: Value = serde_json::from_slice(&answer.payload).unwrap_or_default();
    let text = |key: &str| payload[key].as_str().map(str::to_owned);
    let why: Vec<String> = ["errorType", "errorMessage"].into_iter().filter_map(text).collect();
    HookAnswer::failed(&format!("FunctionError {kind}: {}", why.join(": ")))
}

/// What follows from a call without an answer. Whoever was throttled, or lost the answer, asks again by the same id.
fn failed(function: &FunctionName, error: &AwsError) -> HookError {
    let (passes, remedy) = match error.class {
        ErrorClass::Throttled | ErrorClass::Unavailable | ErrorClass::Unknown | ErrorClass::Fenced => {
            (true, String::new())
        }
        ErrorClass::Credentials => (true, "; give the operator credentials that work".to_owned()),
        ErrorClass::AccessDenied => (false, format!("; allow the operator's role lambda:InvokeFunction on {function}")),
        ErrorClass::NotFound => (false, format!("; name a function that exists in place of {function}")),
        ErrorClass::Refused => (false, String::new()),
    };
    HookError { message: format!("{error}{remedy}"), passes }
}

#[cfg(test)]
mod tests {
    use sluice_aws::Operation;

    use super::*;

    fn answer(error: Option<&str>, payload: &str) -> HookAnswer {
        said(&FunctionAnswer { payload: payload.as_bytes().to_vec(), error: error.map(str::to_owned) })
    }

    #[test]
    fn a_function_that_fails_is_told_with_its_error() {
        let table = [
            (
                r#"{"errorType": "KeyError", "errorMessage": "'DeploymentId'"}"#,
                "FunctionError Unhandled: KeyError: 'DeploymentId'",
            ),
            (
                r#"{"errorMessage": "Task timed out after 3.00 seconds"}"#,
                "FunctionError Unhandled: Task timed out after 3.00 seconds",
            ),
            // A success is none where the function failed.
            (r#"{"hookStatus": "SUCCEEDED"}"#, "FunctionError Unhandled: "),
            ("garbage", "FunctionError Unhandled: "),
        ];
        for (payload, expected) in table {
            assert_eq!(answer(Some("Unhandled"), payload), HookAnswer::failed(expected));
        }
        assert_eq!(answer(None, r#"{"hookStatus": "SUCCEEDED"}"#), HookAnswer::Succeeded { message: None });
        // It ran, and nobody has heard whether the release may go on.
        assert!(matches!(answer(None, "null"), HookAnswer::Failed { .. }));
    }

    #[test]
    fn what_was_lost_or_throttled_is_asked_again_and_what_may_never_be_is_not() {
        let function = FunctionName { function: "shop-smoke".to_owned(), qualifier: Some("live".to_owned()) };
        let table = [
            (ErrorClass::Throttled, true, ""),
            (ErrorClass::Unavailable, true, ""),
            (ErrorClass::Unknown, true, ""),
            (ErrorClass::Fenced, true, ""),
            (ErrorClass::Credentials, true, "credentials that work"),
            (ErrorClass::AccessDenied, false, "lambda:InvokeFunction on shop-smoke:live"),
            (ErrorClass::NotFound, false, "in place of shop-smoke:live"),
            (ErrorClass::Refused, false, ""),
        ];
        for (class, passes, remedy) in table {
            let error = failed(&function, &AwsError::new(Operation::Invoke, class, "no"));
            assert_eq!(error.passes, passes, "{class:?}");
            assert!(error.message.ends_with(remedy), "{}", error.message);
        }
    }
}
