//! The fence (invariant S13): no write without a valid lease.

use std::{fmt, sync::Arc};

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{Intercept, context::BeforeTransmitInterceptorContextRef},
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::ConfigBag;

use crate::error::Fenced;

/// Says whether this process may write now. Asked right before each try of each write, so that it must be quick
/// and must not block.
pub trait Fence: Send + Sync {
    /// Whether this process may write now.
    fn is_valid(&self) -> bool;
}

/// Asks the fence as the last thing before a request leaves: after credentials were loaded, after the back-off of a
/// second try, both of which can take longer than a lease lasts.
pub(crate) struct FenceInterceptor(pub(crate) Arc<dyn Fence>);

impl fmt::Debug for FenceInterceptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FenceInterceptor")
    }
}

impl Intercept for FenceInterceptor {
    fn name(&self) -> &'static str {
        "FenceInterceptor"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if self.0.is_valid() { Ok(()) } else { Err(Fenced.into()) }
    }
}
