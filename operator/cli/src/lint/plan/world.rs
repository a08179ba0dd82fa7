//! A service that does at once what it is told, and whose tasks are healthy as they begin.

use std::collections::BTreeSet;

use jiff::Timestamp;
use sluice_api::{DeploymentGroupSpec, Share};
use sluice_plan::hooks::{Execution, Verdict};
use sluice_plan::observation::{
    Alarm, AlarmAnswer, AlarmReading, AlarmValue, Answer, ContainerDefinition, CopySearch, Read, Service, Target,
    TargetGroup, TargetState, TaskDefinition, TaskSet, TaskSetState,
};
use sluice_plan::{Action, NewTaskSet};

use super::route::SupposedRoute;

/// How many tasks the service is supposed to want.
pub(super) const TASKS: i32 = 10;

/// The world as far as a release looks at it.
#[derive(Clone, Debug)]
pub(super) struct World<'a> {
    settings: &'a DeploymentGroupSpec,
    /// ARN of what is released.
    definition: String,
    sets: Vec<Set>,
    adopted: bool,
    routes: Vec<SupposedRoute>,
    test: Option<SupposedRoute>,
    hooks: BTreeSet<String>,
    /// What the clock says.
    pub now: Timestamp,
}

#[derive(Clone, Debug)]
struct Set {
    id: String,
    external_id: Option<String>,
    primary: bool,
    group: Option<String>,
    definition: String,
    size: Share,
}

impl<'a> World<'a> {
    /// A service that serves from the first target group of the settings, or beside them where another one is adopted.
    pub(super) fn serving(settings: &'a DeploymentGroupSpec, definition: String, now: Timestamp) -> Self {
        let balancer = &settings.load_balancer;
        let weights: Vec<(String, i32)> = balancer.target_groups.iter().cloned().zip([100, 0]).collect();
        let route = |arn: &str| SupposedRoute { arn: arn.to_owned(), weights: weights.clone() };
        let original = Set {
            id: "the original".to_owned(),
            external_id: None,
            primary: true,
            group: balancer.target_groups.first().cloned(),
            definition: "original:1".to_owned(),
            size: Share::ALL,
        };
        let adopted = settings.adopt.is_some();
        Self {
            settings,
            definition,
            sets: if adopted { Vec::new() } else { vec![original] },
            adopted,
            routes: balancer.production_routes.iter().map(|one| route(one.arn())).collect(),
            test: balancer.test_route.as_ref().map(|one| route(one.arn())),
            hooks: BTreeSet::new(),
            now,
        }
    }

    /// Does it.
    pub(super) fn apply(&mut self, action: &Action) {
        match action {
            Action::CreateTaskSet(new) => self.sets.push(made(new)),
            Action::ScaleTaskSet { task_set, size } => {
                self.sets.iter_mut().filter(|set| set.id == *task_set).for_each(|set| set.size = *size);
            }
            Action::SetWeights(change) => {
                self.routes.iter_mut().chain(&mut self.test).for_each(|route| route.change(change));
            }
            Action::PromoteTaskSet { task_set } => {
                self.sets.iter_mut().for_each(|set| set.primary = set.id == *task_set);
            }
            Action::DeleteTaskSet { task_set } => self.sets.retain(|set| set.id != *task_set),
            Action::StartHook(call) => {
                self.hooks.insert(call.execution_id.clone());
            }
        }
    }

    /// What it answers.
    pub(super) fn answer(&self, read: &Read) -> Answer {
        match read {
            Read::Service => Answer::Service(Some(self.service())),
            Read::Adopted => Answer::Adopted(self.adopted.then(|| self.other_service())),
            Read::Routes => Answer::Routes {
                production: self.routes.iter().map(SupposedRoute::seen).collect(),
                test: self.test.as_ref().map(SupposedRoute::seen),
            },
            Read::TargetGroups => Answer::TargetGroups(self.target_groups()),
            Read::TaskDefinition(_) => Answer::TaskDefinition(Some(self.task_definition())),
            Read::Copy(_) => Answer::Copy(CopySearch { base: None, found: Some(self.task_definition()) }),
            Read::Targets(arn) => Answer::Targets(Some(self.targets(arn))),
            Read::StoppedTasks(_) => Answer::StoppedTasks(Vec::new()),
            Read::ListedRoutes(_) => {
                Answer::ListedRoutes(self.routes.iter().chain(&self.test).map(SupposedRoute::as_listed).collect())
            }
            Read::DnsName(_) => Answer::DnsName(Ok(Some("load-balancer.example.com".to_owned()))),
            Read::Hook(id) => Answer::Hook(if self.hooks.contains(id) {
                Execution::Ended(Verdict { succeeded: true, message: None })
            } else {
                Execution::Unknown
            }),
            Read::Function(_) => Answer::Function(None),
            Read::HookNeed(_) => Answer::HookNeed(None),
            Read::Alarms | Read::AlarmsNow => Answer::Alarms(self.alarms()),
        }
    }

