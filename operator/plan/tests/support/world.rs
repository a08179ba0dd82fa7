//! The fake world: a service, its task sets, their targets, and the routes. Pure, and its clock is stepped.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use sluice_api::Share;
use sluice_plan::Action;
use sluice_plan::observation::{
    Alarm, AlarmAnswer, AlarmReading, AlarmValue, ContainerDefinition, ListedRoute, Observation, PlacementFailure,
    Route, RouteKind, RouteState, Service, StoppedTask, Target, TargetGroup, TargetState, TaskDefinition, TaskSet,
    TaskSetState, Weight,
};

use super::fixture::{
    definition, midnight, network_listener, network_test_listener, rule, seconds, target_group, test_rule, unnamed_rule,
};
use super::hooks::Hooks;
use super::part::Part;

/// Seconds until a task runs, until its target is healthy, and until a deleted one has drained.
const RUNS_AFTER: i64 = 20;
const HEALTHY_AFTER: i64 = 35;
const DRAINED_AFTER: i64 = 30;

/// What becomes of the tasks of a new task set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Behaviour {
    /// They run and get healthy.
    #[default]
    Healthy,
    /// They stay pending.
    Hangs,
    /// Their image cannot be pulled.
    NeverStarts,
    /// They exit soon after they run.
    Crashes,
    /// They run, and never pass a health check.
    Unhealthy,
    /// AWS takes them away after a while, as it does with Spot capacity.
    Interrupted,
}

/// What CloudWatch answers for an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlarmIs {
    Ok,
    Alarm,
    WithoutData,
    /// The call is throttled.
    Throttled,
    /// The call is denied.
    Denied,
    /// There is no such alarm.
    Gone,
}

/// ARN of the service that ECS deploys itself.
pub const OTHER_SERVICE: &str = "arn:aws:ecs:eu-west-1:123456789012:service/prod/shop-rolling";

#[derive(Clone, Debug)]
pub struct Set {
    pub id: String,
    pub external_id: Option<String>,
    pub status: TaskSetState,
    pub group: String,
    pub definition: String,
    pub scale: Share,
    pub behaviour: Behaviour,
    pub drains_since: Option<Timestamp>,
    /// How many of its tasks pass no health check.
    pub sick: usize,
    /// Whether it is no task set of the service, but another service, which ECS deploys itself.
    pub is_other_service: bool,
    tasks: Vec<Timestamp>,
}

#[derive(Clone, Debug)]
pub struct World {
    pub now: Timestamp,
    pub desired: i32,
    pub sets: Vec<Set>,
    /// ARN of each route, and its weights.
    pub routes: Vec<(String, Vec<(String, i32)>)>,
    /// Weights of the test rule, if there is one.
    pub test: Vec<(String, i32)>,
    /// Weights of the rule that the group does not name, if there is one.
    pub unnamed: Vec<(String, i32)>,
    /// Whether ECS knows the task definition of the release.
    pub is_defined: bool,
    /// Whether the routes of the load balancer may be listed.
    pub is_listable: bool,
    /// What becomes of the next task set.
    pub behaviour: Behaviour,
    /// Whether ECS answers with the service.
    pub present: bool,
    /// The revision that is asked about.
    pub revision: i32,
    pub stopped: Vec<(String, StoppedTask)>,
    /// Routes that do not answer with their weights, and what they answer instead. What they carry goes on.
    pub hidden: BTreeMap<usize, RouteState>,
    /// ARNs of target groups that were deleted.
    pub gone: Vec<String>,
    /// How long clients stick to a target group, on every route.
    pub stickiness: Option<SignedDuration>,
    /// The last time that ECS found no place for a task.
    pub placement_failure: Option<PlacementFailure>,
    /// Functions, and what this process knows of those that it started.
    pub hooks: Hooks,
    /// Writes that were sent, and when they land.
    pub late: Vec<(Timestamp, Action)>,
    /// The most tasks that there were at a time, of both sides.
    pub most_tasks: usize,
    /// The fewest healthy ones that there were at a time, of both sides, once all that was wanted was there.
    pub fewest_healthy: Option<usize>,
    /// The alarms, and since when each is so.
    pub alarms: BTreeMap<&'static str, (AlarmIs, Timestamp)>,
}

impl World {
    /// The same behind a listener of a Network Load Balancer.
    pub fn behind_a_network_load_balancer(desired: i32) -> Self {
        let mut world = Self::new(1, desired);
        world.routes[0].0 = network_listener();
        world
    }

