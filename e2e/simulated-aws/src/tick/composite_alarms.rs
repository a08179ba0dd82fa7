//! Composite alarms follow the alarms that their rules name.

use std::collections::BTreeMap;

use serde_json::json;

use crate::time::Moment;
use crate::world::alarm_status::State;
use crate::world::composite_alarms::CompositeAlarm;
use crate::world::region::Region;

/// Looks at every composite alarm one of whose alarms has another state than when it was last looked at.
///
/// One may name another, so that they are gone through until nothing changes; alarms that name each other in a circle
/// are gone through as often as there are alarms, and no more.
pub fn advance(region: &mut Region, now: Moment) {
    for _ in 0..=region.composite_alarms.len() {
        let states = states(region);
        let due = region.composite_alarms.values_mut().filter_map(|alarm| {
            let current = seen(alarm, &states);
            (alarm.seen.as_ref() != Some(&current)).then_some((alarm, current))
        });
        let mut changed = false;
        for (alarm, current) in due {
            look(alarm, &current, now);
            changed = true;
        }
        if !changed {
            return;
        }
    }
}

/// The states of alarms, by their names.
type States = BTreeMap<String, State>;

fn states(region: &Region) -> States {
    if region.composite_alarms.is_empty() {
        return BTreeMap::new();
    }
    let metric = region.alarms.values().map(|alarm| (alarm.name.clone(), alarm.status.state));
    let composite = region.composite_alarms.values().map(|alarm| (alarm.name.clone(), alarm.status.state));
    metric.chain(composite).collect()
}

/// The states that an alarm's rule asks for.
fn seen(alarm: &CompositeAlarm, states: &States) -> BTreeMap<String, Option<State>> {
    let children = alarm.rule.children().into_iter();
    children.map(|name| (name.to_owned(), states.get(name).copied())).collect()
}

fn look(alarm: &mut CompositeAlarm, current: &BTreeMap<String, Option<State>>, now: Moment) {
    let holds = alarm.rule.holds(&|name| current.get(name).copied().flatten());
    let state = if holds { State::Alarm } else { State::Ok };
    let before = alarm.seen.replace(current.clone());
    let moved = before.iter().flatten().find(|(name, state)| current.get(*name) != Some(*state));
    let (reason, data) = match moved.and_then(|(name, _)| Some((name, current.get(name).copied().flatten()?))) {
        Some((name, to)) => {
            let arn =
                alarm.arn.strip_suffix(&alarm.name).map_or_else(|| name.clone(), |prefix| format!("{prefix}{name}"));
            let word = to.word();
            let data = json!({"triggeringAlarms": [{"arn": arn, "state": {"value": word, "timestamp": now}}]});
            (format!("{arn} transitioned to {word} at {now}"), Some(data.to_string()))
        }
        None => (format!("The alarm rule is {}", if holds { "TRUE" } else { "FALSE" }), None),
    };
    // What changes nothing about the state is no reason to tell it anew.
    if state != alarm.status.state {
        alarm.status.set(state, reason, data, now);
    }
}
