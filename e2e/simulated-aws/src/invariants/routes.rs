//! S3 and S4 of what is not known: a task set is neither ended nor promoted while a route that a release has written is gone,
//! or has lost one of its target groups. Where its requests go now, nobody has seen.
//!
//! A route is a release's own from when the same principal writes it after the newest task set was made. What no route can
//! reach, because its target group does not exist any more, may go in any case.

use std::collections::BTreeMap;

use super::writes::{Before, Write};
use crate::time::Moment;
use crate::world::region::Region;
use crate::world::routes::Rule;

/// How many routes are remembered.
const CAPACITY: usize = 50_000;

/// A route by region, rule and principal.
type Key = (String, String, String);

/// What a principal wrote last.
#[derive(Clone, Debug)]
struct Written {
    at: Moment,
    /// As people know it.
    route: String,
    target_groups: Vec<String>,
}

/// Every route that somebody wrote.
#[derive(Clone, Debug, Default)]
pub struct Routes(BTreeMap<Key, Written>);

impl Routes {
    /// None.
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Notes a rule as it is after a write.
    pub fn note(&mut self, rule: &Rule, region: &Region, write: &Write<'_>) {
        if self.0.len() > CAPACITY {
            self.0.clear();
        }
        let key = (place(region), rule.arn.clone(), write.principal.to_owned());
        let target_groups = rule.weights().into_iter().map(|(arn, _)| arn).collect();
        self.0.insert(key, Written { at: write.now, route: rule.route_arn().to_owned(), target_groups });
    }

    /// What a write did to a task set of which it is not known what it receives.
    pub fn check(&self, before: &Before, region: &Region, write: &Write<'_>) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        for (task_set, invariant, done) in before.ended_or_promoted(region) {
            let Some(group) = task_set.target_group().filter(|group| exists(region, group)) else { continue };
            let here = place(region);
            let own = self.0.iter().filter(|((place, _, principal), written)| {
                *place == here
                    && principal == write.principal
                    && written.at >= before.begun()
                    && written.target_groups.iter().any(|known| known == group)
            });
            for ((_, arn, _), written) in own {
                let rule = region.balancing.rules.get(arn);
                let lost = written.target_groups.iter().find(|known| {
                    exists(region, known)
                        && !rule.is_some_and(|rule| rule.weights().iter().any(|(arn, _)| arn == *known))
                });
                let (id, route) = (&task_set.id, &written.route);
                let what = match (rule, lost) {
                    (None, _) => format!("{route}, which it had written, does not exist any more"),
                    (Some(_), Some(lost)) => format!("{route}, which it had written, does not name {lost} any more"),
                    (Some(_), None) => continue,
                };
                found.push((invariant, format!("task set {id} was {done} while {what}")));
            }
        }
        found
    }
}

fn place(region: &Region) -> String {
    format!("{}/{}", region.account, region.name)
}

fn exists(region: &Region, target_group: &str) -> bool {
    region.balancing.target_groups.contains_key(target_group)
}
