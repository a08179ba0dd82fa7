//! How traffic moves: at once, canary, linear, or in steps.

use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::approval::Approval;
use crate::duration::Duration;
use crate::input_rules;
use crate::share::Share;
use crate::share_rules;

/// How traffic moves from the original to the replacement. Exactly one of the four forms.
#[derive(CustomResource, KubeSchema, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[kube(
    group = "sluice.dev",
    version = "v1alpha1",
    kind = "DeploymentConfig",
    doc = "How traffic moves from the original to the replacement, for groups that name it, such as spec: {canary: {percentage: 10, interval: 5m}}.",
    shortname = "sdc",
    category = "sluice",
    // An uninstall of their chart must not delete every object of the kind.
    annotation("helm.sh/resource-policy", "keep"),
    derive = "PartialEq",
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp"),
    validation = Rule::new("!self.metadata.name.startsWith('CodeDeployDefault.')")
        .message("metadata.name: names that begin with CodeDeployDefault. are predefined: choose another name")
)]
#[x_kube(validation = Rule::new(
    "[has(self.canary), has(self.linear), has(self.allAtOnce), has(self.steps)].filter(x, x).size() == 1")
    .message("spec: set exactly one of canary, linear, allAtOnce and steps"))]
// Not flattened, so that a form which this version does not know is an error here, and not silently no form at all.
#[serde(transparent)]
pub struct DeploymentConfigSpec {
    /// The form.
    pub shift: TrafficShift,
}

/// The four forms in which traffic can move, all optional.
///
/// A DeploymentConfig is one of them, a DeploymentGroup may write one out in place of a name. That exactly one is set is
/// a rule of each of the two, since a name counts too where there can be one.
#[derive(KubeSchema, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TrafficShift {
    /// Two increments: a share first, all the rest after the interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canary: Option<Canary>,
    /// Equal increments, one per interval, until all traffic has moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub linear: Option<Linear>,
    /// One increment of 100 percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all_at_once: Option<AllAtOnce>,
    /// A list of increments, whose weights rise to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 50))]
    #[x_kube(
        validation = share_rules::last_step(),
        validation = share_rules::steps_rise(),
        validation = Rule::new("self.map(s, has(s.scale) ? s.scale : 100).isSorted()")
            .message("steps: scale must not fall from step to step; a step without scale has 100"),
        validation = Rule::new("self.all(s, !has(s.name) || self.exists_one(t, has(t.name) && t.name == s.name))")
            .message("steps: two have the same name: approvals and skipTo call steps by their names")
    )]
    pub steps: Option<Vec<Step>>,
}

/// Two increments: `percentage` first, the rest after `interval`.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Canary {
    /// Share of the traffic in the first increment, in percent: a whole number such as 10, or a string such as "0.5%".
    #[x_kube(validation = share_rules::canary())]
    pub percentage: Share,
    /// Time between the two increments, counted from the moment the first was verified.
    pub interval: Duration,
}

/// Equal increments of `percentage`, one per `interval`.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Linear {
    /// Share of the traffic that each increment adds, in percent: a whole number such as 10, or a string such as "12.5%".
    /// The last adds what is left: "33.3%" makes 33.3, 66.6, 99.9 and 100.
    #[x_kube(validation = share_rules::linear())]
    pub percentage: Share,
    /// Time between two increments, counted from the moment the earlier was verified.
    pub interval: Duration,
}

/// One increment of 100 percent. It has no settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AllAtOnce {}

/// One increment of a list.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[x_kube(validation = share_rules::scale_covers_weight())]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Step {
    /// Name of the step, for status and Events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 63))]
    #[x_kube(validation = input_rules::step_name(), validation = input_rules::step_name_is_free())]
    pub name: Option<String>,
    /// Share of the traffic that the replacement receives, in percent: a whole number such as 5, or a string such as "12.5%".
    pub weight: Share,
    /// Time that this weight is held, counted from the moment it was verified. Default: 0s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Duration>,
    /// Size of the replacement while at this step, in percent of the service's desired count. Default: 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100))]
    pub scale: Option<i32>,
    /// Waits for a person after the hold, such as {timeout: 4h, onTimeout: Rollback}. Default: waits for nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::ConfigReference;

    /// One value for each form, as users write it.
    fn forms() -> [Value; 4] {
        [
            json!({"canary": {"percentage": 10, "interval": "5m"}}),
            json!({"linear": {"percentage": 20, "interval": "1m"}}),
            json!({"allAtOnce": {}}),
            json!({"steps": [{"name": "half", "weight": 50, "hold": "1m"}, {"weight": 100}]}),
        ]
    }

    #[test]
    fn a_form_is_written_the_same_way_in_a_configuration_and_in_a_group() {
        for form in forms() {
            let config: DeploymentConfigSpec = serde_json::from_value(form.clone()).unwrap();
            let reference: ConfigReference = serde_json::from_value(form.clone()).unwrap();
            assert_eq!(reference.inline(), Some(config.shift.clone()));
            assert_eq!(serde_json::to_value(&config).unwrap(), form);
            assert_eq!(serde_json::to_value(&reference).unwrap(), form);
        }
    }

    #[test]
    fn a_form_that_is_not_known_is_refused_in_a_configuration_and_passed_over_in_a_group() {
        let mirror = json!({"mirror": {"percentage": 10}});
        assert!(serde_json::from_value::<DeploymentConfigSpec>(mirror.clone()).is_err());
        assert!(serde_json::from_value::<ConfigReference>(mirror).is_ok());
    }

    #[test]
    fn a_reference_by_name_is_nothing_but_the_name() {
        let reference = ConfigReference::named("CodeDeployDefault.ECSAllAtOnce");
        assert_eq!(reference.inline(), None);
        let written = json!({"name": "CodeDeployDefault.ECSAllAtOnce"});
        assert_eq!(serde_json::to_value(&reference).unwrap(), written);
        assert_eq!(serde_json::from_value::<ConfigReference>(written).unwrap(), reference);
    }
}
