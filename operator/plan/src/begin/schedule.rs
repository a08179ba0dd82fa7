//! From a deployment configuration to the increments of traffic.

use sluice_api::{AllAtOnce, Approval, Canary, ConfigReference, Duration, Linear, Reason, Share, Step, TrafficShift};

use crate::refusal::Refusal;

/// One increment of traffic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Increment {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Share of the replacement, above nothing.
    pub weight: Share,
    /// Size of the replacement that the step has for itself, 1 to 100 percent of the service's desired count, and never
    /// below the weight; all of it, or what its weight needs, where it has none.
    pub scale: Option<i32>,
    /// How long the weight is held once verified.
    pub hold: Duration,
    /// The approval that it waits for after its hold, if it does.
    pub approval: Option<Approval>,
}

impl Increment {
    const fn full_scale(weight: Share, hold: Duration) -> Self {
        Self { name: None, weight, scale: None, hold, approval: None }
    }
}

/// How the names of CodeDeploy's configurations begin.
const PREDEFINED: &str = "CodeDeployDefault.";

/// The share in their names.
const TEN_PERCENT: Share = Share::from_percent(10);

/// How they go on.
const PREDEFINED_NAMES: [&str; 5] = [
    "ECSAllAtOnce",
    "ECSCanary10Percent5Minutes",
    "ECSCanary10Percent15Minutes",
    "ECSLinear10PercentEvery1Minutes",
    "ECSLinear10PercentEvery3Minutes",
];

/// The configuration that CodeDeploy predefines under this name.
///
/// Source: CodeDeploy user guide, "Predefined deployment configurations for an Amazon ECS compute platform".
/// Each interval is also read with `Minute` for `Minutes`, as much is written in the wild.
#[must_use]
pub fn predefined(name: &str) -> Option<TrafficShift> {
    let canary = |minutes| TrafficShift {
        canary: Some(Canary { percentage: TEN_PERCENT, interval: Duration::from_mins(minutes) }),
        ..TrafficShift::default()
    };
    let linear = |minutes| TrafficShift {
        linear: Some(Linear { percentage: TEN_PERCENT, interval: Duration::from_mins(minutes) }),
        ..TrafficShift::default()
    };
    let name = name.strip_prefix(PREDEFINED)?;
    match name.strip_suffix('s').filter(|stem| stem.ends_with("Minute")).unwrap_or(name) {
        "ECSAllAtOnce" => Some(TrafficShift { all_at_once: Some(AllAtOnce {}), ..TrafficShift::default() }),
        "ECSCanary10Percent5Minute" => Some(canary(5)),
        "ECSCanary10Percent15Minute" => Some(canary(15)),
        "ECSLinear10PercentEvery1Minute" => Some(linear(1)),
        "ECSLinear10PercentEvery3Minute" => Some(linear(3)),
        _ => None,
    }
}

/// The configuration that a group refers to: written out, predefined, or `named` as found in the cluster.
/// None when the name, or the form, is unknown. A group that refers to none moves all traffic at once.
#[must_use]
pub fn resolve(reference: Option<&ConfigReference>, named: Option<&TrafficShift>) -> Option<TrafficShift> {
    let Some(reference) = reference else {
        return Some(TrafficShift { all_at_once: Some(AllAtOnce {}), ..TrafficShift::default() });
    };
    match &reference.name {
        None => reference.inline(),
        Some(name) => predefined(name).or_else(|| named.cloned()),
    }
}

/// The refusal of a reference whose name, or form, is unknown. `in_cluster` are the names of the cluster's configurations.
#[must_use]
pub fn unknown(reference: Option<&ConfigReference>, in_cluster: &[String]) -> Refusal {
    let message = match reference.and_then(|reference| reference.name.as_deref()) {
        Some(name) => {
            let known = known_names(name, in_cluster);
            format!("spec.deploymentConfig.name: there is no configuration {name}: there are {known}")
        }
        None => "spec.deploymentConfig: it has no form that this version of the operator knows: use canary, linear, allAtOnce or steps, or upgrade the operator".to_owned(),
    };
    Refusal::new(Reason::UnknownDeploymentConfig, message)
}

/// The names that there are, first those among which the one that is meant is likely to be: a message may be cut.
fn known_names(meant: &str, in_cluster: &[String]) -> String {
    // The beginning of a name is written once: the five in full would fill the whole message.
    let predefined = format!("{PREDEFINED}{}", PREDEFINED_NAMES.join(", ."));
    let mut sorted = in_cluster.to_vec();
    sorted.sort_unstable();
    if meant.starts_with(PREDEFINED) {
        sorted.insert(0, predefined);
    } else {
        sorted.push(predefined);
    }
    sorted.join(", ")
}

