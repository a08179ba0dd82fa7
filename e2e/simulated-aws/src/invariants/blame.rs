//! Who did it: the call after which something stands wrong, however late that is seen.

use std::collections::BTreeMap;

use super::writes::Write;
use crate::world::region::Region;
use crate::world::services::Service;

/// A call and its caller.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Culprit {
    /// The call's place in the journal; none if time alone did it.
    pub sequence: Option<u64>,
    /// The operation, or `tick`.
    pub operation: String,
    /// Who called.
    pub access_key: Option<String>,
}

impl Culprit {
    /// Whoever made this write; time, where there was none.
    pub fn of(write: Option<&Write<'_>>) -> Self {
        Self {
            sequence: write.map(|write| write.sequence),
            operation: write.map_or("tick", |write| write.operation).to_owned(),
            access_key: write.map(|write| write.access_key.to_owned()),
        }
    }
}

/// Who took the PRIMARY of each service away. A service without one is often seen as wrong only at a later call, when it has
/// a live task set again, and that call did nothing to it.
#[derive(Clone, Debug, Default)]
pub struct Primaries {
    /// By ARN of the service; none while there is a PRIMARY.
    taken_by: BTreeMap<String, Option<Culprit>>,
}

impl Primaries {
    /// Of no service yet.
    pub const fn new() -> Self {
        Self { taken_by: BTreeMap::new() }
    }

    /// Notes what became of each PRIMARY of the region.
    pub fn note(&mut self, region: &Region, write: Option<&Write<'_>>) {
        for service in region.clusters.values().flat_map(|cluster| cluster.services.values()) {
            if service.primary().is_some() {
                self.taken_by.insert(service.arn.clone(), None);
            } else if service.had_primary {
                let culprit = self.taken_by.entry(service.arn.clone()).or_default();
                culprit.get_or_insert_with(|| Culprit::of(write));
            }
        }
    }

    /// Who took the PRIMARY of a service away; none if it has one, or never had.
    pub fn culprit(&self, service: &Service) -> Option<&Culprit> {
        self.taken_by.get(&service.arn)?.as_ref()
    }
}
