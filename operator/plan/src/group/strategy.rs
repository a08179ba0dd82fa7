//! How a group's strategy is shown: in a column, and in an Event when it is taken away.

use sluice_api::{ConfigReference, Reason, TrafficShift};

use crate::begin::schedule::{all_at_once, increments, resolve};
use crate::plan::Note;

/// The word for one increment of 100 percent.
const ALL_AT_ONCE: &str = "AllAtOnce";

/// Most weights of a list that are shown one by one.
const MOST_WEIGHTS: usize = 8;

/// The strategy in a few words, such as `canary 10% 5m`. `named` is the configuration of the cluster that the reference
/// names, where there is one.
#[must_use]
pub fn describe(reference: Option<&ConfigReference>, named: Option<&TrafficShift>) -> String {
    let name = reference.and_then(|reference| reference.name.as_deref());
    match resolve(reference, named) {
        Some(shift) => in_words(&shift),
        None => format!("unknown {}", name.unwrap_or("form")),
    }
}

fn in_words(shift: &TrafficShift) -> String {
    if let Some(canary) = &shift.canary {
        return format!("canary {}% {}", canary.percentage, canary.interval);
    }
    if let Some(linear) = &shift.linear {
        return format!("linear {}% {}", linear.percentage, linear.interval);
    }
    let increments = increments(shift);
    if increments == all_at_once() {
        return ALL_AT_ONCE.to_owned();
    }
    let weights: Vec<String> = increments.iter().map(|increment| increment.weight.to_string()).collect();
    if weights.len() > MOST_WEIGHTS {
        return format!("{} steps from {}%", weights.len(), weights.first().map_or("", String::as_str));
    }
    format!("steps {}%", weights.join(","))
}

/// Tells that a group whose traffic moved in increments moves it at once from now on: whoever took the strategy away may
/// not have meant to. None for a group that is new, and for any other change.
#[must_use]
pub fn taken_away(previous: Option<&str>, now: Option<&str>) -> Option<Note> {
    let previous = previous.filter(|previous| *previous != ALL_AT_ONCE)?;
    (now == Some(ALL_AT_ONCE)).then(|| {
        Note::warning(
            Reason::StrategyRemoved,
            format!(
                "The strategy was {previous} and is {ALL_AT_ONCE} now: the next release moves all traffic at once. If that is not meant, set spec.deploymentConfig"
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn shown(config: &Value) -> String {
        let reference: Option<ConfigReference> = serde_json::from_value(config.clone()).unwrap();
        let slow: TrafficShift =
            serde_json::from_value(json!({"linear": {"percentage": 5, "interval": "90s"}})).unwrap();
        let is_slow = config["name"] == "slow";
        describe(reference.as_ref(), is_slow.then_some(&slow))
    }

    #[test]
    fn a_strategy_is_shown_in_a_few_words() {
        let many: Vec<Value> = (1..=10).map(|tenth| json!({"weight": tenth * 10})).collect();
        let table = [
            (json!(null), "AllAtOnce"),
            (json!({"allAtOnce": {}}), "AllAtOnce"),
            (json!({"steps": [{"weight": 100}]}), "AllAtOnce"),
            (json!({"name": "CodeDeployDefault.ECSAllAtOnce"}), "AllAtOnce"),
            (json!({"name": "CodeDeployDefault.ECSCanary10Percent5Minutes"}), "canary 10% 5m"),
            (json!({"canary": {"percentage": 25, "interval": "1h30m"}}), "canary 25% 1h30m"),
            (json!({"canary": {"percentage": "0.1%", "interval": "5m"}}), "canary 0.1% 5m"),
            (json!({"linear": {"percentage": "12.5%", "interval": "1m"}}), "linear 12.5% 1m"),
            (json!({"steps": [{"weight": "0.5%"}, {"weight": 5}, {"weight": 100}]}), "steps 0.5,5,100%"),
            (json!({"name": "slow"}), "linear 5% 1m30s"),
            (json!({"steps": [{"weight": 5, "hold": "1m"}, {"weight": 100}]}), "steps 5,100%"),
            (json!({"steps": many}), "10 steps from 10%"),
            (json!({"name": "sloow"}), "unknown sloow"),
            (json!({"mirror": {"percentage": 1}}), "unknown form"),
        ];
        for (config, expected) in table {
            assert_eq!(shown(&config), expected, "{config}");
        }
    }

    #[test]
    fn only_a_strategy_that_becomes_all_at_once_is_a_warning() {
        let table = [
            (None, Some("AllAtOnce"), false),
            (Some("AllAtOnce"), Some("AllAtOnce"), false),
            (Some("AllAtOnce"), Some("canary 10% 5m"), false),
            (Some("canary 10% 5m"), Some("linear 10% 5m"), false),
            (Some("canary 10% 5m"), Some("AllAtOnce"), true),
            (Some("unknown slow"), Some("AllAtOnce"), true),
        ];
        for (previous, now, expected) in table {
            let note = taken_away(previous, now);
            assert_eq!(note.is_some(), expected, "{previous:?} {now:?}");
            assert!(note.is_none_or(|note| note.warning && note.message.contains("at once")));
        }
    }
}
