//! Every refusal: a world that passes, one thing changed, and the words that tell what is wrong and what to do.

use sluice_api::{Capacity, DeploymentGroupSpec, MESSAGE_LIMIT, ProductionRoute, Reason};
use sluice_plan::begin::preflight::input::PreflightInput;
use sluice_plan::begin::preflight::{MOST_TASK_SETS, check_group, check_release, check_waiting};
use sluice_plan::observation::{Observation, RouteKind, RouteState, Target, TargetState, TaskSetState, Weight};
use sluice_plan::{Candidate, ReadScope, Refusal, begin};

use crate::support::World;
use crate::support::fixture::{definition, network_listener, released, schedule, settings, target_group};
use crate::support::reads::look;

const UID: &str = "0b9ab3c4-6f0b-4e8e-9a3f-2a7c1f5d1e42";

/// What is changed, how, the reason that follows, and words of the message.
type Case = (&'static str, fn(&mut DeploymentGroupSpec, &mut Observation), Reason, &'static [&'static str]);

fn service(observed: &mut Observation) -> &mut sluice_plan::observation::Service {
    observed.service.as_mut().unwrap()
}

const GROUP: &[Case] = &[
    (
        "no service",
        |_, world| world.service = None,
        Reason::ServiceNotFound,
        &["spec.ecs", "prod/shop", "eu-west-1", "create it"],
    ),
    (
        "a service that is being deleted",
        |_, world| service(world).active = false,
        Reason::ServiceInactive,
        &["spec.ecs", "prod/shop", "create it again"],
    ),
    (
        "another deployment controller",
        |_, world| service(world).external = false,
        Reason::ServiceNotExternal,
        &["spec.ecs", "prod/shop", "type EXTERNAL"],
    ),
    (
        "a service whose own grace is shorter",
        |group, world| {
            group.health_grace = sluice_api::Duration::from_mins(5);
            service(world).health_check_grace = 60;
        },
        Reason::InvalidValue,
        &["spec.healthGrace: 5m", "prod/shop, 60,", "--service shop --health-check-grace-period-seconds 300"],
    ),
    (
        "a grace that leaves no time",
        |group, world| {
            group.health_grace = sluice_api::Duration::from_mins(10);
            service(world).health_check_grace = 600;
        },
        Reason::InvalidValue,
        &["spec.healthGrace: 10m", "spec.progressDeadline, 10m", "make that longer"],
    ),
    (
        "no such target group",
        |_, world| {
            world.target_groups[1].exists = false;
            leaves_the_routes(world);
        },
        Reason::TargetGroupNotFound,
        &["spec.loadBalancer.targetGroups", "shop-b", "correct the ARN"],
    ),
    (
        "no such route",
        |_, world| world.routes[1].state = RouteState::Missing,
        Reason::RouteNotFound,
        &["spec.loadBalancer.productionRoutes", "rule-1", "correct the ARN"],
    ),
    (
        "a default rule by its own ARN",
        |_, world| world.routes[0].state = RouteState::DefaultRule,
        Reason::DefaultRule,
        &["spec.loadBalancer.productionRoutes", "rule-0", "name its listener instead"],
    ),
    (
        "a rule that redirects",
        |_, world| world.routes[0].state = RouteState::NoForward,
        Reason::NoForwardAction,
        &["spec.loadBalancer.productionRoutes", "rule-0", "give it one with both target groups"],
    ),
    (
        "a target group in no route",
        |_, world| forward(world, 1, &[(0, 100)]),
        Reason::TargetGroupOutsideRoute,
        &["spec.loadBalancer.targetGroups", "shop-b", "rule-1", "add it with weight 0"],
    ),
    (
        "routes of two load balancers",
        |_, world| world.routes[1].arn = world.routes[1].arn.replace("app/shop", "app/other"),
        Reason::TargetGroupElsewhere,
        &["spec.loadBalancer.productionRoutes", "rule-1", "name routes of one load balancer"],
    ),
    (
        "a target group of another load balancer",
        |_, world| {
            world.target_groups[1].load_balancers = vec!["arn:aws:elasticloadbalancing:x:y:z".to_owned()];
            leaves_the_routes(world);
        },
        Reason::TargetGroupElsewhere,
        &["spec.loadBalancer.targetGroups", "shop-b", "use one that is free"],
    ),
    (
        "a listener of a Gateway Load Balancer",
        |settings, _| name_listener(settings, "gwy"),
        Reason::UnsupportedLoadBalancer,
        &["spec.loadBalancer.productionRoutes", "f2f7", "Gateway Load Balancer", "use an Application Load Balancer"],
    ),
    (
        "a target group of a Network Load Balancer",
        |_, world| {
            world.target_groups[1].protocol = Some("TCP_UDP".to_owned());
            leaves_the_routes(world);
        },
        Reason::UnsupportedLoadBalancer,
        &["spec.loadBalancer.targetGroups", "shop-b", "TCP_UDP", "an Application Load Balancer", "one of HTTP, HTTPS"],
    ),
    (
        "a rule of a Network Load Balancer",
        |settings, world| {
            be_network(settings, world);
            let arn = network_listener().replace("listener/", "listener-rule/") + "/9683";
            settings.load_balancer.production_routes =
                vec![ProductionRoute { listener_rule: Some(arn), listener: None }];
        },
        Reason::UnsupportedLoadBalancer,
        &["spec.loadBalancer.productionRoutes", "9683", "Network Load Balancer", "name its listener"],
    ),
    (
        "a target group that a Network Load Balancer has no weights for",
        |settings, world| {
            be_network(settings, world);
            world.target_groups[1].protocol = Some("QUIC".to_owned());
            leaves_the_routes(world);
        },
        Reason::UnsupportedLoadBalancer,
        &["spec.loadBalancer.targetGroups", "shop-b", "QUIC", "Network Load Balancer", "TCP, TLS, UDP, TCP_UDP"],
    ),
    (
        "target groups of two protocols behind a Network Load Balancer",
        |settings, world| {
            be_network(settings, world);
            world.target_groups[1].protocol = Some("TCP_UDP".to_owned());
            leaves_the_routes(world);
        },
        Reason::UnsupportedLoadBalancer,
        &["spec.loadBalancer.targetGroups", "shop-a has protocol TCP", "shop-b has TCP_UDP", "of the same protocol"],
    ),
    (
        "a target group of another Network Load Balancer",
        |settings, world| {
            be_network(settings, world);
            world.target_groups[1].load_balancers =
                vec!["arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/net/other/50dd".to_owned()];
            leaves_the_routes(world);
        },
        Reason::TargetGroupElsewhere,
        &["spec.loadBalancer.targetGroups", "shop-b", "use one that is free"],
    ),
    (
        "clients that stick behind a Network Load Balancer",
        |settings, world| {
            be_network(settings, world);
            world.routes[0].stickiness = Some(jiff::SignedDuration::from_hours(1));
        },
        Reason::UnsupportedLoadBalancer,
        &["spec.loadBalancer.productionRoutes", "f2f7", "Network Load Balancer", "turn the target group stickiness"],
    ),
    (
        "a third target group with traffic",
        |_, world| {
            let third = Weight { target_group: "arn:x:targetgroup/maintenance/1".to_owned(), weight: 7 };
            if let RouteState::Forward(weights) = &mut world.routes[0].state {
                weights.push(third);
            }
        },
        Reason::ForeignTraffic,
        &["spec.loadBalancer.productionRoutes", "rule-0", "maintenance", "6.5%", "look whose traffic that is"],
    ),
    (
        "two task sets with traffic",
        |_, world| {
            beside(world, 1);
            forward(world, 0, &[(0, 70), (1, 30)]);
        },
        Reason::TrafficDivided,
        &["shop-a (shop:41) has 70 to 100 %, shop-b (shop:40) has 0 to 30 %", "nothing is taken from either"],
    ),
    (
        "two task sets with all the traffic of a route each",
        |_, world| {
            beside(world, 1);
            forward(world, 1, &[(0, 0), (1, 100)]);
        },
        Reason::TrafficDivided,
        &["shop-a (shop:41) has 0 to 100 %, shop-b (shop:40) has 0 to 100 %"],
    ),
    (
        "traffic to a target group without a task set",
        |_, world| forward(world, 0, &[(0, 50), (1, 50)]),
        Reason::TrafficDivided,
        &[
            "shop-b (no task set) has 0 to 50 % of the traffic",
            "a release begins once one task set has all the traffic",
        ],
    ),
    (
        "two task sets on the target group that serves, and no primary",
        |_, world| {
            beside(world, 0);
            service(world).task_sets[0].status = TaskSetState::Active;
        },
        Reason::TrafficDivided,
        &["shop-a (shop:41 and shop:40) has 100 %", "nothing is taken from either"],
    ),
    (
        "no weight anywhere",
        |_, world| (0..2).for_each(|route| forward(world, route, &[(0, 0), (1, 0)])),
        Reason::NoWeight,
        &["shop-a (shop:41) has 0 %", "no one knows which is to serve"],
    ),
];

const RELEASE: &[Case] = &[
    (
        "no such task definition",
        |_, world| world.task_definition = None,
        Reason::TaskDefinitionNotFound,
        &["spec.revision.taskDefinition", "shop:42", "register it"],
    ),
    (
        "an inactive task definition",
        |_, world| world.task_definition.as_mut().unwrap().active = false,
        Reason::TaskDefinitionNotFound,
        &["spec.revision.taskDefinition", "shop:42", "INACTIVE", "register a new revision"],
    ),
    (
        "no such container",
        |settings, _| "nginx".clone_into(&mut settings.container.name),
        Reason::ContainerNotFound,
        &["spec.container.name", "nginx", "name one that it has, web"],
    ),
    (
        "no such port",
        |settings, _| settings.container.port = 80,
        Reason::ContainerNotFound,
        &["spec.container.port", "80", "name one that it has, 8080"],
    ),
    (
        "awsvpc without a network",
        |settings, _| settings.task_set.network_configuration = None,
        Reason::NetworkConfigurationMissing,
        &["spec.taskSet.networkConfiguration", "awsvpc", "name subnets and security groups"],
    ),
    (
        "a primary on another target group",
        |_, world| service(world).task_sets[0].target_group = Some("arn:x:targetgroup/old/1".to_owned()),
        Reason::OriginalOutsidePair,
        &["spec.loadBalancer.targetGroups", "prod/shop", "as one of the pair"],
    ),
    (
        "a primary without a target group",
        |_, world| service(world).task_sets[0].target_group = None,
        Reason::OriginalOutsidePair,
        &["spec.loadBalancer.targetGroups", "as one of the pair"],
    ),
    (
        "no place for one more task set",
        |_, world| {
            let mut leaving = service(world).task_sets[0].clone();
            leaving.status = TaskSetState::Draining;
            service(world).task_sets.resize(MOST_TASK_SETS, leaving);
        },
        Reason::TooManyTaskSets,
        &["spec.ecs", "prod/shop", "5 task sets", "once one that serves nothing is gone"],
    ),
    (
        "a primary elsewhere, and another one serves",
        |_, world| {
            beside(world, 0);
            service(world).task_sets[0].target_group = Some("arn:x:targetgroup/old/1".to_owned());
        },
        Reason::OriginalOutsidePair,
        &["spec.loadBalancer.targetGroups", "task set 40 (shop:40) has the traffic: make it the primary task set"],
    ),
    (
        "sizes that follow the traffic behind a Network Load Balancer",
        |settings, world| {
            be_network(settings, world);
            settings.capacity = Capacity::Proportional;
        },
        Reason::InvalidValue,
        &["spec.capacity", "Proportional", "Network Load Balancer", "connections stay", "capacity: Full"],
    ),
    (
        "another task set on the replacement's target group",
        |_, world| beside(world, 1),
        Reason::TargetGroupInUse,
        &["spec.loadBalancer.targetGroups", "shop-b", "task set 40", "look whether it is still needed"],
    ),
    (
        "a primary without traffic, and another one serves",
        |_, world| {
            beside(world, 1);
            (0..2).for_each(|route| forward(world, route, &[(0, 0), (1, 100)]));
        },
        Reason::TargetGroupInUse,
        &[
            "shop-a",
            "task set 41, the primary one without traffic",
            "make 40, which has the traffic, the primary task set",
        ],
    ),
    (
        "targets of something else in the replacement's target group",
        |_, world| {
            let target =
                Target { id: "10.0.0.9".to_owned(), state: TargetState::Healthy, reason: None, description: None };
            world.target_groups[1].targets.as_mut().unwrap().push(target);
        },
        Reason::TargetGroupInUse,
        &["spec.loadBalancer.targetGroups", "shop-b", "1 targets", "name a target group that is free"],
    ),
];

/// One more task set, which is not the primary one and runs `shop:40`, on a target group of the pair.
fn beside(world: &mut Observation, group: usize) {
    let mut other = service(world).task_sets[0].clone();
    (other.id, other.status) = ("ecs-svc/40".to_owned(), TaskSetState::Active);
    (other.target_group, other.task_definition) = (Some(target_group(group)), definition(40));
    service(world).task_sets.push(other);
}

fn forward(world: &mut Observation, route: usize, weights: &[(usize, i32)]) {
    let weight = |&(group, weight)| Weight { target_group: target_group(group), weight };
    world.routes[route].state = RouteState::Forward(weights.iter().map(weight).collect());
}

/// The same service behind a listener of a Network Load Balancer.
fn be_network(settings: &mut DeploymentGroupSpec, world: &mut Observation) {
    name_listener(settings, "net");
    *world = World::behind_a_network_load_balancer(4).observe(UID);
}

fn name_listener(settings: &mut DeploymentGroupSpec, kind: &str) {
    let arn = network_listener().replace("/net/", &format!("/{kind}/"));
    settings.load_balancer.production_routes = vec![ProductionRoute { listener_rule: None, listener: Some(arn) }];
}

fn base() -> (DeploymentGroupSpec, Observation) {
    (settings(2), World::new(2, 4).observe(UID))
}

/// Checks a group as the operator does: on what a look at it reads.
fn group_refusal(settings: &DeploymentGroupSpec, all: &Observation) -> Option<Refusal> {
    let observed = look(ReadScope::Group, settings, all).observed;
    check_group(&PreflightInput { settings, observed: &observed })
}

/// Checks a release as the operator does: on what the look before it reads.
fn refusal(settings: &DeploymentGroupSpec, all: &Observation, uid: &str) -> Option<Refusal> {
    let observed = before_release(settings, all, uid);
    check_release(&PreflightInput { settings, observed: &observed }, "shop:42", uid)
}

/// What does not exist, is elsewhere or is of another kind is in no route: Elastic Load Balancing sees to that.
fn leaves_the_routes(world: &mut Observation) {
    for route in &mut world.routes {
        route.state = RouteState::Forward(route.weights().iter().take(1).cloned().collect());
    }
}

fn before_release(settings: &DeploymentGroupSpec, all: &Observation, uid: &str) -> Observation {
    look(ReadScope::Begin { uid, released: &released(42) }, settings, all).observed
}

#[test]
fn a_world_in_order_passes() {
    let (settings, observed) = base();
    assert_eq!(group_refusal(&settings, &observed), None);
    assert_eq!(refusal(&settings, &observed, UID), None);
    for protocol in ["TCP", "TLS", "UDP", "TCP_UDP"] {
        let (mut settings, mut observed) = base();
        be_network(&mut settings, &mut observed);
        for group in &mut observed.target_groups {
            group.protocol = Some(protocol.to_owned());
        }
        assert_eq!(group_refusal(&settings, &observed), None, "{protocol}");
        assert_eq!(refusal(&settings, &observed, UID), None, "{protocol}");
    }
}

#[test]
fn a_rule_of_a_network_load_balancer_that_sends_to_the_pair_is_told_with_what_can_be_done() {
    let (mut settings, mut observed) = base();
    be_network(&mut settings, &mut observed);
    let listed = observed.listed_routes.as_mut().unwrap();
    let mut rule = listed[0].clone();
    (rule.arn, rule.kind) = (format!("{}/9683", rule.arn), RouteKind::Rule);
    listed.push(rule);
    let refusal = refusal(&settings, &observed, UID).unwrap();
    assert_eq!(refusal.reason, Reason::UnnamedRoute);
    for word in ["9683", "Network Load Balancer", "shop-a", "give it a target group of its own"] {
        assert!(refusal.message.contains(word), "{word:?} is missing in {:?}", refusal.message);
    }
}

#[test]
fn nothing_begins_on_targets_that_were_not_looked_at() {
    let (settings, mut observed) = base();
    observed.target_groups[1].targets = None;
    let refusal = check_release(&PreflightInput { settings: &settings, observed: &observed }, "shop:42", UID).unwrap();
    assert_eq!(refusal.reason, Reason::TargetGroupInUse);
    assert!(refusal.message.contains("shop-b") && refusal.message.contains("not looked at"), "{}", refusal.message);
}

#[test]
fn each_fault_is_refused_with_field_value_and_remedy() {
    let both = GROUP.iter().map(|case| (true, case)).chain(RELEASE.iter().map(|case| (false, case)));
    for (of_group, (what, spoil, reason, words)) in both {
        let (mut settings, mut observed) = base();
        spoil(&mut settings, &mut observed);
        let group = group_refusal(&settings, &observed);
        assert_eq!(group.is_some(), of_group, "{what}: {group:?}");
        let refusal = refusal(&settings, &observed, UID).expect(what);
        assert_eq!(refusal.reason, *reason, "{what}: {}", refusal.message);
        for word in *words {
            assert!(refusal.message.contains(word), "{what}: {word:?} is missing in {:?}", refusal.message);
        }
        assert!(refusal.message.chars().count() <= MESSAGE_LIMIT, "{what}: {}", refusal.message);
    }
}

/// What another release changes while it is in progress, and what only its end can tell.
const TOLD_AT_THE_END: [Reason; 5] = [
    Reason::TrafficDivided,
    Reason::NoWeight,
    Reason::OriginalOutsidePair,
    Reason::TooManyTaskSets,
    Reason::TargetGroupInUse,
];

#[test]
fn one_that_waits_is_checked_for_all_that_the_release_in_progress_does_not_change() {
    let waiting = |settings: &DeploymentGroupSpec, all: &Observation| {
        let reading = look(ReadScope::Waits { released: &released(42) }, settings, all);
        assert_eq!((reading.rounds.len(), reading.rounds[0].len()), (1, 4), "one look, and no targets");
        check_waiting(&PreflightInput { settings, observed: &reading.observed }, "shop:42", UID)
    };
    let in_the_middle = || {
        let (settings, mut observed) = base();
        beside(&mut observed, 1);
        (0..2).for_each(|route| forward(&mut observed, route, &[(0, 60), (1, 40)]));
        (settings, observed)
    };
    let (settings, observed) = in_the_middle();
    assert!(refusal(&settings, &observed, UID).is_some(), "it could not begin now");
    assert_eq!(waiting(&settings, &observed), None);
    for (what, spoil, reason, _) in GROUP.iter().chain(RELEASE) {
        let (mut settings, mut observed) = in_the_middle();
        spoil(&mut settings, &mut observed);
        let found = waiting(&settings, &observed).map(|refusal| refusal.reason);
        assert_eq!(found, Some(*reason).filter(|reason| !TOLD_AT_THE_END.contains(reason)), "{what}");
    }
}

#[test]
fn a_refused_release_begins_nothing() {
    for (what, spoil, reason, _) in GROUP.iter().chain(RELEASE) {
        let (mut settings, mut observed) = base();
        spoil(&mut settings, &mut observed);
        let observed = before_release(&settings, &observed, UID);
        let increments = schedule(&serde_json::json!({"allAtOnce": {}}));
        let released = released(42);
        let candidate = Candidate {
            uid: UID,
            released: &released,
            settings: &settings,
            increments: &increments,
            observed: &observed,
        };
        assert_eq!(begin(&candidate).unwrap_err().reason, *reason, "{what}");
    }
}

#[test]
fn of_several_faults_the_most_basic_is_told() {
    let (settings, mut observed) = base();
    observed.task_definition = None;
    observed.routes[0].state = RouteState::Missing;
    let reason = |observed: &Observation| refusal(&settings, observed, UID).map(|refusal| refusal.reason);
    assert_eq!(reason(&observed), Some(Reason::RouteNotFound));
    service(&mut observed).external = false;
    assert_eq!(reason(&observed), Some(Reason::ServiceNotExternal));
}

fn target(id: &str, state: TargetState) -> Target {
    Target { id: id.to_owned(), state, reason: None, description: None }
}

#[test]
fn a_first_release_takes_nothing_from_what_serves() {
    type Case = (&'static str, [(usize, i32); 2], &'static [TargetState], Option<&'static str>);
    let (settings, mut observed) = base();
    service(&mut observed).task_sets.clear();
    let table: [Case; 5] = [
        ("another's targets with all traffic", [(0, 100), (1, 0)], &[TargetState::Healthy], Some("shop-a")),
        ("they are not well, and still another's", [(0, 100), (1, 0)], &[TargetState::Unhealthy], Some("shop-a")),
        ("another's targets with some traffic", [(0, 60), (1, 40)], &[TargetState::Healthy], Some("shop-a")),
        ("what was there is leaving", [(0, 100), (1, 0)], &[TargetState::Draining], None),
        ("nothing is there", [(0, 100), (1, 0)], &[], None),
    ];
    for (what, weights, targets, expected) in table {
        forward(&mut observed, 0, &weights);
        forward(&mut observed, 1, &[(0, 0), (1, 1)]);
        let targets = targets.iter().map(|state| target("10.0.0.9", *state));
        observed.target_groups[0].targets = Some(targets.collect());
        let refusal = refusal(&settings, &observed, UID);
        let told = refusal.as_ref().map(|refusal| (refusal.reason, refusal.message.as_str()));
        match (told, expected) {
            (None, None) => {}
            (Some((Reason::TargetGroupInUse, message)), Some(group)) => {
                for word in [group, "1 target of something else", "prod/shop", "takes nothing from what serves"] {
                    assert!(message.contains(word), "{what}: {word:?} is missing in {message:?}");
                }
            }
            (told, _) => panic!("{what}: {told:?}"),
        }
    }
}

#[test]
fn a_first_release_begins_on_no_served_target_group_that_was_not_looked_at() {
    let (settings, mut observed) = base();
    service(&mut observed).task_sets.clear();
    observed.target_groups[0].targets = None;
    let refusal = check_release(&PreflightInput { settings: &settings, observed: &observed }, "shop:42", UID).unwrap();
    assert_eq!(refusal.reason, Reason::TargetGroupInUse);
    assert!(refusal.message.contains("shop-a") && refusal.message.contains("not looked at"), "{}", refusal.message);
}

#[test]
fn what_its_own_deployment_made_already_is_no_obstacle() {
    let (settings, mut observed) = base();
    let mut own = service(&mut observed).task_sets[0].clone();
    (own.id, own.status) = ("ecs-svc/42".to_owned(), TaskSetState::Active);
    own.external_id = Some(sluice_plan::identity::external_id(UID));
    own.target_group = Some(target_group(1));
    let target = Target { id: "10.0.0.9".to_owned(), state: TargetState::Healthy, reason: None, description: None };
    observed.target_groups[1].targets.as_mut().unwrap().push(target);
    service(&mut observed).task_sets.push(own);
    assert_eq!(refusal(&settings, &observed, UID), None);
    let other = "11111111-1111-1111-1111-111111111111";
    assert_eq!(refusal(&settings, &observed, other).map(|it| it.reason), Some(Reason::TargetGroupInUse));
}
