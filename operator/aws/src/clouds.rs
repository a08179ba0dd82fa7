//! The clients of every region, and what they have in common.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use aws_config::{BehaviorVersion, Region, SdkConfig, identity::IdentityCache};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, rustls_provider::CryptoMode},
};
use aws_smithy_types::{retry::RetryConfig, timeout::TimeoutConfig};

use crate::{
    Budget, Cloud, Fence, Metrics, Settings, budget::BudgetInterceptor, ecs::EcsAdapter, fence::FenceInterceptor,
    identity::IdentityAdapter, limits, load_balancing::LoadBalancingAdapter,
};

/// The clouds of all regions, with one set of credentials, one pool of connections, one fence.
pub struct Clouds {
    config: SdkConfig,
    clients: Clients,
    regions: Mutex<HashMap<String, Cloud>>,
}

/// What the clients of all services have in common.
#[derive(Clone)]
pub(crate) struct Clients {
    pub(crate) settings: Settings,
    pub(crate) fence: Arc<dyn Fence>,
    pub(crate) metrics: Metrics,
}

impl Clouds {
    /// Reads the environment as every SDK does: credentials of the environment, of a web identity (IRSA), of the
    /// container or the instance; and `AWS_ENDPOINT_URL`, also one per service.
    pub async fn new(settings: Settings, fence: Arc<dyn Fence>, metrics: Metrics) -> Self {
        let http = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
        let config = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http)
            .timeout_config(settings.timeouts())
            // All clients share one cache. It gives up before a try does, so that credentials that do not come are
            // told from an endpoint that does not answer.
            .identity_cache(IdentityCache::lazy().load_timeout(settings.attempt_timeout.mul_f64(0.75)).build())
            .load()
            .await;
        Self::from_config(config, settings, fence, metrics)
    }

    /// With a configuration made elsewhere: other credentials, or another HTTP client in tests.
    #[must_use]
    pub fn from_config(config: SdkConfig, settings: Settings, fence: Arc<dyn Fence>, metrics: Metrics) -> Self {
        Self { config, clients: Clients { settings, fence, metrics }, regions: Mutex::default() }
    }

    /// The ports of a region. Cheap: clients are made once and kept.
    pub fn region(&self, region: &str) -> Cloud {
        let mut regions = self.regions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cloud) = regions.get(region) {
            return cloud.clone();
        }
        let config = self.config.to_builder().region(Region::new(region.to_owned())).build();
        // AWS keeps its buckets by account and region; all regions here are of one account.
        let budget = Budget::new(self.clients.settings.rate_share, self.clients.metrics.clone());
        let cloud = Cloud {
            ecs: Arc::new(EcsAdapter::new(&config, &self.clients, &budget)),
            load_balancing: Arc::new(LoadBalancingAdapter::new(&config, &self.clients, &budget)),
            identity: Arc::new(IdentityAdapter::new(&config, &self.clients)),
            budget,
        };
        regions.insert(region.to_owned(), cloud.clone());
        cloud
    }
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
pub(crate) fn counted(budget: &Arc<Budget>) -> BudgetInterceptor {
    BudgetInterceptor(Arc::clone(budget))
}

impl Settings {
    fn timeouts(&self) -> TimeoutConfig {
        TimeoutConfig::builder()
            .connect_timeout(limits::CONNECT_TIMEOUT)
            .operation_attempt_timeout(self.attempt_timeout)
            .operation_timeout(self.operation_timeout)
            .build()
    }
}
