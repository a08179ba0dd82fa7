//! A simulated AWS with any number of services, and the way to it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_ecs::config::{Credentials, SharedCredentialsProvider};
use prometheus_client::registry::Registry;
use simulated_aws::Simulator;
use simulated_aws::scenario::Scenario;
use sluice_api::AwsBindingSpec;
use sluice_aws::{Fence, Metrics, RegionClients, Regions, Settings};
use sluice_operator::hooks::{Hooks, Runners};

use crate::clock::Clock;
use crate::connector::InProcess;
use crate::error::Error;
use crate::hosts::{Hosts, binding};
use crate::jobs::Jobs;
use crate::scenario::{REGION, balancers, network_balancer, scenario, shared_balancers};

/// Access key of the operator.
pub const ACCESS_KEY: &str = "AKIDVIRTUAL";

/// Name of the service that is adopted, in [`World::adopting`].
pub const ADOPTED: &str = "shop-rolling";

/// A simulated AWS with services `shop-0`, `shop-1` and so on, each behind a rule of its own that serves release 1.
pub struct World {
    /// Virtual time.
    pub clock: Clock,
    pub(crate) simulator: Arc<Mutex<Simulator>>,
    aws: RegionClients,
    /// Those of the process that runs now.
    hooks: Mutex<Arc<Hooks>>,
    runners: Runners,
    binding: AwsBindingSpec,
    /// The Jobs of its cluster.
    pub jobs: Jobs,
    /// Its hosts of HTTP hooks.
    pub hosts: Hosts,
}

/// A single process acts: nothing to fence.
struct Alone;

impl Fence for Alone {
    fn is_valid(&self) -> bool {
        true
    }
}

impl World {
    /// The world with so many services and releases, of four tasks each.
    pub fn new(services: usize, releases: u32) -> Result<Self, Error> {
        Self::of(&scenario(services, releases, &balancers(services)))
    }

    /// The same, with so many tasks in each service.
    pub fn of_tasks(services: usize, releases: u32, tasks: u32) -> Result<Self, Error> {
        let four = scenario(services, releases, &balancers(services));
        Self::of(&four.replace("desiredCount: 4,", &format!("desiredCount: {tasks},")))
    }

    /// One service of so many tasks without a load balancer.
    pub fn by_size(releases: u32, tasks: u32) -> Result<Self, Error> {
        let four = scenario(1, releases, &balancers(1));
        let on_a_group = ", targetGroup: shop-0-a, primary: true, container: web, port: 8080";
        let one = four.replace("desiredCount: 4,", &format!("desiredCount: {tasks},"));
        Self::of(&one.replace(on_a_group, ", primary: true").replace("requestsPerSecond: 10", "requestsPerSecond: 0"))
    }

    /// One service, whose traffic another one has, which ECS deploys itself ([`ADOPTED`]): its own has no task set.
    pub fn adopting(releases: u32, tasks: u32) -> Result<Self, Error> {
        let own = scenario(1, releases, &balancers(1)).replace("desiredCount: 4,", &format!("desiredCount: {tasks},"));
        let (service, other) = ("      - {name: shop-0, ", format!("      - {{name: {ADOPTED}, controller: ECS, "));
        Self::of(&format!("{}      - {{name: shop-0, desiredCount: {tasks}}}\n", own.replace(service, &other)))
    }

    /// One service behind a listener of a Network Load Balancer ([`crate::network_listener`]): changed weights work after five minutes,
    /// and connections last for one.
    pub fn network(releases: u32) -> Result<Self, Error> {
        let late = "timing: {networkWeightPropagation: 5m, ";
        Self::of(&scenario(1, releases, &network_balancer()).replace("timing: {", late))
    }

    /// The same behind as few load balancers as AWS allows: a hundred services share a listener, each with a rule of its own
    /// ([`crate::shared_rule`]).
    pub fn sharing(services: usize, releases: u32) -> Result<Self, Error> {
        Self::of(&scenario(services, releases, &shared_balancers(services)))
    }