    /// ARN of the route of test traffic, if there is one.
    pub fn test_route(&self) -> String {
        if self.is_behind_a_network_load_balancer() { network_test_listener() } else { test_rule() }
    }

    pub fn is_behind_a_network_load_balancer(&self) -> bool {
        self.routes.first().is_some_and(|(arn, _)| *arn == network_listener())
    }

    /// A service that serves `shop:41` from the first target group.
    pub fn new(routes: usize, desired: i32) -> Self {
        let mut world = Self::empty(routes, desired);
        world.sets.push(Set {
            id: "ecs-svc/41".to_owned(),
            external_id: None,
            status: TaskSetState::Primary,
            group: target_group(0),
            definition: definition(41),
            scale: Share::ALL,
            behaviour: Behaviour::Healthy,
            drains_since: None,
            sick: 0,
            is_other_service: false,
            tasks: vec![midnight() - seconds(3600); usize::try_from(desired).unwrap()],
        });
        world
    }

    /// The same without a primary task set, as infrastructure as code makes it, and served from the second target group.
    pub fn without_primary(routes: usize, desired: i32) -> Self {
        let mut world = Self::new(routes, desired);
        world.sets[0].status = TaskSetState::Active;
        world.sets[0].group = target_group(1);
        for (_, weights) in &mut world.routes {
            *weights = vec![(target_group(0), 0), (target_group(1), 100)];
        }
        world
    }

    /// A service without a load balancer that runs `shop:41`.
    pub fn by_size(desired: i32) -> Self {
        let mut world = Self::new(0, desired);
        world.sets[0].group = String::new();
        world
    }

    /// The same, served by another service, which ECS deploys itself: the group's own has no task set.
    pub fn of_another_service(routes: usize, desired: i32) -> Self {
        let mut world = Self::new(routes, desired);
        world.sets[0].status = TaskSetState::Active;
        world.sets[0].is_other_service = true;
        OTHER_SERVICE.clone_into(&mut world.sets[0].id);
        world
    }

    /// A service in which nothing was ever deployed.
    pub fn empty(routes: usize, desired: i32) -> Self {
        let weights = vec![(target_group(0), 100), (target_group(1), 0)];
        Self {
            now: midnight(),
            desired,
            sets: Vec::new(),
            routes: (0..routes).map(|index| (rule(index), weights.clone())).collect(),
            test: Vec::new(),
            unnamed: Vec::new(),
            is_defined: true,
            is_listable: true,
            behaviour: Behaviour::Healthy,
            present: true,
            revision: 42,
            stopped: Vec::new(),
            hidden: BTreeMap::new(),
            gone: Vec::new(),
            stickiness: None,
            placement_failure: None,
            hooks: Hooks::default(),
            late: Vec::new(),
            most_tasks: 0,
            fewest_healthy: None,
            alarms: BTreeMap::new(),
        }
    }

    pub fn set(&self, id: &str) -> Option<&Set> {
        self.sets.iter().find(|set| set.id == id)
    }

    /// The live task set of this external id.
    pub fn of(&self, external_id: &str) -> Option<&Set> {
        self.sets.iter().find(|set| set.is_live() && set.external_id.as_deref() == Some(external_id))
    }

    /// Whether every route is read with both target groups in it, but for one that was deleted.
    pub fn all_routes_are_read(&self) -> bool {
        let both = |weights: &[(String, i32)]| {
            [0, 1]
                .map(target_group)
                .iter()
                .all(|group| self.gone.contains(group) || weights.iter().any(|(arn, _)| arn == group))
        };
        self.hidden.is_empty() && self.routes.iter().all(|(_, weights)| both(weights))
    }

    /// Weight of a target group on a route.
    pub fn weight(&self, route: usize, group: &str) -> i32 {
        self.routes[route].1.iter().find(|(arn, _)| arn == group).map_or(0, |(_, weight)| *weight)
    }

    /// Whether a rule that the group does not name sends requests to a target group.
    pub fn unnamed_rule_sends_to(&self, group: &str) -> bool {
        self.unnamed.iter().any(|(arn, weight)| arn == group && *weight > 0)
    }

    /// Share of a target group on a route: its weight, of the sum of all.
    pub fn part(&self, route: usize, group: &str) -> Part {
        Part { weight: self.weight(route, group), of: self.routes[route].1.iter().map(|(_, weight)| weight).sum() }
    }