    fn service(&self) -> Service {
        let ecs = &self.settings.ecs;
        Service {
            arn: format!("arn:aws:ecs:region:000000000000:service/{}/{}", ecs.cluster, ecs.service),
            active: true,
            external: true,
            desired_count: TASKS,
            health_check_grace: i32::MAX,
            task_sets: self.sets.iter().map(Set::seen).collect(),
            task_definition: None,
            target_groups: Vec::new(),
            running: 0,
            environment: None,
            stack_id: None,
            placement_failure: None,
        }
    }

    fn other_service(&self) -> Service {
        Service {
            arn: "arn:aws:ecs:region:000000000000:service/adopted".to_owned(),
            external: false,
            task_sets: Vec::new(),
            task_definition: Some("original:1".to_owned()),
            target_groups: self.settings.load_balancer.target_groups.first().cloned().into_iter().collect(),
            running: TASKS,
            ..self.service()
        }
    }

    fn target_groups(&self) -> Vec<TargetGroup> {
        let is_network = self.settings.load_balancer.is_network();
        let load_balancers: Vec<String> =
            self.routes.first().and_then(SupposedRoute::load_balancer).into_iter().collect();
        let group = |arn: &String| TargetGroup {
            arn: arn.clone(),
            exists: true,
            protocol: Some(if is_network { "TCP" } else { "HTTP" }.to_owned()),
            load_balancers: load_balancers.clone(),
            targets: None,
        };
        self.settings.load_balancer.target_groups.iter().map(group).collect()
    }

    fn targets(&self, arn: &str) -> Vec<Target> {
        let on_it = self.sets.iter().filter(|set| set.group.as_deref() == Some(arn));
        let tasks: i32 = on_it.map(Set::tasks).sum();
        let of_adopted =
            self.adopted && self.settings.load_balancer.target_groups.first().is_some_and(|one| one == arn);
        let count = if of_adopted { TASKS } else { tasks };
        let target = |number| Target {
            id: format!("{arn}/{number}"),
            state: TargetState::Healthy,
            reason: None,
            description: None,
        };
        (0..count).map(target).collect()
    }

    fn task_definition(&self) -> TaskDefinition {
        let container = &self.settings.container;
        TaskDefinition {
            arn: self.definition.clone(),
            active: true,
            awsvpc: self.settings.task_set.network_configuration.is_some(),
            containers: vec![ContainerDefinition { name: container.name.clone(), ports: vec![container.port] }],
        }
    }

    fn alarms(&self) -> AlarmReading {
        let names = self.settings.alarms.iter().flat_map(|alarms| &alarms.names);
        let ok = |name: &String| Alarm {
            name: name.clone(),
            answer: AlarmAnswer::Known { value: AlarmValue::Ok, since: None, reason: String::new() },
        };
        AlarmReading { asked_at: self.now, alarms: names.map(ok).collect() }
    }
}

fn made(new: &NewTaskSet) -> Set {
    Set {
        id: "the replacement".to_owned(),
        external_id: Some(new.external_id.clone()),
        primary: false,
        group: (!new.target_group.is_empty()).then(|| new.target_group.clone()),
        definition: new.task_definition.clone(),
        size: new.size,
    }
}

impl Set {
    fn tasks(&self) -> i32 {
        (TASKS * i32::from(self.size.tenths()) + 999) / 1000
    }

    fn seen(&self) -> TaskSet {
        TaskSet {
            id: self.id.clone(),
            arn: format!("arn:aws:ecs:region:000000000000:task-set/{}", self.id),
            external_id: self.external_id.clone(),
            status: if self.primary { TaskSetState::Primary } else { TaskSetState::Active },
            task_definition: self.definition.clone(),
            target_group: self.group.clone(),
            scale: self.size.percent(),
            computed_desired: self.tasks(),
            running: self.tasks(),
            pending: 0,
            steady: true,
            created_at: None,
        }
    }
}
