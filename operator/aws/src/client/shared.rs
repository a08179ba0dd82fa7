//! What the clients of all services have in common.

use std::sync::Arc;

use aws_smithy_types::{retry::RetryConfig, timeout::TimeoutConfig};

use super::{
    fence::{Fence, FenceInterceptor},
    limits,
    settings::Settings,
};
use crate::{
    metrics::Metrics,
    rate_limit::{RateLimitInterceptor, RateLimiter},
};

/// What the clients of all services have in common.
#[derive(Clone)]
pub(crate) struct Clients {
    pub(crate) settings: Settings,
    pub(crate) fence: Arc<dyn Fence>,
    pub(crate) metrics: Metrics,
}

impl Clients {
    pub(crate) fn reads(&self) -> RetryConfig {
        RetryConfig::standard().with_max_attempts(self.settings.read_attempts)
    }

    pub(crate) fn writes(&self) -> RetryConfig {
        RetryConfig::standard().with_max_attempts(self.settings.write_attempts)
    }

    pub(crate) fn timeouts(&self) -> TimeoutConfig {
        self.settings.timeouts()
    }

    pub(crate) fn fence(&self) -> FenceInterceptor {
        FenceInterceptor(Arc::clone(&self.fence))
    }
}

/// Counts every try of a client.
pub(crate) fn counted(rate_limiter: &Arc<RateLimiter>) -> RateLimitInterceptor {
    RateLimitInterceptor(Arc::clone(rate_limiter))
}

impl Settings {
    /// Of a whole operation, of each try, and to connect.
    pub(crate) fn timeouts(&self) -> TimeoutConfig {
        TimeoutConfig::builder()
            .connect_timeout(limits::CONNECT_TIMEOUT)
            .operation_attempt_timeout(self.attempt_timeout)
            .operation_timeout(self.operation_timeout)
            .build()
    }
}
