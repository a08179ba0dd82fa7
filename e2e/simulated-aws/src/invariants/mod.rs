//! The world's side of the safety invariants: what no sequence of calls may do, whoever makes them.
//!
//! Each name is the one the operator's own checks and metrics use; docs/invariants.md tells what it means.

mod blame;
mod capacity;
mod hooks;
mod lasting;
mod monotone;
pub mod names;
mod routes;
mod rules;
mod writes;

use std::collections::BTreeSet;

use blame::{Culprit, Primaries};
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
    /// The call that did it, which may be an earlier one than that at which it was seen; none if time alone did.
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
    routes: routes::Routes,
    primaries: Primaries,
    hooks: hooks::Hooks,
    violations: Vec<Violation>,
    total: u64,
    /// What is wrong at the moment, so that it is reported when it begins and not on each tick.
    lasting: BTreeSet<String>,
}

impl Invariants {
    /// None so far.
    #[must_use]
    pub const fn new(rules: Rules) -> Self {
        Self {
            rules,
            courses: monotone::Courses::new(),
            routes: routes::Routes::new(),
            primaries: Primaries::new(),
            hooks: hooks::Hooks::new(),
            violations: Vec::new(),
            total: 0,
            lasting: BTreeSet::new(),
        }
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
            self.routes.note(rule, region, write);
        }
        found.extend(self.routes.check(before, region, write));
        for found in found {
            self.report(found, write.now, Culprit::of(Some(write)));
        }
        self.check_lasting(region, write.now, Some(write));
    }

    /// Checks an invocation of a function, by its payload.
    pub fn check_invocation(&mut self, payload: &serde_json::Value, write: &Write<'_>) {
        if let Some(found) = self.hooks.check(payload) {
            self.report(found, write.now, Culprit::of(Some(write)));
        }
    }

    /// Checks what must hold at any moment.
    pub fn check_world(&mut self, region: &Region, now: Moment) {
        self.check_lasting(region, now, None);
        for (found, culprit) in self.courses.check_lasting(region, now) {
            self.report(found, now, culprit);
        }
    }

    fn check_lasting(&mut self, region: &Region, now: Moment, write: Option<&Write<'_>>) {
        self.primaries.note(region, write);
        let found = lasting::violations(region, &self.primaries);
        if found.is_empty() && self.lasting.is_empty() {
            return;
        }
        let prefix = format!("{}/{} ", region.account, region.name);
        let key = |((invariant, message), _): &lasting::Lasting| format!("{prefix}{invariant} {message}");
        let current: BTreeSet<String> = found.iter().map(key).collect();
        self.lasting.retain(|known| !known.starts_with(&prefix) || current.contains(known));
        for violation in found {
            if self.lasting.insert(key(&violation)) {
                let (found, culprit) = violation;
                self.report(found, now, culprit.unwrap_or_else(|| Culprit::of(write)));
            }
        }
    }

    fn report(&mut self, (invariant, message): (&'static str, String), at: Moment, culprit: Culprit) {
        self.total += 1;
        if self.violations.len() < CAPACITY {
            let Culprit { sequence, operation, access_key } = culprit;
            self.violations.push(Violation { invariant, at, sequence, operation, access_key, message });
        }
    }
}
