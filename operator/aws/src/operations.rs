//! The one table of every SDK operation that the binary can reach. Labels of metrics and the IAM policy come from it.

use std::fmt;

use ServiceKind::{Ecs, ElasticLoadBalancing, Sts};

/// An AWS service that is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ServiceKind {
    /// Amazon ECS.
    Ecs,
    /// Elastic Load Balancing v2.
    ElasticLoadBalancing,
    /// AWS STS.
    Sts,
}

impl ServiceKind {
    /// The prefix of its IAM actions, also its label in metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Ecs => "ecs",
            ElasticLoadBalancing => "elasticloadbalancing",
            Sts => "sts",
        }
    }
}

impl fmt::Display for ServiceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An operation that the binary can reach, by its name in the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is documented in the API reference under just this name")]
pub enum Operation {
    DescribeServices,
    DescribeTaskDefinition,
    ListTasks,
    DescribeTasks,
    CreateTaskSet,
    UpdateTaskSet,
    UpdateServicePrimaryTaskSet,
    DeleteTaskSet,
    DescribeRules,
    DescribeListeners,
    DescribeTargetGroups,
    DescribeTargetHealth,
    ModifyRule,
    ModifyListener,
    GetCallerIdentity,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The operation.
    pub operation: Operation,
    /// Its name in the API, also its label in metrics.
    pub name: &'static str,
    /// Its service.
    pub service: ServiceKind,
    /// Whether it changes something, and so asks the fence.
    pub write: bool,
    /// What IAM asks for before it; more than one action where AWS checks more than one.
    pub grants: &'static [Grant],
}

/// An IAM action, and on what it is granted.
#[derive(Clone, Copy, Debug)]
pub struct Grant {
    /// The action, with its service's prefix.
    pub action: &'static str,
    /// On what.
    pub scope: &'static Scope,
}

/// On what actions are granted (Service Authorization Reference, Amazon ECS and Elastic Load Balancing v2).
#[derive(Debug, PartialEq, Eq)]
pub struct Scope {
    /// Id of the policy's statement.
    pub sid: &'static str,
    /// Patterns of ARNs, as they go on after `arn:<partition>:`. Empty where IAM knows no resource for the action.
    pub resources: &'static [&'static str],
    /// A condition on it: operator, key and value.
    pub condition: Option<(&'static str, &'static str, &'static str)>,
}

const READ_ECS: Scope = Scope::any("ReadEcs");
const READ_SERVICES: Scope = Scope::on("ReadServices", &["ecs:*:*:service/*/*"]);
const READ_TASKS: Scope = Scope::on("ReadTasks", &["ecs:*:*:task/*/*"]);
const WRITE_TASK_SETS: Scope = Scope::on("WriteTaskSets", &["ecs:*:*:task-set/*/*/*"]);
const PROMOTE_TASK_SETS: Scope = Scope::on("PromoteTaskSets", &["ecs:*:*:service/*/*"]);
const READ_LOAD_BALANCERS: Scope = Scope::any("ReadLoadBalancers");
const WRITE_RULES: Scope = Scope::on("WriteRules", &["elasticloadbalancing:*:*:listener-rule/app/*/*/*/*"]);
const WRITE_LISTENERS: Scope = Scope::on("WriteListeners", &["elasticloadbalancing:*:*:listener/app/*/*/*"]);

/// A task set gets its tags as it is made, which IAM asks for apart. Others' tags stay out of reach.
const TAG_NEW_TASK_SETS: Scope = Scope {
    sid: "TagNewTaskSets",
    resources: &["ecs:*:*:task-set/*/*/*"],
    condition: Some(("StringEquals", "ecs:CreateAction", "CreateTaskSet")),
};

impl Scope {
    const fn any(sid: &'static str) -> Self {
        Self { sid, resources: &[], condition: None }
    }