    /// The greatest share of a target group among the routes, in percent, rounded down to a tenth.
    pub fn share(&self, group: &str) -> Share {
        (0..self.routes.len()).map(|route| self.part(route, group).rounded()).max().unwrap_or_default()
    }

    /// Whether any route gives a target group weight.
    pub fn has_weight(&self, group: &str) -> bool {
        (0..self.routes.len()).any(|route| self.weight(route, group) > 0)
    }

    /// Weight of a target group on the test rule.
    pub fn test_weight(&self, group: &str) -> i32 {
        self.test.iter().find(|(arn, _)| arn == group).map_or(0, |(_, weight)| *weight)
    }

    /// Healthy targets of a target group.
    pub fn healthy(&self, group: &str) -> usize {
        self.live_in(group).filter(|set| !self.gone.contains(&set.group)).map(|set| set.healthy(self.now)).sum()
    }

    pub fn live_in<'a>(&'a self, group: &'a str) -> impl Iterator<Item = &'a Set> {
        self.sets.iter().filter(move |set| set.is_live() && set.group == group)
    }

    /// Someone deletes a task set by hand.
    pub fn delete(&mut self, id: &str) {
        let now = self.now;
        for set in self.sets.iter_mut().filter(|set| set.id == id && set.is_live()) {
            set.status = TaskSetState::Draining;
            set.drains_since = Some(now);
        }
    }

    /// Tasks of the task set that stands on a target group failed, and others took their place before anybody looked.
    pub fn fail_tasks(&mut self, group: &str, count: usize) {
        let ids: Vec<String> = self.live_in(group).map(|set| set.id.clone()).collect();
        let exit = ("EssentialContainerExited", "Essential container in task exited", Some(1));
        let now = self.now;
        for id in ids {
            self.stopped.extend((0..count).map(|number| (id.clone(), stopped(number, exit, now))));
        }
    }

    /// Tasks of it failed the checks of the load balancer so long after they began to run, and others took their place.
    pub fn fail_checks(&mut self, group: &str, count: usize, after: SignedDuration) {
        let ids: Vec<String> = self.live_in(group).map(|set| set.id.clone()).collect();
        let end = ("ServiceSchedulerInitiated", "Task failed ELB health checks in (target-group shop-b)", None);
        let now = self.now;
        let task = |number| StoppedTask { started_at: Some(now - after), ..stopped(number, end, now) };
        for id in ids {
            self.stopped.extend((0..count).map(|number| (id.clone(), task(number))));
        }
    }

    /// ECS says that it finds no place for a task of the task set that stands on a target group.
    pub fn find_no_place(&mut self, group: &str) {
        let task_set = self.live_in(group).map(|set| set.id.clone()).next();
        let message =
            "unable to place a task. Reason: no container instance met all of its requirements (RESOURCE:MEMORY).";
        self.placement_failure = Some(PlacementFailure { at: self.now, task_set, message: message.to_owned() });
    }

    /// Time passes, second by second.
    pub fn advance_to(&mut self, at: Timestamp) {
        while self.now < at {
            self.now += seconds(1);
            self.tick();
        }
    }