    fn of(scenario: &str) -> Result<Self, Error> {
        let clock = Clock::begin();
        let scenario = Scenario::parse(scenario).map_err(|error| Error::World(error.to_string()))?;
        let simulator = Simulator::new(scenario, clock.moment()).map_err(|error| Error::World(error.to_string()))?;
        let simulator = Arc::new(Mutex::new(simulator));
        let credentials = Credentials::new(ACCESS_KEY, "secret", None, None, "virtual");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(REGION))
            .endpoint_url("http://simulated.aws")
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(aws_smithy_runtime_api::client::http::SharedHttpClient::new(InProcess {
                simulator: simulator.clone(),
                clock,
            }))
            .sleep_impl(aws_smithy_async_sleep())
            .build();
        let metrics = Metrics::register(&mut Registry::default());
        // This world has no rate limits to stay within.
        let settings = Settings { rate_share: 1000.0, ..Settings::default() };
        let aws = Regions::from_config(config, settings, Arc::new(Alone), metrics).region(REGION);
        let (jobs, hosts) = (Jobs::new(clock), Hosts::new(clock));
        let runners = Runners {
            http: Arc::new(hosts.clone()),
            kubernetes: jobs.client(),
            poll: Duration::from_secs(15),
            reads_pods: false,
        };
        let hooks = Mutex::new(Arc::new(Hooks::new(runners.clone())));
        let binding = serde_json::from_value(binding(REGION)).map_err(|error| Error::World(error.to_string()))?;
        Ok(Self { clock, simulator, aws, hooks, runners, binding, jobs, hosts })
    }

    /// The way to AWS.
    #[must_use]
    pub fn aws(&self) -> &RegionClients {
        &self.aws
    }

    /// The hooks that the operator runs.
    #[must_use]
    pub fn hooks(&self) -> Arc<Hooks> {
        self.hooks.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What admits every service, and the one host of HTTP hooks.
    #[must_use]
    pub fn binding(&self) -> &AwsBindingSpec {
        &self.binding
    }

    /// The operator dies, and with it what it knew of hooks. What it started goes on without it.
    pub fn die(&self) {
        *self.hooks.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(Hooks::new(self.runners.clone()));
    }

    /// Lets the world go on in steps of this length, for as long as the task is not aborted.
    #[must_use]
    pub fn run(&self, step: Duration) -> tokio::task::JoinHandle<()> {
        let (simulator, clock) = (self.simulator.clone(), self.clock);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(step).await;
                simulator.lock().unwrap_or_else(PoisonError::into_inner).tick(clock.moment());
            }
        })
    }

    /// A request to AWS by someone else. True when it was taken.
    pub fn send(&self, request: &simulated_aws::wire::Request) -> bool {
        let mut simulator = self.simulator.lock().unwrap_or_else(PoisonError::into_inner);
        match simulator.handle(request, self.clock.moment()).reply {
            simulated_aws::wire::Reply::Answer(answer) => answer.status == 200,
            simulated_aws::wire::Reply::Reset => false,
        }
    }

    /// Answers of the control interface, such as `/_sim/traffic`.
    #[must_use]
    pub fn control(&self, path: &str) -> serde_json::Value {
        let request = simulated_aws::wire::Request {
            method: "GET".to_owned(),
            path: path.to_owned(),
            ..simulated_aws::wire::Request::default()
        };
        let mut simulator = self.simulator.lock().unwrap_or_else(PoisonError::into_inner);
        match simulator.handle(&request, self.clock.moment()).reply {
            simulated_aws::wire::Reply::Answer(answer) => serde_json::from_slice(&answer.body).unwrap_or_default(),
            simulated_aws::wire::Reply::Reset => serde_json::Value::Null,
        }
    }
}

/// The SDK's sleep, on tokio's clock.
fn aws_smithy_async_sleep() -> aws_sdk_ecs::config::SharedAsyncSleep {
    aws_sdk_ecs::config::SharedAsyncSleep::new(TokioSleep)
}

#[derive(Debug)]
struct TokioSleep;

impl aws_sdk_ecs::config::AsyncSleep for TokioSleep {
    fn sleep(&self, duration: Duration) -> aws_sdk_ecs::config::Sleep {
        aws_sdk_ecs::config::Sleep::new(tokio::time::sleep(duration))
    }
}
