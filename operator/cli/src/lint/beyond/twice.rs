//! The same object, or the same service, a second time.

use std::collections::BTreeMap;

use sluice_plan::admission::claims::same_service;

use super::known::{Known, Together};
use crate::lint::finding::Finding;

pub(super) fn twice(together: &Together<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut first: BTreeMap<&str, Vec<&Known>> = BTreeMap::new();
    for known in together.all.iter().filter(|known| !known.object.ends_with('*')) {
        let earlier = first.entry(&known.object).or_default();
        if let Some(other) = earlier.iter().find(|other| known.is_beside(other)) {
            let place = format!("{}:{}", other.file, other.node.line);
            findings.push(
                known.note(&["metadata", "name"], format!("{place} has it too: the one that is applied last wins")),
            );
        }
        earlier.push(known);
    }
    for (index, (known, group)) in together.groups.iter().enumerate() {
        let earlier = together.groups[..index].iter();
        let same = earlier.filter(|(other, _)| other.object != known.object || !known.is_beside(other));
        if let Some((other, _)) = same.into_iter().find(|(_, other)| same_service(&other.spec, &group.spec)) {
            let message = format!(
                "it is the service of {} in {}:{} too: the group that is older releases it, and the other waits",
                other.object, other.file, other.node.line
            );
            findings.push(known.note(&["spec", "ecs"], message));
        }
    }
    findings
}
