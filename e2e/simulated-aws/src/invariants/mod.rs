//! The world's side of the safety invariants: what no sequence of calls may do, whoever makes them.
//!
//! Each name is the one the operator's own checks and metrics use; docs/invariants.md tells what it means.

mod monotone;
pub mod names;
mod rules;
mod standing;
mod writes;

use std::collections::BTreeSet;

use serde::Serialize;

use crate::time::Moment;
use crate::world::region::Region;

pub use rules::Rules;
pub use writes::{Before, Write};

/// How many violations are kept.
const CAPACITY: usize = 1000;

/// Something that must not happen, and did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Violation {
    /// The invariant's number and name.
    pub invariant: &'static str,
    /// When.
    pub at: Moment,
    /// The call that did it; none if time alone did.
    pub sequence: Option<u64>,
    /// The operation, or `tick`.
    pub operation: String,
    /// Who called.
    pub access_key: Option<String>,
    /// What, in a sentence.
    pub message: String,
}

/// The violations so far.
#[derive(Clone, Debug)]
pub struct Invariants {
    rules: Rules,
    courses: monotone::Courses,
    violations: Vec<Violation>,
    total: u64,
    /// What is wrong at the moment, so that it is reported when it begins and not on each tick.
    standing: BTreeSet<String>,
}

impl Invariants {
    /// None so far.
    #[must_use]
    pub const fn new(rules: Rules) -> Self {
        Self { rules, courses: monotone::Courses::new(), violations: Vec::new(), total: 0, standing: BTreeSet::new() }
    }

    /// The violations that are kept, oldest first.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// How many there were.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.total
    }

    /// Checks a write that succeeded against the world before it.
    pub fn check_write(&mut self, before: &Before, region: &Region, write: &Write<'_>) {
        let mut found = before.violations(region, &self.rules, write.now);
        if let Some(rule) = before.rule().and_then(|rule| region.balancing.rules.get(&rule.arn)) {
            found.extend(self.courses.check(rule, region, write, &self.rules.ours));
        }
        for (invariant, message) in found {
            self.report(Violation {
                invariant,
                at: write.now,
                sequence: Some(write.sequence),
                operation: write.operation.to_owned(),
                access_key: Some(write.access_key.to_owned()),
                message,
            });
        }
        self.check_standing(standing::violations(region), region, write.now, Some(write));
    }

    /// Checks what must hold at any moment.
    pub fn check_world(&mut self, region: &Region, now: Moment) {
        self.check_standing(standing::violations(region), region, now, None);
        for (invariant, message) in self.courses.check_standing(region, now) {
            let operation = "tick".to_owned();
            self.report(Violation { invariant, at: now, sequence: None, operation, access_key: None, message });
        }
    }

    fn check_standing(
        &mut self,
        found: Vec<(&'static str, String)>,
        region: &Region,
        now: Moment,
        write: Option<&Write<'_>>,
    ) {
        if found.is_empty() && self.standing.is_empty() {
            return;
        }
        let prefix = format!("{}/{} ", region.account, region.name);
        let key = |(invariant, message): &(&str, String)| format!("{prefix}{invariant} {message}");
        let current: BTreeSet<String> = found.iter().map(key).collect();
        self.standing.retain(|known| !known.starts_with(&prefix) || current.contains(known));
        for violation in found {
            if !self.standing.insert(key(&violation)) {
                continue;
            }
            self.report(Violation {
                invariant: violation.0,
                at: now,
                sequence: write.map(|write| write.sequence),
                operation: write.map_or("tick", |write| write.operation).to_owned(),
                access_key: write.map(|write| write.access_key.to_owned()),
                message: violation.1,
            });
        }
    }

    fn report(&mut self, violation: Violation) {
        self.total += 1;
        if self.violations.len() < CAPACITY {
            self.violations.push(violation);
        }
    }
}
