//! The scenario file: the world to begin with, in YAML. JSON is YAML, too.
//!
//! Everything has a default; a field that does not exist is refused. ARNs are fixed, so that manifests can name them:
//! where no `id` is given it is derived from the name, see [`LoadBalancer::id`] and its like.
//! The page docs/simulated-aws.md lists every field.
//!
//! ```
//! let scenario = simulated_aws::scenario::Scenario::parse(r#"
//! seed: 1
//! region: eu-west-1
//! account: "123456789012"
//! credentials: {invalid: [AKIAREVOKED]}
//! timing: {provisioning: 300ms, pending: 300ms, activating: 200ms, healthCheckInterval: 300ms}
//! taskDefinitions:
//!   - {family: shop, revision: 41, containers: [{name: web, image: "registry/shop:41", port: 8080}]}
//!   - family: shop
//!     revision: 42
//!     containers: [{name: web, image: "registry/shop:42", port: 8080}]
//!     behaviour: {neverPulls: {}}
//! loadBalancers:
//!   - name: shop
//!     id: 50dc6c495c0c9188
//!     targetGroups:
//!       - {name: shop-a, id: 73e2d6bc24d8a067, deregistrationDelay: 2s}
//!       - {name: shop-b}
//!     listeners:
//!       - port: 443
//!         defaultAction: {fixedResponse: 404}
//!         rules:
//!           - {priority: 10, path: "/*", forward: {shop-a: 100, shop-b: 0}, stickiness: 60s, requestsPerSecond: 200}
//! clusters:
//!   - name: prod
//!     services:
//!       - name: shop
//!         desiredCount: 4
//!         taskSets:
//!           - {taskDefinition: "shop:41", targetGroup: shop-a, primary: true, container: web, port: 8080}
//! "#).unwrap();
//! assert_eq!(scenario.clusters[0].services[0].desired_count, 4);
//! ```

mod alarms;
mod apply;
mod credentials;
mod document;
mod existing;
mod functions;
mod invariants;
mod problem;
mod routes;
mod services;
mod steps;
mod timing;

pub use alarms::{Alarm, AlarmChange, CompositeAlarm};
pub use apply::apply;
pub use credentials::{AssumableRole, Credentials};
pub use document::Scenario;
pub use existing::Summary;
pub use functions::{Function, FunctionAnswer};
pub use invariants::Invariants;
pub use problem::Problem;
pub use routes::{Listener, LoadBalancer, Route, Rule, TargetGroup};
pub use services::{
    Autoscaling, Cluster, Container, ScalingStep, Service, StrategyItem, TargetTracking, TaskDefinition, TaskSet,
};
pub use steps::{AlarmStep, BehaviourChange, ScriptedCall, Step, TrafficChange};
pub use timing::TimingChanges;
