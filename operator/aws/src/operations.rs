//! The one table of every SDK operation that the binary can reach.

use std::fmt;

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
    /// Its prefix in IAM actions, also its label in metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ecs => "ecs",
            Self::ElasticLoadBalancing => "elasticloadbalancing",
            Self::Sts => "sts",
        }
    }
}

impl fmt::Display for ServiceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The operation.
    pub operation: Operation,
    /// Its service.
    pub service: ServiceKind,
    /// Its name in the API, also its label in metrics.
    pub name: &'static str,
    /// Whether it changes something.
    pub write: bool,
    /// What IAM asks for before it.
    pub grants: &'static [Grant],
}

/// An IAM action and the resources on which an operation needs it.
#[derive(Clone, Copy, Debug)]
pub struct Grant {
    /// The action, without the service's prefix.
    pub action: &'static str,
    /// The service whose prefix the action has.
    pub service: &'static str,
    /// ARN patterns after `arn:<partition>:`, or none where IAM knows no resource for the action.
    pub resources: &'static [&'static str],
    /// A condition that narrows it: operator, key and value.
    pub condition: Option<(&'static str, &'static str, &'static str)>,
}

macro_rules! operations {
    ($($service:ident $kind:ident $name:ident [$($grant:expr),*];)*) => {
        /// An operation that the binary can reach.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Operation {
            $(#[doc = concat!("`", stringify!($name), "`")] $name,)*
        }

        /// Every operation that the binary can reach.
        pub const OPERATIONS: &[Entry] = &[
            $(Entry {
                operation: Operation::$name,
                service: ServiceKind::$service,
                name: stringify!($name),
                write: kind!($kind),
                grants: &[$($grant),*],
            },)*
        ];

        impl Operation {
            /// Its name in the API.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }

            /// Its service.
            #[must_use]
            pub fn service(self) -> ServiceKind {
                match self { $(Self::$name => ServiceKind::$service,)* }
            }

            /// Whether it changes something.
            #[must_use]
            pub fn is_write(self) -> bool {
                match self { $(Self::$name => kind!($kind),)* }
            }
        }
    };
}

macro_rules! kind {
    (read) => {
        false
    };
    (write) => {
        true
    };
}

const fn ecs(action: &'static str, resources: &'static [&'static str]) -> Grant {
    Grant { action, service: "ecs", resources, condition: None }
}

const fn elb(action: &'static str, resources: &'static [&'static str]) -> Grant {
    Grant { action, service: "elasticloadbalancing", resources, condition: None }
}

const SERVICE: &[&str] = &["ecs:*:*:service/*/*"];
const TASK: &[&str] = &["ecs:*:*:task/*/*"];
const TASK_SET: &[&str] = &["ecs:*:*:task-set/*/*/*"];
const RULE: &[&str] = &["elasticloadbalancing:*:*:listener-rule/app/*/*/*/*"];
const LISTENER: &[&str] = &["elasticloadbalancing:*:*:listener/app/*/*/*"];
const ANY: &[&str] = &[];

operations! {
    Ecs read DescribeServices [ecs("DescribeServices", SERVICE)];
    Ecs read DescribeTaskDefinition [ecs("DescribeTaskDefinition", ANY)];
    Ecs read ListTasks [ecs("ListTasks", ANY)];
    Ecs read DescribeTasks [ecs("DescribeTasks", TASK)];
    Ecs write CreateTaskSet [ecs("CreateTaskSet", TASK_SET), ecs("TagResource", TASK_SET)];
    Ecs write UpdateTaskSet [ecs("UpdateTaskSet", TASK_SET)];
    Ecs write UpdateServicePrimaryTaskSet [ecs("UpdateServicePrimaryTaskSet", SERVICE)];
    Ecs write DeleteTaskSet [ecs("DeleteTaskSet", TASK_SET)];
    ElasticLoadBalancing read DescribeRules [elb("DescribeRules", ANY)];
    ElasticLoadBalancing read DescribeListeners [elb("DescribeListeners", ANY)];
    ElasticLoadBalancing read DescribeTargetGroups [elb("DescribeTargetGroups", ANY)];
    ElasticLoadBalancing read DescribeTargetHealth [elb("DescribeTargetHealth", ANY)];
    ElasticLoadBalancing write ModifyRule [elb("ModifyRule", RULE)];
    ElasticLoadBalancing write ModifyListener [elb("ModifyListener", LISTENER)];
    // IAM asks for nothing: whoever has credentials may ask whose they are.
    Sts read GetCallerIdentity [];
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
