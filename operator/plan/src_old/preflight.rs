//! What must be true before anything in AWS is touched: an ordered list of small checks, each of which
//! either passes or refuses with a reason, what was found, and what to do.

use sluice_api::{Arn, DeploymentGroupSpec, Reason};

use crate::identity::external_id;
use crate::roles::{Roles, roles};
use crate::step::{short, target_group_name};
use crate::world::{Observed, RouteState, Service};

/// Most task sets that fit in a service, draining ones included (ECS service quotas).
pub const MOST_TASK_SETS: usize = 5;

/// Why nothing is begun, for as long as the cause stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// One word, for conditions and metrics.
    pub reason: Reason,
    /// What was found, and what to do.
    pub message: String,
}

impl Refusal {
    /// A refusal in words.
    pub fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, message: message.into() }
    }
}

/// What the checks look at.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The group's settings.
    pub settings: &'a DeploymentGroupSpec,
    /// The observed world.
    pub observed: &'a Observed,
}

impl<'a> Subject<'a> {
    fn service(&self) -> Option<&'a Service> {
        self.observed.service.as_ref()
    }

    fn service_name(&self) -> String {
        format!("{}/{}", self.settings.ecs.cluster, self.settings.ecs.service)
    }

    /// The pair of target groups. The schema makes it two; anything else is treated as empty names.
    fn pair(&self) -> (&'a str, &'a str) {
        match self.settings.load_balancer.target_groups.as_slice() {
            [first, second] => (first, second),
            _ => ("", ""),
        }
    }

    /// The roles that a release with this UID would have.
    pub(crate) fn roles(&self, uid: &str) -> Option<Roles<'a>> {
        let pair = self.pair();
        let share_of_first = self.observed.routes.first().map_or(0.0, |route| route.share_of(pair.0));
        roles(self.service()?, &external_id(uid), pair, share_of_first)
    }
}

