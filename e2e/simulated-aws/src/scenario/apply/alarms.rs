//! A scenario's alarms, functions, topics, buses and repositories as things in a region.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::scenario::alarms::{Alarm, CompositeAlarm};
use crate::scenario::document::Scenario;
use crate::scenario::existing::{Summary, is_new};
use crate::scenario::functions::Function;
use crate::scenario::problem::Problem;
use crate::tick::composite_alarms::advance as composite_alarms_follow;
use crate::time::Moment;
use crate::world::alarm_rules::AlarmRule;
use crate::world::alarm_status::State;
use crate::world::alarms::{Comparison, Metric, Missing};
use crate::world::balancing::Kind;
use crate::world::functions;
use crate::world::functions::ScriptedAnswer;
use crate::world::region::Region;
use crate::world::{alarms, composite_alarms};

/// Adds them.
pub fn apply(scenario: &Scenario, region: &mut Region, summary: &mut Summary, now: Moment) -> Result<(), Problem> {
    for alarm in &scenario.alarms {
        if is_new(region.alarms.contains_key(&alarm.name), format!("alarm {}", alarm.name), summary) {
            add_alarm(alarm, region, now).map_err(|Problem(text)| Problem(format!("alarm {}: {text}", alarm.name)))?;
        }
    }
    add_composite_alarms(&scenario.composite_alarms, region, summary, now)?;
    for function in &scenario.functions {
        if is_new(region.functions.contains_key(&function.name), format!("function {}", function.name), summary) {
            region.functions.insert(function.name.clone(), new_function(function));
        }
    }
    region.topics.extend(scenario.topics.iter().cloned());
    region.event_buses.extend(scenario.event_buses.iter().cloned());
    for (name, tags) in &scenario.repositories {
        let tags = tags.iter().map(|(tag, digest)| (tag.clone(), digest.clone()));
        region.repositories.entry(name.clone()).or_default().extend(tags);
    }
    Ok(())
}

fn state(word: &str) -> Result<State, Problem> {
    State::parse(word).ok_or_else(|| Problem(format!("`{word}` is no state; write OK, ALARM or INSUFFICIENT_DATA")))
}

fn add_alarm(given: &Alarm, region: &mut Region, now: Moment) -> Result<(), Problem> {
    let mut alarm = alarms::Alarm::unchecked(&given.name, region.alarm_arn(&given.name), now);
    match &given.metric {
        Some(name) => {
            alarm.metric = metric(given, name, region)?;
            alarm.next = now;
        }
        // An alarm that only follows its script watches something all the same.
        None => {
            alarm.metric =
                Metric { namespace: "Simulated".to_owned(), name: given.name.clone(), dimensions: BTreeMap::new() };
        }
    }
    alarm.statistic = given.statistic.clone().unwrap_or(alarm.statistic);
    alarm.period = given.period.map_or(alarm.period, |span| span.0).max(Duration::from_secs(1));
    alarm.periods = given.evaluation_periods.unwrap_or(1).max(1);
    alarm.datapoints = given.datapoints_to_alarm.unwrap_or(alarm.periods);
    alarm.threshold = given.threshold.unwrap_or(0.0);
    if let Some(word) = &given.comparison {
        alarm.comparison = Comparison::parse(word).ok_or_else(|| Problem(format!("`{word}` is no comparison")))?;
    }
    if let Some(word) = &given.treat_missing_data {
        alarm.missing =
            Missing::parse(word).ok_or_else(|| Problem(format!("`{word}` is no treatment of missing data")))?;
    }
    if let Some(word) = &given.state {
        alarm.status.state = state(word)?;
    }
    for change in &given.timeline {
        let reason = change.reason.clone().unwrap_or_else(|| "Set by the scenario".to_owned());
        alarm.script.push_back((now.plus(change.after.0), state(&change.state)?, reason));
    }
    alarm.script.make_contiguous().sort_by_key(|(at, ..)| *at);
    region.alarms.insert(alarm.name.clone(), alarm);
    Ok(())
}

/// First all of them and then a look at each, so that one may name another.
fn add_composite_alarms(
    given: &[CompositeAlarm],
    region: &mut Region,
    summary: &mut Summary,
    now: Moment,
) -> Result<(), Problem> {
    for CompositeAlarm { name, rule } in given {
        if is_new(region.composite_alarms.contains_key(name), format!("compositeAlarm {name}"), summary) {
            let read = AlarmRule::parse(rule).map_err(|problem| Problem(format!("alarm {name}: {problem}")))?;
            let alarm = composite_alarms::CompositeAlarm::unchecked(name, region.alarm_arn(name), rule, read, now);
            region.composite_alarms.insert(name.clone(), alarm);
        }
    }
    let exists = |name: &str| region.alarms.contains_key(name) || region.composite_alarms.contains_key(name);
    for alarm in region.composite_alarms.values() {
        if let Some(unknown) = alarm.rule.children().into_iter().find(|child| !exists(child)) {
            return Err(Problem(format!("alarm {}: its rule names {unknown}, which does not exist", alarm.name)));
        }
        if region.alarms.contains_key(&alarm.name) {
            return Err(Problem(format!("alarm {}: the name is that of two alarms; change one", alarm.name)));
        }
    }
    composite_alarms_follow(region, now);
    Ok(())
}

fn metric(given: &Alarm, name: &str, region: &Region) -> Result<Metric, Problem> {
    let mut dimensions = BTreeMap::new();
    let mut namespace = "AWS/ApplicationELB";
    if let Some(group) = &given.target_group {
        let group = region.balancing.target_group_named(group);
        let group =
            group.ok_or_else(|| Problem("its target group does not exist; add it under `targetGroups`".to_owned()))?;
        dimensions.insert("TargetGroup".to_owned(), group.arn.rsplit(':').next().unwrap_or_default().to_owned());
    }
    if let Some(balancer) = &given.load_balancer {
        let mut all = region.balancing.load_balancers.values();
        let balancer = all.find(|one| one.name == *balancer);
        let balancer = balancer.ok_or_else(|| Problem("its load balancer does not exist".to_owned()))?;
        if balancer.kind == Kind::Network {
            namespace = "AWS/NetworkELB";
        }
        dimensions.insert("LoadBalancer".to_owned(), format!("{}/{}", balancer.kind.segment(), balancer.path));
    }
    Ok(Metric { namespace: namespace.to_owned(), name: name.to_owned(), dimensions })
}

fn new_function(given: &Function) -> functions::Function {
    let answers = given.answers.iter().map(|answer| ScriptedAnswer {
        payload: answer.payload.clone(),
        function_error: answer.function_error.clone(),
        delay: answer.delay.map(|span| span.0).unwrap_or_default(),
        throttled: answer.throttled,
        raw: answer.raw.clone(),
        bytes: answer.bytes,
        lost: answer.lost,
        times: answer.times.unwrap_or(1),
    });
    functions::Function {
        timeout: given.timeout.map_or(Duration::from_secs(3), |span| span.0),
        denied: given.denied,
        answers: answers.collect(),
        invocations: 0,
    }
}