    pub fn tick(&mut self) {
        let (now, desired) = (self.now, self.desired);
        let (landed, late): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.late).into_iter().partition(|(at, _)| *at <= now);
        self.late = late;
        for (_, action) in &landed {
            self.apply(action);
        }
        self.sets.retain(|set| set.drains_since.is_none_or(|since| now < since + seconds(DRAINED_AFTER)));
        for set in self.sets.iter_mut().filter(|set| set.drains_since.is_none()) {
            let (lives, reason) = match set.behaviour {
                Behaviour::NeverStarts => {
                    (15, ("TaskFailedToStart", "CannotPullContainerError: shop:42 not found", None))
                }
                Behaviour::Crashes => (25, ("EssentialContainerExited", "Essential container in task exited", Some(1))),
                Behaviour::Interrupted => (90, ("SpotInterruption", "Your Spot Task was interrupted.", None)),
                Behaviour::Healthy | Behaviour::Hangs | Behaviour::Unhealthy => (i64::MAX / 2, ("", "", None)),
            };
            let before = set.tasks.len();
            set.tasks.retain(|born| now.duration_since(*born).as_secs() < lives);
            for number in set.tasks.len()..before {
                self.stopped.push((set.id.clone(), stopped(number, reason, now)));
            }
            set.tasks.resize(set.wanted(desired), now);
        }
        let tasks = self.sets.iter().filter(|set| set.is_live()).map(|set| set.tasks.len()).sum();
        self.most_tasks = self.most_tasks.max(tasks);
        let healthy = self.sets.iter().map(|set| set.healthy(now)).sum();
        let first = usize::try_from(desired).is_ok_and(|desired| healthy >= desired).then_some(healthy);
        self.fewest_healthy = self.fewest_healthy.map_or(first, |fewest: usize| Some(fewest.min(healthy)));
    }

    /// The whole world, of which a look reads a part.
    pub fn observe(&self, uid: &str) -> Observation {
        let own = self.of(&sluice_plan::identity::external_id(uid)).map(|set| set.id.as_str());
        Observation {
            reads: BTreeSet::new(),
            at: self.now,
            service: self.present.then(|| self.service()),
            adopted: self.sets.iter().find(|set| set.is_other_service).map(|set| self.other_service(set)),
            routes: self
                .routes
                .iter()
                .enumerate()
                .map(|(index, (arn, weights))| {
                    let seen = route(arn, weights);
                    let state = self.hidden.get(&index).cloned().unwrap_or_else(|| seen.state.clone());
                    Route { state, stickiness: self.stickiness, ..seen }
                })
                .collect(),
            test_route: (!self.test.is_empty()).then(|| route(&self.test_route(), &self.test)),
            target_groups: self.pair().map(|group| self.observe_group(group)).collect(),
            task_definition: self.is_defined.then(|| task_definition(self.revision)),
            unregistered: false,
            stopped_tasks: Some(
                self.stopped
                    .iter()
                    .filter(|(set, _)| Some(set.as_str()) == own)
                    .map(|(_, task)| task.clone())
                    .collect(),
            ),
            listed_routes: self.is_listable.then(|| self.listed()),
            unlisted: (!self.is_listable).then(|| "DescribeListeners: not authorized".to_owned()),
            dns_name: None,
            executions: self.hooks.executions(self.now),
            functions: self.hooks.functions(),
            hook_needs: self.hooks.needs.clone(),
            alarms: (!self.alarms.is_empty()).then(|| self.observe_alarms()),
        }
    }

    fn service(&self) -> Service {
        Service {
            arn: "arn:aws:ecs:eu-west-1:123456789012:service/prod/shop".to_owned(),
            active: true,
            external: true,
            task_definition: None,
            target_groups: Vec::new(),
            running: 0,
            environment: None,
            stack_id: None,
            placement_failure: self.placement_failure.clone(),
            health_check_grace: 300,
            desired_count: self.desired,
            task_sets: self
                .sets
                .iter()
                .filter(|set| !set.is_other_service)
                .map(|set| {
                    let observed = set.observe(self.now, self.desired);
                    // Without its target group no task of it passes a check of the load balancer.
                    TaskSet { steady: observed.steady && !self.gone.contains(&set.group), ..observed }
                })
                .collect(),
        }
    }

    /// The pair of target groups; none without routes.
    fn pair(&self) -> impl Iterator<Item = String> {
        [0, 1].into_iter().filter(|_| !self.routes.is_empty()).map(target_group)
    }

    fn other_service(&self, set: &Set) -> Service {
        let observed = set.observe(self.now, self.desired);
        Service {
            arn: set.id.clone(),
            active: set.is_live(),
            external: false,
            desired_count: observed.computed_desired,
            task_definition: Some(observed.task_definition),
            target_groups: vec![set.group.clone()],
            running: observed.running,
            health_check_grace: 0,
            environment: None,
            stack_id: None,
            placement_failure: None,
            task_sets: Vec::new(),
        }
    }

    /// What the load balancer lists: the named routes that are there, and the one that is not named.
    fn listed(&self) -> Vec<ListedRoute> {
        let listed = |arn: &str, priority: usize, weights: &[(String, i32)]| ListedRoute {
            arn: arn.to_owned(),
            kind: RouteKind::Rule,
            port: Some(443),
            protocol: None,
            host: None,
            priority: Some(priority.to_string()),
            conditions: format!("/{priority}/*"),
            weights: listed_weights(weights),
        };
        let named = self.routes.iter().enumerate().filter(|(index, _)| !self.hidden.contains_key(index));
        let mut all: Vec<ListedRoute> = named.map(|(index, (arn, weights))| listed(arn, index + 10, weights)).collect();
        if !self.test.is_empty() {
            all.push(listed(&self.test_route(), 6, &self.test));
        }
        if !self.unnamed.is_empty() {
            all.push(listed(&unnamed_rule(), 5, &self.unnamed));
        }
        all
    }

    /// CloudWatch answers so for this alarm from now on.
    pub fn answer_alarm(&mut self, name: &'static str, is: AlarmIs) {
        self.alarms.insert(name, (is, self.now));
    }

    fn observe_alarms(&self) -> AlarmReading {
        let alarm = |(name, (is, since)): (&&str, &(AlarmIs, Timestamp))| {
            let known =
                |value, reason: &str| AlarmAnswer::Known { value, since: Some(*since), reason: reason.to_owned() };
            let unread = |denied, why: &str| AlarmAnswer::Unread { denied, why: why.to_owned() };
            let answer = match is {
                AlarmIs::Ok => known(AlarmValue::Ok, "Threshold Crossed: no datapoint was above 20"),
                AlarmIs::Alarm => known(AlarmValue::Alarm, "Threshold Crossed: 1 datapoint [31.0] was above 20"),
                AlarmIs::WithoutData => known(AlarmValue::InsufficientData, "Unchecked: Initial alarm creation"),
                AlarmIs::Throttled => {
                    unread(false, "failed to call cloudwatch:DescribeAlarms: Throttling: Rate exceeded")
                }
                AlarmIs::Denied => {
                    unread(true, "failed to call cloudwatch:DescribeAlarms: AccessDenied: not authorized")
                }
                AlarmIs::Gone => AlarmAnswer::Missing,
            };
            Alarm { name: (*name).to_owned(), answer }
        };
        AlarmReading { asked_at: self.now, alarms: self.alarms.iter().map(alarm).collect() }
    }

    fn observe_group(&self, arn: String) -> TargetGroup {
        let exists = !self.gone.contains(&arn);
        let targets =
            self.sets.iter().filter(|set| exists && set.group == arn).flat_map(|set| set.targets(self.now)).collect();
        let (kind, protocol) = if self.is_behind_a_network_load_balancer() { ("net", "TCP") } else { ("app", "HTTP") };
        let load_balancers =
            vec![format!("arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/{kind}/shop/50dc")];
        let protocol = exists.then(|| protocol.to_owned());
        TargetGroup { arn, exists, protocol, load_balancers, targets: Some(targets) }
    }

    /// Does what a step says, as AWS would.
    pub fn apply(&mut self, step: &Action) {
        match step {
            Action::CreateTaskSet(new) => {
                if self.sets.iter().any(|set| set.external_id.as_ref() == Some(&new.external_id)) {
                    return;
                }
                let number: String = new.task_definition.rsplit(':').next().unwrap_or_default().to_owned();
                self.sets.push(Set {
                    id: format!("ecs-svc/{number}"),
                    external_id: Some(new.external_id.clone()),
                    status: TaskSetState::Active,
                    group: new.target_group.clone(),
                    definition: new.task_definition.clone(),
                    scale: new.size,
                    behaviour: self.behaviour,
                    drains_since: None,
                    sick: 0,
                    is_other_service: false,
                    tasks: Vec::new(),
                });
                self.tick();
            }
            Action::ScaleTaskSet { task_set, size } => {
                for set in self.sets.iter_mut().filter(|set| set.id == *task_set) {
                    set.scale = *size;
                }
                self.tick();
            }
            Action::SetWeights(change) => {
                let test = (change.route == self.test_route()).then_some(&mut self.test);
                let routes = self.routes.iter_mut().filter(|(arn, _)| *arn == change.route);
                for weights in routes.map(|(_, weights)| weights).chain(test) {
                    // Target groups outside the change keep what they have.
                    let others = weights.iter().filter(|(arn, _)| !change.weights.iter().any(|(one, _)| one == arn));
                    *weights = change.weights.iter().chain(others).cloned().collect();
                }
            }
            Action::PromoteTaskSet { task_set } => {
                for set in self.sets.iter_mut().filter(|set| set.is_live()) {
                    set.status = if set.id == *task_set { TaskSetState::Primary } else { TaskSetState::Active };
                }
            }
            Action::DeleteTaskSet { task_set } => self.delete(task_set),
            Action::StartHook(call) => self.hooks.start(call, self.now),
        }
    }
}

