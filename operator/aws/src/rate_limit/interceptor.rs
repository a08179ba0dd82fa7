//! Counts every try that is sent, and learns from those that AWS throttles.

use std::{fmt, sync::Arc};

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{
            Intercept,
            context::{BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef},
        },
        orchestrator::Metadata,
        runtime_components::RuntimeComponents,
    },
    http::Response,
};
use aws_smithy_types::config_bag::ConfigBag;

use super::limiter::RateLimiter;
use crate::{error::is_throttle, operations::Operation};

/// Stands between every client and AWS. Interceptors cannot wait, so that this one only counts; who waits, waits
/// before.
pub(crate) struct RateLimitInterceptor(pub(crate) Arc<RateLimiter>);

impl fmt::Debug for RateLimitInterceptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RateLimitInterceptor")
    }
}

impl Intercept for RateLimitInterceptor {
    fn name(&self) -> &'static str {
        "RateLimitInterceptor"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(operation) = operation(bag) {
            self.0.sent(operation);
        }
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let (Some(operation), Some(response)) = (operation(bag), context.response())
            && says_throttled(response)
        {
            self.0.throttled(operation);
        }
        Ok(())
    }
}

fn operation(bag: &ConfigBag) -> Option<Operation> {
    Operation::named(bag.load::<Metadata>()?.name())
}

/// Whether an answer names one of the codes of throttling. Errors have no common type at this place, so that the code
/// is looked for in the words: between the tags of ELBv2's XML, behind the `#` or the quote of ECS's JSON, and in the header
/// with which CloudWatch goes on to send the codes of its old protocol (CBOR has lengths in place of quotes).
fn says_throttled(response: &Response) -> bool {
    if response.status().is_success() {
        return false;
    }
    let body = response.body().bytes().unwrap_or_default();
    let words = String::from_utf8_lossy(body);
    let header = response.headers().get("x-amzn-query-error").unwrap_or_default();
    let names_one = |text: &str| text.split(|letter: char| !letter.is_ascii_alphanumeric()).any(is_throttle);
    response.status().as_u16() == 429 || names_one(header) || names_one(&words)
}