/// Checks of a group, whether or not anything is released.
const GROUP_CHECKS: &[fn(&Subject<'_>) -> Option<Refusal>] = &[
    service_exists,
    service_is_active,
    service_is_external,
    target_groups_exist,
    routes_exist,
    // Before the next: a group of another load balancer is in no route, and could not be added to one either.
    target_groups_share_the_load_balancer,
    routes_reach_the_pair,
    no_third_group_carries_traffic,
];

/// Checks of a release on top of those of its group.
const RELEASE_CHECKS: &[fn(&Subject<'_>, &str) -> Option<Refusal>] = &[
    task_definition_exists,
    container_is_in_the_task_definition,
    network_configuration_is_given,
    service_wants_tasks,
    original_is_on_the_pair,
    a_task_set_fits,
    replacement_group_is_free,
];

/// Checks a group. None: all is well.
#[must_use]
pub fn check_group(subject: &Subject<'_>) -> Option<Refusal> {
    GROUP_CHECKS.iter().find_map(|check| check(subject))
}

/// Checks a release of a revision, by the UID of its Deployment. None: it can begin.
#[must_use]
pub fn check_release(subject: &Subject<'_>, task_definition: &str, uid: &str) -> Option<Refusal> {
    check_group(subject)
        .or_else(|| {
            // Named here, because a definition that was not found leaves nothing in the observation to name.
            subject.observed.task_definition.is_none().then(|| {
                Refusal::new(
                    Reason::TaskDefinitionNotFound,
                    format!(
                        "spec.revision.taskDefinition: {task_definition} does not exist in this account and region: register it, or release another revision"
                    ),
                )
            })
        })
        .or_else(|| RELEASE_CHECKS.iter().find_map(|check| check(subject, uid)))
}

fn service_exists(subject: &Subject<'_>) -> Option<Refusal> {
    subject.service().is_none().then(|| {
        Refusal::new(
            Reason::ServiceNotFound,
            format!(
                "spec.ecs: service {} does not exist in {}: create it with the EXTERNAL deployment controller, or correct the name",
                subject.service_name(),
                subject.settings.aws.region
            ),
        )
    })
}

fn service_is_active(subject: &Subject<'_>) -> Option<Refusal> {
    (!subject.service()?.active).then(|| {
        Refusal::new(
            Reason::ServiceInactive,
            format!(
                "spec.ecs: service {} is not ACTIVE (it was deleted, or is draining): create it again",
                subject.service_name()
            ),
        )
    })
}

fn service_is_external(subject: &Subject<'_>) -> Option<Refusal> {
    (!subject.service()?.external).then(|| {
        Refusal::new(
            Reason::ServiceNotExternal,
            format!(
                "spec.ecs: service {} has another deployment controller than EXTERNAL, so it takes no task sets: create a service with deploymentController type EXTERNAL",
                subject.service_name()
            ),
        )
    })
}

fn target_groups_exist(subject: &Subject<'_>) -> Option<Refusal> {
    let missing = subject.observed.target_groups.iter().find(|group| !group.exists)?;
    Some(Refusal::new(
        Reason::TargetGroupNotFound,
        format!(
            "spec.loadBalancer.targetGroups: {} does not exist: create it, or correct the ARN",
            target_group_name(&missing.arn)
        ),
    ))
}

fn routes_exist(subject: &Subject<'_>) -> Option<Refusal> {
    subject.observed.routes.iter().find_map(|route| {
        let field = "spec.loadBalancer.productionRoutes";
        let name = short(&route.arn);
        match route.state {
            RouteState::Forward(_) => None,
            RouteState::Missing => Some(Refusal::new(
                Reason::RouteNotFound,
                format!("{field}: {name} does not exist: create it, or correct the ARN"),
            )),
            RouteState::DefaultRule => Some(Refusal::new(
                Reason::DefaultRule,
                format!("{field}: {name} is a listener's default rule, which no one may modify: name its listener instead"),
            )),
            RouteState::NoForward => Some(Refusal::new(
                Reason::NoForwardAction,
                format!("{field}: {name} has no forward action: give it one with both target groups, the idle one at weight 0"),
            )),
        }
    })
}

fn routes_reach_the_pair(subject: &Subject<'_>) -> Option<Refusal> {
    let pair = subject.pair();
    subject.observed.routes.iter().find_map(|route| {
        let outside = [pair.0, pair.1].into_iter().find(|group| route.weight_of(group).is_none())?;
        Some(Refusal::new(
            Reason::TargetGroupOutsideRoute,
            format!(
                "spec.loadBalancer.targetGroups: {} is not in the forward action of {}: add it with weight 0, or its targets never get healthy",
                target_group_name(outside),
                short(&route.arn)
            ),
        ))
    })
}

fn target_groups_share_the_load_balancer(subject: &Subject<'_>) -> Option<Refusal> {
    let balancer = |route: &str| Arn::parse(route).ok().and_then(|arn| arn.load_balancer());
    let expected = balancer(&subject.observed.routes.first()?.arn)?;
    if let Some(route) = subject.observed.routes.iter().find(|route| balancer(&route.arn).as_ref() != Some(&expected)) {
        return Some(Refusal::new(
            Reason::TargetGroupElsewhere,
            format!(
                "spec.loadBalancer.productionRoutes: {} belongs to another load balancer than the first route, and a target group fits one only: name routes of one load balancer",
                short(&route.arn)
            ),
        ));
    }
    let group = subject
        .observed
        .target_groups
        .iter()
        .find(|group| !group.load_balancers.is_empty() && !group.load_balancers.contains(&expected))?;
    Some(Refusal::new(
        Reason::TargetGroupElsewhere,
        format!(
            "spec.loadBalancer.targetGroups: {} is attached to another load balancer than the routes: use one that is free",
            target_group_name(&group.arn)
        ),
    ))
}

fn no_third_group_carries_traffic(subject: &Subject<'_>) -> Option<Refusal> {
    let pair = subject.pair();
    subject.observed.routes.iter().find_map(|route| {
        let foreign = route.weights().iter().find(|weight| {
            weight.weight > 0 && weight.target_group != pair.0 && weight.target_group != pair.1
        })?;
        Some(Refusal::new(
            Reason::ForeignTraffic,
            format!(
                "spec.loadBalancer.productionRoutes: {} also forwards to {} with weight {}: set that weight to 0, so that the pair's weights are the whole traffic",
                short(&route.arn),
                target_group_name(&foreign.target_group),
                foreign.weight
            ),
        ))
    })
}

fn task_definition_exists(subject: &Subject<'_>, _: &str) -> Option<Refusal> {
    let definition = subject.observed.task_definition.as_ref()?;
    (!definition.active).then(|| {
        Refusal::new(
            Reason::TaskDefinitionNotFound,
            format!(
                "spec.revision.taskDefinition: {} is INACTIVE: register a new revision of it",
                short(&definition.arn)
            ),
        )
    })
}

fn container_is_in_the_task_definition(subject: &Subject<'_>, _: &str) -> Option<Refusal> {
    let definition = subject.observed.task_definition.as_ref()?;
    let wanted = &subject.settings.container;
    let found = definition.containers.iter().find(|container| container.name == wanted.name);
    let message = match found {
        None => {
            let names: Vec<&str> = definition.containers.iter().map(|container| container.name.as_str()).collect();
            format!(
                "spec.container.name: task definition {} has no container {}: name one that it has, {}",
                short(&definition.arn),
                wanted.name,
                names.join(", ")
            )
        }
        Some(container) if !container.ports.contains(&wanted.port) => format!(
            "spec.container.port: container {} of {} has no port {}: name one that it has, {}",
            wanted.name,
            short(&definition.arn),
            wanted.port,
            container.ports.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        ),
        Some(_) => return None,
    };
    Some(Refusal::new(Reason::ContainerNotFound, message))
}

fn network_configuration_is_given(subject: &Subject<'_>, _: &str) -> Option<Refusal> {
    let definition = subject.observed.task_definition.as_ref()?;
    (definition.awsvpc && subject.settings.task_set.network_configuration.is_none()).then(|| {
        Refusal::new(
            Reason::NetworkConfigurationMissing,
            format!(
                "spec.taskSet.networkConfiguration: task definition {} has network mode awsvpc: name subnets and security groups",
                short(&definition.arn)
            ),
        )
    })
}

fn service_wants_tasks(subject: &Subject<'_>, _: &str) -> Option<Refusal> {
    (subject.service()?.desired_count < 1).then(|| {
        Refusal::new(
            Reason::ServiceScaledToZero,
            format!("spec.ecs: service {} has desired count 0: scale it to at least 1", subject.service_name()),
        )
    })
}

fn original_is_on_the_pair(subject: &Subject<'_>, uid: &str) -> Option<Refusal> {
    subject.roles(uid).is_none().then(|| {
        Refusal::new(
            Reason::OriginalOutsidePair,
            format!(
                "spec.loadBalancer.targetGroups: the primary task set of service {} uses neither: name the one that it uses as one of the pair",
                subject.service_name()
            ),
        )
    })
}

fn a_task_set_fits(subject: &Subject<'_>, uid: &str) -> Option<Refusal> {
    let service = subject.service()?;
    let own = service.with_external_id(&external_id(uid)).is_some();
    (service.task_sets.len() >= MOST_TASK_SETS && !own).then(|| {
        Refusal::new(
            Reason::TooManyTaskSets,
            format!(
                "spec.ecs: service {} has {} task sets, as many as fit: delete those that serve nothing",
                subject.service_name(),
                service.task_sets.len()
            ),
        )
    })
}

fn replacement_group_is_free(subject: &Subject<'_>, uid: &str) -> Option<Refusal> {
    let service = subject.service()?;
    let roles = subject.roles(uid)?;
    let own = external_id(uid);
    let name = target_group_name(roles.replacement_group);
    let user = service.task_sets.iter().find(|task_set| {
        task_set.is_live()
            && task_set.target_group.as_deref() == Some(roles.replacement_group)
            && task_set.external_id.as_deref() != Some(&own)
    });
    if let Some(user) = user {
        return Some(Refusal::new(
            Reason::TargetGroupInUse,
            format!(
                "spec.loadBalancer.targetGroups: {name} should receive the replacement, but task set {} uses it: delete that task set",
                short(&user.id)
            ),
        ));
    }
    if service.with_external_id(&own).is_some() {
        return None;
    }
    match subject.observed.target_group(roles.replacement_group)?.registered() {
        Some(0) => None,
        Some(registered) => Some(Refusal::new(
            Reason::TargetGroupInUse,
            format!(
                "spec.loadBalancer.targetGroups: {name} should receive the replacement, but has {registered} targets of something else: deregister them"
            ),
        )),
        // Never so, by the rule of what a look reads; and nothing begins on what was not seen.
        None => Some(Refusal::new(
            Reason::TargetGroupInUse,
            format!(
                "spec.loadBalancer.targetGroups: {name} should receive the replacement, and its targets were not looked at"
            ),
        )),
    }
}