    const fn on(sid: &'static str, resources: &'static [&'static str]) -> Self {
        Self { sid, resources, condition: None }
    }
}

/// Every operation that the binary can reach, in the order of [`Operation`].
pub const OPERATIONS: &[Entry] = &[
    read(Operation::DescribeServices, "DescribeServices", Ecs, &[on("ecs:DescribeServices", &READ_SERVICES)]),
    read(
        Operation::DescribeTaskDefinition,
        "DescribeTaskDefinition",
        Ecs,
        &[on("ecs:DescribeTaskDefinition", &READ_ECS)],
    ),
    // IAM knows no resource for tasks that were not launched on a named container instance.
    read(Operation::ListTasks, "ListTasks", Ecs, &[on("ecs:ListTasks", &READ_ECS)]),
    read(Operation::DescribeTasks, "DescribeTasks", Ecs, &[on("ecs:DescribeTasks", &READ_TASKS)]),
    write(
        Operation::CreateTaskSet,
        "CreateTaskSet",
        Ecs,
        &[on("ecs:CreateTaskSet", &WRITE_TASK_SETS), on("ecs:TagResource", &TAG_NEW_TASK_SETS)],
    ),
    write(Operation::UpdateTaskSet, "UpdateTaskSet", Ecs, &[on("ecs:UpdateTaskSet", &WRITE_TASK_SETS)]),
    write(
        Operation::UpdateServicePrimaryTaskSet,
        "UpdateServicePrimaryTaskSet",
        Ecs,
        &[on("ecs:UpdateServicePrimaryTaskSet", &PROMOTE_TASK_SETS)],
    ),
    write(Operation::DeleteTaskSet, "DeleteTaskSet", Ecs, &[on("ecs:DeleteTaskSet", &WRITE_TASK_SETS)]),
    read(
        Operation::DescribeRules,
        "DescribeRules",
        ElasticLoadBalancing,
        &[on("elasticloadbalancing:DescribeRules", &READ_LOAD_BALANCERS)],
    ),
    read(
        Operation::DescribeListeners,
        "DescribeListeners",
        ElasticLoadBalancing,
        &[on("elasticloadbalancing:DescribeListeners", &READ_LOAD_BALANCERS)],
    ),
    read(
        Operation::DescribeTargetGroups,
        "DescribeTargetGroups",
        ElasticLoadBalancing,
        &[on("elasticloadbalancing:DescribeTargetGroups", &READ_LOAD_BALANCERS)],
    ),
    read(
        Operation::DescribeTargetHealth,
        "DescribeTargetHealth",
        ElasticLoadBalancing,
        &[on("elasticloadbalancing:DescribeTargetHealth", &READ_LOAD_BALANCERS)],
    ),
    write(
        Operation::ModifyRule,
        "ModifyRule",
        ElasticLoadBalancing,
        &[on("elasticloadbalancing:ModifyRule", &WRITE_RULES)],
    ),
    write(
        Operation::ModifyListener,
        "ModifyListener",
        ElasticLoadBalancing,
        &[on("elasticloadbalancing:ModifyListener", &WRITE_LISTENERS)],
    ),
    // IAM asks for nothing: whoever has credentials may ask whose they are (STS API reference, GetCallerIdentity).
    read(Operation::GetCallerIdentity, "GetCallerIdentity", Sts, &[]),
];

const fn read(operation: Operation, name: &'static str, service: ServiceKind, grants: &'static [Grant]) -> Entry {
    Entry { operation, name, service, write: false, grants }
}

const fn write(operation: Operation, name: &'static str, service: ServiceKind, grants: &'static [Grant]) -> Entry {
    Entry { operation, name, service, write: true, grants }
}

const fn on(action: &'static str, scope: &'static Scope) -> Grant {
    Grant { action, scope }
}

impl Operation {
    fn entry(self) -> &'static Entry {
        &OPERATIONS[self as usize]
    }

    /// The operation of that name in the API.
    pub(crate) fn named(name: &str) -> Option<Self> {
        OPERATIONS.iter().find(|entry| entry.name == name).map(|entry| entry.operation)
    }

    /// Its name in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.entry().name
    }

    /// Its service.
    #[must_use]
    pub fn service(self) -> ServiceKind {
        self.entry().service
    }

    /// Whether it changes something.
    #[must_use]
    pub fn is_write(self) -> bool {
        self.entry().write
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_each_operation_at_its_own_place() {
        for (place, entry) in OPERATIONS.iter().enumerate() {
            assert_eq!(entry.operation as usize, place);
            assert_eq!(entry.name, format!("{:?}", entry.operation));
        }
        assert_eq!(OPERATIONS.len(), Operation::GetCallerIdentity as usize + 1);
    }

    #[test]
    fn an_operation_that_changes_something_says_so() {
        for entry in OPERATIONS {
            let reads = ["Describe", "List", "Get"].iter().any(|verb| entry.name.starts_with(verb));
            assert_eq!(entry.write, !reads, "{}", entry.name);
        }
    }
}
