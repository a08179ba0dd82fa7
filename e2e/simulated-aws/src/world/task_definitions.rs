//! Task definitions by family and revision.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::behaviour::Behaviour;
use super::tags::Tags;
use crate::text::last_segment;
use crate::time::Moment;

/// One revision of a family.
#[derive(Clone, Debug)]
pub struct TaskDefinition {
    /// The ARN.
    pub arn: String,
    /// The family.
    pub family: String,
    /// The revision, from 1 on.
    pub revision: u32,
    /// What was registered, as it was sent; `containerDefinitions` among it.
    pub registered: Map<String, Value>,
    /// When it was registered.
    pub registered_at: Moment,
    /// When it was deregistered; from then on nothing new is made of it.
    pub deregistered_at: Option<Moment>,
    /// Tags.
    pub tags: Tags,
    /// How its containers behave.
    pub behaviour: Behaviour,
}

impl TaskDefinition {
    /// The containers, as they were registered.
    pub fn containers(&self) -> impl Iterator<Item = &Value> {
        self.registered.get("containerDefinitions").and_then(Value::as_array).into_iter().flatten()
    }

    /// The container of that name.
    #[must_use]
    pub fn container(&self, name: &str) -> Option<&Value> {
        self.containers().find(|container| container["name"] == name)
    }

    /// Whether its tasks have a network interface of their own.
    #[must_use]
    pub fn is_awsvpc(&self) -> bool {
        self.registered.get("networkMode").is_some_and(|mode| mode == "awsvpc")
    }
}

/// Whether a container maps that port.
#[must_use]
pub fn maps_port(container: &Value, port: u16) -> bool {
    container["portMappings"]
        .as_array()
        .is_some_and(|mappings| mappings.iter().any(|mapping| mapping["containerPort"] == port))
}

/// All task definitions of a region.
#[derive(Clone, Debug, Default)]
pub struct TaskDefinitions {
    families: BTreeMap<String, BTreeMap<u32, TaskDefinition>>,
}

impl TaskDefinitions {
    /// The revision that a new registration of the family gets.
    #[must_use]
    pub fn next_revision(&self, family: &str) -> u32 {
        let newest = self.families.get(family).and_then(|revisions| revisions.last_key_value());
        newest.map_or(1, |(revision, _)| revision + 1)
    }

    /// Adds or replaces a task definition.
    pub fn insert(&mut self, definition: TaskDefinition) {
        self.families.entry(definition.family.clone()).or_default().insert(definition.revision, definition);
    }

    /// Finds by ARN, `family:revision`, or by family for its newest revision that is not deregistered.
    #[must_use]
    pub fn find(&self, reference: &str) -> Option<&TaskDefinition> {
        let (family, revision) = split(reference);
        let revisions = self.families.get(family)?;
        match revision {
            Some(revision) => revisions.get(&revision.parse().ok()?),
            None => revisions.values().rfind(|definition| definition.deregistered_at.is_none()),
        }
    }

    /// As [`Self::find`], to change it.
    pub fn find_mut(&mut self, reference: &str) -> Option<&mut TaskDefinition> {
        let (family, revision) = split(reference);
        let revisions = self.families.get_mut(family)?;
        match revision {
            Some(revision) => revisions.get_mut(&revision.parse().ok()?),
            None => revisions.values_mut().rfind(|definition| definition.deregistered_at.is_none()),
        }
    }
}

fn split(reference: &str) -> (&str, Option<&str>) {
    let name = last_segment(reference);
    match name.split_once(':') {
        Some((family, revision)) => (family, Some(revision)),
        None => (name, None),
    }
}
