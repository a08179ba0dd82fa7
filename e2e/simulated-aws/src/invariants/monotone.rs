//! S7: going forward, a release's share never falls; once it has fallen, it goes to 0 and stays there.
//!
//! Only what one principal does is compared with what the same principal did before: a person who lowers a weight is
//! not a release that goes backwards, and putting that weight back is not one that goes forward again. A task set's
//! return to 0 in one call or in several is a rollback and in order.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::blame::Culprit;
use super::names::MONOTONE;
use super::writes::Write;
use crate::time::Moment;
use crate::world::part::Part;
use crate::world::region::Region;
use crate::world::routes::Rule;
use crate::world::task_sets::TaskSet;

/// How long a share may stand between where it was and 0 while it falls.
const LONGEST_FALL: Duration = Duration::from_mins(1);

/// How many courses are remembered.
const CAPACITY: usize = 50_000;

/// Which share is meant: by region, route, task set and principal.
type Key = (String, String, String, String);

/// What a principal did to the share of a task set on a route.
#[derive(Clone, Debug)]
struct Course {
    share: Part,
    fell_at: Option<Moment>,
    /// Who made it fall.
    by: Culprit,
    reported: bool,
}

/// All of them.
#[derive(Clone, Debug, Default)]
pub struct Courses(BTreeMap<Key, Course>);

impl Courses {
    /// None.
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Notes the shares after a write to a rule, and tells what is wrong with them.
    pub fn check(
        &mut self,
        rule: &Rule,
        region: &Region,
        write: &Write<'_>,
        ours: &str,
    ) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        if rule.traffic.is_test {
            return found;
        }
        for set in newest(region, rule, ours) {
            let share = set.target_group().map_or(Part::NONE, |group| rule.share_of(group));
            let place = format!("{}/{}", region.account, region.name);
            let key = (place, rule.arn.clone(), set.id.clone(), write.principal.to_owned());
            let course = self.0.entry(key).or_insert_with(|| Course {
                share,
                fell_at: None,
                by: Culprit::default(),
                reported: false,
            });
            let (before, falls, rises) = (course.share, share < course.share, share > course.share);
            course.share = share;
            if falls && course.fell_at.is_none() {
                course.fell_at = Some(write.now);
                course.by = Culprit::of(Some(write));
            }
            if rises && course.fell_at.is_some() {
                found.push((
                    MONOTONE,
                    format!(
                        "the share of task set {} on {} rose from {before} to {share} after it had fallen",
                        set.id,
                        rule.route_arn()
                    ),
                ));
            }
        }
        if self.0.len() > CAPACITY {
            self.0.clear();
        }
        found
    }

    /// Shares that began to fall and never reached 0. Task sets that are gone are forgotten.
    pub fn check_lasting(&mut self, region: &Region, now: Moment) -> Vec<((&'static str, String), Culprit)> {
        let place = format!("{}/{}", region.account, region.name);
        let mut found = Vec::new();
        for ((_, route, set, _), course) in self.0.iter_mut().filter(|((region, ..), _)| *region == place) {
            let Some(fell_at) = course.fell_at.filter(|_| !course.reported && course.share > Part::NONE) else {
                continue;
            };
            if grows(region, set) {
                // Traffic returns as fast as it can carry it.
                course.fell_at = Some(now);
                continue;
            }
            if now.since(fell_at) < LONGEST_FALL {
                continue;
            }
            course.reported = true;
            // What somebody else has set to 0 meanwhile, or what is gone, needs no rollback any more.
            let group = region.task_sets().find(|(.., one)| one.id == *set).and_then(|(.., one)| one.target_group());
            let weight = group.and_then(|group| Some(region.balancing.rules.get(route)?.weight_of(group)));
            if weight.is_some_and(|weight| weight > 0) {
                let share = course.share;
                let message = format!("the share of task set {set} fell to {share} and not on to 0");
                found.push(((MONOTONE, message), course.by.clone()));
            }
        }
        let there: BTreeSet<&str> = region.task_sets().map(|(.., set)| set.id.as_str()).collect();
        self.0.retain(|(region, _, set, _), _| *region != place || there.contains(set.as_str()));
        found
    }
}

/// Whether another task set of the same service, which was made smaller before, has not got all of its tasks again.
fn grows(region: &Region, set: &str) -> bool {
    let service = region.task_sets().find(|(.., one)| one.id == set).map(|(_, service, _)| service);
    let all = service.into_iter().flat_map(|service| service.task_sets.iter().map(move |set| (service, set)));
    let mut others = all.filter(|(_, one)| one.id != set && one.is_live() && one.was_scaled_down);
    others.any(|(service, one)| one.running < service.desired_count)
}

/// The newest task set of ours of each service that a rule sends requests to.
fn newest<'a>(region: &'a Region, rule: &Rule, ours: &str) -> Vec<&'a TaskSet> {
    let names: Vec<String> = rule.weights().into_iter().map(|(arn, _)| arn).collect();
    let services = region.clusters.values().flat_map(|cluster| cluster.services.values());
    let newest = services.filter_map(|service| service.task_sets.iter().rfind(|set| set.is_live()));
    newest
        .filter(|set| !set.preexisting && set.external_id.as_deref().is_some_and(|id| id.starts_with(ours)))
        .filter(|set| set.target_group().is_some_and(|group| names.iter().any(|name| name == group)))
        .collect()
}
