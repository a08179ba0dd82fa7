//! An observation as the operator makes it: the whole world, less what the rule of looking does not read.

use sluice_api::DeploymentGroupSpec;
use sluice_plan::Purpose;
use sluice_plan::world::{Observed, Target, TargetGroup};

/// What was seen, and what was read for it.
#[derive(Clone, Debug)]
pub struct Look {
    pub observed: Observed,
    /// What each round read: ARNs of target groups, and "stopped tasks".
    pub rounds: Vec<Vec<String>>,
}

impl Look {
    /// How many calls of DescribeTargetHealth it cost.
    pub fn describes(&self) -> usize {
        self.rounds.iter().flatten().filter(|read| read.starts_with("arn:")).count()
    }
}

/// Looks at the whole world, `all`, as `observe` does.
pub fn look(purpose: Purpose<'_>, settings: &DeploymentGroupSpec, all: &Observed) -> Look {
    let first = purpose.first();
    // Whether a target group exists is seen where it is looked up, or with its targets.
    let unseen = |group: &TargetGroup| group.exists || !first.whereabouts;
    let blind =
        all.target_groups.iter().map(|group| TargetGroup { targets: None, exists: unseen(group), ..group.clone() });
    let mut observed = Observed {
        target_groups: blind.collect(),
        task_definition: all.task_definition.clone().filter(|_| first.task_definition.is_some()),
        stopped_tasks: None,
        ..all.clone()
    };
    let mut rounds = vec![first.targets.iter().map(|arn| (*arn).to_owned()).collect::<Vec<_>>()];
    first.targets.iter().for_each(|arn| read(&mut observed, all, arn));
    while let Some(next) = purpose.next(settings, &observed) {
        next.targets.iter().for_each(|arn| read(&mut observed, all, arn));
        let mut round = next.targets;
        if next.stopped_tasks_of.is_some() {
            assert_eq!(observed.stopped_tasks, None, "the stopped tasks are read twice");
            observed.stopped_tasks.clone_from(&all.stopped_tasks);
            round.push("stopped tasks".to_owned());
        }
        rounds.push(round);
    }
    Look { observed, rounds }
}

fn read(observed: &mut Observed, all: &Observed, arn: &str) {
    let TargetGroup { exists, targets, .. } = all.target_group(arn).unwrap();
    let known: Option<Vec<Target>> = targets.clone();
    let group = observed.target_groups.iter_mut().find(|group| group.arn == arn).unwrap();
    assert_eq!(group.targets, None, "{arn} is read twice");
    (group.exists, group.targets) = (*exists, known);
}
