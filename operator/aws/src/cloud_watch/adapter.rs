//! The port [`CloudWatch`] on the SDK.

use std::{sync::Arc, time::Duration};

use aws_config::SdkConfig;
use aws_sdk_cloudwatch::{Client, config};
use futures::{FutureExt, future::BoxFuture};

use super::{poll::Poll, read::AlarmReader};
use crate::{
    client::{Clients, counted, limits},
    ports::{AlarmPoll, CloudWatch},
    rate_limit::RateLimiter,
};

/// CloudWatch of one region: reads alone.
pub(crate) struct CloudWatchAdapter {
    alarms: Poll<AlarmReader>,
}

impl CloudWatchAdapter {
    pub(crate) fn new(config: &SdkConfig, clients: &Clients, rate_limiter: &Arc<RateLimiter>) -> Self {
        // What a look sees beside its alarms is not held up for them.
        let longest = clients.settings.operation_timeout.min(limits::ALARM_TIMEOUT);
        let timeouts = clients.timeouts().to_builder().operation_timeout(longest).build();
        let config = config::Builder::from(config)
            .timeout_config(timeouts)
            .retry_config(clients.reads())
            .interceptor(counted(rate_limiter))
            .build();
        let reader = AlarmReader { client: Client::from_conf(config), metrics: clients.metrics.clone() };
        Self { alarms: Poll::new(reader, clients.settings.batch_window) }
    }
}

impl CloudWatch for CloudWatchAdapter {
    fn describe_alarms<'a>(&'a self, names: &'a [String], at_most: Duration) -> BoxFuture<'a, AlarmPoll> {
        self.alarms.answers(names, at_most).boxed()
    }
}
