//! What a request for a permit needs of each bucket.

use std::collections::BTreeMap;

use sluice_plan::{Action, observation::RouteKind};

use crate::operations::{Bucket, Operation};

/// Calls that are about to be made, by bucket. Calls that it shares with others in a batch count nothing here; the bucket
/// that they are taken from must only not be in debt.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cost(BTreeMap<Bucket, f64>);

impl Cost {
    /// An observation of a service, its routes, and the targets of so many target groups: `DescribeTargetHealth` is the one read
    /// that no batch shares.
    #[must_use]
    pub fn to_observe(target_groups: usize) -> Self {
        let mut cost = Self::default();
        for _ in 0..target_groups {
            cost.add(Operation::DescribeTargetHealth, 1.0);
        }
        cost.add(Operation::DescribeServices, 0.0);
        cost.add(Operation::DescribeRules, 0.0);
        cost
    }

    /// An observation before a release begins: the task definition too, and all that the load balancer forwards, which
    /// releases on the same load balancer share.
    #[must_use]
    pub fn to_begin(target_groups: usize) -> Self {
        let mut cost = Self::to_observe(target_groups);
        cost.add(Operation::DescribeTaskDefinition, 1.0);
        cost.add(Operation::DescribeListeners, 0.0);
        cost
    }

    /// The same for what watches alarms: their poll is shared, and what it costs is counted as it is sent.
    #[must_use]
    pub fn with_alarms(mut self, watches: bool) -> Self {
        if watches {
            self.add(Operation::DescribeAlarms, 0.0);
        }
        self
    }

    /// The registration of a copy, and the read that comes before it. With it the write's operation.
    pub(super) fn to_register() -> (Self, Operation) {
        let mut cost = Self::default();
        cost.add(Operation::DescribeTaskDefinition, 1.0);
        cost.add(Operation::RegisterTaskDefinition, 1.0);
        (cost, Operation::RegisterTaskDefinition)
    }

    /// The digest of a tag. With it the operation.
    pub(super) fn to_resolve() -> (Self, Operation) {
        let mut cost = Self::default();
        cost.add(Operation::DescribeImages, 1.0);
        (cost, Operation::DescribeImages)
    }

    /// A write, and the read that comes before a change of weights. With it the write's operation.
    pub(super) fn to_act(step: &Action) -> (Self, Operation) {
        let (read, write) = match step {
            Action::CreateTaskSet(_) => (None, Operation::CreateTaskSet),
            Action::ScaleTaskSet { .. } => (None, Operation::UpdateTaskSet),
            Action::PromoteTaskSet { .. } => (None, Operation::UpdateServicePrimaryTaskSet),
            Action::DeleteTaskSet { .. } => (None, Operation::DeleteTaskSet),
            Action::StartHook(_) => (None, Operation::Invoke),
            Action::SetWeights(change) => match change.kind {
                RouteKind::Rule => (Some(Operation::DescribeRules), Operation::ModifyRule),
                RouteKind::Listener => (Some(Operation::DescribeListeners), Operation::ModifyListener),
            },
        };
        let mut cost = Self::default();
        for operation in read.into_iter().chain([write]) {
            cost.add(operation, 1.0);
        }
        (cost, write)
    }

    fn add(&mut self, operation: Operation, calls: f64) {
        for bucket in operation.buckets() {
            *self.0.entry(*bucket).or_default() += calls;
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Bucket, f64)> {
        self.0.iter().map(|(bucket, calls)| (*bucket, *calls))
    }
}

#[cfg(test)]
mod tests {
    use sluice_plan::WeightChange;

    use super::*;

    #[test]
    fn what_a_batch_shares_costs_nothing_before_it_is_sent() {
        let cost: Vec<_> = Cost::to_observe(2).iter().collect();
        assert_eq!(
            cost,
            [(Bucket::EcsServiceRead, 0.0), (Bucket::LoadBalancingRead, 2.0), (Bucket::LoadBalancingAll, 2.0)]
        );
    }

    #[test]
    fn a_change_of_weights_is_a_read_and_a_write() {
        let change = WeightChange { route: "rule".to_owned(), kind: RouteKind::Rule, weights: Vec::new(), adds: false };
        let (cost, operation) = Cost::to_act(&Action::SetWeights(change));
        assert_eq!(operation, Operation::ModifyRule);
        assert_eq!(
            cost.iter().collect::<Vec<_>>(),
            [(Bucket::LoadBalancingRead, 1.0), (Bucket::LoadBalancingModify, 1.0), (Bucket::LoadBalancingAll, 2.0)]
        );
    }
}