impl Set {
    pub fn is_live(&self) -> bool {
        self.drains_since.is_none()
    }

    fn wanted(&self, desired: i32) -> usize {
        if self.is_other_service {
            // It has a count of its own.
            return self.tasks.len();
        }
        usize::try_from((desired * i32::from(self.scale.tenths()) + 999) / 1000).unwrap()
    }

    fn running(&self, now: Timestamp) -> usize {
        let hangs = matches!(self.behaviour, Behaviour::Hangs | Behaviour::NeverStarts);
        if hangs { 0 } else { self.tasks.iter().filter(|born| **born + seconds(RUNS_AFTER) <= now).count() }
    }

    /// How many of its tasks run, and are to go on at this size.
    pub fn working(&self, world: &World, size: Share) -> usize {
        let wanted = (world.desired * i32::from(size.tenths()) + 999) / 1000;
        if self.is_live() { self.running(world.now).min(usize::try_from(wanted).unwrap()) } else { 0 }
    }

    fn healthy(&self, now: Timestamp) -> usize {
        let healthy = matches!(self.behaviour, Behaviour::Healthy | Behaviour::Interrupted) && self.is_live();
        let passing = self.tasks.iter().filter(|born| **born + seconds(HEALTHY_AFTER) <= now).count();
        if healthy { passing.saturating_sub(self.sick) } else { 0 }
    }

