//! The operations of Elastic Load Balancing v2.
//!
//! Sources: Service Authorization Reference, "Elastic Load Balancing V2"; Elastic Load Balancing API reference,
//! "Request throttling for the Elastic Load Balancing API".

use super::{
    buckets::Bucket,
    entry::{Entry, Grant, Operation, Scope, ServiceKind},
};

const READ_LOAD_BALANCERS: Scope = Scope::any("ReadLoadBalancers");
const WRITE_RULES: Scope = Scope::arns("WriteRules", &["elasticloadbalancing:*:*:listener-rule/app/*/*/*/*"]);
const WRITE_LISTENERS: Scope = Scope::arns("WriteListeners", &["elasticloadbalancing:*:*:listener/app/*/*/*"]);

const READ: &[Bucket] = &[Bucket::LoadBalancingRead, Bucket::LoadBalancingAll];
const MODIFY: &[Bucket] = &[Bucket::LoadBalancingModify, Bucket::LoadBalancingAll];

/// In the order of [`Operation`].
pub(super) const OPERATIONS: &[Entry] = &[
    Entry {
        operation: Operation::DescribeRules,
        name: "DescribeRules",
        service: ServiceKind::ElasticLoadBalancing,
        write: false,
        grants: &[Grant::new("elasticloadbalancing:DescribeRules", &READ_LOAD_BALANCERS)],
        buckets: READ,
    },
    Entry {
        operation: Operation::DescribeListeners,
        name: "DescribeListeners",
        service: ServiceKind::ElasticLoadBalancing,
        write: false,
        grants: &[Grant::new("elasticloadbalancing:DescribeListeners", &READ_LOAD_BALANCERS)],
        buckets: READ,
    },
    Entry {
        operation: Operation::DescribeTargetGroups,
        name: "DescribeTargetGroups",
        service: ServiceKind::ElasticLoadBalancing,
        write: false,
        grants: &[Grant::new("elasticloadbalancing:DescribeTargetGroups", &READ_LOAD_BALANCERS)],
        buckets: READ,
    },
    Entry {
        operation: Operation::DescribeTargetHealth,
        name: "DescribeTargetHealth",
        service: ServiceKind::ElasticLoadBalancing,
        write: false,
        grants: &[Grant::new("elasticloadbalancing:DescribeTargetHealth", &READ_LOAD_BALANCERS)],
        buckets: READ,
    },
    Entry {
        operation: Operation::DescribeLoadBalancers,
        name: "DescribeLoadBalancers",
        service: ServiceKind::ElasticLoadBalancing,
        write: false,
        grants: &[Grant::new("elasticloadbalancing:DescribeLoadBalancers", &READ_LOAD_BALANCERS)],
        buckets: READ,
    },
    Entry {
        operation: Operation::ModifyRule,
        name: "ModifyRule",
        service: ServiceKind::ElasticLoadBalancing,
        write: true,
        grants: &[Grant::new("elasticloadbalancing:ModifyRule", &WRITE_RULES)],
        buckets: MODIFY,
    },
    Entry {
        operation: Operation::ModifyListener,
        name: "ModifyListener",
        service: ServiceKind::ElasticLoadBalancing,
        write: true,
        grants: &[Grant::new("elasticloadbalancing:ModifyListener", &WRITE_LISTENERS)],
        buckets: MODIFY,
    },
];
