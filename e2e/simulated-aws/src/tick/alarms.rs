//! Alarms follow their scripts and the traffic.

use super::{composite_alarms, metrics, traffic};
use crate::time::Moment;
use crate::world::alarm_status::State;
use crate::world::alarms::{Alarm, Missing};
use crate::world::balancing::Balancing;
use crate::world::published::Published;
use crate::world::region::Region;

/// Looks at every alarm that is due.
pub fn advance(region: &mut Region, now: Moment) {
    if region.alarms.values().all(|alarm| alarm.due() > now) {
        return;
    }
    if region.alarms.values().any(|alarm| alarm.next <= now) {
        traffic::settle(&mut region.balancing, now);
    }
    for alarm in region.alarms.values_mut() {
        if alarm.next <= now {
            evaluate(alarm, &region.balancing, &region.published, now);
            alarm.next = alarm.next.plus(alarm.interval()).max(now);
        }
        while let Some((at, state, reason)) = alarm.script.pop_front() {
            if at > now {
                alarm.script.push_front((at, state, reason));
                break;
            }
            alarm.status.set(state, reason, None, at);
        }
    }
    composite_alarms::advance(region, now);
}

/// Gives an alarm of either kind a state, and those that ask for it another look. Its ARN, if there is such an alarm.
///
/// A metric alarm keeps the state until its metric is looked at next, a composite one until another alarm changes.
pub fn set_state(
    region: &mut Region,
    name: &str,
    state: State,
    reason: String,
    data: Option<String>,
    now: Moment,
) -> Option<String> {
    let (status, arn) = match (region.alarms.get_mut(name), region.composite_alarms.get_mut(name)) {
        (Some(alarm), _) => (&mut alarm.status, alarm.arn.clone()),
        (None, Some(alarm)) => (&mut alarm.status, alarm.arn.clone()),
        (None, None) => return None,
    };
    status.set(state, reason, data, now);
    composite_alarms::advance(region, now);
    Some(arn)
}

/// Looks at the last periods that are over, the latest first.
fn evaluate(alarm: &mut Alarm, balancing: &Balancing, published: &Published, now: Moment) {
    let length = i64::try_from(alarm.period.as_millis()).unwrap_or(i64::MAX).max(1);
    let ended = now.as_millis().div_euclid(length);
    let mut values: Vec<Option<f64>> = Vec::new();
    for back in 1..=i64::try_from(alarm.periods).unwrap_or(1) {
        let from = Moment::from_millis((ended - back) * length);
        values.push(metrics::value(balancing, published, &alarm.metric, &alarm.statistic, from, alarm.period));
    }
    let (state, reason) = verdict(alarm, &values);
    if let Some(state) = state {
        alarm.status.set(state, reason, None, now);
    }
}

fn verdict(alarm: &Alarm, values: &[Option<f64>]) -> (Option<State>, String) {
    let known: Vec<f64> = values.iter().flatten().copied().collect();
    let crosses = |value: &f64| alarm.comparison.crosses(*value, alarm.threshold);
    let gaps = values.len() - known.len();
    let filled = if alarm.missing == Missing::Breaching { gaps } else { 0 };
    let over = known.iter().filter(|value| crosses(value)).count() + filled;
    let (total, noun) = (values.len(), if known.len() == 1 { "datapoint" } else { "datapoints" });
    if known.is_empty() {
        let treated = alarm.missing.word();
        return match alarm.missing {
            Missing::Missing => {
                (Some(State::InsufficientData), format!("Insufficient Data: {total} datapoints were unknown."))
            }
            Missing::Ignore => (None, String::new()),
            Missing::Breaching => (
                Some(State::Alarm),
                format!(
                    "Threshold Crossed: no datapoints were received for {total} periods and {total} missing datapoints were treated as [{treated}]."
                ),
            ),
            Missing::NotBreaching => (
                Some(State::Ok),
                format!(
                    "Threshold Crossed: no datapoints were received for {total} periods and {total} missing datapoints were treated as [{treated}]."
                ),
            ),
        };
    }
    if alarm.missing == Missing::Ignore && known.len() < alarm.datapoints {
        return (None, String::new());
    }
    let shown: Vec<String> = known.iter().map(|value| format!("{value:?}")).collect();
    let alarming = over >= alarm.datapoints;
    let reason = format!(
        "Threshold Crossed: {} out of the last {total} {noun} [{}] {} {} the threshold ({:?}) (minimum {} datapoints for {}).",
        known.iter().filter(|value| crosses(value) == alarming).count(),
        shown.join(", "),
        if alarming { "were" } else { "were not" },
        alarm.comparison.phrase(),
        alarm.threshold,
        alarm.datapoints,
        if alarming { "OK -> ALARM transition" } else { "ALARM -> OK transition" },
    );
    (Some(if alarming { State::Alarm } else { State::Ok }), reason)
}
