//! An observation as the operator makes it: the whole world, less what is not missing.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use sluice_api::DeploymentGroupSpec;
use sluice_plan::hooks::Execution;
use sluice_plan::observation::{AlarmReading, Answer, CopySearch, Observation, Read};
use sluice_plan::reads::{ReadScope, missing};

/// What was seen, and what was read for it.
#[derive(Clone, Debug)]
pub struct Reading {
    pub observed: Observation,
    /// What each round read.
    pub rounds: Vec<BTreeSet<Read>>,
}

impl Reading {
    /// How many calls of DescribeTargetHealth it cost.
    pub fn describes(&self) -> usize {
        self.rounds.iter().flatten().filter(|read| matches!(read, Read::Targets(_))).count()
    }
}

/// Looks at the whole world, `all`, as the operator does.
pub fn look(scope: ReadScope<'_>, settings: &DeploymentGroupSpec, all: &Observation) -> Reading {
    let mut observed = Observation::blank(all.at, &settings.load_balancer.target_groups);
    let mut rounds = Vec::new();
    loop {
        let round = missing(&scope, settings, &observed);
        if round.is_empty() {
            return Reading { observed, rounds };
        }
        for read in &round {
            assert!(!observed.reads.contains(read), "{read:?} is read twice");
            observed.learn(read.clone(), answer(all, read));
        }
        rounds.push(round);
    }
}

/// What AWS answers to a read.
pub fn answer(all: &Observation, read: &Read) -> Answer {
    let without_targets = |group: &sluice_plan::observation::TargetGroup| sluice_plan::observation::TargetGroup {
        targets: None,
        ..group.clone()
    };
    match read {
        Read::Service => Answer::Service(all.service.clone()),
        Read::Adopted => Answer::Adopted(all.adopted.clone()),
        Read::Routes => Answer::Routes { production: all.routes.clone(), test: all.test_route.clone() },
        Read::TargetGroups => Answer::TargetGroups(all.target_groups.iter().map(without_targets).collect()),
        Read::TaskDefinition(_) => Answer::TaskDefinition(all.task_definition.clone()),
        // What is released in these runs names a revision.
        Read::Copy(_) => Answer::Copy(CopySearch { base: None, found: all.task_definition.clone() }),
        Read::Targets(arn) => {
            let group = all.target_group(arn).filter(|group| group.exists);
            Answer::Targets(group.and_then(|group| group.targets.clone()))
        }
        Read::ListedRoutes(_) => match &all.unlisted {
            Some(why) => Answer::Unlisted(why.clone()),
            None => Answer::ListedRoutes(all.listed_routes.clone().unwrap_or_default()),
        },
        Read::DnsName(_) => Answer::DnsName(all.dns_name.clone().unwrap_or(Ok(None))),
        Read::Hook(id) => Answer::Hook(all.executions.get(id).cloned().unwrap_or(Execution::Unknown)),
        Read::Function(name) => Answer::Function(all.functions.get(name).cloned().flatten()),
        Read::HookNeed(need) => Answer::HookNeed(all.hook_needs.get(need).cloned().flatten()),
        // A poll that many share was asked for before this look.
        Read::Alarms => Answer::Alarms(alarms(all, SignedDuration::from_secs(4))),
        Read::AlarmsNow => Answer::Alarms(alarms(all, SignedDuration::ZERO)),
        Read::StoppedTasks(_) => Answer::StoppedTasks(all.stopped_tasks.clone().unwrap_or_default()),
    }
}

fn alarms(all: &Observation, ago: SignedDuration) -> AlarmReading {
    let reading = all.alarms.clone();
    let reading = reading.unwrap_or_else(|| AlarmReading { asked_at: all.at, alarms: Vec::new() });
    AlarmReading { asked_at: reading.asked_at - ago, ..reading }
}
