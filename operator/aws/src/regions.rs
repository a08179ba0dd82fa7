//! The clients of every region: the only file that knows every adapter.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use aws_config::{
    BehaviorVersion, Region, SdkConfig, identity::IdentityCache,
    stalled_stream_protection::StalledStreamProtectionConfig,
};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, rustls_provider::CryptoMode},
};
use tokio::time::Instant;

use crate::{
    client::{Clients, Fence, Settings},
    cloud_watch::CloudWatchAdapter,
    ecr::RegistryAdapter,
    ecs::EcsAdapter,
    lambda::FunctionsAdapter,
    load_balancing::LoadBalancingAdapter,
    metrics::Metrics,
    ports::{CloudWatch, Ecs, Functions, Identity, LoadBalancing, Registry},
    rate_limit::RateLimiter,
    sts::IdentityAdapter,
};

/// The clients of all regions, with one set of credentials, one pool of connections, one fence.
pub struct Regions {
    config: SdkConfig,
    clients: Clients,
    known: Mutex<HashMap<String, Known>>,
}

/// The clients of a region, and when they were asked for last.
struct Known {
    clients: RegionClients,
    used: Instant,
}

/// How long clients are kept that nobody uses. By then their buckets are full, as those of new ones are.
const KEPT: Duration = Duration::from_mins(15);

/// The ports of one region.
#[derive(Clone)]
pub struct RegionClients {
    /// Amazon ECS.
    pub ecs: Arc<dyn Ecs>,
    /// Elastic Load Balancing.
    pub load_balancing: Arc<dyn LoadBalancing>,
    /// Amazon CloudWatch.
    pub cloud_watch: Arc<dyn CloudWatch>,
    /// AWS Lambda.
    pub functions: Arc<dyn Functions>,
    /// Amazon ECR.
    pub registry: Arc<dyn Registry>,
    /// Whose credentials these are.
    pub identity: Arc<dyn Identity>,
    /// How much of it may be called now: asked before an observation and before a write.
    pub rate_limiter: Arc<RateLimiter>,
}

impl Regions {
    /// Reads the environment as every SDK does: credentials of the environment, of a web identity (IRSA), of the
    /// container or the instance; and `AWS_ENDPOINT_URL`, also one per service.
    pub async fn new(settings: Settings, fence: Arc<dyn Fence>, metrics: Metrics) -> Self {
        let http = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
        let config = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http)
            .timeout_config(settings.timeouts())
            // Each try has a time-out of its own; no stream is so long that its speed would tell more.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
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
        Self { config, clients: Clients { settings, fence, metrics }, known: Mutex::default() }
    }

    /// The ports of a region, to be asked for once a binding has admitted it. Cheap: clients are made once, and kept for as
    /// long as they are used.
    pub fn region(&self, region: &str) -> RegionClients {
        let now = Instant::now();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|name, one| {
            name == region || Arc::strong_count(&one.clients.ecs) > 1 || now.duration_since(one.used) < KEPT
        });
        if let Some(known) = known.get_mut(region) {
            known.used = now;
            return known.clients.clone();
        }
        let config = self.config.to_builder().region(Region::new(region.to_owned())).build();
        // AWS keeps its rate limits by account and region; all regions here are of one account.
        let rate_limiter = RateLimiter::new(self.clients.settings.rate_share, self.clients.metrics.clone());
        let clients = RegionClients {
            ecs: Arc::new(EcsAdapter::new(&config, &self.clients, &rate_limiter)),
            load_balancing: Arc::new(LoadBalancingAdapter::new(&config, &self.clients, &rate_limiter)),
            cloud_watch: Arc::new(CloudWatchAdapter::new(&config, &self.clients, &rate_limiter)),
            functions: Arc::new(FunctionsAdapter::new(&config, &self.clients, &rate_limiter)),
            registry: Arc::new(RegistryAdapter::new(&config, &self.clients, &rate_limiter)),
            identity: Arc::new(IdentityAdapter::new(&config, &self.clients)),
            rate_limiter,
        };
        known.insert(region.to_owned(), Known { clients: clients.clone(), used: now });
        clients
    }
}