    fn observe(&self, now: Timestamp, desired: i32) -> TaskSet {
        let wanted = if self.is_live() { self.wanted(desired) } else { 0 };
        let running = if self.is_live() { self.running(now) } else { 0 };
        TaskSet {
            id: self.id.clone(),
            arn: format!("arn:aws:ecs:eu-west-1:123456789012:task-set/prod/shop/{}", self.id),
            external_id: self.external_id.clone(),
            status: self.status,
            task_definition: self.definition.clone(),
            target_group: (!self.group.is_empty()).then(|| self.group.clone()),
            scale: self.scale.percent(),
            computed_desired: i32::try_from(wanted).unwrap(),
            running: i32::try_from(running).unwrap(),
            pending: i32::try_from(wanted.saturating_sub(running)).unwrap(),
            steady: self.healthy(now) == wanted,
            created_at: None,
        }
    }

    fn targets(&self, now: Timestamp) -> Vec<Target> {
        let healthy = self.healthy(now);
        (0..self.running(now))
            .map(|number| {
                let failing = self.behaviour == Behaviour::Unhealthy;
                let state = match () {
                    () if !self.is_live() => TargetState::Draining,
                    () if number < healthy => TargetState::Healthy,
                    () if failing => TargetState::Unhealthy,
                    () => TargetState::Initial,
                };
                Target {
                    id: format!("10.0.{}.{number}", self.id.rsplit('/').next().unwrap_or_default()),
                    state,
                    reason: failing.then(|| "Target.ResponseCodeMismatch".to_owned()),
                    description: failing.then(|| "Health checks failed with these codes: [503]".to_owned()),
                }
            })
            .collect()
    }
}

fn route(arn: &str, weights: &[(String, i32)]) -> Route {
    let state = RouteState::Forward(listed_weights(weights));
    let kind = if arn.contains(":listener/") { RouteKind::Listener } else { RouteKind::Rule };
    Route { arn: arn.to_owned(), kind, state, stickiness: None }
}

fn listed_weights(weights: &[(String, i32)]) -> Vec<Weight> {
    weights.iter().map(|(group, weight)| Weight { target_group: group.clone(), weight: *weight }).collect()
}

fn task_definition(revision: i32) -> TaskDefinition {
    TaskDefinition {
        arn: definition(revision),
        active: true,
        awsvpc: true,
        containers: vec![ContainerDefinition { name: "web".to_owned(), ports: vec![8080] }],
    }
}

fn stopped(number: usize, (code, reason, exit_code): (&str, &str, Option<i32>), at: Timestamp) -> StoppedTask {
    StoppedTask {
        arn: format!("task/{at}/{number}"),
        stop_code: Some(code.to_owned()),
        stopped_reason: Some(reason.to_owned()),
        container: Some("web".to_owned()),
        container_reason: None,
        exit_code,
        started_at: None,
        stopped_at: Some(at),
    }
}
