//! What must hold at any moment.

use std::collections::BTreeMap;

use super::blame::{Culprit, Primaries};
use super::names::{ONE_PRIMARY, ONE_TASK_SET};
use crate::world::region::Region;
use crate::world::services::{Controller, Service, ServiceStatus};
use crate::world::task_sets::{TaskSet, TaskSetStatus};

/// The most task sets of a service that may be live at once.
const MOST_LIVE: usize = 2;

/// Something that is wrong, and who did it where that is another one than who is seen at it.
pub type Lasting = ((&'static str, String), Option<Culprit>);

/// Everything that is wrong now.
pub fn violations(region: &Region, primaries: &Primaries) -> Vec<Lasting> {
    let services = region.clusters.values().flat_map(|cluster| cluster.services.values());
    let mut found = Vec::new();
    for service in
        services.filter(|service| service.status == ServiceStatus::Active && service.controller == Controller::External)
    {
        one_primary(service, primaries, &mut found);
        one_task_set(service, &mut found);
    }
    found
}

fn one_primary(service: &Service, known: &Primaries, found: &mut Vec<Lasting>) {
    let primaries = service.task_sets.iter().filter(|set| set.status == TaskSetStatus::Primary).count();
    if primaries > 1 {
        let message = format!("service {} has {primaries} primary task sets", service.name);
        found.push(((ONE_PRIMARY, message), None));
    }
    if primaries == 0 && service.had_primary && service.task_sets.iter().any(TaskSet::is_live) {
        let message = format!("service {} had a primary task set and has none any more", service.name);
        found.push(((ONE_PRIMARY, message), known.culprit(service).cloned()));
    }
}

fn one_task_set(service: &Service, found: &mut Vec<Lasting>) {
    let mut by_external_id: BTreeMap<&str, usize> = BTreeMap::new();
    for task_set in service.task_sets.iter().filter(|set| set.is_live()) {
        if let Some(id) = task_set.external_id.as_deref().filter(|id| !id.is_empty()) {
            *by_external_id.entry(id).or_default() += 1;
        }
    }
    for (id, count) in by_external_id.into_iter().filter(|(_, count)| *count > 1) {
        let message = format!("service {} has {count} live task sets with external id {id}", service.name);
        found.push(((ONE_TASK_SET, message), None));
    }
    // A foreign task set that the scenario put there is nobody's release.
    let counted = |set: &&TaskSet| set.is_live() && (!set.preexisting || set.was_primary);
    let live = service.task_sets.iter().filter(counted).count();
    if live > MOST_LIVE {
        found.push(((ONE_TASK_SET, format!("service {} has {live} live task sets", service.name)), None));
    }
}
