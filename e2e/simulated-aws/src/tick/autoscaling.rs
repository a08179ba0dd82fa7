//! The desired count, changed by somebody else: at set times, or after the traffic.

use std::collections::BTreeMap;

use super::traffic;
use crate::time::Moment;
use crate::world::region::Region;
use crate::world::services::{Service, ServiceStatus};
use crate::world::target_groups::TargetGroup;
use crate::world::task_sets::TaskSet;

/// When the desired count of a service can change next.
#[must_use]
pub fn due(service: &Service) -> Moment {
    let step = service.autoscaling.steps.front().map_or(Moment::NEVER, |(at, _)| *at);
    let target = service.autoscaling.target.map_or(Moment::NEVER, |target| target.next);
    step.min(target)
}

/// Changes what is due.
pub fn advance(region: &mut Region, now: Moment) {
    let services = || region.clusters.values().flat_map(|cluster| cluster.services.values());
    if services().all(|service| due(service) > now) {
        return;
    }
    traffic::settle(&mut region.balancing, now);
    let Region { clusters, balancing, identifiers, .. } = region;
    for service in clusters.values_mut().flat_map(|cluster| cluster.services.values_mut()) {
        let wanted = step(service, now).or_else(|| tracked(service, &balancing.target_groups, now));
        let Some(wanted) = wanted.filter(|wanted| *wanted != service.desired_count) else { continue };
        if service.status == ServiceStatus::Active {
            let message =
                format!("(service {}) updated desired count from {} to {wanted}.", service.name, service.desired_count);
            service.set_desired(wanted, now);
            service.record(identifiers.uuid(), now, message);
        }
    }
}

fn step(service: &mut Service, now: Moment) -> Option<u32> {
    let mut latest = None;
    while let Some((_, count)) = service.autoscaling.steps.front().copied().filter(|(at, _)| *at <= now) {
        service.autoscaling.steps.pop_front();
        latest = Some(count);
    }
    latest
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "counts of requests and tasks are small and not negative"
)]
fn tracked(service: &mut Service, groups: &BTreeMap<String, TargetGroup>, now: Moment) -> Option<u32> {
    let mut target = service.autoscaling.target.filter(|target| target.next <= now)?;
    let arns: std::collections::BTreeSet<&str> = service.task_sets.iter().filter_map(TaskSet::target_group).collect();
    let requests: u64 = arns.iter().filter_map(|arn| groups.get(*arn)).map(|group| group.requests).sum();
    // A target group that is gone takes its count along.
    let since = requests.saturating_sub(target.seen);
    let wanted = since as f64 / target.interval.as_secs_f64().max(0.001) / target.requests_per_task;
    target.seen = requests;
    target.next = now.plus(target.interval);
    service.autoscaling.target = Some(target);
    Some((wanted.ceil() as u32).clamp(target.least, target.most))
}
