//! The operations of Amazon ECS.
//!
//! Sources: Service Authorization Reference, "Amazon ECS"; ECS API reference, "Request throttling for the Amazon ECS
//! API", which does not list the operations on task sets: they are counted with those on services, which is the
//! cautious reading.

use super::{
    buckets::Bucket,
    entry::{Entry, Grant, Operation, Scope, ServiceKind},
};

const READ_ECS: Scope = Scope::any("ReadEcs");
const READ_SERVICES: Scope = Scope::arns("ReadServices", &["ecs:*:*:service/*/*"]);
const READ_TASKS: Scope = Scope::arns("ReadTasks", &["ecs:*:*:task/*/*"]);
const WRITE_TASK_SETS: Scope = Scope::arns("WriteTaskSets", &["ecs:*:*:task-set/*/*/*"]);
const PROMOTE_TASK_SETS: Scope = Scope::arns("PromoteTaskSets", &["ecs:*:*:service/*/*"]);

/// For releases of images, which register a copy of a task definition (Service Authorization Reference, Amazon ECS,
/// RegisterTaskDefinition: its resource is the task definition).
const REGISTER_TASK_DEFINITIONS: Scope = Scope::arns("RegisterTaskDefinitions", &["ecs:*:*:task-definition/*:*"]);

/// A copy has the tags of what it is copied from.
const TAG_NEW_TASK_DEFINITIONS: Scope = Scope {
    sid: "TagNewTaskDefinitions",
    resources: &["ecs:*:*:task-definition/*:*"],
    condition: Some(("StringEquals", "ecs:CreateAction", "RegisterTaskDefinition")),
};

/// A task set gets its tags as it is made, which IAM asks for apart. Others' tags stay out of reach.
const TAG_NEW_TASK_SETS: Scope = Scope {
    sid: "TagNewTaskSets",
    resources: &["ecs:*:*:task-set/*/*/*"],
    condition: Some(("StringEquals", "ecs:CreateAction", "CreateTaskSet")),
};

/// A task set's tasks run by the roles of its task definition, which whoever makes it hands on: the task role, and the
/// execution role that every Fargate task with a private image has. To nothing but ECS tasks (Service Authorization
/// Reference, Amazon ECS, CreateTaskSet; AWSCodeDeployRoleForECS grants the same). Narrow it to the roles that are yours.
const PASS_ROLES_TO_TASKS: Scope = Scope {
    sid: "PassRolesToTasks",
    resources: &["iam::*:role/*"],
    condition: Some(("StringEquals", "iam:PassedToService", "ecs-tasks.amazonaws.com")),
};

/// In the order of [`Operation`].
pub(super) const OPERATIONS: &[Entry] = &[
    Entry {
        operation: Operation::DescribeServices,
        name: "DescribeServices",
        service: ServiceKind::Ecs,
        write: false,
        grants: &[Grant::new("ecs:DescribeServices", &READ_SERVICES)],
        buckets: &[Bucket::EcsServiceRead],
    },
    Entry {
        operation: Operation::DescribeTaskDefinition,
        name: "DescribeTaskDefinition",
        service: ServiceKind::Ecs,
        write: false,
        grants: &[Grant::new("ecs:DescribeTaskDefinition", &READ_ECS)],
        buckets: &[Bucket::EcsTaskDefinitionRead],
    },
    Entry {
        operation: Operation::RegisterTaskDefinition,
        name: "RegisterTaskDefinition",
        service: ServiceKind::Ecs,
        write: true,
        grants: &[
            Grant::new("ecs:RegisterTaskDefinition", &REGISTER_TASK_DEFINITIONS),
            Grant::new("ecs:TagResource", &TAG_NEW_TASK_DEFINITIONS),
            Grant::new("iam:PassRole", &PASS_ROLES_TO_TASKS),
        ],
        buckets: &[Bucket::EcsTaskDefinitionModify],
    },
    Entry {
        operation: Operation::ListTasks,
        name: "ListTasks",
        service: ServiceKind::Ecs,
        write: false,
        // IAM knows no resource for tasks that were not launched on a named container instance.
        grants: &[Grant::new("ecs:ListTasks", &READ_ECS)],
        buckets: &[Bucket::EcsResourceRead],
    },
    Entry {
        operation: Operation::DescribeTasks,
        name: "DescribeTasks",
        service: ServiceKind::Ecs,
        write: false,
        grants: &[Grant::new("ecs:DescribeTasks", &READ_TASKS)],
        buckets: &[Bucket::EcsResourceRead],
    },
    Entry {
        operation: Operation::CreateTaskSet,
        name: "CreateTaskSet",
        service: ServiceKind::Ecs,
        write: true,
        grants: &[
            Grant::new("ecs:CreateTaskSet", &WRITE_TASK_SETS),
            Grant::new("ecs:TagResource", &TAG_NEW_TASK_SETS),
            Grant::new("iam:PassRole", &PASS_ROLES_TO_TASKS),
        ],
        buckets: &[Bucket::EcsServiceModify],
    },
    Entry {
        operation: Operation::UpdateTaskSet,
        name: "UpdateTaskSet",
        service: ServiceKind::Ecs,
        write: true,
        grants: &[Grant::new("ecs:UpdateTaskSet", &WRITE_TASK_SETS)],
        buckets: &[Bucket::EcsServiceModify],
    },
    Entry {
        operation: Operation::UpdateServicePrimaryTaskSet,
        name: "UpdateServicePrimaryTaskSet",
        service: ServiceKind::Ecs,
        write: true,
        grants: &[Grant::new("ecs:UpdateServicePrimaryTaskSet", &PROMOTE_TASK_SETS)],
        buckets: &[Bucket::EcsServiceModify],
    },
    Entry {
        operation: Operation::DeleteTaskSet,
        name: "DeleteTaskSet",
        service: ServiceKind::Ecs,
        write: true,
        grants: &[Grant::new("ecs:DeleteTaskSet", &WRITE_TASK_SETS)],
        buckets: &[Bucket::EcsServiceModify],
    },
];
