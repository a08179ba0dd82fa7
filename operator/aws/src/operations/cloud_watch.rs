//! The operations of Amazon CloudWatch.
//!
//! Sources: CloudWatch API reference, DescribeAlarms: composite alarms are answered only to who may describe every alarm;
//! CloudWatch user guide, "CloudWatch service quotas".

use super::{
    buckets::Bucket,
    entry::{Entry, Grant, Operation, Scope, ServiceKind},
};

const READ_ALARMS: Scope = Scope::any("ReadAlarms");

/// In the order of [`Operation`].
pub(super) const OPERATIONS: &[Entry] = &[Entry {
    operation: Operation::DescribeAlarms,
    name: "DescribeAlarms",
    service: ServiceKind::CloudWatch,
    write: false,
    grants: &[Grant::new("cloudwatch:DescribeAlarms", &READ_ALARMS)],
    buckets: &[Bucket::CloudWatchAlarmRead],
}];
