//! What one row of the table says of an operation.

use super::buckets::Bucket;

/// An AWS service that is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ServiceKind {
    /// Amazon ECS.
    Ecs,
    /// Elastic Load Balancing v2.
    ElasticLoadBalancing,
    /// Amazon CloudWatch.
    CloudWatch,
    /// AWS STS.
    Sts,
    /// AWS Lambda.
    Lambda,
    /// Amazon ECR.
    Ecr,
}

impl ServiceKind {
    /// The prefix of its IAM actions, also its label in metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ecs => "ecs",
            Self::ElasticLoadBalancing => "elasticloadbalancing",
            Self::CloudWatch => "cloudwatch",
            Self::Sts => "sts",
            Self::Lambda => "lambda",
            Self::Ecr => "ecr",
        }
    }
}

impl std::fmt::Display for ServiceKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An operation that the binary can reach, by its name in the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is documented in the API reference under just this name")]
pub enum Operation {
    DescribeServices,
    DescribeTaskDefinition,
    RegisterTaskDefinition,
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
    DescribeLoadBalancers,
    ModifyRule,
    ModifyListener,
    DescribeAlarms,
    GetCallerIdentity,
    Invoke,
    DescribeImages,
}

/// One row of the table: all that is known of an operation before it is called.
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
    /// The rate limits that it counts against, its own one first: the one that no other kind of call shares, and that
    /// a throttled try speaks of. None where AWS publishes no limit that a release could meet.
    pub buckets: &'static [Bucket],
}

/// An IAM action, and on what it is granted.
#[derive(Clone, Copy, Debug)]
pub struct Grant {
    /// The action, with its service's prefix.
    pub action: &'static str,
    /// On what.
    pub scope: &'static Scope,
}

/// On what actions are granted (Service Authorization Reference, Amazon ECS, Elastic Load Balancing v2 and CloudWatch).
#[derive(Debug, PartialEq, Eq)]
pub struct Scope {
    /// Id of the policy's statement.
    pub sid: &'static str,
    /// Patterns of ARNs, as they go on after `arn:<partition>:`. Empty where IAM knows no resource for the action.
    pub resources: &'static [&'static str],
    /// A condition on it: operator, key and value.
    pub condition: Option<(&'static str, &'static str, &'static str)>,
}

impl Grant {
    pub(super) const fn new(action: &'static str, scope: &'static Scope) -> Self {
        Self { action, scope }
    }
}

impl Scope {
    pub(super) const fn any(sid: &'static str) -> Self {
        Self { sid, resources: &[], condition: None }
    }

    pub(super) const fn arns(sid: &'static str, resources: &'static [&'static str]) -> Self {
        Self { sid, resources, condition: None }
    }
}
