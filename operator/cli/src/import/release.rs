//! One service on its way: the group that it gets, and what is to be known and done.

use super::allowed::Allowed;
use super::aws::ecs::Service;
use super::counterpart;
use super::finding::Findings;
use super::locale::Locale;
use super::node::Map;
use super::problem::Problem;
use super::route::{Route, is_network};
use super::shift::Shift;

/// What the name of the new service ends with.
const SUFFIX: &str = "-sluice";

/// Longest name of a service (ECS API reference, CreateService).
const LONGEST: usize = 255;

/// Who deploys the service today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A deployment group of CodeDeploy: its application and its name.
    CodeDeploy(String, String),
    /// ECS, by this strategy.
    Ecs(String),
    /// Somebody else, by task sets: the service can stay.
    External,
}

/// One service on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct Release {
    /// Who deploys it today.
    pub origin: Origin,
    /// Name of the Application.
    pub application: String,
    /// Name of the DeploymentGroup.
    pub group: String,
    /// The cluster.
    pub cluster: String,
    /// The service as it is today.
    pub old: String,
    /// What is known of it.
    pub service: Option<Service>,
    /// The target group that serves, and the idle one; empty without a load balancer.
    pub pair: Vec<String>,
    /// Production routes.
    pub routes: Vec<Route>,
    /// The spec of the group, but for its names.
    pub spec: Map,
    /// What is released first.
    pub task_definition: String,
    /// The same of the AppSpec, where that is another.
    pub next: Option<String>,
    /// How traffic moves.
    pub shift: Shift,
    /// What is to be known.
    pub findings: Findings,
    /// What its binding admits.
    pub allowed: Allowed,
}

impl Release {
    /// The service of the group: a new one, unless the old one is of task sets already.
    #[must_use]
    pub fn new_service(&self) -> String {
        if self.origin == Origin::External {
            return self.old.clone();
        }
        let stem: String = self.old.chars().take(LONGEST - SUFFIX.len()).collect();
        format!("{stem}{SUFFIX}")
    }

    /// Whether the traffic is taken from the old service by weights.
    #[must_use]
    pub fn adopts(&self) -> bool {
        self.origin != Origin::External && !self.pair.is_empty()
    }

    /// Admits what the group names.
    pub fn allow(&mut self, locale: &Locale) {
        let mut services = vec![self.new_service()];
        services.extend(self.adopts().then(|| self.old.clone()));
        self.allowed.arns.extend(services.iter().map(|service| locale.service(&self.cluster, service)));
        let named = self.pair.iter().chain(self.routes.iter().map(|route| &route.arn));
        named.for_each(|arn| self.allowed.arn(arn));
        self.allowed.family(&self.task_definition);
        self.next.iter().for_each(|next| self.allowed.family(next));
    }

    /// Tells of what the routes and the increments would be refused for.
    pub fn check_routes(&mut self) {
        if let [serving, idle] = self.pair.as_slice() {
            super::route::tell(&self.routes, [serving, idle], &mut self.findings);
        }
        let is_late = self.routes.iter().any(|route| is_network(&route.arn));
        if let Some(hold) = self.shift.shortest_hold.filter(|hold| is_late && *hold < 10) {
            self.findings.tell(&counterpart::NETWORK, format!("an increment is held for {hold}m"));
        }
    }
}

/// Tells of what a service has, whoever deploys it, and refuses what has no task sets.
pub fn check_service(file: &str, service: &Service, findings: &mut Findings, problems: &mut Vec<Problem>) {
    let name = &service.service_name;
    let mut refuse = |field: &str, message: String| problems.push(Problem::of(file, field, message));
    if service.status.as_deref().is_some_and(|status| status != "ACTIVE") {
        let status = service.status.clone().unwrap_or_default();
        refuse("services[].status", format!("service {name} is {status}: nothing of it can be moved; take it out"));
    }
    if service.scheduling_strategy.as_deref() == Some("DAEMON") {
        refuse(
            "services[].schedulingStrategy",
            format!("service {name} is DAEMON, which ECS does not offer with EXTERNAL: leave it with ECS"),
        );
    }
    if service.is_connected() {
        refuse(
            "services[].serviceConnectConfiguration",
            format!(
                "service {name} takes part in Service Connect, which ECS does not offer with EXTERNAL: leave it with ECS, or put a load balancer in front of it"
            ),
        );
    }
    if !service.vpc_lattice_configurations.is_empty() {
        refuse(
            "services[].vpcLatticeConfigurations",
            format!("service {name} is in VPC Lattice, which task sets are not: leave it with ECS"),
        );
    }
    if !service.volume_configurations.is_empty() {
        refuse(
            "services[].volumeConfigurations",
            format!(
                "service {name} has volumes that are made at its launch, which task sets do not take: leave it with ECS"
            ),
        );
    }
    if service.made_with().load_balancers.len() > 1 {
        refuse(
            "services[].loadBalancers",
            format!(
                "service {name} has {}, and a task set takes one: leave it with ECS, or split it",
                service.made_with().load_balancers.len()
            ),
        );
    }
    if service.made_with().load_balancers.iter().any(|one| one.target_group_arn.is_none()) {
        refuse(
            "services[].loadBalancers",
            format!(
                "service {name} is behind a Classic Load Balancer, which has no weights: move it behind an Application Load Balancer first"
            ),
        );
    }
    let launch_type = service.made_with().launch_type.as_deref();
    if let Some(other) = launch_type.filter(|one| !["FARGATE", "EC2", "EXTERNAL"].contains(one)) {
        refuse(
            "services[].launchType",
            format!(
                "service {name} is launched on {other}, which no group takes: there are FARGATE, EC2, EXTERNAL and capacity providers"
            ),
        );
    }
    if service.deployment_configuration.deployment_circuit_breaker.as_ref().is_some_and(|breaker| breaker.enable) {
        findings.tell(&counterpart::BREAKER, "enable: true");
    }
    if service.enable_execute_command {
        findings.tell(&counterpart::EXECUTE, "true");
    }
    if service.desired_count == 0 {
        findings.tell(&counterpart::NO_TASKS, service.service_name.as_str());
    }
    if service.task_sets.len() > 1 || service.deployments.len() > 1 {
        findings.tell(&counterpart::IN_PROGRESS, service.service_name.as_str());
    }
}

/// What is released first, in short, and the mark in its place where nobody knows.
#[must_use]
pub fn short(task_definition: &str) -> String {
    task_definition.rsplit('/').next().unwrap_or(task_definition).to_owned()
}