/// The increments of a configuration, whose weights rise to 100.
#[must_use]
pub fn increments(config: &TrafficShift) -> Vec<Increment> {
    if let Some(steps) = &config.steps {
        return steps.iter().map(from_step).collect();
    }
    if let Some(Canary { percentage, interval }) = config.canary {
        return vec![
            Increment::full_scale(percentage, interval),
            Increment::full_scale(Share::ALL, Duration::default()),
        ];
    }
    if let Some(Linear { percentage, interval }) = config.linear {
        // Never more of them than a status has room for.
        let stride = percentage.max(Share::from_percent(1)).tenths();
        let shares = (stride..Share::ALL.tenths()).step_by(stride.into()).map(Share::from_tenths);
        let mut increments: Vec<Increment> = shares.map(|weight| Increment::full_scale(weight, interval)).collect();
        increments.push(Increment::full_scale(Share::ALL, Duration::default()));
        return increments;
    }
    all_at_once()
}

/// One increment of 100 percent: also what a first deployment gets, which has nothing to compare with.
#[must_use]
pub fn all_at_once() -> Vec<Increment> {
    vec![Increment::full_scale(Share::ALL, Duration::default())]
}

fn from_step(step: &Step) -> Increment {
    Increment {
        name: step.name.clone(),
        weight: step.weight,
        scale: step.scale,
        hold: step.hold.unwrap_or_default(),
        approval: step.approval,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn weights(name: &str) -> Vec<(String, String)> {
        shown(&predefined(name).unwrap())
    }

    fn shown(config: &TrafficShift) -> Vec<(String, String)> {
        let all = increments(config);
        all.iter().map(|increment| (increment.weight.to_string(), increment.hold.to_string())).collect()
    }

    #[test]
    fn the_predefined_configurations_are_those_of_codedeploy() {
        let hold = str::to_owned;
        assert_eq!(weights("CodeDeployDefault.ECSAllAtOnce"), [(hold("100"), hold("0s"))]);
        for (minutes, written) in [(5, "5m"), (15, "15m")] {
            let name = format!("CodeDeployDefault.ECSCanary10Percent{minutes}Minutes");
            assert_eq!(weights(&name), [(hold("10"), hold(written)), (hold("100"), hold("0s"))]);
        }
        for (minutes, written) in [(1, "1m"), (3, "3m")] {
            let name = format!("CodeDeployDefault.ECSLinear10PercentEvery{minutes}Minutes");
            let mut expected: Vec<_> = (1..10).map(|count| ((count * 10).to_string(), hold(written))).collect();
            expected.push((hold("100"), hold("0s")));
            assert_eq!(weights(&name), expected);
            assert_eq!(weights(name.trim_end_matches('s')), expected, "Minute for Minutes");
        }
    }

    #[test]
    fn a_form_that_this_version_does_not_know_is_refused_and_never_all_at_once() {
        let reference: ConfigReference =
            serde_json::from_value(serde_json::json!({"mirror": {"percentage": 1}})).unwrap();
        assert_eq!(resolve(Some(&reference), None), None);
        assert!(unknown(Some(&reference), &[]).message.contains("upgrade the operator"));
        let nothing_said = resolve(None, None).unwrap();
        assert_eq!(increments(&nothing_said), all_at_once());
    }

    #[test]
    fn a_name_that_is_not_predefined_is_looked_up_or_unknown() {
        let reference = ConfigReference::named("slow");
        let slow = predefined("CodeDeployDefault.ECSLinear10PercentEvery3Minutes").unwrap();
        assert_eq!(resolve(Some(&reference), Some(&slow)), Some(slow));
        assert_eq!(resolve(Some(&reference), None), None);
        for name in ["CodeDeployDefault.ECSCanary10Percent6Minutes", "CodeDeployDefault.", "ECSAllAtOnce"] {
            assert_eq!(predefined(name), None, "{name}");
        }
    }

    #[test]
    fn what_is_unknown_is_told_with_all_that_there_is_and_the_likely_ones_first() {
        let message = |name: &str| {
            let in_cluster = ["slow".to_owned(), "careful".to_owned()];
            unknown(Some(&ConfigReference::named(name)), &in_cluster).message
        };
        for name in PREDEFINED_NAMES {
            assert!(predefined(&format!("{PREDEFINED}{name}")).is_some(), "{name}");
            assert!(message("carefull").contains(name), "{name}");
        }
        let ours =
            "there is no configuration carefull: there are careful, slow, CodeDeployDefault.ECSAllAtOnce, .ECSCanary";
        assert!(message("carefull").contains(ours), "{}", message("carefull"));
        let theirs = "there are CodeDeployDefault.ECSAllAtOnce, .ECSCanary10Percent5Minutes";
        assert!(message("CodeDeployDefault.ECSCanary").contains(theirs));
        assert!(message("CodeDeployDefault.ECSCanary").ends_with(", careful, slow"));
        assert!(message("carefull").chars().count() <= sluice_api::MESSAGE_LIMIT);
    }

    #[test]
    fn a_linear_schedule_adds_exactly_its_share_and_at_last_what_is_left() {
        let table = [
            ("12.5%", "12.5 25 37.5 50 62.5 75 87.5 100"),
            ("33.3%", "33.3 66.6 99.9 100"),
            ("40%", "40 80 100"),
            ("50.1%", "50.1 100"),
            ("99.9%", "99.9 100"),
        ];
        for (percentage, expected) in table {
            let linear = serde_json::json!({"linear": {"percentage": percentage, "interval": "1m"}});
            let all = shown(&serde_json::from_value(linear).unwrap());
            let weights: Vec<&str> = all.iter().map(|(weight, _)| weight.as_str()).collect();
            assert_eq!(weights.join(" "), expected, "{percentage}");
        }
    }

    fn share(tenths: std::ops::Range<u16>) -> impl Strategy<Value = Share> {
        tenths.prop_map(Share::from_tenths)
    }

    prop_compose! {
        fn any_steps()(weights in proptest::collection::btree_set(share(1..1000), 0..20))
            (scales in proptest::collection::vec(1..=100, weights.len()), weights in Just(weights)) -> Vec<Step> {
            let mut lowest = 1;
            let mut steps: Vec<Step> = weights.iter().zip(scales).map(|(weight, scale): (&Share, i32)| {
                lowest = lowest.max(i32::from(weight.tenths().div_ceil(10))).max(scale);
                Step { name: None, weight: *weight, hold: None, scale: Some(lowest), approval: None }
            }).collect();
            steps.push(Step { name: None, weight: Share::ALL, hold: None, scale: None, approval: None });
            steps
        }
    }

    fn any_config() -> impl Strategy<Value = TrafficShift> {
        let none = TrafficShift::default();
        let interval = Duration::from_secs(60);
        prop_oneof![
            Just(TrafficShift { all_at_once: Some(AllAtOnce {}), ..none.clone() }),
            share(1..1000).prop_map({
                let none = none.clone();
                move |percentage| TrafficShift { canary: Some(Canary { percentage, interval }), ..none.clone() }
            }),
            share(20..1000).prop_map({
                let none = none.clone();
                move |percentage| TrafficShift { linear: Some(Linear { percentage, interval }), ..none.clone() }
            }),
            any_steps().prop_map(move |steps| TrafficShift { steps: Some(steps), ..none.clone() }),
        ]
    }

    proptest! {
        #[test]
        fn every_schedule_rises_strictly_to_100_and_never_has_fewer_tasks_than_traffic(config in any_config()) {
            let increments = increments(&config);
            let scale = |increment: &Increment| increment.scale.unwrap_or(100);
            prop_assert_eq!(increments.last().map(|last| (last.weight, scale(last))), Some((Share::ALL, 100)));
            prop_assert!(increments.windows(2).all(|pair| pair[0].weight < pair[1].weight));
            prop_assert!(increments.windows(2).all(|pair| scale(&pair[0]) <= scale(&pair[1])));
            prop_assert!(increments.iter().all(|one| one.weight >= Share::LEAST && scale(one) * 10 >= one.weight.tenths().into()));
        }

        #[test]
        fn a_linear_schedule_has_as_many_increments_as_its_percentage_asks_for(percentage in share(20..1000)) {
            let linear = Some(Linear { percentage, interval: Duration::from_secs(1) });
            let increments = increments(&TrafficShift { linear, ..TrafficShift::default() });
            prop_assert_eq!(increments.len(), usize::from(1000_u16.div_ceil(percentage.tenths())));
            prop_assert!(increments.len() <= 50);
        }
    }
}
